"""What is pushed, and what is not."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from tests.hub.server.hub import ADA
from tests.hub.server.state import Blob
from tests.sharing.repository import CONTRACT, EVIDENCE, STRANGER, held, samples
from voiceclone.audio.clip import Audio
from voiceclone.consent.receipt import issue
from voiceclone.errors import (
    ConsentUnverifiedError,
    HubForbiddenError,
    HubRefError,
    HubRepoTakenError,
    HubScopeError,
    HubTokenMissingError,
    HubUnauthorizedError,
    OptionError,
    ReceiptExpiredError,
    ReceiptMismatchError,
    ReceiptUntrustedError,
    VoiceRevokedError,
)
from voiceclone.finetune.dataset import Dataset, Utterance
from voiceclone.hub.account import Account
from voiceclone.hub.publish import VISIBILITIES
from voiceclone.sharing import Sharing
from voiceclone.studio import Studio


def test_a_voice_that_was_pushed_speaks_the_same_elsewhere(hub, sharing, elsewhere, make, studio):
    voice = make()
    done = sharing.push(voice, "heron", visibility="public", scores={"similarity": 0.93, "naturalness": 4.1})
    assert (done.repo_id, done.url) == ("ada/heron", f"{hub.endpoint}/ada/heron")
    assert (done.visibility, done.revision) == ("public", hub.repo("ada/heron").head.id)
    assert set(done.files) == {
        ".gitattributes", "README.md", "config.json", "receipt.json", "sample.wav", "voice.safetensors"
    }  # fmt: skip
    assert [row.repo_id for row in elsewhere.browse("her")] == ["ada/heron"]
    shared = elsewhere.look("ada/heron")
    assert (shared.name, shared.language, shared.state, shared.visibility) == (
        "Heron", "en-us", "current", "public"
    )  # fmt: skip
    assert shared.receipt == voice.receipt and shared.consent == voice.receipt.sentence
    assert not shared.trusted and sharing.look("ada/heron").trusted, "who issued it is not known there"
    assert "0.93" in shared.card and not shared.card.startswith("---")
    pulled = elsewhere.pull(f"{shared.repo_id}@{shared.revision}")
    assert pulled.metadata() == voice.metadata()
    assert np.array_equal(samples(studio, pulled), samples(studio, voice))


def test_the_sample_is_marked_and_signed_and_says_that_it_is_synthetic(hub, sharing, make, studio, tmp_path):
    sharing.push(make(), "heron")
    file = tmp_path / "sample.wav"
    file.write_bytes(held(hub)["sample.wav"])
    found = studio.verify(file)
    assert found.conclusion == "made here" and found.detection.watermarked
    heard = studio.services.recognizer.transcribe(studio.read(file), "en")
    assert "synthetic" in heard.text.lower()
    assert sharing.look("ada/heron").sample == held(hub)["sample.wav"]


def test_the_receipt_that_is_pushed_is_the_signed_one(hub, sharing, make):
    voice = make()
    sharing.push(voice, "heron", sample=False)
    files = held(hub)
    assert files["receipt.json"] == voice.receipt.to_bytes() and "sample.wav" not in files
    config = json.loads(files["config.json"])
    assert (config["engine"], config["voice_id"], config["base_model"]) == (
        "kokoro", voice.id, "hexgrad/Kokoro-82M"
    )  # fmt: skip


def test_pushing_again_changes_what_changed_and_may_show_it_to_more(hub, sharing, make):
    voice = make()
    first = sharing.push(voice, "heron")
    again = sharing.push(voice, "heron")
    assert again.revision == first.revision, "not even the sample is made anew"
    renamed = sharing.push(voice.renamed("Grey heron"), "heron", sample=False, visibility="gated")
    assert len(hub.repo("ada/heron").commits) == 3 and "sample.wav" not in renamed.files
    assert hub.repo("ada/heron").gated == "manual" and "# Grey heron" in held(hub)["README.md"].decode()
    assert "extra_gated_prompt" in held(hub)["README.md"].decode()


def test_an_organisation_of_ones_own_is_ones_own(hub, sharing, make):
    assert sharing.account() == Account("ada", "Ada", ("choir",))
    assert sharing.push(make(), "choir/heron", sample=False).repo_id == "choir/heron"


def test_recordings_are_pushed_only_when_that_is_said(hub, sharing, make, studio):
    clip = Audio(np.linspace(-0.5, 0.5, 24_000, dtype=np.float32), 24_000)
    dataset = Dataset((
        Utterance("clips/0001.wav", clip, "One.", "en-us", "a.wav", 0.0),
        Utterance("clips/0002.wav", clip.resampled(16_000), "Two.", "en-us", "a.wav", 2.0, kept=False),
    ))  # fmt: skip
    voice = make()
    covered = issue(
        studio.services.keys.signing_key(), voice_name="Heron", speaker="Nobody", clips=[clip.sha256],
        scope="share", authority=CONTRACT,
    )  # fmt: skip
    with pytest.raises(ReceiptMismatchError):
        sharing.push(voice, "heron", sample=False, recordings=dataset)
    assert not hub.state.repos
    voice = replace(voice, receipt=covered)
    sharing.push(voice, "heron", sample=False, recordings=dataset)
    files = held(hub)
    assert {name for name in files if name.startswith("data/")} == {
        "data/metadata.jsonl",
        "data/clips/0001.wav",
    }
    assert json.loads(files["data/metadata.jsonl"]) == {
        "file_name": "clips/0001.wav", "text": "One.", "language": "en-us"
    }  # fmt: skip
    sounded, rate = soundfile.read(io.BytesIO(files["data/clips/0001.wav"]), dtype="float32")
    assert rate == 24_000 and np.allclose(sounded, clip.samples, atol=1 / 32_000)
    sharing.push(voice, "heron", sample=False)
    assert not [name for name in held(hub) if name.startswith("data/")]


@pytest.mark.parametrize("visibility", VISIBILITIES)
@pytest.mark.parametrize("scope", ["personal", "share", "commercial"])
def test_consent_says_who_may_have_it(hub, sharing, make, scope, visibility):
    if scope == "personal" and visibility != "private":
        with pytest.raises(HubScopeError, match="'personal' use") as narrow:
            sharing.push(make(scope), "heron", visibility=visibility, sample=False)
        assert narrow.value.scope == "personal" and not hub.asked
    else:
        assert (
            sharing.push(make(scope), "heron", visibility=visibility, sample=False).visibility == visibility
        )
        assert f"voiceclone-consent-{scope}" in held(hub)["README.md"].decode()


def test_consent_that_has_ended_is_not_pushed(hub, sharing, make, studio):
    past = dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)
    with pytest.raises(ReceiptExpiredError, match="2020-01-02"):
        sharing.push(make(now=past, expires="2020-01-02"), "heron")
    revoked = make()
    studio.revoke(revoked.receipt, "no longer")
    with pytest.raises(VoiceRevokedError, match="no longer"):
        sharing.push(revoked, "heron")
    assert not hub.asked


def test_consent_that_is_not_known_to_be_true_is_not_called_verified(hub, sharing, make, settings, weights):
    with pytest.raises(ReceiptUntrustedError):
        sharing.push(make(key=STRANGER, evidence=EVIDENCE), "heron")
    strict = Studio(replace(settings, consent="verified"), weights)
    with pytest.raises(ConsentUnverifiedError):
        Sharing(strict, ADA, endpoint=hub.endpoint).push(make(), "heron")
    with pytest.raises(ReceiptUntrustedError):
        Sharing(strict, ADA, endpoint=hub.endpoint).push(make(key=STRANGER, evidence=EVIDENCE), "heron")
    assert not hub.asked
    sharing.push(make(evidence=EVIDENCE), "heron", sample=False)
    assert "consent-verified" in held(hub)["README.md"].decode()


def test_who_has_no_right_there_is_refused(hub, studio, sharing, others, make):
    with pytest.raises(HubTokenMissingError):
        Sharing(studio, endpoint=hub.endpoint).push(make(), "heron")
    with pytest.raises(HubTokenMissingError):
        Sharing(studio, "", endpoint=hub.endpoint).account()
    with pytest.raises(HubUnauthorizedError):
        Sharing(studio, "hf_nobody", endpoint=hub.endpoint).push(make(), "heron")
    with pytest.raises(HubForbiddenError):
        others.push(make(), "ada/heron")
    with pytest.raises(OptionError, match="private, gated, public"):
        sharing.push(make(), "heron", visibility="everybody")
    with pytest.raises(HubRefError):
        sharing.push(make(), "not a name")
    assert not hub.state.repos


def test_what_is_there_already_is_never_overwritten(hub, sharing, make):
    hub.state.create("ada/heron").commit(
        "model", {"model.bin": Blob(b"weights"), "README.md": Blob(b"# Mine")}
    )
    with pytest.raises(HubRepoTakenError, match="README.md among them"):
        sharing.push(make(), "heron", sample=False)
    assert held(hub) == {"model.bin": b"weights", "README.md": b"# Mine"}
    sharing.push(make(name="Wren"), "wren", sample=False)
    with pytest.raises(HubRepoTakenError, match="the voice 'Wren'"):
        sharing.push(make(), "wren", sample=False)
    hub.state.create("ada/empty")
    assert sharing.push(make(), "empty", sample=False).repo_id == "ada/empty"
    assert hub.repo("ada/empty").private, "it was public, and nothing was asked for but private"
