"""The endpoints of sharing, called over the network, against a hub on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from tests.hub.server.hub import ADA, BOB, LoopbackHub
from voiceclone.consent.receipt import Authority, issue
from voiceclone.studio import Studio
from voiceclone.voices.voice import Voice


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackHub]:
    with LoopbackHub() as server:
        server.be_the_hub(monkeypatch)
        yield server


@pytest.fixture
def shared_file(studio: Studio, stock_voice: Voice, tmp_path: Path) -> Path:
    receipt = issue(
        studio.services.keys.signing_key(), voice_name="Heron", speaker="Nobody", clips=["00" * 32],
        scope="share", authority=Authority("contract", "no. 7", "Me"),
    )  # fmt: skip
    return studio.save_voice(
        replace(stock_voice, name="Heron", receipt=receipt), tmp_path / "heron.safetensors"
    )


def push(
    client: Client, file: Path, token: str = ADA, name: str = "heron", visibility: str = "public"
) -> dict:
    return client.predict(handle_file(file), name, token, visibility, False, api_name="/push_voice")


def test_a_voice_goes_to_the_hub_and_comes_back_until_it_is_withdrawn(client, hub, shared_file, studio):
    pushed = push(client, shared_file)
    assert pushed["repo_id"] == "ada/heron" and pushed["visibility"] == "public"
    assert [row["repo_id"] for row in client.predict("her", api_name="/browse_voices")] == ["ada/heron"]
    path, known = client.predict(f"ada/heron@{pushed['revision']}", api_name="/pull_voice")
    assert studio.load_voice(path).metadata() == studio.load_voice(shared_file).metadata()
    assert (known["state"], known["trusted"], known["revision"]) == ("current", True, pushed["revision"])
    assert known["receipt"]["payload"]["scope"] == "share" and "# Heron" in known["card"]
    done = client.predict("heron", ADA, "empty", "moved on", api_name="/withdraw_voice")
    assert done["tombstone"]["payload"]["reason"] == "moved on"
    with pytest.raises(AppError, match="moved on"):
        client.predict("ada/heron", api_name="/pull_voice")


def test_who_has_no_right_is_told_so_and_the_token_stays_unsaid(client, hub, shared_file, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", ADA)  # the server's own is nobody's to use
    with pytest.raises(AppError, match="No token"):
        push(client, shared_file, token="")
    push(client, shared_file, visibility="private")
    with pytest.raises(AppError, match="no 'ada/heron'"):
        client.predict("ada/heron", api_name="/pull_voice")
    with pytest.raises(AppError) as refused:
        push(client, shared_file, token=BOB, name="ada/heron")
    assert "may not do that" in str(refused.value) and BOB not in str(refused.value)
    with pytest.raises(AppError, match="no repository"):
        client.predict("heron", api_name="/pull_voice")
