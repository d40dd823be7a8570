"""A piece of text that is spoken in one go."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """Text as written, as it will be read, and as phonemes."""

    text: str
    """The characters of the user's text that this phrase covers."""
    normalized: str
    """The same with numbers, dates, money and signs written out in words."""
    phonemes: str
    """Symbols of the engine's phoneme alphabet (for Kokoro: misaki's IPA)."""
    language: str
    """Key of `voiceclone.text.languages.LANGUAGES`."""
    pause_s: float = 0.0
    """Silence after the phrase, in seconds at speed 1."""
