"""Handlers of consent: the sentence to read aloud, its recording, and statements of authority.

Each is for one material of the page, `REFERENCE` or `DATASET`: each has consent of its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import gradio as gr

from voiceclone.audio.clip import Audio
from voiceclone.consent.receipt import BASES, Authority, Receipt
from voiceclone.errors import ConsentMissingError
from voiceclone.finetune.dataset import Dataset
from voiceclone.listen.reference import Reference
from voiceclone.studio import Studio
from voiceclone.ui import markup
from voiceclone.ui.session import REFERENCE, Session
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
    studio: Studio,
    words: Words,
    session: Session,
    name: str,
    speaker: str,
    scope: str,
    language: str,
    of: str = REFERENCE,
) -> ChallengeView:
    """Show a fresh sentence of consent; the one before, and what was recorded for it, are void.

    Without a language it is in the one that the dataset is in.
    """
    material, given = _material(session, words, of), session.consents[of]
    if isinstance(material, Dataset):
        language = language or material.language
    given.forget()
    given.challenge = studio.challenge(
        material, name=name, speaker=speaker, scope=scope, language_key=language
    )
    return ChallengeView(
        markup.challenge(given.challenge, words), gr.update(value=None, visible=True), gr.update(value="")
    )


def give(
    studio: Studio,
    words: Words,
    session: Session,
    path: str | None,
    expires: str,
    keep: bool,
    of: str = REFERENCE,
) -> ChallengeView:
    """Check a recording of the sentence; it is good for one try, then a new sentence is needed."""
    if path is None:
        return ChallengeView(gr.skip(), gr.skip(), gr.skip())
    given = session.consents[of]
    if given.challenge is None:
        raise refusal("error.no_challenge", words)
    clips = _clips(studio, session, words, of)
    challenge, given.challenge = given.challenge, None
    given.receipt = studio.consent(
        challenge.id, path, clips, expires=expires.strip() or None, keep_recording=keep
    )
    given.recording = studio.read(path) if keep else None
    return ChallengeView(
        gr.update(value=""), gr.update(visible=False), markup.consent_heard(given.receipt, words)
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
    of: str = REFERENCE,
) -> Receipt:
    """Return the receipt for material on the page: the one that was spoken for, or a new one."""
    if kind == SPOKEN:
        heard = session.consents[of].receipt
        if heard is None:
            raise refusal("error.no_consent", words)
        return heard
    if kind not in KINDS:
        raise ConsentMissingError("the kind of consent", ", ".join(KINDS))
    material = _material(session, words, of)
    if kind == OWN:
        authority, scope = Authority(OWN), "personal"
    else:
        authority = Authority(basis or "", document, stated_by)
    return studio.attest(
        material,
        name=name,
        speaker=speaker,
        authority=authority,
        scope=scope,
        expires=expires.strip() or None,
    )


def _material(session: Session, words: Words, of: str) -> Reference | Dataset:
    material = session.reference if of == REFERENCE else session.dataset
    if material is None:
        raise refusal(f"error.no_{of}", words)
    return material


def _clips(studio: Studio, session: Session, words: Words, of: str) -> list[Audio]:
    """Return the sound that consent is asked for."""
    material = _material(session, words, of)
    if isinstance(material, Dataset):
        return [utterance.audio for utterance in material.kept]
    return [studio.read(path) for path in session.reference_files]
