"""The text front end: what a person wrote, as phrases that an engine can speak."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from voiceclone.errors import TextEmptyError, TextTooLongError, TextUnspeakableError
from voiceclone.text.languages import Language, language
from voiceclone.text.normalize import Normalizer
from voiceclone.text.phonemes import Phonemizer, speakable
from voiceclone.text.phrase import Phrase
from voiceclone.text.reading import Reading
from voiceclone.text.split import Piece, split
from voiceclone.text.words import WordReader

SMALLEST_LIMIT = 60
"""Fewest phonemes a phrase may be limited to: the longest reading of one character fits."""


class TextFrontEnd:
    """Turns text into phrases; grammars, dictionaries and models are loaded when first needed.

    One object serves all threads, phrase by phrase in turn, so that a long text holds up
    nobody; it keeps nothing of the texts it reads.
    """

    def __init__(self) -> None:
        self._normalizer = Normalizer()
        self._phonemizer = Phonemizer()
        self._words = WordReader(self._normalizer)
        self._lock = threading.Lock()

    def phrases(
        self, text: str, language_key: str, *, max_phonemes: int = 510, max_characters: int = 20_000
    ) -> tuple[Phrase, ...]:
        """Return the text as phrases of at most `max_phonemes` symbols each; errors as `reading`."""
        limits = {"max_phonemes": max_phonemes, "max_characters": max_characters}
        return tuple(self.reading(text, language_key, **limits))

    def reading(
        self, text: str, language_key: str, *, max_phonemes: int = 510, max_characters: int = 20_000
    ) -> Reading:
        """Return the phrases of the text, of which only the first is read at once.

        The `text` of the phrases, joined, is the whole text without the white space
        around it; what cannot be spoken (a line of emoji) stays with its neighbour.

        Raises:
            LanguageUnknownError: no such language.
            TextEmptyError: nothing but white space.
            TextTooLongError: more than `max_characters` characters.
            TextUnspeakableError: nothing in the text has a sound in this language.
        """
        spoken_in = language(language_key)
        assert max_phonemes >= SMALLEST_LIMIT, max_phonemes
        if len(text) > max_characters:
            raise TextTooLongError(len(text), max_characters)
        if not text.strip():
            raise TextEmptyError()
        # An estimate decides where to cut; a fifth is kept back for its errors.
        pieces = self._split(text, max_phonemes * 4 // 5)
        reading = Reading(pieces, lambda piece: self._spoken(piece, spoken_in, max_phonemes))
        if next(iter(reading), None) is None:
            raise TextUnspeakableError(spoken_in.title)
        return reading

    def words(self, text: str, language_key: str) -> list[str]:
        """Return the words of a text in a form that makes different spellings equal.

        "23" and "twenty three", "colour" and "color", "don't" and "do not" come out the
        same, so what was asked can be compared with what was recognised. Chinese comes
        as single simplified characters, with English words whole.

        Raises:
            LanguageUnknownError: no such language.
        """
        spoken_in = language(language_key)
        with self._lock:
            return self._words.words(text, spoken_in)

    def _split(self, text: str, max_phonemes: int) -> tuple[Piece, ...]:
        with self._lock:
            return split(text, max_phonemes=max_phonemes)

    def _spoken(self, piece: Piece, spoken_in: Language, max_phonemes: int) -> Iterator[Phrase]:
        """The phrase of a piece, or several if its phonemes are more than was estimated."""
        with self._lock:
            normalized = self._normalizer.normalize(piece.text, spoken_in)
        phonemes = self._phonemizer.phonemes(normalized, spoken_in)
        if len(phonemes) <= max_phonemes:
            if not speakable(phonemes):
                phonemes = ""
            yield Phrase(piece.text, normalized, phonemes, spoken_in.key, piece.pause_s)
            return
        limit = max_phonemes // 2
        while len(parts := self._split(piece.text, limit)) < 2:
            limit //= 2
        # split() drops the white space at the end, which belongs to the piece.
        rest = piece.text[sum(len(part.text) for part in parts) :]
        for part in parts[:-1]:
            yield from self._spoken(part, spoken_in, max_phonemes)
        yield from self._spoken(Piece(parts[-1].text + rest, piece.pause_s), spoken_in, max_phonemes)
