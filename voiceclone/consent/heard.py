"""Whether a transcript says what the sentence of consent asked for.

Four parts count word for word: the date, the consent itself, its purpose and the words that were
drawn. The date directly followed by the consent is one run in which nothing may be added, lost or
replaced, and the purpose is another: "I do not consent" is refused although only two words in
twenty-five are wrong. The voice's name may be heard as anything of about its length, for a
recogniser need not know "Siobhan". The rest ("My words are") counts in the error rate only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from voiceclone.consent.sentence import Sentence
from voiceclone.errors import (
    ConsentClauseError,
    ConsentDateError,
    ConsentRefusedError,
    ConsentUnclearError,
    ConsentWordsMissingError,
)

ReadWords = Callable[[str, str], list[str]]
"""Text and language key to comparable words: `TextFrontEnd.words`."""

MAX_WORD_ERROR_RATE = 0.2
"""Of the whole sentence but the name: five words of twenty-five."""
SLACK = 3
"""Words that may be heard before the date, and in place of the name, beyond those that were asked."""


def check_words(asked: Sentence, transcript: str, read: ReadWords) -> float:
    """Return the word error rate of a transcript in which all that counts was heard.

    Args:
        asked: the sentence.
        transcript: what was recognised in the recording.
        read: makes numbers, dates and spellings comparable.

    Raises:
        ConsentRefusedError: a word that turns consent around was heard.
        ConsentClauseError: the consent or its purpose was not heard word for word.
        ConsentDateError: the date was not.
        ConsentWordsMissingError: not all drawn words were, in their order.
        ConsentUnclearError: too many of all words are wrong.
    """
    p = asked.phrasing

    def tokens(text: str) -> list[str]:
        return p.compared(read(text, asked.language))

    words = read(transcript, asked.language)
    _check_refusals(asked, words, transcript, read)
    heard, clause, purpose = p.compared(words), tokens(p.clause), tokens(asked.purpose)
    naming = tokens(f"{p.naming} {asked.voice_name}")
    begin = _find(clause, heard, 0)
    if begin is None:
        raise ConsentClauseError(transcript, p.clause)
    named = begin + len(clause)
    resumed = _find(purpose, heard, named)
    if resumed is None or resumed - named > len(naming) + SLACK:
        raise ConsentClauseError(transcript, asked.purpose)
    opening, date = tokens(p.opening), tokens(asked.date)
    before = _before_date(asked, heard[:begin], date, transcript)
    if len(before) > len(opening) + SLACK:
        raise ConsentClauseError(transcript, p.clause)
    drawn, tail = [tokens(word) for word in asked.words], heard[resumed + len(purpose) :]
    missing = _missing(drawn, tail)
    if missing:
        raise ConsentWordsMissingError(transcript, ", ".join(asked.words[i] for i in missing))
    exact = [*date, *clause, *purpose]  # as they were heard
    rate = _error_rate(
        [*opening, *exact, *tokens(p.closing), *(token for word in drawn for token in word)],
        [*before, *exact, *tail],
    )
    if rate > MAX_WORD_ERROR_RATE:
        raise ConsentUnclearError(transcript, rate, MAX_WORD_ERROR_RATE)
    return rate


def _check_refusals(asked: Sentence, words: Sequence[str], transcript: str, read: ReadWords) -> None:
    gap = "" if asked.phrasing.letters else " "
    expected, heard = (gap + gap.join(w) + gap for w in (read(asked.text, asked.language), words))
    for refusal in asked.phrasing.refusals:
        sought = re.compile(f"(?={gap}{refusal}{gap})")
        if len(sought.findall(heard)) > len(sought.findall(expected)):
            raise ConsentRefusedError(transcript, refusal)


def _before_date(asked: Sentence, heard: Sequence[str], date: list[str], transcript: str) -> list[str]:
    """Return what was heard before the date, of all that was heard before the consent.

    Raises:
        ConsentDateError: the date does not directly precede the consent.
    """
    asides = asked.phrasing.asides
    heard, date = ([token for token in tokens if token not in asides] for tokens in (heard, date))
    orders = [date]
    if len(date) == 3:  # day, month and year, the first two in either order
        orders.append([date[1], date[0], date[2]])
    if not any(heard[-len(order) :] == order for order in orders):
        raise ConsentDateError(transcript, asked.date)
    return heard[: -len(date)]


def _missing(words: Sequence[list[str]], heard: list[str]) -> list[int]:
    """Return which words were not heard after those before them."""
    missing, position = [], 0
    for index, word in enumerate(words):
        found = _find(word, heard, position)
        if found is None:
            missing.append(index)
        else:
            position = found + len(word)
    return missing


def _find(sought: list[str], within: list[str], start: int) -> int | None:
    """Return where a run of tokens first begins at or after `start`."""
    last = len(within) - len(sought)
    return next((i for i in range(start, last + 1) if within[i : i + len(sought)] == sought), None)


def _error_rate(asked: list[str], heard: list[str]) -> float:
    import jiwer

    return float(jiwer.process_words(" ".join(asked), " ".join(heard)).wer)
