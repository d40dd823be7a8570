"""A text as Pocket TTS was trained on texts: one line, a capital first, and an end."""

from __future__ import annotations

import re

_APOSTROPHES = str.maketrans("’‘", "''")
"""Typographic ones are not in what it was trained on."""
_ENDS, _WEAK, _CLOSING = ".!?…", ",;:-–—", "\"'”’)]»"
_SPLIT_END = re.compile(r"([.!?…])\s*[,;:]")


def as_trained(text: str) -> str:
    """Return a text with one space between words, a capital first, and the end of a sentence last.

    These are the rules of Kyutai's library: without an end the last word is often said wrongly or twice.
    """
    text = " ".join(text.translate(_APOSTROPHES).split())
    text = _SPLIT_END.sub(r"\1", text)  # as in '"Hi?", she said'
    return _ended(text[:1].upper() + text[1:])


def _ended(text: str) -> str:
    """Return a text that ends a sentence; what closes a quotation or a bracket may stand after the end."""
    core = text.rstrip(_CLOSING + " ")
    if not core or core[-1] in _ENDS:
        return text
    if core[-1] in _WEAK:
        return core.rstrip(_WEAK + " ") + "." + text[len(core) :].strip()
    return text + "."
