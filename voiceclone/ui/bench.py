"""What the handlers of the *Fine-tune* tab work at."""

from __future__ import annotations

from typing import NamedTuple

from voiceclone.errors import VoiceCloneError
from voiceclone.studio import Studio
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words, refusal
from voiceclone.voices.owner import Owner
from voiceclone.workshop import Workshop


class Bench(NamedTuple):
    """The studio, and the workshop where its training runs go on."""

    studio: Studio
    workshop: Workshop


def owner_of(session: Session, words: Words) -> Owner:
    """Return whose material, runs and voices a page shows."""
    if session.owner is None:
        raise refusal("error.no_owner", words)
    return session.owner


def said(error: Exception, words: Words) -> str:
    """Return an error in words: all that a user can cause, and of anything else only that it happened."""
    return words.error(error) if isinstance(error, VoiceCloneError) else words("error.unexpected")
