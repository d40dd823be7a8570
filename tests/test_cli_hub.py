"""Sharing, as a shell asks for it."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.hub.server.hub import ADA, BOB, LoopbackHub
from voiceclone.cli import main
from voiceclone.consent.receipt import Authority, issue


@pytest.fixture
def hub(settings, monkeypatch):
    with LoopbackHub() as server:
        monkeypatch.setenv("VOICECLONE_WEIGHTS", "embedded")
        monkeypatch.setenv("VOICECLONE_DATA", str(settings.data_dir))
        server.be_the_hub(monkeypatch)
        monkeypatch.setenv("HF_TOKEN", ADA)
        yield server


@pytest.fixture
def file(studio, stock_voice, tmp_path):
    receipt = issue(
        studio.services.keys.signing_key(), voice_name="Heron", speaker="Nobody", clips=["00" * 32],
        scope="share", authority=Authority("contract", "no. 7", "Me"),
    )  # fmt: skip
    return studio.save_voice(
        replace(stock_voice, name="Heron", receipt=receipt), tmp_path / "heron.safetensors"
    )


@pytest.fixture
def run(capfd):
    """Run a command with --json in this process; return its exit code and its document."""

    def call(*args: object) -> tuple[int, dict]:
        code = main([*map(str, args), "--json"])
        said = capfd.readouterr()
        assert ADA not in said.out + said.err and BOB not in said.out + said.err
        return code, json.loads(said.out)

    return call


def test_a_voice_is_pushed_found_pulled_spoken_with_and_withdrawn(hub, run, file, tmp_path, monkeypatch):
    code, pushed = run("push", file, "--repo", "heron", "--public", "--no-sample")
    assert code == 0 and (pushed["repo_id"], pushed["visibility"]) == ("ada/heron", "public")
    monkeypatch.delenv("HF_TOKEN")
    code, found = run("browse", "her")
    assert code == 0 and [row["repo_id"] for row in found] == ["ada/heron"]
    out = tmp_path / "pulled.safetensors"
    code, pulled = run("pull", f"ada/heron@{pushed['revision']}", "--out", out)
    assert code == 0 and pulled["ref"] == f"ada/heron@{pushed['revision']}" and pulled["trusted"]
    assert out.read_bytes() == file.read_bytes(), "the same installation signed both"
    code, said = run("speak", "--voice", "ada/heron", "--text", "Yes, it is.", "--out", tmp_path / "yes.wav")
    assert code == 0 and said["voice"] == "Heron" and said["provenance"] == "made here"
    monkeypatch.setenv("HF_TOKEN", ADA)
    code, done = run("withdraw", "ada/heron", "--reason", "moved on")
    assert code == 0 and done["how"] == "empty" and done["tombstone"]["payload"]["reason"] == "moved on"
    for command in (["pull", "ada/heron", "--out", out], ["speak", "--voice", "ada/heron", "--text", "Yes.",
                    "--out", tmp_path / "c.wav"], ["push", file, "--repo", "heron"]):  # fmt: skip
        code, refused = run(*command)
        assert (code, refused["error"]["type"]) == (2, "VoiceRevokedError")


def test_it_is_private_unless_more_is_said_and_deleted_when_that_is_said(hub, run, file):
    assert run("push", file, "--repo", "heron", "--no-sample")[1]["visibility"] == "private"
    assert run("push", file, "--repo", "heron", "--no-sample", "--gated")[1]["visibility"] == "gated"
    assert hub.repo("ada/heron").gated == "manual"
    assert run("push", file, "--repo", "heron", "--gated", "--public")[0] == 2
    assert run("withdraw", "ada/heron", "--delete")[1]["revision"] is None and not hub.state.repos


@pytest.mark.parametrize(
    ("token", "repo", "kind"),
    [
        ("", "heron", "HubTokenMissingError"),
        ("hf_nobody", "heron", "HubUnauthorizedError"),
        (BOB, "ada/heron", "HubForbiddenError"),
        (ADA, "a heron", "HubRefError"),
    ],
)
def test_who_may_not_push_is_told(hub, run, file, monkeypatch, tmp_path, token, repo, kind):
    monkeypatch.setenv("HF_TOKEN", token)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    code, refused = run("push", file, "--repo", repo, "--no-sample")
    assert (code, refused["error"]["type"]) == (2, kind) and not hub.state.repos


def test_a_hub_is_named_by_the_environment_of_a_process(hub):
    """`HF_ENDPOINT` is the client library's own variable, which it reads when it is imported."""
    done = subprocess.run(
        [sys.executable, "-m", "voiceclone", "browse"], capture_output=True, text=True, env=dict(os.environ)
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "No voice was found.\n", "")
    assert hub.count("GET", "api/models") == 1
