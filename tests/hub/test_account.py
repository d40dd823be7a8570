"""Whose token it is, what may be named, and what each failure of the Hub is called."""

import logging

import pytest

from tests.hub.server.hub import ADA, LoopbackHub
from voiceclone.errors import (
    HubForbiddenError,
    HubRateLimitError,
    HubRefError,
    HubRefusedError,
    HubTokenMissingError,
    HubUnauthorizedError,
    HubUnreachableError,
)
from voiceclone.hub.account import Account, Ref, own_repo, parse_ref, whoami
from voiceclone.hub.client import Access

CANARY = "hf_canaryCanaryCanaryCanary"


@pytest.fixture(scope="module")
def hub():
    with LoopbackHub() as server:
        yield server


@pytest.fixture(autouse=True)
def well_again(hub):
    yield
    hub.fail("nothing")


def at(hub: LoopbackHub, token: str | None = ADA, timeout_s: float = 30.0) -> Access:
    return Access(timeout_s, token, hub.endpoint)


def test_the_account_is_the_tokens(hub):
    assert whoami(at(hub)) == Account("ada", "Ada", ("choir",))


def test_without_a_token_nobody_is_asked(hub):
    before = len(hub.asked)
    with pytest.raises(HubTokenMissingError):
        whoami(at(hub, None))
    assert len(hub.asked) == before


def test_a_token_of_this_machine_is_not_used_for_somebody_else(hub, monkeypatch):
    """The client library sends the token of whoever started the program unless it is told not to."""
    monkeypatch.setenv("HF_TOKEN", CANARY)
    assert at(hub, None).ask(lambda api: list(api.list_models())) == []
    assert hub.asked[-1].token is None


@pytest.mark.parametrize("token", [CANARY, f"{CANARY}\n", f"{CANARY}é", " ", "x" * 5000], ids=ascii)
def test_a_token_that_is_none_is_refused_and_not_quoted(hub, token):
    with pytest.raises(HubUnauthorizedError) as refused:
        whoami(at(hub, token))
    assert CANARY not in str(refused.value) and CANARY not in repr(vars(refused.value))


@pytest.mark.parametrize(
    "how", [{"status": 403}, {"status": 500}, {"status": 429, "retry_after": 7}], ids=str
)
def test_what_is_raised_holds_no_token_anywhere(hub, how, caplog):
    """The client library's errors carry the request, and its headers: they must not hang on ours."""
    caplog.set_level(logging.DEBUG)
    access = at(hub)
    hub.fail("status", **how)
    with pytest.raises((HubForbiddenError, HubRefusedError, HubRateLimitError)) as refused:
        whoami(access)
    error = refused.value
    assert error.__cause__ is None and error.__context__ is None
    assert "Hub" in str(error) or "token" in str(error)
    for text in (str(error), repr(vars(error)), repr(access), caplog.text):
        assert ADA not in text


def test_the_hub_says_when_it_has_had_too_much(hub):
    hub.fail("status", status=429, retry_after=3600)
    with pytest.raises(HubRateLimitError) as limited:
        at(hub).ask(
            lambda api: list(api.list_models())
        )  # the client itself would sleep for an hour, five times
    assert limited.value.retry_after_s == 3600
    assert hub.count("GET", "api/models") == 2, "asked once, after the test above"


def test_a_hub_that_does_not_answer_is_left(hub):
    hub.fail("slow")
    with pytest.raises(HubUnreachableError, match="in time"):
        whoami(at(hub, timeout_s=0.05))


def test_a_hub_that_is_not_there_is_said_at_once(refusing_endpoint):
    with pytest.raises(HubUnreachableError, match="no connection"):
        Access(30, ADA, refusing_endpoint).ask(lambda api: list(api.list_models()))


def test_an_answer_that_is_cut_is_no_answer(hub):
    hub.fail("cut")
    with pytest.raises(HubUnreachableError, match="cut"):
        whoami(at(hub))


def test_offline_mode_is_named(hub, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(HubUnreachableError, match="HF_HUB_OFFLINE"):
        whoami(at(hub))


# --- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("ada/voice", Ref("ada/voice")),
        (" ada/my-voice_2.0 ", Ref("ada/my-voice_2.0")),
        ("ada/voice@main", Ref("ada/voice", "main")),
        ("ada/voice@refs/pr/1", Ref("ada/voice", "refs/pr/1")),
        (f"a/b@{'0f' * 20}", Ref("a/b", "0f" * 20)),
    ],
)
def test_a_name_is_an_owner_a_repository_and_perhaps_a_revision(text, ref):
    assert parse_ref(text) == ref and str(ref) == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "voice", "a/b/c", "/b", "a/", "../b", "a/..", "a/b--c", "a/b@", "a/b@../x", "a/b c", "ä/b",
     "a/b?x=1", "https://huggingface.co/a/b", "a/" + "b" * 97, "a/b@x\ny"],
)  # fmt: skip
def test_what_is_no_name_is_refused(text):
    with pytest.raises(HubRefError):
        parse_ref(text)


def test_the_owner_comes_from_the_token_and_not_from_who_types():
    account = Account("ada", "Ada", ("choir",))
    assert own_repo(account, "voice") == "ada/voice"
    assert own_repo(account, "choir/voice") == "choir/voice"
    with pytest.raises(HubForbiddenError, match="of 'bob'"):
        own_repo(account, "bob/voice")
    with pytest.raises(HubRefError):
        own_repo(account, "voice@main")
