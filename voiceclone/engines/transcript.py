"""Whether a text can be what a recording says."""

from __future__ import annotations

from collections.abc import Sequence

from voiceclone.audio.clip import Audio
from voiceclone.errors import TranscriptMismatchError
from voiceclone.text.phrase import Phrase

MAX_PHONEMES_PER_S = 30.0
"""Fast speech has about 20 phonemes a second, stress marks and spaces included about 28."""
MIN_PHONEMES_PER_S = 2.0
"""Slow speech with pauses has about 8."""


def check_transcript(audio: Audio, phrases: Sequence[Phrase]) -> None:
    """Raise unless a recording can hold a text.

    Raises:
        TranscriptMismatchError: far more or far fewer phonemes than there is time for.
    """
    n_phonemes = sum(len(phrase.phonemes) for phrase in phrases)
    if not MIN_PHONEMES_PER_S <= n_phonemes / audio.duration_s <= MAX_PHONEMES_PER_S:
        raise TranscriptMismatchError(audio.duration_s, n_phonemes, MIN_PHONEMES_PER_S, MAX_PHONEMES_PER_S)
