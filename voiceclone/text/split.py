"""A long text in phrases that an engine speaks well in one go.

Every place where a text may be cut has a price: nothing at the end of a sentence, a
little at a clause, much between words, most within a word. Every phrase has one too,
for being too short (an engine rushes a word or two) or too long. The cuts that are
cheapest together are found by dynamic programming, paragraph by paragraph, so no tiny
piece is left over at the end.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from voiceclone.text.english import ABBREVIATIONS, COUNTED, PLACES, TITLES
from voiceclone.text.mandarin import load_jieba
from voiceclone.text.normalize import HAN

SHORT_PHONEMES = 60
"""Phrases shorter than this are joined to a neighbour where there is one."""
LONG_PHONEMES = 250
"""Phrases longer than this are cut where it costs little."""
FIRST_PHONEMES = 40
"""A first phrase of a long text is about so long where a sentence or clause ends there, so that playing
starts early."""

WRAPPED_CHARACTERS = 60
"""A line longer than this was wrapped by an editor; a shorter one ends where its author wished."""

PAUSES_S = {
    "paragraph": 0.6, "…": 0.4, "sentence": 0.3, "line": 0.3, ";": 0.2, ":": 0.2, "—": 0.2, ",": 0.12,
    "word": 0.0, "letter": 0.0,
}  # fmt: skip
"""Seconds of silence after a phrase, by what it ends with."""

_COST = {"paragraph": 0.0, "sentence": 0.0, "…": 0.05, "line": 0.1, ";": 0.5, ":": 0.6, "—": 0.6, ",": 0.9,
         "word": 2.0, "letter": 40.0}  # fmt: skip
_DIGIT_PHONEMES, _SIGN_PHONEMES = 6.0, 5.0
_CLOSING = "”’\"'»)\\]）」』】》"
_BREAK = re.compile(
    rf"(?P<paragraph>[^\S\n]*\n[^\S\n]*\n\s*)"
    rf"|(?P<sentence>(?:[。！？]+[{_CLOSING}]*\s*|[.!?]+[{_CLOSING}]*(?:\s+|(?=[{HAN}]))))"
    rf"|(?P<ellipsis>(?:…+|\.\.\.+)[{_CLOSING}]*\s*)"
    rf"|(?P<line>\s*\n\s*)"
    rf"|(?P<semicolon>(?:；[{_CLOSING}]*\s*|;[{_CLOSING}]*\s+))"
    rf"|(?P<colon>(?:：\s*|:\s+))"
    rf"|(?P<dash>\s*—+\s*|\s+[-–]+\s+)"
    rf"|(?P<comma>(?:[，、][{_CLOSING}]*\s*|,[{_CLOSING}]*\s+))"
)
_KINDS = {"ellipsis": "…", "semicolon": ";", "colon": ":", "dash": "—", "comma": ","}
_NO_END = frozenset((*TITLES, "e.g", "i.e", "vs", "approx", "cf", "ca", "al", "Mr", "Mrs"))
"""Abbreviations that a sentence goes on after."""
_SOMETIMES_END = frozenset((*ABBREVIATIONS, *PLACES)) - _NO_END


@dataclass(frozen=True)
class Piece:
    """A part of a text, to be spoken in one go."""

    text: str
    """The characters as written, with the white space that follows them."""
    pause_s: float
    """Silence after it, in seconds; 0 after the last."""


@dataclass(frozen=True)
class _Cut:
    end: int
    kind: str


def estimated_phonemes(text: str) -> float:
    """Return about how many phonemes a text has, without reading it; rather too many."""
    return sum(_weight(character) for character in text)


def split(text: str, *, max_phonemes: int = 510, first_phonemes: int = FIRST_PHONEMES) -> tuple[Piece, ...]:
    """Return the text in pieces of an estimated `max_phonemes` at most.

    The pieces, one after the other, are the text without the white space around it. Only
    a word that is itself too long is cut within. With a text longer than one phrase, the
    first piece has about `first_phonemes`, if a sentence or clause ends there.
    """
    text = text.strip()
    if not text:
        return ()
    limit = max(1.0, float(max_phonemes))
    cuts = _cuts(text, limit)
    lengths = [0.0]
    for character in text:
        lengths.append(lengths[-1] + _weight(character))
    early = first_phonemes if lengths[-1] > LONG_PHONEMES else None
    pieces: list[Piece] = []
    start = 0
    paragraph: list[_Cut] = []
    for cut in cuts:
        paragraph.append(cut)
        if cut.kind != "paragraph" and cut.end != len(text):
            continue
        for chosen in _cheapest(start, paragraph, lengths, limit, None if pieces else early):
            pause_s = 0.0 if chosen.end == len(text) else PAUSES_S[chosen.kind]
            pieces.append(Piece(text[start : chosen.end], pause_s))
            start = chosen.end
        paragraph = []
    return tuple(pieces)


def _cheapest(
    start: int, cuts: list[_Cut], lengths: list[float], limit: float, early: float | None
) -> list[_Cut]:
    """The cuts, out of those possible, that divide one paragraph best; the last is its end."""
    ends = [start, *(cut.end for cut in cuts)]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for j in range(1, len(ends)):
        options = []
        for i in range(j - 1, -1, -1):
            length = lengths[ends[j]] - lengths[ends[i]]
            if length > limit and i < j - 1:
                break
            long, slope = (early, 2.0) if early and i == 0 else (LONG_PHONEMES, 6.0)
            options.append((best[i][0] + _price(length, min(long, 0.8 * limit), slope), i))
        price, before = min(options)
        best.append((price + (_COST[cuts[j - 1].kind] if j < len(cuts) else 0.0), before))
    chosen: list[_Cut] = []
    j = len(cuts)
    while j:
        chosen.append(cuts[j - 1])
        j = best[j][1]
    return chosen[::-1]


def _price(length: float, long: float, slope: float) -> float:
    """What a phrase costs for its length: little from `SHORT_PHONEMES` to `long`."""
    short = min(SHORT_PHONEMES, 0.4 * long)
    if length < short:
        return 0.15 + 8.0 * ((short - length) / short) ** 2
    return 0.15 + slope * max(0.0, (length - long) / long) ** 2


def _cuts(text: str, limit: float) -> list[_Cut]:
    """All places where the text may be cut, in order; the last is its end."""
    cuts = [
        _Cut(match.end(), _kind(text, match))
        for match in _BREAK.finditer(text)
        if match.end() < len(text) and not _goes_on(text, match)
    ]
    cuts.append(_Cut(len(text), "sentence"))
    result: list[_Cut] = []
    start = 0
    for cut in cuts:
        clause = text[start : cut.end]
        if estimated_phonemes(clause) > min(LONG_PHONEMES, limit):
            result += [_Cut(start + end, kind) for end, kind in _word_ends(clause, limit)]
        result.append(cut)
        start = cut.end
    return result


def _kind(text: str, match: re.Match[str]) -> str:
    if re.search(r"\n\s*\n", match[0]):
        return "paragraph"
    line_start = text.rfind("\n", 0, match.start()) + 1
    if match.lastgroup == "line" and match.start() - line_start > WRAPPED_CHARACTERS:
        return "word"
    return _KINDS.get(match.lastgroup or "", match.lastgroup or "")


def _word_ends(clause: str, limit: float) -> list[tuple[int, str]]:
    """Where words end in a clause, and where a word must be cut that is too long alone."""
    ends = []
    for match in re.finditer(rf"[{HAN}]+\s*|[^\s{HAN}]+\s*", clause):
        words = _chinese_words(match[0]) if re.match(f"[{HAN}]", match[0]) else [match[0]]
        at = match.start()
        for word in words:
            whole = estimated_phonemes(word)
            step, length = whole / math.ceil(whole / limit) if whole else limit, 0.0
            for i, character in enumerate(word):
                length += _weight(character)
                if length > min(limit, step + 0.01) and i and not character.isspace():
                    ends.append((at + i, "letter"))
                    length = _weight(character)
            at += len(word)
            ends.append((at, "word"))
    return [(end, kind) for end, kind in ends if end < len(clause)]


def _chinese_words(text: str) -> list[str]:
    words = load_jieba().lcut(text.rstrip())
    words[-1] += text[len(text.rstrip()) :]
    return words


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether a full stop belongs to an abbreviation or an initial and ends no sentence."""
    if match.lastgroup != "sentence" or not match[0].startswith(".") or match[0].startswith(".."):
        return False
    word = re.search(r"[\w.]*$", text[: match.start()])
    before = word[0] if word else ""
    following = text[match.end() : match.end() + 1]
    if re.fullmatch(r"(?:[A-Za-z]\.)*[A-Z]", before):
        return not following.isupper() or "." not in before
    if before in _NO_END or before in COUNTED and following.isdigit():
        return True
    return before in _SOMETIMES_END and not following.isupper() or following.islower()


def _weight(character: str) -> float:
    if character.isspace():
        return 0.0
    if character.isdigit():
        return _DIGIT_PHONEMES
    if character.isalpha():
        return 4.6 if re.match(f"[{HAN}]", character) else 1.3
    return 1.0 if character in ",.;:!?'\"()-—…“”‘’，。；：！？、（）《》" else _SIGN_PHONEMES
