"""A text that was given against what is heard: how well it fits, and which of it is said in which clip."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from voiceclone.text.normalize import HAN

_TOKEN = re.compile(rf"\s*(?:[{HAN}]|[^\s{HAN}]+)\s*")
"""A word with the white space around it, or a single Chinese character."""


def shared_out(text: str, heard: Sequence[str], words: Callable[[str], list[str]]) -> list[str]:
    """Return the part of a text that is said in each of the clips that a recording was cut into.

    The words of the text are aligned with those that were heard, by the least edit distance; one that
    was heard differently goes where its place in the line is, one that was not heard with the one before.

    Args:
        text: of the whole recording.
        heard: what was recognised in each clip, in order, at least one.
        words: turns a text into comparable words.

    Returns:
        As many texts as clips; joined by white space they are the text.
    """
    import jiwer

    tokens = _TOKEN.findall(text)
    asked = [(word, index) for index, token in enumerate(tokens) for word in words(token)]
    said = [(word, clip) for clip, part in enumerate(heard) for word in words(part)]
    if not asked or not said:
        return [text.strip(), *[""] * (len(heard) - 1)]
    result = jiwer.process_words(" ".join(w for w, _ in asked), " ".join(w for w, _ in said))
    clips: dict[int, int] = {}
    for chunk in result.alignments[0]:
        for place in range(chunk.ref_start_idx, chunk.ref_end_idx):
            beside = chunk.hyp_start_idx + place - chunk.ref_start_idx  # of equal and substituted words
            if chunk.type == "delete":
                beside = max(0, chunk.hyp_start_idx - 1)
            clips.setdefault(asked[place][1], said[beside][1])
    parts = [""] * len(heard)
    clip = 0
    for index, token in enumerate(tokens):
        clip = max(clip, clips.get(index, clip))  # signs without a word stay with the word before
        parts[clip] += token
    return [part.strip() for part in parts]


def comparable(words: Callable[[str], list[str]], is_chinese: bool) -> Callable[[str], list[str]]:
    """Return words as they sound: of Chinese, syllables without tones.

    A recogniser writes any of the characters that sound alike; they are no sign of another text.
    """
    if not is_chinese:
        return words

    def syllables(text: str) -> list[str]:
        from pypinyin import lazy_pinyin

        return [syllable for word in words(text) for syllable in lazy_pinyin(word)]

    return syllables
