"""The Voices tab's handlers, each as the page calls it."""

from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from voiceclone.consent.receipt import Authority, issue
from voiceclone.errors import LibraryKeyError, VoiceNotFoundError, VoiceRevokedError
from voiceclone.keys import SigningKey
from voiceclone.ui import saved
from voiceclone.ui.app import new_session
from voiceclone.ui.limits import account_of
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words
from voiceclone.voices.owner import Owner, new_capability

EN, ZH = Words("en"), Words("zh")


@pytest.fixture
def session(studio, stock_voice) -> Session:
    """A visitor with a key of their own, and a voice on the page whose consent is its own."""
    session, _ = new_session(None, None)
    receipt = issue(
        studio.services.keys.signing_key(), voice_name="Heron", speaker="Nobody", clips=["00" * 32],
        authority=Authority("own-voice"),
    )  # fmt: skip
    session.voice = replace(stock_voice, name="Heron", receipt=receipt)
    return session


def test_a_browser_keeps_its_key_and_gets_one_when_it_has_none(studio):
    first, key = new_session(None, None)
    again, same = new_session(None, key)
    other, another = new_session(None, "vc_wrong")
    assert key == same != another and first.owner == again.owner != other.owner


def test_who_is_signed_in_owns_by_the_account_whatever_key_the_browser_has():
    scope = {"session": {"oauth_info": {"userinfo": {"sub": "5f1a"}}}}
    one, key = new_session(account_of(scope), "vc_" + "x" * 43)
    other, _ = new_session(account_of(scope), None)
    stranger, _ = new_session("5f1b", None)
    assert one.owner == other.owner != stranger.owner and one.capability is None
    assert key == "vc_" + "x" * 43
    assert account_of({}) is None and account_of({"session": {}}) is None


def test_a_kept_voice_is_chosen_shown_and_heard(studio, session):
    view = saved.keep(studio, EN, session)
    assert view.voices["value"] == session.voice.id and "Heron · ready" in view.voices["choices"][0]
    assert "own voice" in view.card and "Ready to speak" in view.card
    assert Path(view.sample["value"]).stat().st_size > 10_000
    assert "已保存" in saved.keep(studio, ZH, session).status


def test_nothing_can_be_kept_before_there_is_a_voice(studio):
    session, _ = new_session(None, None)
    with pytest.raises(gr.Error, match="no voice yet"):
        saved.keep(studio, EN, session)


def test_an_empty_list_says_how_to_fill_it(studio):
    session, _ = new_session(None, None)
    view = saved.show(studio, EN, session, None)
    assert "No voice is saved yet" in view.status and view.details == gr.update(visible=False)


def test_a_saved_voice_is_used_renamed_and_exported(studio, session):
    saved.keep(studio, EN, session)
    voice_id, session.voice = session.voice.id, None
    assert "Grey" in saved.rename(studio, EN, session, voice_id, "Grey").card
    view = saved.use(studio, EN, session, voice_id)
    assert session.voice.name == "Grey" and view.speak_button == gr.update(interactive=True)
    exported = saved.export(studio, EN, session, voice_id)["value"]
    assert Path(exported).name == "Grey.safetensors" and studio.load_voice(exported).id == voice_id


def test_a_voice_from_elsewhere_is_shown_as_such(studio, stock_voice, session):
    receipt = issue(
        SigningKey(b"the key of somebody else, 32 b.."), voice_name="Far", speaker="Somebody",
        clips=["00" * 32], authority=Authority("own-voice"),
    )  # fmt: skip
    session.voice = replace(stock_voice, receipt=receipt)
    assert f"Issued elsewhere (key {receipt.key_id})" in saved.keep(studio, EN, session).card
    assert f"密钥 {receipt.key_id}" in saved.use(studio, ZH, session, receipt.voice_id).card


def test_a_voice_file_is_taken_in(studio, voice_file):
    session, _ = new_session(None, None)
    assert "Nobody is saved" in saved.take_in(studio, EN, session, str(voice_file)).status


def test_what_ends_a_voice_is_asked_twice_and_done_once(studio, session):
    saved.keep(studio, EN, session)
    voice_id = session.voice.id
    with pytest.raises(gr.Error, match="nothing to confirm"):
        saved.confirm(studio, EN, session, voice_id, "")
    visible, question = saved.ask_revoke(studio, EN, session)
    assert visible == gr.update(visible=True) and "never speak here again" in question
    saved.decline(studio, EN, session)
    with pytest.raises(gr.Error, match="nothing to confirm"):
        saved.confirm(studio, EN, session, voice_id, "")
    saved.ask_delete(studio, EN, session)
    saved.choose(studio, EN, session, voice_id)
    with pytest.raises(gr.Error, match="nothing to confirm"):
        saved.confirm(studio, EN, session, voice_id, "")
    saved.ask_revoke(studio, EN, session)
    assert saved.show(studio, EN, session, voice_id).confirm == gr.skip()
    view = saved.confirm(studio, EN, session, voice_id, "enough")
    assert "consent withdrawn" in view.voices["choices"][0][0] and view.sample["value"] is None
    with pytest.raises(VoiceRevokedError, match="enough"):
        saved.use(studio, EN, session, voice_id)
    saved.ask_delete(studio, EN, session)
    assert saved.confirm(studio, EN, session, voice_id, "").voices["choices"] == []


def test_a_key_opens_its_library_in_another_browser_and_nothing_else_does(studio, session):
    saved.keep(studio, EN, session)
    voice_id = session.voice.id
    other, _ = new_session(None, None)
    with pytest.raises(VoiceNotFoundError):
        saved.use(studio, EN, other, voice_id)
    with pytest.raises(LibraryKeyError):
        saved.use_key(studio, EN, other, "open sesame")
    key, cleared, *view = saved.use_key(studio, EN, other, f" {session.capability} ")
    assert key == session.capability and cleared == gr.update(value="")
    assert voice_id in str(view[0]["choices"])
    saved.use(studio, EN, other, voice_id)


def test_the_key_is_shown_only_when_asked_for_and_an_account_has_none(studio, session):
    assert saved.show_key(studio, EN, session)["value"] == session.capability
    signed_in = Session(Owner.from_subject("huggingface", "123"))
    assert "signed in" in saved.show_key(studio, EN, signed_in)["value"]


def test_a_page_that_does_not_know_its_owner_shows_nothing(studio):
    with pytest.raises(gr.Error, match="Load it again"):
        saved.show(studio, EN, Session(), None)
    assert new_capability() != new_capability()
