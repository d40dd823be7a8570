import json
from pathlib import Path

import gradio as gr
import pytest

from voiceclone.audio.read import read_audio
from voiceclone.audio.write import write_audio
from voiceclone.converting import Converted
from voiceclone.ui.choosing import PAGE
from voiceclone.ui.converting import _left_silent, convert, stop
from voiceclone.ui.session import Session
from voiceclone.ui.tabs.verify import verify
from voiceclone.ui.words import Words

EN = Words("en")


@pytest.fixture(scope="module")
def recording(spoken_audio, tmp_path_factory) -> Path:
    return write_audio(spoken_audio.sliced(0, 3.0), tmp_path_factory.mktemp("source") / "source.wav")


def test_a_recording_comes_back_with_scores_a_file_and_a_record(studio, with_voice, recording):
    views = list(convert(studio, EN, with_voice, str(recording), PAGE, "en-us", "", 4))
    assert views[0].stop_button["visible"] and views[-2].result_box["visible"]
    assert not views[-2].place["visible"] and not views[-2].stop_button["visible"]
    assert "piece 1 of 1" in views[1].status
    last = views[-1]
    assert "of 100" in last.scores and last.status == ""
    record = json.loads(Path(last.record_file).read_text(encoding="utf-8"))
    source = read_audio(recording)
    assert record["settings"]["source_sha256"] == source.sha256 and record["settings"]["seed"] == 4
    file = Path(views[-2].audio_file)
    assert read_audio(file).duration_s == pytest.approx(source.duration_s, abs=0.025)
    assert f"Converted from a recording of speech (sha256 {source.sha256[:8]}" in verify(
        studio, EN, str(file)
    )


def test_nothing_is_converted_without_a_recording_or_a_voice(studio, with_voice, recording):
    with pytest.raises(gr.Error, match="nothing to convert"):
        next(convert(studio, EN, with_voice, None, PAGE, "", "", 0))
    for key in (PAGE, None):
        with pytest.raises(gr.Error, match="Learn one"):
            next(convert(studio, EN, Session(), str(recording), key, "", "", 0))


def test_stop_is_for_the_conversion_that_runs(studio):
    session = Session()
    stop(studio, EN, session)
    assert session.stop_converting.is_set() and not session.stop_speaking.is_set()


def test_what_was_left_silent_is_said(spoken_audio):
    heard = Converted(spoken_audio, 0.5, 2.0, "Yes.", "en-us", False, 0, 2)
    silent = Converted(spoken_audio, 3.2, 5.14, "", "en-us", True, 1, 2)
    assert _left_silent([heard], EN) == ""
    assert "3.2 to 5.1 s" in _left_silent([heard, silent], EN)
