from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from voiceclone.comparing import MOST
from voiceclone.consent.receipt import Authority, issue
from voiceclone.errors import OptionError, VoiceNotFoundError
from voiceclone.ui import saved
from voiceclone.ui.app import new_session
from voiceclone.ui.choosing import PAGE, chosen, one_of, some_of
from voiceclone.ui.comparing import Place, compare
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words

EN = Words("en")


@pytest.fixture(scope="module")
def visitor(studio, stock_voice) -> Session:
    """Who has saved a voice, and opened another one after that."""
    session, _ = new_session(None, None)
    receipt = issue(
        studio.services.keys.signing_key(), voice_name="Heron", speaker="Nobody", clips=["00" * 32],
        authority=Authority("own-voice"),
    )  # fmt: skip
    session.voice = replace(stock_voice, name="Heron", receipt=receipt)
    saved.keep(studio, EN, session)
    session.voice = stock_voice
    return session


def test_the_page_s_voice_and_the_saved_ones_can_be_chosen(studio, visitor):
    found = one_of(studio, EN, visitor, None)
    (page, key), (name, saved_id) = found["choices"]
    assert (page, key, name, found["value"]) == ("Nobody (on this page)", PAGE, "Heron", PAGE)
    assert one_of(studio, EN, visitor, saved_id)["value"] == saved_id
    assert some_of(studio, EN, visitor, [saved_id, "gone"])["value"] == [saved_id]
    assert chosen(studio, EN, visitor, saved_id).name == "Heron"


def test_nobody_chooses_another_visitor_s_voice(studio, visitor, owned_session):
    saved_id = one_of(studio, EN, visitor, None)["choices"][1][1]
    assert one_of(studio, EN, owned_session, saved_id)["choices"] == []
    with pytest.raises(VoiceNotFoundError):
        chosen(studio, EN, owned_session, saved_id)


def test_voices_are_shown_one_after_the_other_with_players_and_scores(studio, visitor):
    keys = [key for _, key in one_of(studio, EN, visitor, None)["choices"]]
    views = list(compare(studio, EN, visitor, keys, "Yes, it is.", "en-us"))
    assert {len(view) for view in views} == {2 + len(Place._fields) * MOST}
    assert "Nobody speaks" in views[0][0] and "Heron speaks" in views[1][0] and views[-1][0] == ""
    for number, name in enumerate(("Nobody", "Heron")):
        first = 2 + len(Place._fields) * number
        place = Place(*views[1 + number][first : first + len(Place._fields)])
        assert place.box["visible"] and name in place.card and "of 100" in place.card
        assert place.audio_file == place.player
        found = studio.verify(place.player, record=Path(place.record_file).read_bytes())
        assert found.conclusion == "made here"


def test_one_voice_is_no_comparison(studio, visitor):
    with pytest.raises(OptionError, match="2 to 4"):
        next(compare(studio, EN, visitor, [PAGE], "Yes.", "en-us"))
    with pytest.raises(gr.Error, match="Learn one"):
        next(compare(studio, EN, Session(), [PAGE, PAGE], "Yes.", "en-us"))
