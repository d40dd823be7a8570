"""The commands that convert speech to a voice and compare voices, as a shell's words reach them."""

import json
from pathlib import Path

import pytest

from tests.test_cli import here, no_hub
from voiceclone.audio.read import read_audio
from voiceclone.audio.write import write_audio
from voiceclone.cli import main

__all__ = ["no_hub"]  # its fixture: no hub, keys of the tests' own


@pytest.fixture(scope="module")
def recording(spoken_audio, tmp_path_factory) -> Path:
    return write_audio(spoken_audio.sliced(0, 3.0), tmp_path_factory.mktemp("source") / "source.wav")


def test_convert_writes_the_utterance_and_a_record_that_names_its_source(
    recording, voice_file, tmp_path, capfd
):
    out, record = tmp_path / "out.wav", tmp_path / "out.json"
    said = here(
        capfd, "convert", recording, "--voice", voice_file, "--out", out, "--language", "en-us",
        "--record", record,
    )  # fmt: skip
    source = read_audio(recording)
    assert read_audio(out).duration_s == pytest.approx(source.duration_s, abs=0.025)
    assert said["provenance"] == "made here" and said["watermark"] >= 0.95
    facts = json.loads(record.read_text(encoding="utf-8"))["payload"]["facts"]
    assert facts["source_sha256"] == said["source_sha256"] == source.sha256
    assert "wind" in said["transcript"].lower() and said["left_silent_s"] == []


def test_compare_writes_a_file_for_each_voice(voice_file, tmp_path, capfd):
    out = tmp_path / "compared"
    args = ["compare", str(voice_file), str(voice_file), "--text", "Yes, it is.", "--out", str(out)]
    assert main(args) == 0
    said = capfd.readouterr().out.splitlines()
    assert len(said) == 2 and all("Nobody (kokoro)" in line for line in said)
    assert sorted(path.name for path in out.iterdir()) == ["voice-1.wav", "voice-2.wav"]


@pytest.mark.parametrize(
    ("args", "kind"),
    [
        (("convert", "source.wav", "--out", "a.wav"), "UsageError"),
        (("convert", "source.wav", "--voice", "v.safetensors", "--out", "a.aiff"), "OutputError"),
        (("convert", "source.wav", "--voice", "v.safetensors", "--out", "a.wav"), "VoiceFileError"),
        (("compare", "--text", "Yes.", "--out", "folder"), "UsageError"),
        (("compare", "v.safetensors", "--text", "Yes.", "--out", "folder"), "VoiceFileError"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(tmp_path, monkeypatch, capfd, args, kind):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source.wav").touch()
    (tmp_path / "v.safetensors").write_bytes(b"\x80\x04not a voice")
    assert main([*args, "--json"]) == 2
    assert json.loads(capfd.readouterr().out)["error"]["type"] == kind
    assert not (tmp_path / "folder").exists()


def test_a_file_is_no_folder_to_write_to(voice_file, recording, capfd):
    args = ["compare", voice_file, voice_file, "--text", "Yes.", "--out", recording, "--json"]
    assert main([*map(str, args)]) == 2
    assert json.loads(capfd.readouterr().out)["error"]["type"] == "OutputError"
