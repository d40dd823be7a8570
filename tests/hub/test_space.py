"""A Space made and brought up to date at a hub over a real socket, with the real client."""

import pytest

from tests.hub.server.hub import ADA, BOB, READER, LoopbackHub
from voiceclone.errors import (
    HubForbiddenError,
    HubRefusedError,
    HubUnauthorizedError,
    HubUnreachableError,
    OptionError,
)
from voiceclone.hub.client import Access
from voiceclone.hub.space import Deployed, Wish, deploy, hardware_names

SPACE = "ada/voices"
CARD = b"---\ntitle: voices\nsdk: gradio\nsdk_version: 6.31.0\napp_file: app.py\n---\n\n# Voices\n"
FILES = {
    "app.py": b"import voices\n",
    "README.md": CARD,
    "voices/__init__.py": b"",
    "voices/old.py": b"old = 1\n",
}
CANARY = "hf_canary0123456789canary"


@pytest.fixture
def hub():
    with LoopbackHub() as server:
        yield server


def put(hub: LoopbackHub, files=FILES, token: str = ADA, space: str = SPACE, **wish) -> Deployed:
    return deploy(Access(30.0, token, hub.endpoint), space, Wish(files, **wish), message="Run it")


def held(hub: LoopbackHub) -> dict[str, bytes]:
    files = hub.state.spaces[SPACE].head.files
    return {name: blob.read_bytes() for name, blob in files.items() if name != ".gitattributes"}


def asked(hub: LoopbackHub, since: int = 0) -> list[str]:
    return [
        f"{request.method} {request.path.rpartition('/voices')[2] or request.path}"
        for request in hub.asked[since:]
    ]


def test_a_space_is_made_with_its_files_in_one_commit_and_then_shown(hub):
    done = put(hub, hardware="t4-small")
    space = hub.state.spaces[SPACE]
    assert held(hub) == FILES and len(space.commits) == 2, "the Hub's own first commit, and ours"
    assert not space.private and space.hardware == "t4-small" and not hub.state.repos
    assert (done.created, done.private, done.removed) == (True, False, ())
    assert done.url == f"{hub.endpoint}/spaces/{SPACE}" and done.revision == space.head.id
    order = asked(hub)
    assert order.index("POST /commit/main") < order.index("PUT /settings") == len(order) - 1


def test_settings_are_there_before_the_app_can_start(hub):
    done = put(hub, variables={"VOICECLONE_MAX_VOICES": "5"}, secrets={"VOICECLONE_SIGNING_KEY": CANARY})
    space = hub.state.spaces[SPACE]
    assert space.variables == {"VOICECLONE_MAX_VOICES": "5"}
    assert space.secrets == {"VOICECLONE_SIGNING_KEY": CANARY}
    order = asked(hub)
    assert max(order.index("POST /secrets"), order.index("POST /variables")) < order.index(
        "POST /commit/main"
    )
    assert CANARY not in repr(done) and CANARY not in repr(Wish(FILES, secrets={"A": CANARY}))
    before = len(hub.asked)
    put(hub, variables={"VOICECLONE_MAX_VOICES": "5"})
    assert "POST /variables" not in asked(hub, before), "every change restarts the Space: none, then none"


def test_an_update_sends_what_changed_and_removes_what_is_gone(hub):
    put(hub)
    kept = {name: data for name, data in FILES.items() if name != "voices/old.py"}
    done = put(hub, kept | {"voices/__init__.py": b"new = 1\n"})
    assert (done.created, done.sent, done.removed) == (False, ("voices/__init__.py",), ("voices/old.py",))
    assert held(hub) == kept | {"voices/__init__.py": b"new = 1\n"}
    assert ".gitattributes" in hub.state.spaces[SPACE].head.files, "the Hub's own stays"
    commits, before = len(hub.state.spaces[SPACE].commits), len(hub.asked)
    again = put(hub, kept | {"voices/__init__.py": b"new = 1\n"})
    assert len(hub.state.spaces[SPACE].commits) == commits == 3
    assert (again.sent, again.removed, again.revision) == ((), (), done.revision)
    assert not [request for request in asked(hub, before) if "commit" in request or "preupload" in request]


def test_hardware_is_asked_for_when_it_is_another(hub):
    put(hub)
    assert hub.state.spaces[SPACE].hardware == "cpu-basic"
    put(hub, hardware="zero-a10g")
    assert hub.state.spaces[SPACE].hardware == "zero-a10g"
    before = len(hub.asked)
    put(hub, hardware="zero-a10g")
    put(hub)
    assert "POST /hardware" not in asked(hub, before) and hub.state.spaces[SPACE].hardware == "zero-a10g"
    with pytest.raises(OptionError, match="cpu-basic"):
        put(hub, hardware="abacus")
    assert {"cpu-basic", "zero-a10g", "t4-small"} <= set(hardware_names())


def test_a_private_one_is_closed_before_it_is_written_and_never_opened_by_an_update(hub):
    put(hub)
    hub.fail("status", file="commit/main", status=500)
    with pytest.raises(HubRefusedError):
        put(hub, FILES | {"app.py": b"secret = 1\n"}, private=True)
    assert hub.state.spaces[SPACE].private
    hub.fail("nothing")
    assert put(hub).private and hub.state.spaces[SPACE].private


@pytest.mark.parametrize("cut", ["repos/create", "commit/main", "secrets"])
def test_an_interrupted_deployment_shows_nothing_and_can_be_done_again(hub, cut):
    hub.fail("lost", file=cut)
    with pytest.raises((HubUnreachableError, HubRefusedError)):
        put(hub, secrets={"VOICECLONE_MASTER_KEY": CANARY})
    assert all(space.private for space in hub.state.spaces.values())
    hub.fail("nothing")
    put(hub)
    assert held(hub) == FILES


@pytest.mark.parametrize(
    ("token", "error"),
    [("hf_nobody", HubUnauthorizedError), (BOB, HubForbiddenError), (READER, HubForbiddenError)],
    ids=["unknown", "foreign", "read-only"],
)
def test_who_may_not_write_there_is_told(hub, token, error):
    with pytest.raises(error):
        put(hub, token=token)
    assert not hub.state.spaces


def test_a_space_and_a_model_of_one_name_are_two(hub):
    hub.state.create(SPACE)
    put(hub)
    assert set(hub.state.repos[SPACE].head.files) == {".gitattributes"} and held(hub) == FILES
