"""Consent and saved voices, as a shell asks for them."""

import json

import pytest

from voiceclone.cli import main
from voiceclone.consent.receipt import load_receipt


@pytest.fixture(autouse=True)
def own_data(settings, monkeypatch):
    monkeypatch.setenv("VOICECLONE_WEIGHTS", "embedded")
    monkeypatch.setenv("VOICECLONE_DATA", str(settings.data_dir))


@pytest.fixture
def run(capfd):
    """Run a command with --json in this process; return its exit code and its document."""

    def call(*args: object) -> tuple[int, dict]:
        code = main([*map(str, args), "--json"])
        return code, json.loads(capfd.readouterr().out)

    return call


def test_consent_is_asked_for_given_and_used_to_learn(run, spoken_reference, recite, tmp_path):
    out = tmp_path / "receipt.json"
    for _ in range(3):  # a recogniser mishears some of the words that are drawn, and then one asks again
        code, asked = run("consent", spoken_reference, "--speaker", "Nobody", "--name", "Heron")
        assert code == 0 and "Heron" in asked["sentence"]
        recording = recite(asked["sentence"])
        code, given = run("give", asked["id"], recording, spoken_reference, "--out", out)
        if code == 0:
            break
    assert code == 0 and load_receipt(out).to_dict() == given and load_receipt(out).verified
    assert run("give", asked["id"], recording, spoken_reference, "--out", out)[0] == 2
    voice = tmp_path / "heron.safetensors"
    code, learned = run("clone", spoken_reference, "--receipt", out, "--out", voice, "--steps", 1)
    assert code == 0 and learned["receipt"] == load_receipt(out).id
    out.write_bytes(out.read_bytes().replace(b"personal", b"commercial"))
    code, refused = run("clone", spoken_reference, "--receipt", out, "--out", voice, "--steps", 1)
    assert code == 2 and refused["error"]["type"] == "SignatureInvalidError"


def test_without_consent_nothing_is_learned(run, spoken_reference, tmp_path):
    code, refused = run("clone", spoken_reference, "--out", tmp_path / "v.safetensors")
    assert code == 2 and refused["error"]["type"] == "ConsentMissingError"
    assert "--receipt" in refused["error"]["message"]


def test_voices_are_kept_renamed_exported_and_deleted(run, voice_file, tmp_path):
    _, listed = run("voices", "--add", voice_file)
    mine = next(entry for entry in listed if entry["name"] == "Nobody")
    assert mine["state"] == "current"
    _, renamed = run("voices", "--rename", mine["id"], "Grey")
    assert [entry["name"] for entry in renamed if entry["id"] == mine["id"]] == ["Grey"]
    out = tmp_path / "grey.safetensors"
    assert run("voices", "--export", mine["id"])[0] == 2
    assert run("voices", "--export", mine["id"], "--out", out)[0] == 0 and out.exists()
    code, said = run("speak", "--voice", mine["id"], "--text", "Yes, it is.", "--out", tmp_path / "yes.wav")
    assert code == 0 and said["voice"] == "Grey" and said["provenance"] == "made here"
    _, left = run("voices", "--delete", mine["id"])
    assert mine["id"] not in {entry["id"] for entry in left}
    assert run("speak", "--voice", mine["id"], "--text", "Yes.", "--out", tmp_path / "no.wav")[0] == 2


def test_a_voice_whose_consent_is_withdrawn_falls_silent(run, studio, stock_voice, tmp_path):
    from dataclasses import replace

    from voiceclone.consent.receipt import Authority, issue

    receipt = issue(
        studio.services.keys.signing_key(), voice_name="Ended", speaker="Nobody", clips=["00" * 32],
        authority=Authority("own-voice"),
    )  # fmt: skip
    file = studio.save_voice(replace(stock_voice, receipt=receipt), tmp_path / "ended.safetensors")
    assert run("revoke", file, "--reason", "moved on")[0] == 0
    code, refused = run("speak", "--voice", file, "--text", "Yes.", "--out", tmp_path / "no.wav")
    assert code == 2 and refused["error"]["type"] == "VoiceRevokedError"
    assert "moved on" in refused["error"]["message"] and not (tmp_path / "no.wav").exists()


@pytest.mark.parametrize("suffix", ["wav", "ogg"])
def test_a_record_proves_what_its_file_is(run, voice_file, tmp_path, suffix):
    out, record = tmp_path / f"yes.{suffix}", tmp_path / "yes.json"
    code, _ = run("speak", "--voice", voice_file, "--text", "Yes, it is.", "--disclose", "--out", out,
                  "--record", record)  # fmt: skip
    assert code == 0
    assert run("verify", out, "--record", record)[1]["conclusion"] == "made here"
    record.write_bytes(record.read_bytes().replace(b'"seed":0', b'"seed":1'))
    alone = run("verify", out, "--record", record)[1]["conclusion"]
    assert alone == ("made here" if suffix == "wav" else "altered")
