"""The sentence of consent, as it is said in each language: one table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from voiceclone.consent.words_en import WORDS as WORDS_EN
from voiceclone.consent.words_zh import WORDS as WORDS_ZH
from voiceclone.text.languages import language

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_REFUSALS_EN = (
    "not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "cannot", "aint", "without",
    "refuse", "refused", "refuses", "refusing", "refusal", "reject", "rejected", "rejects", "deny", "denied",
    "denies", "decline", "declined", "declines", "withdraw", "withdrew", "withdrawn", "withhold", "revoke",
    "revoked", "object", "oppose", "forbid", "prohibit", "disagree", "against", "stop", "hardly", "if",
    "unless", "until", "but", "except", "false", "fake", "joke", "joking", "kidding", "pretend", "pretending",
)  # fmt: skip
_REFUSALS_ZH = (
    "不", "没", "别", "勿", "莫", "未", "无", "并非", "否", "拒", "禁", "假", "反对", "撤", "取消", "停止",
    "除了", "除非", "但", "如果", "开玩笑",
)  # fmt: skip


@dataclass(frozen=True)
class Phrasing:
    """How one language says it."""

    pattern: str
    """The sentence, its parts in braces."""
    opening: str
    """Before the date."""
    clause: str
    """The consent itself."""
    naming: str
    """Leads to the voice's name."""
    purposes: Mapping[str, str]
    """For each scope of a receipt."""
    closing: str
    """Before the words that were drawn."""
    comma: str
    """Between those words."""
    words: tuple[str, ...]
    """What is drawn from."""
    refusals: tuple[str, ...]
    """What turns consent around. Heard anywhere once more often than the sentence has it, it refuses."""
    asides: frozenset[str]
    """What may be heard within the date: "the 23rd of November"."""
    date: Callable[[dt.date], str]
    """A day as it is written in the sentence."""
    compared: Callable[[Sequence[str]], list[str]]
    """Makes comparable words (`TextFrontEnd.words`) those that are compared here."""
    letters: bool
    """Whether a comparable word is one letter, and a refusal may have several."""


@dataclass(frozen=True)
class Sentence:
    """What a sentence of consent says."""

    language: str
    """Key of the languages table."""
    day: dt.date
    voice_name: str
    scope: str
    """One of `voiceclone.consent.receipt.SCOPES`."""
    words: tuple[str, ...]
    """Those that were drawn."""

    @property
    def phrasing(self) -> Phrasing:
        """How its language says it."""
        return phrasing(self.language)

    @property
    def date(self) -> str:
        """The day as it is written in the sentence."""
        return self.phrasing.date(self.day)

    @property
    def purpose(self) -> str:
        """The scope in words."""
        return self.phrasing.purposes[self.scope]

    @property
    def text(self) -> str:
        """The sentence as it is read aloud."""
        p = self.phrasing
        return p.pattern.format(
            opening=p.opening, date=self.date, clause=p.clause, naming=p.naming, name=self.voice_name,
            purpose=self.purpose, closing=p.closing, words=p.comma.join(self.words),
        )  # fmt: skip


def phrasing(language_key: str) -> Phrasing:
    """Return how a language says it.

    Raises:
        LanguageUnknownError: there is no such language.
    """
    return PHRASINGS[language(language_key).key]


def _american_date(day: dt.date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _british_date(day: dt.date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _chinese_date(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _compared_en(words: Sequence[str]) -> list[str]:
    """One spelling for "23rd" and "23", and for "VoiceClone" and "voice clone"."""
    spelled = " ".join(words).replace("voiceclone", "voice clone").split()
    return [re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", word) for word in spelled]


_SAME_ZH = str.maketrans({"〇": "零", "两": "二", "号": "日"})
"""A day is written 日 and spoken 号; the number of "2日" is read by rule as 两."""


def _compared_zh(words: Sequence[str]) -> list[str]:
    """Syllables without tones, southern ones as northern ones: "zhong" and "zong", "jin" and "jing".

    A recogniser writes any of the characters that sound alike, and to it these sound nearly so.
    """
    from pypinyin import lazy_pinyin

    runs = "".join(f" {word} " if word.isascii() else word.translate(_SAME_ZH) for word in words)
    return [re.sub(r"^([zcs])h|(?<=[aei]n)g$", r"\1", s) for s in lazy_pinyin(runs.split())]


_ENGLISH = Phrasing(
    pattern="{opening} {date}, {clause} {naming} {name}, {purpose}. {closing} {words}.",
    opening="On",
    clause="I give my consent for Voice Clone to learn my voice",
    naming="as",
    purposes=MappingProxyType(
        {
            "personal": "for personal use only",
            "share": "for personal use and for sharing with others",
            "commercial": "for any use, including commercial use",
        }
    ),
    closing="My words are",
    comma=", ",
    words=WORDS_EN,
    refusals=_REFUSALS_EN,
    asides=frozenset({"the", "of"}),
    date=_american_date,
    compared=_compared_en,
    letters=False,
)

_CHINESE = Phrasing(
    pattern="{opening}{date}，{clause}，{naming}{name}，{purpose}。{closing}{words}。",
    opening="在",
    clause="我同意声音克隆学习我的声音",
    naming="名字叫",
    purposes=MappingProxyType(
        {
            "personal": "只限个人使用",
            "share": "供个人使用，也可以分享给他人",
            "commercial": "可以用于任何用途，包括商业用途",
        }
    ),
    closing="我的词语是",
    comma="、",
    words=WORDS_ZH,
    refusals=_REFUSALS_ZH,
    asides=frozenset(),
    date=_chinese_date,
    compared=_compared_zh,
    letters=True,
)

PHRASINGS: Mapping[str, Phrasing] = MappingProxyType(
    {"en-us": _ENGLISH, "en-gb": replace(_ENGLISH, date=_british_date), "zh": _CHINESE}
)
"""For each key of the languages table."""
