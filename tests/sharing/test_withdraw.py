"""A voice that was withdrawn is gone, says so, and falls silent where it was taken."""

from __future__ import annotations

import pytest

from tests.hub.server.hub import ADA
from tests.hub.server.state import Blob
from tests.sharing.repository import STRANGER, change, held
from voiceclone.consent import tombstone as tombstones
from voiceclone.errors import (
    HubForbiddenError,
    HubGatedError,
    HubRepoNotFoundError,
    HubVoiceError,
    OptionError,
    VoiceRevokedError,
)
from voiceclone.sharing import Sharing


@pytest.mark.parametrize("how", ["empty", "gate"])
def test_a_voice_that_was_withdrawn_is_gone_and_says_so(hub, sharing, elsewhere, make, studio, how):
    voice = make()
    first = sharing.push(voice, "heron", visibility="public", sample=how == "empty")
    done = sharing.withdraw("ada/heron", how=how, reason="I moved on")
    repo = hub.repo("ada/heron")
    assert set(held(hub)) == {".gitattributes", "README.md", "receipt.json", "tombstone.json"}
    assert (done.how, done.revision) == (how, repo.head.id) and repo.gated == (
        "manual" if how == "gate" else False
    )
    with pytest.raises(HubRepoNotFoundError):
        elsewhere.pull(f"ada/heron@{first.revision}")
    with pytest.raises(VoiceRevokedError, match="I moved on"):
        studio.speak(voice, "Yes.")
    assert elsewhere.browse() == []
    with pytest.raises((VoiceRevokedError, HubGatedError)):
        elsewhere.pull("ada/heron")
    again = sharing.withdraw("heron", how=how)
    assert again.tombstone.to_bytes() == done.tombstone.to_bytes() == held(hub)["tombstone.json"]


def test_a_copy_that_was_pulled_before_falls_silent_when_its_repository_is_looked_at(
    sharing, elsewhere, make
):
    voice = make()
    sharing.push(voice, "heron", visibility="public", sample=False)
    copy = elsewhere.pull("ada/heron")
    assert next(elsewhere.studio.speak(copy, "Yes.")).audio.duration_s > 0
    sharing.withdraw("heron", reason="no longer")
    shared = elsewhere.look("ada/heron")
    assert (shared.state, shared.sample, shared.name) == ("revoked", None, "Heron")
    with pytest.raises(VoiceRevokedError, match="no longer"):
        elsewhere.studio.speak(copy, "Yes.")


def test_a_strangers_tombstone_ends_nothing_but_its_own_repository(hub, sharing, elsewhere, make):
    """Anybody can copy a receipt, write a tombstone for it, and have others look at it."""
    voice = make()
    sharing.push(voice, "heron", visibility="public", sample=False)
    forged = tombstones.withdraw(voice.receipt, "forged", STRANGER)
    bad = {"receipt.json": Blob(voice.receipt.to_bytes()), "tombstone.json": Blob(forged.to_bytes())}
    hub.state.create("bob/heron").commit("forged", bad)
    assert elsewhere.look("bob/heron").state == "revoked"
    with pytest.raises(VoiceRevokedError, match="forged"):
        elsewhere.pull("bob/heron")
    assert elsewhere.look("ada/heron").state == "current" and elsewhere.pull("ada/heron").id == voice.id
    change(hub, tombstone__json=tombstones.withdraw(make().receipt, "", STRANGER).to_bytes())
    with pytest.raises(HubVoiceError, match="another receipt"):
        elsewhere.pull("ada/heron")


def test_a_deleted_repository_leaves_the_voice_silent_here(hub, sharing, make, studio):
    voice = make()
    sharing.push(voice, "heron", sample=False)
    assert sharing.withdraw("heron", how="delete").revision is None
    assert not hub.state.repos
    with pytest.raises(VoiceRevokedError):
        studio.speak(voice, "Yes.")


def test_a_withdrawn_voice_is_not_pushed_over_its_tombstone(hub, sharing, elsewhere, make):
    voice = make()
    sharing.push(voice, "heron", sample=False, visibility="public")
    copy = elsewhere.pull("ada/heron")
    sharing.withdraw("heron")
    owner_elsewhere = Sharing(elsewhere.studio, ADA, endpoint=hub.endpoint)
    with pytest.raises(VoiceRevokedError):
        owner_elsewhere.push(copy, "heron", sample=False)
    assert "voice.safetensors" not in held(hub)


def test_only_ones_own_voice_is_withdrawn(hub, sharing, others, make, studio):
    voice = make()
    sharing.push(voice, "heron", sample=False, visibility="public")
    for act in (lambda: others.withdraw("ada/heron"), lambda: others.withdraw("heron")):
        with pytest.raises((HubForbiddenError, HubRepoNotFoundError)):
            act()
    hub.state.create("bob/model").commit("model", {"model.bin": Blob(b"weights")})
    with pytest.raises(HubVoiceError):
        others.withdraw("model")
    with pytest.raises(OptionError, match="empty, gate, delete"):
        sharing.withdraw("heron", how="burn")
    with pytest.raises(OptionError, match="at most 300"):
        sharing.withdraw("heron", reason="x" * 301)
    assert sharing.pull("ada/heron").id == voice.id and "model.bin" in held(hub, "bob/model")
