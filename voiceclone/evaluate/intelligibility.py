"""How much of a spoken text is understood, and which of its words are not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\s*(?:[\u3400-\u9fff]|[^\s\u3400-\u9fff]+)\s*")
"""A word with the white space around it, or a single Chinese character."""


@dataclass(frozen=True)
class WordMark:
    """One word of the asked text as it was written, and whether it was heard."""

    text: str
    """With the white space around it: the texts of all marks, joined, are the text that was asked."""
    ok: bool


@dataclass(frozen=True)
class WordReport:
    """What was asked against what was heard."""

    error_rate: float
    """Words wrong, missing or added, per word asked (Chinese: characters); above 1 is possible."""
    asked: tuple[WordMark, ...]
    heard: str
    """As recognised."""

    @property
    def missed(self) -> tuple[str, ...]:
        """The words that were not heard, as written."""
        return tuple(mark.text.strip() for mark in self.asked if not mark.ok)


def compare(asked: str, heard: str, words: Callable[[str], list[str]]) -> WordReport:
    """Return which words of a text were heard.

    Args:
        asked: the text as the user wrote it.
        heard: what was recognised.
        words: turns a text into comparable words ("3.50" and "three fifty" come out alike).
    """
    asked_words = words(asked)
    error_rate, missed = _missed(asked_words, words(heard))
    tokens = _TOKEN.findall(asked)
    readings = {token: words(token) for token in set(tokens)}
    owners = _owners([readings[token] for token in tokens], asked_words)
    wrong = {owner for index in missed for owner in owners[index]}
    marks = tuple(WordMark(token, index not in wrong) for index, token in enumerate(tokens))
    return WordReport(error_rate, marks, heard)


def _missed(asked: list[str], heard: list[str]) -> tuple[float, set[int]]:
    """Return the word error rate, and the indices of asked words that were replaced or left out."""
    import jiwer

    if not asked:
        return float(bool(heard)), set()
    result = jiwer.process_words(" ".join(asked), " ".join(heard))
    missed = {
        index
        for chunk in result.alignments[0]
        if chunk.type in ("substitute", "delete")
        for index in range(chunk.ref_start_idx, chunk.ref_end_idx)
    }
    return float(result.wer), missed


def _owners(readings: list[list[str]], asked_words: list[str]) -> list[set[int]]:
    """Return, for each word of the whole text, the tokens that it comes from.

    A token read by itself may sound different than in its sentence ("5" of "May 5" is "five",
    then "fifth"). Where the two readings differ, all tokens of that place own all its words.
    """
    sources = [index for index, reading in enumerate(readings) for _ in reading]
    alone = [word for reading in readings for word in reading]
    owners: list[set[int]] = [set() for _ in asked_words]
    matcher = SequenceMatcher(a=alone, b=asked_words, autojunk=False)
    for kind, alone_start, alone_end, start, end in matcher.get_opcodes():
        for index in range(start, end):
            if kind == "equal":
                owners[index] = {sources[alone_start + index - start]}
            else:  # words that no token has by itself belong to the one before them
                owners[index] = set(
                    sources[alone_start:alone_end] or sources[max(0, alone_start - 1) : alone_start]
                )
    return owners
