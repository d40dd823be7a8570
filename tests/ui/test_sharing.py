"""Sharing from the page, at a real hub on loopback."""

import functools
from dataclasses import replace
from types import SimpleNamespace

import gradio as gr
import pytest

from tests.hub.server.hub import ADA, LoopbackHub
from voiceclone.consent.receipt import Authority, issue
from voiceclone.errors import HubScopeError, HubTokenMissingError, HubUnauthorizedError
from voiceclone.library import Library
from voiceclone.sharing import Sharing
from voiceclone.studio import Studio
from voiceclone.ui import sharing
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words
from voiceclone.voices.owner import Owner, new_capability
from voiceclone.voices.voice import Voice

EN = Words("en")


@pytest.fixture
def hub(monkeypatch):
    with LoopbackHub() as server:
        monkeypatch.setattr(sharing, "Sharing", functools.partial(Sharing, endpoint=server.endpoint))
        yield server


def consented(studio: Studio, voice: Voice) -> Voice:
    """Return a voice with a consent of its own, which allows sharing."""
    receipt = issue(
        studio.services.keys.signing_key(), voice_name="Heron", speaker="Nobody", clips=["00" * 32],
        scope="share", authority=Authority("contract", "no. 7", "Somebody"),
    )  # fmt: skip
    return replace(voice, name="Heron", receipt=receipt)


@pytest.fixture(scope="module")
def saved(studio: Studio, stock_voice: Voice) -> tuple[Owner, Voice]:
    """A visitor, and the voice in their library; saving speaks a sample, so it is done once."""
    owner, voice = Owner.from_capability(new_capability()), consented(studio, stock_voice)
    Library(studio, owner).keep(voice)
    return owner, voice


@pytest.fixture
def session(saved: tuple[Owner, Voice]) -> Session:
    session = Session(saved[0])
    session.voice = saved[1]
    return session


def push(studio, session, name="heron", visibility="public", token=ADA, sample=False):
    return sharing.push_saved(studio, EN, session, session.voice.id, token, name, visibility, sample, None)


def signed_in(token: str):
    oauth = {"userinfo": {"sub": "1"}, "access_token": token}
    return SimpleNamespace(request=SimpleNamespace(scope={"session": {"oauth_info": oauth}}))


def test_a_saved_voice_is_shared_looked_at_and_speaks(studio, hub, session):
    offered = sharing.offer_saved(studio, EN, session, session.voice.id)
    assert offered.name == "heron" and "sharing, not selling" in offered.allowed
    shared = push(studio, session, sample=True)
    assert f'href="{hub.endpoint}/ada/heron"' in shared.status and "public" in shared.status
    taker = Session()
    view = sharing.look(studio, EN, taker, " ada/heron ", "", None)
    assert "stated on" in view.card and "issued here" in view.card and view.use_button["visible"]
    assert view.sample["value"].endswith(".wav")
    sharing.use(studio, EN, taker, "", None)
    assert taker.voice.id == session.voice.id
    choices, status = sharing.browse(studio, EN, "heron")
    assert choices["choices"][0][1] == "ada/heron" and status == ""
    assert "No voice was found" in sharing.browse(studio, EN, "albatross")[1]


def test_a_token_is_used_and_kept_nowhere(studio, hub, session, caplog):
    answer = sharing.who(studio, EN, f" {ADA} ", None)
    view = push(studio, session)
    assert "ada" in answer and view.token == gr.update(value="")
    assert ADA not in answer + repr(view) + repr(vars(session)) + caplog.text


def test_who_is_signed_in_brings_the_token(studio, hub):
    assert "You are ada" in sharing.who(studio, EN, "", signed_in(ADA))
    assert not sharing.token_asked(signed_in(ADA))["visible"]
    assert sharing.token_asked(SimpleNamespace(request=SimpleNamespace(scope={})))["visible"]


def test_without_a_token_or_with_a_wrong_one_it_is_said(studio, hub, session):
    with pytest.raises(HubTokenMissingError):
        sharing.who(studio, EN, "", None)
    with pytest.raises(HubUnauthorizedError):
        push(studio, session, token="hf_nobody")


def test_what_the_consent_does_not_allow_is_said_before_and_refused(studio, hub, session, stock_voice):
    Library(studio, session.owner).keep(stock_voice)
    offered = sharing.offer_saved(studio, EN, session, stock_voice.id)
    assert "only be private" in offered.allowed
    session.voice = stock_voice
    with pytest.raises(HubScopeError):
        push(studio, session, "nobody", "gated")


def test_a_voice_is_withdrawn_only_once_that_is_confirmed(studio, hub, session, stock_voice):
    mine = consented(studio, stock_voice)
    Sharing(studio, ADA, endpoint=hub.endpoint).push(mine, "heron", visibility="public", sample=False)
    with pytest.raises(gr.Error, match="nothing to confirm"):
        sharing.withdraw(studio, EN, session, ADA, "", None)
    box, question = sharing.ask_withdraw(studio, EN, session, "ada/heron", "empty")
    assert box["visible"] and "ada/heron for good" in question
    sharing.decline(studio, EN, session)
    with pytest.raises(gr.Error, match="nothing to confirm"):
        sharing.withdraw(studio, EN, session, ADA, "", None)
    sharing.ask_withdraw(studio, EN, session, "ada/heron", "empty")
    hidden, said, token = sharing.withdraw(studio, EN, session, ADA, "enough", None)
    assert not hidden["visible"] and "ada/heron is withdrawn" in said and token["value"] == ""
    view = sharing.look(studio, EN, session, "ada/heron", "", None)
    assert "was withdrawn" in view.card and not view.use_button["visible"]
    with pytest.raises(gr.Error, match="Look at the voice first"):
        sharing.use(studio, EN, session, "", None)


def test_nothing_is_used_before_it_was_looked_at(studio, hub, session):
    with pytest.raises(gr.Error, match="Look at the voice first"):
        sharing.use(studio, EN, session, "", None)
    with pytest.raises(gr.Error, match="owner/name"):
        sharing.look(studio, EN, session, "  ", "", None)
    with pytest.raises(gr.Error, match="owner/name"):
        sharing.ask_withdraw(studio, EN, session, " ", "empty")


def test_what_is_used_is_what_was_shown_though_it_was_pushed_again_since(studio, hub, session):
    push(studio, session)
    sharing.look(studio, EN, session, "ada/heron", "", None)
    seen = session.looked_at
    push(studio, session, visibility="gated")
    latest = hub.repo("ada/heron").head.id
    sharing.use(studio, EN, session, ADA, None)
    assert session.looked_at == seen and not seen.endswith(latest)
