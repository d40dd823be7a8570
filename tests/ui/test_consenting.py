"""Consent on the page: the sentence, its recording, statements, and what the page shows of them."""

import gradio as gr
import pytest

from voiceclone.errors import ChallengeError, ConsentMissingError, SpokenConsentError
from voiceclone.ui import consenting
from voiceclone.ui.learning import take_reference
from voiceclone.ui.session import REFERENCE, Consent, Session
from voiceclone.ui.words import Words

EN = Words("en")
STATED = ("Heron", "Nobody", "authority", "contract", "no. 7", "Somebody", "share", "")


def given(session: Session) -> Consent:
    return session.consents[REFERENCE]


@pytest.fixture
def session(studio, spoken_reference) -> Session:
    session = Session()
    take_reference(studio, EN, session, str(spoken_reference))
    return session


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("spoken", (True, False, True)),
        ("authority", (False, True, True)),
        ("own-voice", (False, False, False)),
        (None, (False, False, True)),
    ],
)
def test_only_the_fields_that_count_are_shown(studio, kind, shown):
    updates = consenting.choose_kind(studio, EN, kind)
    assert tuple(update["visible"] for update in updates) == shown


def test_a_sentence_read_aloud_makes_the_receipt_that_learning_uses(studio, session, recite):
    asked = consenting.ask(studio, EN, session, "Heron", "Nobody", "share", "en-us")
    assert "Nobody" not in asked.sentence and "Heron" in asked.sentence and "garden" not in asked.answer
    recording = recite(given(session).challenge.sentence)
    answered = consenting.give(studio, EN, session, str(recording), "", True)
    assert "Your consent was heard" in answered.answer and "May be shared" in answered.answer
    assert given(session).receipt.verified and given(session).recording is not None
    used = consenting.receipt(studio, EN, session, "", "", "spoken", None, "", "", "personal", "")
    assert used is given(session).receipt


def test_a_wrong_recording_uses_the_sentence_up(studio, session, spoken_reference):
    consenting.ask(studio, EN, session, "Heron", "Nobody", "personal", "en-us")
    challenge = given(session).challenge
    with pytest.raises(SpokenConsentError):
        consenting.give(studio, EN, session, str(spoken_reference), "", False)
    assert given(session).receipt is None and given(session).challenge is None
    with pytest.raises(gr.Error, match="has been used"):
        consenting.give(studio, EN, session, str(spoken_reference), "", False)
    given(session).challenge = challenge  # as if the page still had it
    with pytest.raises(ChallengeError):
        consenting.give(studio, EN, session, str(spoken_reference), "", False)


def test_without_a_heard_sentence_nothing_is_consented(studio, session):
    with pytest.raises(gr.Error, match="not been heard"):
        consenting.receipt(studio, EN, session, "", "N", "spoken", None, "", "", "personal", "")


def test_another_recording_voids_the_consent_to_the_one_before(studio, session, spoken_reference):
    consenting.ask(studio, EN, session, "Heron", "Nobody", "personal", "en-us")
    take_reference(studio, EN, session, str(spoken_reference))
    assert given(session).challenge is None and given(session).receipt is None


def test_a_statement_of_authority_is_kept_whole(studio, session):
    receipt = consenting.receipt(studio, EN, session, *STATED)
    assert (receipt.authority.document, receipt.scope, receipt.verified) == ("no. 7", "share", False)


def test_one_s_own_voice_unheard_is_for_personal_use_whatever_was_chosen(studio, session):
    receipt = consenting.receipt(
        studio, EN, session, "", "Nobody", "own-voice", "contract", "x", "y", "commercial", ""
    )
    assert receipt.scope == "personal" and receipt.authority.basis == "own-voice"
    assert receipt.voice_name == "Nobody"


@pytest.mark.parametrize("missing", range(3))
def test_a_statement_with_a_gap_is_refused(studio, session, missing):
    fields = list(STATED)
    fields[3 + missing] = None if missing == 0 else " "
    with pytest.raises(ConsentMissingError):
        consenting.receipt(studio, EN, session, *fields)


def test_before_a_reference_the_page_says_what_to_do_first(studio):
    with pytest.raises(gr.Error, match="Record or upload"):
        consenting.ask(studio, EN, Session(), "Heron", "Nobody", "personal", "en-us")
