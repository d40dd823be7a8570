"""The languages that can be spoken: one table."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from voiceclone.errors import LanguageUnknownError


@dataclass(frozen=True)
class Language:
    """What the text front end has to know of one language."""

    key: str
    """Name of the language everywhere in the program, as `en-us`."""
    title: str
    """What a person reads in a list of languages."""
    whisper: str
    """Whisper's code of the language."""
    wetext: str
    """wetext's code of the language."""
    british: bool = False
    """Whether English is spelled and pronounced the British way."""


LANGUAGES = MappingProxyType(
    {
        row.key: row
        for row in (
            Language("en-us", "English (American)", whisper="en", wetext="en"),
            Language("en-gb", "English (British)", whisper="en", wetext="en", british=True),
            Language("zh", "中文 (Mandarin Chinese)", whisper="zh", wetext="zh"),
        )
    }
)
"""All languages by key; the first one with a Whisper code is that code's default."""


def language(key: str) -> Language:
    """Return the language with this key.

    Raises:
        LanguageUnknownError: there is none; the error lists those there are.
    """
    try:
        return LANGUAGES[key]
    except KeyError:
        raise LanguageUnknownError(str(key), tuple(LANGUAGES)) from None


def from_whisper(code: str) -> Language | None:
    """Return the language that Whisper calls `code`, or None if it cannot be spoken."""
    return next((row for row in LANGUAGES.values() if row.whisper == code), None)
