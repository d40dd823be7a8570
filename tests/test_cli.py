"""The command line, as a shell runs it."""

import dataclasses
import json
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.read import read_audio
from voiceclone.audio.write import write_audio
from voiceclone.cli import door, main, speech
from voiceclone.engines.registry import DEFAULT_ENGINE, REGISTRY
from voiceclone.errors import OutputError
from voiceclone.hub.table import WEIGHTS
from voiceclone.voices.voice import load_voice

TEXT = "The quick brown fox jumps over the lazy dog. Then it rests."
CONSENT = (
    "--name", "Ada", "--consent", "contract", "--document", "no. 7", "--stated-by", "Me",
    "--speaker", "Nobody",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def no_hub(tmp_path_factory):
    """Weights come from the installed packages, whatever the network is like; keys are the tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOICECLONE_WEIGHTS", "embedded")
        patch.setenv("VOICECLONE_DATA", str(tmp_path_factory.mktemp("data")))
        yield


def command(*args: object) -> list[str]:
    return [sys.executable, "-m", "voiceclone", *map(str, args)]


def run(*args: object) -> subprocess.CompletedProcess:
    return subprocess.run(command(*args), capture_output=True, text=True, stdin=subprocess.DEVNULL)


def document(*args: object) -> object:
    """Run a command with --json; return the one document that is all of its output."""
    done = run(*args, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


# --- what goes well ----------------------------------------------------------------------------


def test_clone_writes_a_voice_and_says_how_it_was_learned(spoken_reference, tmp_path):
    out = tmp_path / "ada.safetensors"
    said = document("clone", spoken_reference, *CONSENT, "--out", out, "--steps", 2, "--seed", 5)
    assert said["voice"] == str(out)
    voice = load_voice(out, REGISTRY.tensor_shapes())
    assert voice.name == said["name"] == "Ada"
    assert (voice.receipt.speaker, voice.receipt.authority.basis) == ("Nobody", "contract")
    learned = dataclasses.asdict(voice.learned)
    assert json.loads(json.dumps(learned)) == {key: said[key] for key in learned}
    assert (said["steps"], said["seed"], said["language"]) == (2, 5, "en-us")
    assert 0 < said["reference_seconds"] <= read_audio(spoken_reference).duration_s
    assert all(-1 <= said[key] <= 1 for key in ("similarity_start", "similarity"))
    assert "north wind" in said["transcript"].lower()
    assert said["seconds"] > 0 and said["interrupted"] is False


@pytest.fixture(scope="module")
def spoken(voice_file, tmp_path_factory) -> dict:
    """What `speak` said of the WAV file it wrote."""
    folder = tmp_path_factory.mktemp("spoken")
    (folder / "text.txt").write_text(TEXT, encoding="utf-8-sig")
    args = ("--text-file", folder / "text.txt", "--out", folder / "out.wav", "--seed", 3)
    return document("speak", "--voice", voice_file, *args)


def test_speak_scores_what_it_wrote(spoken):
    audio = read_audio(Path(spoken["out"]))
    assert spoken["audio_seconds"] == pytest.approx(audio.duration_s, abs=0.001) and audio.duration_s > 2
    assert spoken["sample_rate"] == audio.sample_rate
    assert 0 <= spoken["similarity"] <= 1 and -1 <= spoken["similarity_cosine"] <= 1
    assert spoken["word_error_rate"] < 0.3 and 1 <= spoken["naturalness"] <= 5
    assert spoken["watermark"] >= 0.95 and spoken["seconds"] > 0


def test_without_json_results_are_sentences_and_progress_stays_on_stderr(spoken, voice_file, tmp_path, capfd):
    """And the same seed gives the same samples, whether written phrase by phrase (WAV) or whole."""
    out = tmp_path / "out.flac"
    assert main(["speak", "--voice", str(voice_file), "--text", TEXT, "--out", str(out), "--seed", "3"]) == 0
    said = capfd.readouterr()
    assert said.out.startswith(str(out)) and "naturalness" in said.out
    assert said.err.splitlines() == ["spoken: phrase 1 of 1", "scoring"]
    streamed, whole = read_audio(Path(spoken["out"])).samples, read_audio(out).samples
    np.testing.assert_allclose(whole, streamed, rtol=0, atol=1.01 / 32768)


def here(capfd, *args: object) -> dict:
    """Run a command with --json in this process; return its document."""
    assert main([*map(str, args), "--json"]) == 0
    said = capfd.readouterr()
    assert said.err == ""
    return json.loads(said.out)


def test_verify_tells_speech_of_ours_from_others(spoken, spoken_reference, capfd):
    ours = here(capfd, "verify", spoken["out"])
    assert ours["conclusion"] == spoken["provenance"] == "made here"
    assert ours["watermark"]["confidence"] == pytest.approx(spoken["watermark"], abs=1e-3)
    other = here(capfd, "verify", spoken_reference)
    assert other["conclusion"] == "nothing found" and 0 <= other["watermark"]["confidence"] < 0.95


def test_inspect_grades_a_recording(spoken_reference, capfd):
    report = here(capfd, "inspect", spoken_reference)
    assert report["grade"] in ("good", "fair", "poor")
    assert 3 <= report["speech_s"] <= report["given_seconds"]
    assert all(fault["advice"] for fault in report["faults"])


def test_weights_lists_every_row(capfd):
    rows = here(capfd, "weights")
    assert [row["name"] for row in rows] == [row.name for row in WEIGHTS]
    for row in rows:
        assert {"name", "source", "revision", "path", "sha256", "licence", "bytes"} <= row.keys()
        assert row["source"] in ("hub", "package", "missing")
        assert (
            Path(row["path"]).is_dir() if row["source"] != "missing" else "VOICECLONE_WEIGHTS" in row["note"]
        )


def test_engines_lists_every_row_in_words_too(capfd):
    said = here(capfd, "engines")
    assert [row["name"] for row in said["engines"]] == [spec.name for spec in REGISTRY.specs]
    assert said["default"] == DEFAULT_ENGINE and all(said["devices"])
    assert main(["engines"]) == 0
    words = capfd.readouterr().out
    assert all(spec.title in words and spec.pipeline[2] in words for spec in REGISTRY.specs)


def test_the_engines_that_can_be_asked_for_are_the_registry(capsys):
    for name, specs in (("clone", REGISTRY.specs), ("finetune", REGISTRY.trainable)):
        with pytest.raises(SystemExit):
            main([name, "--help"])
        said = capsys.readouterr().out
        assert "--engine" in said and all(spec.name in said for spec in specs)


# --- Ctrl-C ------------------------------------------------------------------------------------


def interrupted_at(sign: str, reference: Path, out: Path) -> tuple[int, str]:
    """Start a long clone, press Ctrl-C when `sign` shows; return the exit code and all of stderr."""
    arguments = command("clone", reference, *CONSENT, "--out", out, "--steps", 20)
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        said = ""
        for line in process.stderr:
            said += line
            if sign in line:
                process.send_signal(signal.SIGINT)
                break
        said += process.stderr.read()
    return process.returncode, said


def test_ctrl_c_keeps_the_best_voice_so_far(spoken_reference, tmp_path):
    code, said = interrupted_at("step 6 of", spoken_reference, tmp_path / "ada.safetensors")
    assert code == 130, said
    assert "Stopping" in said
    learned = load_voice(tmp_path / "ada.safetensors", REGISTRY.tensor_shapes()).learned
    assert 6 <= learned.steps < 20 and 0 < learned.best_step <= learned.steps


def test_ctrl_c_before_there_is_a_voice_leaves_nothing(spoken_reference, tmp_path):
    code, said = interrupted_at("preparing", spoken_reference, tmp_path / "ada.safetensors")
    assert code == 130, said
    assert said.rstrip().endswith("before there was a voice to keep.")
    assert list(tmp_path.iterdir()) == []


# --- what is refused ---------------------------------------------------------------------------


@pytest.fixture
def given(tmp_path) -> Path:
    """A folder with things that are not what is asked for."""
    (tmp_path / "notes.txt").write_bytes(b"caf\xe9")
    (tmp_path / "empty.wav").touch()
    (tmp_path / "noise.safetensors").write_bytes(b"\x80\x04not a voice")
    (tmp_path / "folder.wav").mkdir()
    write_audio(Audio.silence(5, 16_000), tmp_path / "silence.wav")
    return tmp_path


CLONE = ("clone", "silence.wav", *CONSENT)
SPEAK = ("speak", "--voice", "noise.safetensors", "--text", "Hello.")
REFUSED = [
    ((), "UsageError"),
    (("vitz",), "UsageError"),
    (("inspect",), "UsageError"),
    (("inspect", "a.wav", "--loud"), "UsageError"),
    (("clone", "silence.wav", "--name", "Ada", "--out", "a.safetensors"), "ConsentMissingError"),
    ((*CLONE, "--out", "a.safetensors", "--receipt", "r.json"), "UsageError"),
    ((*CLONE, "--out", "a.safetensors", "--steps", "many"), "UsageError"),
    ((*CLONE, "--out", "a.safetensors", "--consent", "assumed"), "UsageError"),
    (("speak", "--voice", "a.safetensors", "--out", "a.wav"), "UsageError"),
    ((*SPEAK, "--text-file", "notes.txt", "--out", "a.wav"), "UsageError"),
    ((*CLONE, "--out", "a.safetensors", "--speaker", " "), "ConsentMissingError"),
    ((*CLONE, "--out", "a.safetensors"), "NoSpeechError"),
    (("clone", "nowhere.wav", *CONSENT, "--out", "a.safetensors"), "AudioNotFoundError"),
    (("inspect", "nowhere.wav"), "AudioNotFoundError"),
    (("inspect", "notes.txt"), "AudioFormatError"),
    (("verify", "empty.wav"), "AudioEmptyError"),
    ((*CLONE, "--out", "a.pt"), "OutputError"),
    ((*CLONE, "--out", "a"), "OutputError"),
    ((*CLONE, "--out", "nowhere/a.safetensors"), "OutputError"),
    ((*CLONE, "--out", "notes.txt/a.safetensors"), "OutputError"),
    ((*SPEAK, "--out", "a.aiff"), "OutputError"),
    ((*SPEAK, "--out", "folder.wav"), "OutputError"),
    ((*SPEAK, "--out", "a.wav"), "VoiceFileError"),
    (("speak", "--voice", "nowhere", "--text", "Hello.", "--out", "a.wav"), "VoiceFileError"),
    (("speak", "--voice", "nowhere", "--text-file", "notes.txt", "--out", "a.wav"), "OptionError"),
    (("speak", "--voice", "nowhere", "--text-file", "nowhere", "--out", "a.wav"), "OptionError"),
]


@pytest.mark.parametrize("args, kind", REFUSED, ids=lambda value: " ".join(value) if value else "nothing")
@pytest.mark.parametrize("as_json", [False, True], ids=["words", "json"])
def test_bad_input_gets_one_sentence_and_exit_code_2(given, monkeypatch, capfd, args, kind, as_json):
    monkeypatch.chdir(given)
    before = sorted(given.iterdir())
    if as_json:
        args = (*args, "--json")
    assert main(args) == 2
    said = capfd.readouterr()
    assert said.err.count("\n") == 1 and said.err.rstrip().endswith("."), said.err
    if as_json:
        error = json.loads(said.out)["error"]
        assert error["type"] == kind and error["message"] == said.err.rstrip("\n")
        assert error.keys() > {"type", "message"}, "the facts come with it"
    else:
        assert said.out == ""
    assert sorted(given.iterdir()) == before


@pytest.mark.parametrize(
    "option, value, kind",
    [
        ("--speed", "nan", "OptionError"),
        ("--speed", "0.1", "OptionError"),
        ("--seed", "-1", "OptionError"),
        ("--seed", str(2**64), "OptionError"),
        ("--language", "tlh", "LanguageUnknownError"),
        ("--text", "", "TextEmptyError"),
        ("--text", "x" * 20_001, "TextTooLongError"),
    ],
)
def test_what_cannot_be_spoken_is_refused(voice_file, tmp_path, capfd, option, value, kind):
    args = {"--text": "Hello.", "--out": str(tmp_path / "a.wav"), option: value}
    assert main(["speak", "--voice", str(voice_file), *sum(args.items(), ()), "--json"]) == 2
    assert json.loads(capfd.readouterr().out)["error"]["type"] == kind
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "option, value, kind",
    [
        ("--steps", "0", "OptionError"),
        ("--steps", "501", "OptionError"),
        ("--seed", "-1", "OptionError"),
        ("--language", "tlh", "LanguageUnknownError"),
        ("--engine", "vitz", "EngineUnknownError"),
        ("--name", "\a", "VoiceNameError"),
        ("--expires", "2020-01-01", "ConsentMissingError"),
        ("--transcript", "", "TextEmptyError"),
    ],
)
def test_what_cannot_be_learned_is_refused(spoken_reference, tmp_path, capfd, option, value, kind):
    args = ["clone", str(spoken_reference), *CONSENT, "--out", str(tmp_path / "a.safetensors"), "--json"]
    assert main([*args, option, value]) == 2
    assert json.loads(capfd.readouterr().out)["error"]["type"] == kind
    assert list(tmp_path.iterdir()) == []


def test_where_to_write_is_checked_before_anything_is_read(given, monkeypatch):
    """Minutes of learning ended in an error when the folder of --out did not exist."""
    monkeypatch.setattr(speech, "local_studio", lambda: pytest.fail("work began"))
    with pytest.raises(OutputError):
        args = door._parser().parse_args(
            ["clone", "silence.wav", *CONSENT, "--out", str(given / "no" / "a.safetensors")]
        )
        args.run(args, None)


def test_a_wrong_variable_is_named(monkeypatch, capfd):
    monkeypatch.setenv("VOICECLONE_WEIGHTS", "offline")
    assert main(["weights"]) == 2
    assert "VOICECLONE_WEIGHTS is offline" in capfd.readouterr().err


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(name in said for name in ("clone", "speak", "inspect", "verify", "weights", "engines", "app"))


# --- the app -------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_app_says_where_it_is_and_ends_by_ctrl_c():
    arguments = command("app", "--port", free_port(), "--json")
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said = "".join(iter(process.stdout.readline, "}\n")) + "}"
        with urllib.request.urlopen(json.loads(said)["url"]) as page:
            assert page.status == 200 and b"voiceclone" in page.read()
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""
    assert process.returncode == 0


def test_app_names_a_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("app", "--port", taken.getsockname()[1], "--json")
    assert done.returncode == 2 and "port" in json.loads(done.stdout)["error"]["message"]
