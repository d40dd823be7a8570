"""A repository that is emptied keeps no way back to what it held."""

import pytest

from tests.hub.server.hub import ADA, BOB, LoopbackHub
from tests.hub.server.state import Blob
from voiceclone.errors import HubForbiddenError, HubRefusedError, HubRepoNotFoundError, HubVoiceError
from voiceclone.hub.account import Ref
from voiceclone.hub.client import Access
from voiceclone.hub.pull import read, resolve
from voiceclone.hub.withdraw import clear, delete, gate

REPO = "ada/heron"
OWNED = ("voice.safetensors", "sample.wav", "data/")
LEFT = {"README.md": b"# withdrawn\n", "tombstone.json": b"{}"}


@pytest.fixture(scope="module")
def server():
    with LoopbackHub() as running:
        yield running


@pytest.fixture
def hub(server):
    repo = server.state.create(REPO)
    held = {
        "voice.safetensors": b"v" * 100,
        "sample.wav": b"RIFF",
        "data/clips/1.wav": b"RIFF",
        "receipt.json": b"{}",
    }
    repo.commit("voice", {name: Blob(data) for name, data in held.items()})
    repo.commit("better voice", repo.head.files | {"voice.safetensors": Blob(b"w" * 100)})
    yield server
    server.fail("nothing")


def at(hub: LoopbackHub, token: str | None = ADA) -> Access:
    return Access(30.0, token, hub.endpoint)


def test_the_files_and_their_history_are_gone(hub):
    before = [resolve(at(hub), Ref(REPO, commit.id)) for commit in hub.repo(REPO).commits[1:]]
    revision = clear(at(hub), before[-1], LEFT, OWNED, "Withdraw")
    after = resolve(at(hub, None), Ref(REPO))
    assert after.revision == revision and set(after.files) == {".gitattributes", "receipt.json", *LEFT} - {
        ".gitattributes"
    }
    for old in before:
        with pytest.raises(HubRepoNotFoundError):
            resolve(at(hub), Ref(REPO, old.revision))
        with pytest.raises(HubRepoNotFoundError):
            read(at(hub), old, "voice.safetensors", 1000)
    assert [commit.title for commit in hub.repo(REPO).commits] == ["Withdraw"]


def test_it_can_be_done_again_after_it_was_cut_off(hub):
    hub.fail("status", file="super-squash/main", status=503)
    with pytest.raises(HubRefusedError):
        clear(at(hub), resolve(at(hub), Ref(REPO)), LEFT, OWNED, "Withdraw")
    with pytest.raises(HubVoiceError):
        read(at(hub), resolve(at(hub), Ref(REPO)), "voice.safetensors", 1000)
    hub.fail("nothing")
    clear(at(hub), resolve(at(hub), Ref(REPO)), LEFT, OWNED, "Withdraw")
    assert len(hub.repo(REPO).commits) == 1


def test_what_is_gated_is_listed_and_what_is_deleted_is_not(hub):
    gate(at(hub), REPO)
    assert resolve(at(hub, None), Ref(REPO)).visibility == "gated"
    delete(at(hub), REPO)
    with pytest.raises(HubRepoNotFoundError):
        resolve(at(hub), Ref(REPO))


def test_nobody_empties_or_deletes_what_is_somebody_elses(hub):
    snapshot = resolve(at(hub, BOB), Ref(REPO))
    for act in (
        lambda: clear(at(hub, BOB), snapshot, LEFT, OWNED, "Withdraw"),
        lambda: gate(at(hub, BOB), REPO),
        lambda: delete(at(hub, BOB), REPO),
    ):
        with pytest.raises(HubForbiddenError):
            act()
    assert len(hub.repo(REPO).commits) == 3 and not hub.repo(REPO).gated
