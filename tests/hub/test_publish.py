"""Files put on a hub over a real socket, with the real client, well and ill: nothing is half-public."""

from pathlib import Path

import pytest
from huggingface_hub import HfApi, snapshot_download

from tests.hub.server.hub import ADA, BOB, READER, LoopbackHub
from voiceclone.errors import (
    HubForbiddenError,
    HubRefusedError,
    HubRepoNotFoundError,
    HubUnauthorizedError,
    HubUnreachableError,
    HubUploadError,
)
from voiceclone.hub.account import Ref
from voiceclone.hub.client import Access
from voiceclone.hub.publish import Published, check, publish, show, standing
from voiceclone.hub.pull import resolve

REPO = "ada/heron"
FILES = {"voice.safetensors": bytes(range(256)) * 800, "config.json": b'{"a": 1}', "README.md": b"# Heron\n"}


@pytest.fixture
def hub():
    with LoopbackHub() as server:
        yield server


def at(hub: LoopbackHub, token: str = ADA) -> Access:
    return Access(30.0, token, hub.endpoint)


def put(hub: LoopbackHub, files=FILES, visibility: str = "private", token: str = ADA, **options) -> Published:
    access = at(hub, token)
    before = standing(access, REPO)
    return publish(access, REPO, before, files, visibility=visibility, message="Add", **options)


def held(hub: LoopbackHub) -> dict[str, bytes]:
    return {name: blob.read_bytes() for name, blob in hub.repo(REPO).head.files.items() if name[0] != "."}


def test_what_is_pushed_is_what_others_download_byte_for_byte(hub, tmp_path):
    done = put(hub)
    assert held(hub) == FILES and hub.repo(REPO).private and not hub.repo(REPO).gated
    assert (done.revision, done.visibility) == (hub.repo(REPO).head.id, "private")
    folder = snapshot_download(
        REPO, revision=done.revision, token=ADA, endpoint=hub.endpoint, cache_dir=tmp_path
    )
    assert {p.name: p.read_bytes() for p in Path(folder).iterdir() if p.name[0] != "."} == FILES


@pytest.mark.parametrize(("visibility", "gated"), [("gated", "manual"), ("public", False)])
def test_it_is_shown_after_it_was_read_back_and_not_before(hub, visibility, gated):
    put(hub, visibility=visibility)
    repo = hub.repo(REPO)
    assert (repo.private, repo.gated) == (False, gated)
    order = [asked.path.rpartition("/")[2] if "commit" not in asked.path else "commit" for asked in hub.asked]
    assert order.index("commit") < order.index(repo.head.id) < order.index("settings") == len(order) - 1


def test_pushing_again_is_one_commit_of_what_changed(hub):
    put(hub)
    asked = len(hub.asked)
    put(hub, FILES | {"config.json": b'{"a": 2}'})
    assert not [request for request in hub.asked[asked:] if request.path.startswith("lfs/")], "no voice sent"
    assert held(hub)["config.json"] == b'{"a": 2}' and len(hub.repo(REPO).commits) == 3
    put(hub, FILES | {"config.json": b'{"a": 2}'})
    assert len(hub.repo(REPO).commits) == 3, "nothing changed, nothing is committed"


def test_what_is_no_longer_pushed_goes_and_what_is_kept_or_not_ours_stays(hub):
    put(hub, FILES | {"sample.wav": b"RIFF", "data/a.txt": b"a", "notes.txt": b"mine"})
    put(hub, owned=["sample.wav", "data/"])
    assert set(held(hub)) == {*FILES, "notes.txt"}
    put(hub, FILES | {"sample.wav": b"RIFF"})
    put(hub, kept=["sample.wav"], owned=["sample.wav"])
    assert "sample.wav" in held(hub)


def test_one_that_shall_be_private_is_closed_before_it_is_written(hub):
    put(hub, visibility="public")
    hub.fail("status", file="commit/main", status=500)
    with pytest.raises(HubRefusedError):
        put(hub, FILES | {"config.json": b"{}"})
    assert hub.repo(REPO).private


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "file": "commit/main", "status": 500},
        {"kind": "cut", "file": "commit/main"},
        {"kind": "lost", "file": "commit/main"},
        {"kind": "cut", "file": "repos/create"},
        {"kind": "lost", "file": "repos/create"},
        {"kind": "cut", "file": "objects/batch"},
        {"kind": "status", "file": "settings", "status": 500},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault['file'].rpartition('/')[2]}",
)
def test_an_interrupted_push_leaves_nothing_public_and_can_be_done_again(hub, fault):
    hub.fail(**fault)
    with pytest.raises((HubRefusedError, HubUnreachableError)):
        put(hub, visibility="public")
    assert all(repo.private for repo in hub.state.repos.values())
    hub.fail("nothing")
    put(hub, visibility="public")
    assert held(hub) == FILES and not hub.repo(REPO).private


def test_an_upload_that_is_cut_is_sent_again(hub):
    hub.fail("cut", method="PUT", times=1)
    put(hub, FILES | {"sample.wav": b"RIFF" * 1000})
    assert held(hub)["sample.wav"] == b"RIFF" * 1000
    assert hub.count("PUT", "lfs/") == 3


def test_a_hub_that_holds_something_else_is_noticed_and_not_shown(hub):
    done = put(hub)
    after = resolve(at(hub), Ref(REPO, done.revision))
    check(after, FILES)
    with pytest.raises(HubUploadError) as wrong:
        check(after, FILES | {"config.json": b"{}"})
    assert wrong.value.file == "config.json"
    with pytest.raises(HubUploadError):
        check(after, FILES | {"more.txt": b""})
    with pytest.raises(HubUploadError):
        check(after, FILES, gone=["README.md"])


def test_two_who_write_at_once_do_not_overwrite_each_other(hub):
    put(hub)
    before = standing(at(hub), REPO)
    put(hub, FILES | {"config.json": b"{}"})
    with pytest.raises(HubRefusedError, match="since"):
        publish(at(hub), REPO, before, FILES, visibility="private", message="Add")
    assert held(hub)["config.json"] == b"{}"


@pytest.mark.parametrize(
    ("token", "error"),
    [("hf_nobody", HubUnauthorizedError), (BOB, HubForbiddenError), (READER, HubForbiddenError)],
    ids=["unknown", "foreign", "read-only"],
)
def test_who_may_not_write_there_is_told(hub, token, error):
    with pytest.raises(error):
        put(hub, token=token)
    assert not hub.state.repos


def test_a_private_repository_is_not_there_for_others(hub):
    put(hub)
    with pytest.raises(HubRepoNotFoundError):
        resolve(at(hub, BOB), Ref(REPO))
    assert standing(at(hub, BOB), REPO) is None


def test_gating_and_opening_are_one_request_each(hub):
    put(hub)
    for visibility, state in (
        ("gated", (False, "manual")),
        ("public", (False, False)),
        ("private", (True, False)),
    ):
        before = hub.count("PUT", "settings")
        show(at(hub), REPO, visibility)
        assert (hub.repo(REPO).private, hub.repo(REPO).gated) == state
        assert hub.count("PUT", "settings") == before + 1


def test_creating_what_is_there_is_a_conflict_that_the_client_knows(hub):
    api = HfApi(hub.endpoint, token=ADA)
    api.create_repo(REPO, private=True)
    with pytest.raises(Exception, match="409"):
        api.create_repo(REPO)
    assert api.repo_exists(REPO) and not api.repo_exists("ada/wren")
    api.delete_repo(REPO)
    assert not api.repo_exists(REPO)
