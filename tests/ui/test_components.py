"""Components for files: uploads only, and sound that goes to the page as it is."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor

import gradio as gr
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.native import ready_ffmpeg
from voiceclone.ui.components import Player, Recording, Upload


def built_anew(component):
    """What Gradio makes of a component when one of its properties is updated."""
    return component.__class__(**{**component.constructor_args, "render": False})


@pytest.mark.parametrize("kind", [Recording, Upload])
def test_an_address_is_refused_also_after_an_update_of_the_component(kind):
    """The refusal was once put on the instance, and an update of the page took it away."""
    for component in (first := kind(label="A file", render=False), built_anew(first)):
        with ThreadPoolExecutor() as thread, pytest.raises(gr.Error, match="not an address"):
            asked = component.async_move_resource_to_block_cache("https://example.org/a.wav")
            thread.submit(asyncio.run, asked).result()  # beside a browser test's loop, which is left running


@pytest.mark.parametrize(("kind", "name"), [(Recording, "audio"), (Player, "audio"), (Upload, "file")])
def test_the_page_shows_them_as_what_they_are_made_from(kind, name):
    assert kind(render=False).get_block_name() == name


def test_sound_is_shown_where_there_is_ffmpeg_and_no_ffprobe(tmp_path, monkeypatch):
    """With the one and without the other, as in a fresh environment, every player of the page failed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    ready_ffmpeg(tmp_path / "bin")
    assert shutil.which("ffmpeg") and not shutil.which("ffprobe")
    file = write_audio(Audio.silence(0.1, 24_000), tmp_path / "made.wav")
    for player in (first := Player(render=False), built_anew(first)):
        shown = player.postprocess(str(file))
        assert (shown.path, shown.orig_name) == (str(file), "made.wav")
    assert player.postprocess(None) is None
