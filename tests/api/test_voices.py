"""The endpoints that convert speech to a voice and compare voices, called over the network."""

from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from voiceclone.audio.clip import Audio
from voiceclone.audio.read import read_audio
from voiceclone.audio.write import write_audio


def test_convert_gives_the_utterance_and_a_record_that_names_its_source(
    client: Client, studio, spoken_audio: Audio, voice_file: Path, tmp_path: Path
):
    source = write_audio(spoken_audio.sliced(0, 4.0), tmp_path / "source.wav")
    path, record = client.predict(
        handle_file(voice_file), handle_file(source), "en-us", "", 2, api_name="/convert"
    )
    audio = read_audio(Path(path))
    assert audio.duration_s == pytest.approx(4.0, abs=0.025)
    settings = record["settings"]
    assert settings["source_sha256"] == read_audio(source).sha256
    assert "wind" in settings["transcript"].lower() and settings["seed"] == 2
    assert settings["left_silent_s"] == []
    verdict = studio.verify(Path(path))
    assert verdict.conclusion == "made here"
    facts = verdict.manifest.facts
    assert (facts.source_sha256, facts.text_sha256) == (settings["source_sha256"], "")


def test_compare_gives_a_file_and_scores_for_each_voice(client: Client, voice_file: Path):
    files, records = client.predict(
        [handle_file(voice_file), handle_file(voice_file)], "Yes, it is.", "en-us", 1, api_name="/compare"
    )
    assert len(files) == len(records) == 2
    for path, record in zip(files, records, strict=True):
        assert read_audio(Path(path)).duration_s == pytest.approx(record["audio"]["duration_s"], abs=0.01)
        assert record["real_time_factor"] > 0 and record["scores"]["words"]["heard"]


def test_one_voice_is_no_comparison(client: Client, voice_file: Path):
    with pytest.raises(AppError, match="2 to 4 voices"):
        client.predict([handle_file(voice_file)], "Yes.", api_name="/compare")
