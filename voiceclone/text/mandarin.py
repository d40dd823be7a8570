"""Mandarin: Chinese characters to the phonemes that misaki uses for them.

misaki's first Chinese front end (the one Kokoro-82M v1.0 was trained with) gives words
of jieba the readings of pypinyin, and knows no tone sandhi. Here misaki's own table of
sandhi (from PaddleSpeech) is applied before the syllables become IPA, and a few
one-character words get their reading from their neighbours.
"""

from __future__ import annotations

import logging
import re
import tempfile
import warnings
from collections.abc import Sequence
from types import ModuleType

_SYLLABLE = re.compile(r"[a-zêü]+[1-5]")
_COMPLEMENTS = ("得", "大", "高", "成", "出", "满", "胖", "着")

Word = tuple[str, str]
"""A word and jieba's part of speech: `r` pronoun, `n` noun, `v` verb, `m` number, `x` punctuation."""


def load_jieba() -> ModuleType:
    """Return jieba with its dictionary loaded, without its notices and its shared cache."""
    with warnings.catch_warnings():
        # jieba 0.42 asks pkg_resources for its dictionary.
        warnings.filterwarnings("ignore", message="pkg_resources is deprecated", category=UserWarning)
        import jieba

    jieba.setLogLevel(logging.WARNING)
    if not jieba.dt.initialized:
        # The default cache lies where every user of the machine can write: not to be trusted.
        with tempfile.TemporaryDirectory(prefix="jieba") as folder:
            jieba.dt.tmp_dir = folder
            jieba.initialize()
    return jieba


def simplified(text: str) -> str:
    """Return Chinese text in simplified characters, one for each traditional one."""
    from wetext.utils import FSTS

    return FSTS["preprocess"]["traditional_to_simple"](text)


class MandarinG2P:
    """Reads Chinese characters; jieba's dictionary is loaded with the object."""

    def __init__(self) -> None:
        load_jieba()
        import jieba.posseg
        from misaki.tone_sandhi import ToneSandhi

        self._cut = jieba.posseg.lcut
        self._sandhi = ToneSandhi()

    def __call__(self, text: str) -> str:
        """Return the phonemes of a run of Chinese characters, words apart by spaces."""
        # The dictionaries of words, readings and sandhi know simplified characters best.
        text = simplified(text)
        words = [(pair.word, pair.flag) for pair in self._cut(text)]
        syllables = [s for i in range(len(words)) for s in self._readings(words, i)]
        merged = [tuple(word) for word in self._sandhi.pre_merge_for_modify(words)]
        if "".join(word for word, _ in merged) != text:
            merged = words
        spoken = []
        for word, kind in merged:
            tones, syllables = syllables[: len(word)], syllables[len(word) :]
            if all(_SYLLABLE.fullmatch(tone) for tone in tones):
                tones = self._with_sandhi(word, kind, tones)
            spoken.append("".join(_ipa(tone) for tone in tones))
        return " ".join(filter(None, spoken))

    def _with_sandhi(self, word: str, kind: str, syllables: list[str]) -> list[str]:
        """The syllables (`ni3`) with the tones they have in this word."""
        changed = self._sandhi.modified_tone(word, kind, list(syllables))
        for i in range(1, len(word)):
            # 行 of 银行/行长 is no repetition that loses its tone, as 妈 of 妈妈 is.
            if word[i] == word[i - 1] and len(word) == 4 and i == 2:
                changed[i] = syllables[i]
        if word == "地" and kind == "n":
            changed[0] = "di4"
        if word == "得" and syllables[0] == "dei3":
            changed[0] = "dei3"
        return changed

    @staticmethod
    def _readings(words: Sequence[Word], index: int) -> list[str]:
        """One pinyin syllable with its tone for each character of a word."""
        from pypinyin import Style, lazy_pinyin

        word = words[index][0]
        reading = _reading_by_context(words, index) if len(word) == 1 else None
        if reading:
            return [reading]
        syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
        if len(syllables) == len(word):
            return syllables
        # Characters that pypinyin does not know come back several in one.
        return [lazy_pinyin(c, style=Style.TONE3, neutral_tone_with_five=True)[0] for c in word]


def _reading_by_context(words: Sequence[Word], index: int) -> str | None:
    """The reading of a one-character word that has several, or None to ask the dictionary."""
    word, kind = words[index]
    before, before_kind = words[index - 1] if index else ("", "x")
    after, after_kind = words[index + 1] if index + 1 < len(words) else ("", "x")
    if word == "长":
        return "zhang3" if after.startswith(_COMPLEMENTS) else "chang2"
    if word == "得":
        return "dei3" if before_kind[0] in "rn" and after_kind[0] in "vdp" else "de5"
    if word == "还":
        return "huan2" if after_kind[0] == "n" or after in ("了", "给") else "hai2"
    if word == "只":
        return "zhi1" if before_kind[0] == "m" or before in ("这", "那", "几", "每", "哪") else "zhi3"
    if word == "行":
        return "hang2" if before_kind[0] == "m" else "xing2"
    if word == "为":
        return "wei4" if kind == "p" else "wei2"
    if word == "教":
        return "jiao1" if kind == "v" else "jiao4"
    if word == "干":
        return "gan4" if kind == "v" else "gan1"
    if word == "种":
        return "zhong4" if kind == "v" and before_kind[0] != "m" else "zhong3"
    if word == "量":
        return "liang2" if kind == "v" else "liang4"
    return None


def _ipa(syllable: str) -> str:
    """misaki's IPA of one syllable (`ni3`), empty for what has no reading."""
    from misaki.zh import ZHG2P

    if not _SYLLABLE.fullmatch(syllable):
        return ""
    # chr(815) marks the second half of a diphthong; the alphabet has no such sign.
    return ZHG2P.py2ipa("er5" if syllable == "r5" else syllable).replace(chr(815), "")
