"""Handlers of consent: the sentence to read aloud, its recording, and statements of authority."""

from __future__ import annotations

from typing import Any, NamedTuple

import gradio as gr

from voiceclone.consent.receipt import BASES, Authority, Receipt
from voiceclone.errors import ConsentMissingError
from voiceclone.studio import Studio
from voiceclone.ui import markup
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words, refusal

SPOKEN, OWN, AUTHORITY = KINDS = ("spoken", "own-voice", "authority")
"""How the page asks for consent: heard, stated of one's own voice, stated of another's."""

AUTHORITIES = tuple(basis for basis in BASES if basis != OWN)


class ChallengeView(NamedTuple):
    """What the page shows of a sentence to be read aloud."""

    sentence: Any
    recording: Any
    answer: Any


def choose_kind(studio: Studio, words: Words, kind: str | None) -> tuple[Any, Any, Any]:
    """Show the fields that this kind of consent needs: the sentence, the authority, the scope."""
    return (
        gr.update(visible=kind == SPOKEN),
        gr.update(visible=kind == AUTHORITY),
        gr.update(visible=kind != OWN),
    )


def ask(
    studio: Studio, words: Words, session: Session, name: str, speaker: str, scope: str, language: str
) -> ChallengeView:
    """Show a fresh sentence of consent; the one before, and what was recorded for it, are void."""
    if session.reference is None:
        raise refusal("error.no_reference", words)
    session.challenge = session.receipt = None
    session.challenge = studio.challenge(
        session.reference, name=name, speaker=speaker, scope=scope, language_key=language
    )
    return ChallengeView(
        markup.challenge(session.challenge, words), gr.update(value=None, visible=True), gr.update(value="")
    )


def give(
    studio: Studio, words: Words, session: Session, path: str | None, expires: str, keep: bool
) -> ChallengeView:
    """Check a recording of the sentence; it is good for one try, then a new sentence is needed."""
    if path is None:
        return ChallengeView(gr.skip(), gr.skip(), gr.skip())
    if session.reference is None or session.challenge is None:
        raise refusal("error.no_challenge", words)
    challenge, session.challenge = session.challenge, None
    session.receipt = studio.consent(
        challenge.id, path, session.reference_files, expires=expires.strip() or None, keep_recording=keep
    )
    session.consent_recording = studio.read(path) if keep else None
    return ChallengeView(
        gr.update(value=""), gr.update(visible=False), markup.consent_heard(session.receipt, words)
    )


def try_again(studio: Studio, words: Words) -> ChallengeView:
    """Take away a sentence whose recording was refused: it cannot be used twice."""
    return ChallengeView(gr.update(value=""), gr.update(value=None, visible=False), gr.skip())


def receipt(
    studio: Studio,
    words: Words,
    session: Session,
    name: str,
    speaker: str,
    kind: str | None,
    basis: str | None,
    document: str,
    stated_by: str,
    scope: str,
    expires: str,
) -> Receipt:
    """Return the receipt for the reference on the page: the one that was spoken for, or a new one."""
    if kind == SPOKEN:
        if session.receipt is None:
            raise refusal("error.no_consent", words)
        return session.receipt
    if kind not in KINDS:
        raise ConsentMissingError("the kind of consent", ", ".join(KINDS))
    if session.reference is None:
        raise refusal("error.no_reference", words)
    if kind == OWN:
        authority, scope = Authority(OWN), "personal"
    else:
        authority = Authority(basis or "", document, stated_by)
    return studio.attest(
        session.reference,
        name=name,
        speaker=speaker,
        authority=authority,
        scope=scope,
        expires=expires.strip() or None,
    )
