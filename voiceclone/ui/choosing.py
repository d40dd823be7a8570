"""The voices that a visitor can choose among: the one on the page, and those that were saved."""

from __future__ import annotations

from typing import Any

import gradio as gr

from voiceclone.library import Library
from voiceclone.studio import Studio
from voiceclone.ui.bench import owner_of
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words, refusal
from voiceclone.voices.voice import Voice

PAGE = "page"
"""Stands for the voice that speaks in the *Clone* tab."""


def one_of(studio: Studio, words: Words, session: Session | None, key: str | None) -> Any:
    """Return the choices of one voice: what was chosen stays, else the first is.

    A tab can be opened before the page knows its visitor: then there is nothing to choose yet.
    """
    found = _choices(studio, words, session)
    keys = [key_ for _, key_ in found]
    value = key if key in keys else next(iter(keys), None)
    return gr.update(choices=found, value=value)


def some_of(studio: Studio, words: Words, session: Session | None, keys: list[str] | None) -> Any:
    """Return the choices of several voices: what was chosen stays; as `one_of`."""
    found = _choices(studio, words, session)
    known = {key for _, key in found}
    return gr.update(choices=found, value=[key for key in keys or () if key in known])


def chosen(studio: Studio, words: Words, session: Session, key: str | None) -> Voice:
    """Return a voice that was chosen.

    Raises:
        VoiceNotFoundError: this visitor has saved no such voice.
        ReceiptExpiredError, VoiceRevokedError: consent to it has ended.
    """
    if not key:
        raise refusal("error.no_voice", words)
    if key != PAGE:
        return Library(studio, owner_of(session, words)).open(key)
    if session.voice is None:
        raise refusal("error.no_voice", words)
    return session.voice


def _choices(studio: Studio, words: Words, session: Session | None) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if session is None:
        return found
    if session.voice is not None:
        found.append((words("choose.page", name=session.voice.name), PAGE))
    if session.owner is not None:
        on_page = session.voice.id if session.voice is not None else None
        saved = Library(studio, session.owner).list()
        found += [(voice.name, voice.id) for voice in saved if voice.speaks and voice.id != on_page]
    return found
