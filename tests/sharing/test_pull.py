"""What is taken from the Hub, and what is not."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace

import pytest

from tests.hub.server.hub import ADA, BOB
from tests.sharing.repository import change, held
from voiceclone.errors import (
    ConsentUnverifiedError,
    HubError,
    HubGatedError,
    HubRefError,
    HubRepoNotFoundError,
    HubVoiceError,
    ReceiptExpiredError,
    VoiceCloneError,
    VoiceError,
)
from voiceclone.sharing import Sharing, is_ref
from voiceclone.studio import Studio


@pytest.mark.parametrize("ref", ["heron", "https://huggingface.co/ada/heron", "ada/heron@../x"])
def test_what_is_no_name_is_not_asked_for(hub, sharing, ref):
    with pytest.raises(HubRefError):
        sharing.pull(ref)
    assert not hub.asked


def test_a_private_voice_is_the_owners_and_a_gated_one_whom_they_accept(hub, sharing, others, make):
    voice = make()
    sharing.push(voice, "heron", sample=False)
    with pytest.raises(HubRepoNotFoundError):
        others.look("ada/heron")
    sharing.push(voice, "heron", sample=False, visibility="gated")
    with pytest.raises(HubGatedError, match="Ask for access"):
        others.pull("ada/heron")
    hub.repo("ada/heron").accepted.add("bob")
    assert others.pull("ada/heron").id == voice.id


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"voice__safetensors": b"\x80\x04K\x01."}, "never opened"),
        ({"voice__safetensors": b"PK\x03\x04" + b"0" * 50}, "never opened"),
        ({"voice__safetensors": b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "}, "not of a voice"),
        ({"voice__safetensors": b"v" * (17 << 20)}, "at most 16.8"),
        ({"voice__safetensors": None}, "no voice.safetensors"),
        ({"receipt__json": None, "pytorch_model__bin": b"\x80"}, "never opened"),
        ({"receipt__json": b"{}"}, "not valid"),
        ({"tombstone__json": b"{}"}, "not valid"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_voice_is_refused(hub, sharing, make, files, said):
    sharing.push(make(), "heron", sample=False)
    change(hub, **files)
    for act in (sharing.look, sharing.pull):
        with pytest.raises((HubVoiceError, VoiceError), match=said):
            act("ada/heron")


def test_a_voice_whose_bytes_changed_or_whose_receipt_is_anothers_is_refused(hub, sharing, make):
    sharing.push(make(), "heron", sample=False)
    raw = held(hub)["voice.safetensors"]
    change(hub, voice__safetensors=raw[:-1] + bytes([raw[-1] ^ 1]))
    with pytest.raises(VoiceError, match="changed"):
        sharing.pull("ada/heron")
    change(hub, voice__safetensors=raw, receipt__json=make().receipt.to_bytes())
    with pytest.raises(HubVoiceError, match="not the receipt inside"):
        sharing.pull("ada/heron")


def test_a_sample_that_is_no_sound_is_not_handed_on(hub, sharing, make):
    sharing.push(make(), "heron", sample=False)
    change(hub, sample__wav=b"<script>")
    with pytest.raises(HubVoiceError, match="not a sound"):
        sharing.look("ada/heron")


def test_a_voice_that_expired_is_shown_and_does_not_come(hub, sharing, make, studio):
    voice = make()
    sharing.push(voice, "heron", sample=False)
    past = dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)
    old = make(now=past, expires="2020-01-02")
    change(hub, voice__safetensors=studio.voice_bytes(old), receipt__json=old.receipt.to_bytes())
    assert sharing.look("ada/heron").state == "expired"
    with pytest.raises(ReceiptExpiredError):
        sharing.pull("ada/heron")


def test_where_only_heard_consent_counts_a_stranger_does_not_vouch(hub, sharing, make, settings, weights):
    sharing.push(make(), "heron", sample=False, visibility="public")
    strict = Sharing(Studio(replace(settings, consent="verified"), weights), endpoint=hub.endpoint)
    assert strict.look("ada/heron").state == "current"
    with pytest.raises(ConsentUnverifiedError):
        strict.pull("ada/heron")


def test_a_file_that_is_there_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert is_ref("ada/heron") and is_ref("ada/heron@main")
    assert not is_ref("ada/heron.safetensors") and not is_ref("heron") and not is_ref("/ada/heron")
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "heron").write_bytes(b"")
    assert not is_ref("ada/heron")


def test_no_token_is_written_anywhere(hub, sharing, others, make, caplog, settings, monkeypatch):
    """Push, look, fail in many ways and withdraw, with all that is logged turned on."""
    monkeypatch.setattr("huggingface_hub.constants.HF_DEBUG", True)
    caplog.set_level(logging.DEBUG)
    for name in ("huggingface_hub", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    said: list[object] = [sharing, others, sharing.account()]
    voice = make()
    said += [sharing.push(voice, "heron", sample=False, visibility="gated"), sharing.browse()]
    said += [sharing.look("ada/heron"), sharing.pull("ada/heron").metadata()]
    for fault in ({"kind": "status", "status": 500}, {"kind": "status", "status": 401}, {"kind": "cut"}):
        hub.fail(**fault)
        for act in (sharing.account, lambda: sharing.look("ada/heron"), lambda: sharing.push(voice, "heron")):
            with pytest.raises(HubError) as failed:
                act()
            said += [failed.value, vars(failed.value), failed.value.__cause__, failed.value.__context__]
    hub.fail("nothing")
    with pytest.raises(VoiceCloneError) as closed:
        others.pull("ada/heron")
    said += [closed.value, closed.value.__context__, sharing.withdraw("heron", reason="why not")]
    assert {asked.token for asked in hub.asked} >= {ADA, BOB}, "they were used"
    texts = [caplog.text, *map(repr, said), *map(str, said)]
    texts += [blob.read_bytes().decode("latin-1") for blob in hub.repo("ada/heron").head.files.values()]
    texts += [file.read_bytes().decode("latin-1") for file in settings.data_dir.rglob("*") if file.is_file()]
    for text in texts:
        assert ADA not in text and BOB not in text and ADA[3:] not in text
