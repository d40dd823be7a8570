"""Files read from a hub over a real socket: those that were listed, and no more of them than that."""

import pytest

from tests.hub.server.hub import ADA, BOB, LoopbackHub
from tests.hub.server.state import Blob
from voiceclone.errors import HubGatedError, HubRepoNotFoundError, HubUnreachableError, HubVoiceError
from voiceclone.hub.account import Ref
from voiceclone.hub.client import Access
from voiceclone.hub.pull import ATTEMPTS, read, resolve

REPO = "ada/heron"
VOICE = bytes(range(256)) * 2000


@pytest.fixture(scope="module")
def server():
    with LoopbackHub() as running:
        yield running


@pytest.fixture
def hub(server):
    repo = server.state.create(REPO)
    repo.commit("one", {"voice.safetensors": Blob(VOICE, large=True), "README.md": Blob(b"# 1")})
    server.asked.clear()
    yield server
    server.fail("nothing")


def at(hub: LoopbackHub, token: str | None = None) -> Access:
    return Access(30.0, token, hub.endpoint)


def test_a_revision_is_one_commit_whatever_happens_later(hub):
    first = resolve(at(hub), Ref(REPO))
    hub.repo(REPO).commit("two", {"README.md": Blob(b"# 2")})
    assert read(at(hub), first, "README.md", 100) == b"# 1"
    assert read(at(hub), resolve(at(hub), Ref(REPO)), "README.md", 100) == b"# 2"
    assert resolve(at(hub), Ref(REPO, first.revision)).files == first.files
    assert all(
        asked.path.split("/resolve/")[1][:40].isalnum() for asked in hub.asked if "/resolve/" in asked.path
    )


@pytest.mark.parametrize("name", ["voice.safetensors", "README.md"])
def test_contents_are_what_was_listed(hub, name):
    snapshot = resolve(at(hub), Ref(REPO))
    assert read(at(hub), snapshot, name, 1 << 20) == hub.repo(REPO).head.files[name].read_bytes()


def test_a_large_file_is_refused_before_a_byte_of_it_is_fetched(hub):
    snapshot = resolve(at(hub), Ref(REPO))
    with pytest.raises(HubVoiceError, match=r"0\.5 MB, at most 0\.1"):
        read(at(hub), snapshot, "voice.safetensors", 100_000)
    assert hub.count("GET", "resolve") == 0


def test_a_file_that_is_larger_than_it_was_listed_is_given_up(hub):
    snapshot = resolve(at(hub), Ref(REPO))
    hub.repo(REPO).head.files["README.md"] = Blob(b"#" * 5000)
    with pytest.raises(HubVoiceError, match="larger than the Hub lists"):
        read(at(hub), snapshot, "README.md", 1000)


@pytest.mark.parametrize("name", ["voice.safetensors", "README.md"])
def test_a_byte_that_differs_is_noticed(hub, name):
    snapshot = resolve(at(hub), Ref(REPO))
    hub.fail("wrong", file=name)
    with pytest.raises(HubVoiceError, match="not the file"):
        read(at(hub), snapshot, name, 1 << 20)


def test_a_download_that_is_cut_is_begun_again_and_not_for_ever(hub):
    snapshot = resolve(at(hub), Ref(REPO))
    hub.fail("cut", file="voice.safetensors", times=1)
    assert read(at(hub), snapshot, "voice.safetensors", 1 << 20) == VOICE
    hub.fail("cut", file="voice.safetensors")
    before = hub.count("GET", "resolve")
    with pytest.raises(HubUnreachableError, match="cut"):
        read(at(hub), snapshot, "voice.safetensors", 1 << 20)
    assert hub.count("GET", "resolve") == before + ATTEMPTS


def test_a_file_that_is_not_there_is_named(hub):
    with pytest.raises(HubVoiceError, match="no receipt.json"):
        read(at(hub), resolve(at(hub), Ref(REPO)), "receipt.json", 100)


@pytest.mark.parametrize("ref", [Ref("ada/wren"), Ref(REPO, "v9")], ids=str)
def test_what_is_not_on_the_hub_is_named(hub, ref):
    with pytest.raises(HubRepoNotFoundError) as missing:
        resolve(at(hub, ADA), ref)
    assert missing.value.repo == str(ref)


def test_a_gated_repository_is_listed_to_all_and_read_by_whom_its_owner_accepts(hub):
    repo = hub.repo(REPO)
    repo.gated = "manual"
    for token in (None, BOB):
        snapshot = resolve(at(hub, token), Ref(REPO))
        assert snapshot.visibility == "gated"
        with pytest.raises(HubGatedError) as closed:
            read(at(hub, token), snapshot, "README.md", 100)
        assert closed.value.url == f"{hub.endpoint}/{REPO}"
    repo.accepted.add("bob")
    assert read(at(hub, BOB), snapshot, "README.md", 100) == b"# 1"
    assert read(at(hub, ADA), snapshot, "README.md", 100) == b"# 1"


def test_nothing_is_left_in_the_cache_of_downloads(hub, tmp_path, monkeypatch):
    """A cache would hand one visitor's private voice to the next one, when the Hub does not answer."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    hub.repo(REPO).private = True
    snapshot = resolve(at(hub, ADA), Ref(REPO))
    assert read(at(hub, ADA), snapshot, "README.md", 100) == b"# 1"
    assert not list(tmp_path.iterdir())
    with pytest.raises(HubRepoNotFoundError):
        read(at(hub, BOB), snapshot, "README.md", 100)
