"""Words in a form in which what was asked and what was heard can be compared."""

from __future__ import annotations

import re
from collections.abc import Callable

from voiceclone.text.languages import Language
from voiceclone.text.mandarin import simplified
from voiceclone.text.normalize import HAN, Normalizer
from voiceclone.text.split import split

_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{2})our(?=s?$|ed$|ing$|ite|abl|ful|hood|less|er)"), "or"),
    (re.compile(r"(?<=[a-z]{3})is(?=(?:e|es|ed|er|ers|ing|ation|ations)$)"), "iz"),
    (re.compile(r"(?<=al)ys(?=(?:e|es|ed|er|ers|ing)$)"), "yz"),
    (re.compile(r"(?<=[a-z][^aeiou])re(?=s?$)"), "er"),
    (re.compile(r"(?<=[aeiou][^aeiou])(el|al)l(?=ed$|ing$|er$|ers$)"), r"\1"),
    (re.compile(r"(?<=[ao])gue(?=s?$)"), "g"),
    (re.compile(r"(?<=gram)me(?=s?$)"), ""),
    (re.compile(r"^grey"), "gray"),
    (re.compile(r"(?<=[a-z]{3})ence(?=s?$)"), "ense"),
)
"""British spellings to American ones; the same rules on both sides keep equal words equal."""


class WordReader:
    """Reads comparable words; Whisper's own English normaliser is loaded when first needed."""

    def __init__(self, normalizer: Normalizer) -> None:
        self._normalizer = normalizer
        self._whisper: Callable[[str], str] | None = None

    def words(self, text: str, language: Language) -> list[str]:
        """Return casefolded words without punctuation; for Chinese, single characters."""
        # In pieces: wetext needs more time per letter for long texts.
        pieces = (self._normalizer.normalize(piece.text, language) for piece in split(text))
        normalized = " ".join(pieces)
        if language.wetext == "en":
            return self._english(normalized)
        normalized = simplified(normalized).casefold()
        return re.findall(rf"[{HAN}]|[^\W_{HAN}]+(?:'[^\W_{HAN}]+)*", normalized)

    def _english(self, normalized: str) -> list[str]:
        if self._whisper is None:
            from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

            self._whisper = EnglishTextNormalizer({})
        # Whisper's normaliser leaves out what stands in brackets; here it is spoken.
        words = self._whisper(re.sub(r"[()\[\]<>]", " ", normalized)).split()
        return [_american(word) for word in words]


def _american(word: str) -> str:
    for pattern, replacement in _SPELLINGS:
        word = pattern.sub(replacement, word)
    return word
