"""Text as it is written to text as it is read: numbers, dates, money and signs in words.

The characters are cleaned first (Unicode forms, quotes, dashes, emoji), then addresses
and what wetext misreads are spelled out by rule, then wetext's grammars
(https://github.com/pengzhendong/wetext, finite-state transducers that come with the
package) read the rest.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from voiceclone.text import english
from voiceclone.text.languages import LANGUAGES, Language

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Ranges of Chinese characters, for a character class of a regular expression."""

_QUOTES = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "´": "'", "′": "'", "″": '"', "„": "“", "‟": "“",
    "«": "“", "»": "”", "‹": "“", "›": "”", "〝": "“", "〞": "”", "＂": '"', "＇": "'",
})  # fmt: skip
_DASHES = str.maketrans(dict.fromkeys("‐‑‒−﹣－", "-") | {"―": "—", "⸺": "—", "─": "—"})
_SIGNS = {
    "en": {
        "½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3", "©": " copyright ", "§": " section ",
        "÷": " divided by ", "±": " plus or minus ", "≈": " about ", "≤": " at most ", "≥": " at least ",
        "≠": " is not equal to ", "√": " square root of ", "∞": " infinity ", "₹": " rupees ", "¢": " cents ",
        "µ": " micro", "℃": "°C", "℉": "°F", "№": "No. ", "→": ", ",
    },
    "zh": {
        "½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "©": "版权", "§": "第", "÷": "除以",
        "±": "正负", "≈": "约等于", "≤": "小于等于", "≥": "大于等于", "≠": "不等于", "√": "根号",
        "∞": "无穷大", "№": "No.", "㎡": "平方米", "→": "，", "℃": "°C", "℉": "°F",
    },
}  # fmt: skip
_ADDRESS_SIGNS = {
    "en": {".": "dot", "/": "slash", "-": "dash", "_": "underscore", "?": "question mark", "=": "equals",
           "&": "and", "@": "at", ":": "colon", "#": "hash", "%": "percent", "+": "plus", "~": "tilde"},
    "zh": {".": "点", "/": "斜杠", "-": "横杠", "_": "下划线", "?": "问号", "=": "等于", "&": "和",
           "@": "艾特", ":": "冒号", "#": "井号", "%": "百分号", "+": "加", "~": "波浪号"},
}  # fmt: skip
_ADDRESS = re.compile(
    r"(?:https?://|ftp://|www\.)[^\s<>\"'“”，。；！？、（）\u3400-\u9fff]+"
    r"|[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    r"|(?<![\w.@])(?:[A-Za-z0-9-]+\.)+(?:com|org|net|edu|gov|io|ai|app|dev|info|cn|uk|de|eu)\b"
    r"(?:/[^\s<>\"'“”，。；！？、（）\u3400-\u9fff]*)?"
)
_GREEK = re.compile(r"(?<![\u0370-\u03ff])[\u0391-\u03a9\u03b1-\u03c9](?![\u0370-\u03ff])")
_CHINESE_RULES: tuple[english.Rule, ...] = (
    (re.compile(r"(?<=\d),(?=\d{3}(?!\d))"), ""),
    (re.compile(r"(?<=[A-Za-z])[-–](?=\d)"), " "),
    (re.compile(r"(?<=\d) ?[~～] ?(?=\d)"), "到"),
    (re.compile(r"(?<![\d-])(\d)-(\d)(?![\d-]|[^\s，。；！？,.;!?])"), r"\1比\2"),
    (re.compile(r"(?<=\d)\^(\d+)"), r"的\1次方"),
    (re.compile(r"#(?=\d)"), "第"),
    (re.compile(r"\bNo\. ?(?=\d)"), "第"),
    (re.compile(r"(?<!\d)24/7(?!\d)"), "全天候"),
    (re.compile(r"(?<=\d)\.(?=\d+\.\d)|(?<=\.\d)\.(?=\d)"), "点"),
    (re.compile(r"\+86[ -]?(?=1\d{10})"), "加八六，"),
    (re.compile(r"&"), "和"),
)


class Normalizer:
    """Reads text in words; wetext is loaded with the first text."""

    def __init__(self) -> None:
        self._wetext: Any = None

    def normalize(self, text: str, language: Language) -> str:
        """Return the text as it will be read: letters and punctuation only, on one line.

        Latin and Chinese letters are kept in every language (English words stay English in
        a Chinese text); letters of other scripts, emoji and control characters are left
        out. A text in Latin letters alone is read as English. The result is empty if
        nothing is left to read.
        """
        text = _clean(text, language)
        if not re.search(f"[{HAN}]", text) and re.search(r"\b[A-Za-z]{2,}", text):
            language = LANGUAGES[language.key if language.wetext == "en" else "en-us"]
        text = _ADDRESS.sub(lambda match: _spoken_address(match[0], language), text)
        if language.wetext == "en":
            text = english.polish(self._read_english(english.spell_out(text, language.british)))
        else:
            for pattern, replacement in _CHINESE_RULES:
                text = pattern.sub(replacement, text)
            text = self._load().normalize(text, lang="zh", operator="tn")
        return _tidy(text)

    def _load(self) -> Any:
        if self._wetext is None:
            from wetext import utils

            self._wetext = utils
        return self._wetext

    def _read_english(self, text: str) -> str:
        """Read text with wetext, word by word apart where its grammar knows no path for it."""
        wetext = self._load()
        if not text.strip():
            return ""
        tagged = wetext.tag(" ".join(text.split()), "en", "tn")
        if not tagged:
            tagged = wetext.tag(" ".join(self._unglued(word) for word in text.split()), "en", "tn")
        return wetext.verbalize(wetext.reorder(tagged, "en", "tn"), "en", "tn") if tagged else ""

    def _unglued(self, word: str) -> str:
        """A word that wetext's tagger refuses ("5#", "×5", 30 digits), in parts that it takes."""
        wetext = self._load()
        if wetext.tag(word, "en", "tn"):
            return word
        parts = re.findall(r"[^\W\d_]+|\d{1,12}|\S", word)
        return " ".join(part for part in parts if wetext.tag(part, "en", "tn"))


def _clean(text: str, language: Language) -> str:
    """One form for every character, and none that cannot be read."""
    text = unicodedata.normalize("NFC", text)
    if language.wetext == "zh":
        text = re.sub(r"(?<![A-Za-z])‘", "“", re.sub(r"’(?![A-Za-z])", "”", text))
    text = re.sub(r"</?[A-Za-z][^<>]*>", " ", text).translate(_QUOTES).translate(_DASHES)
    signs = _SIGNS[language.wetext]
    text = "".join(signs.get(c) or _readable(c) for c in text)
    text = _GREEK.sub(lambda m: f" {unicodedata.name(m[0]).split()[-1].lower()} ", text)
    text = re.sub(r"[\u0370-\u03ff]", " ", text)
    text = re.sub(r"(?:https?|ftp)://\s", " ", text)
    text = re.sub(r"\.(?: ?\.)+|…+|⋯+", "…", text)
    text = re.sub(r"\s*(?:---?|—+|(?<=\s)[-–](?=\s))\s*", "——" if language.wetext == "zh" else " — ", text)
    text = re.sub(r"(?<!\d)\"(?=[^\W_])|(?<=\s)\"(?=\S)", "“", text)
    return re.sub(r"\s+", " ", text.translate({ord('"'): "”", ord("\\"): " "})).strip()


def _readable(character: str) -> str:
    """The compatible plain form of a character (full-width, ligature, bold), or a space."""
    kind = unicodedata.category(character)
    if character in "²³°^":
        return character
    if kind[0] in "LN":
        plain = unicodedata.normalize("NFKC", character)
        return plain if all(_spoken_letter(c) for c in plain) else " "
    if kind in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    if kind[0] == "C" or kind[0] == "M" or kind in ("So", "Sk"):
        return ""
    if "\uff01" <= character <= "\uff5e" and character not in "！（），：；？":
        return unicodedata.normalize("NFKC", character)
    if kind == "Sm" and character not in "+=<>|~×":
        return " "
    return character


def _spoken_letter(character: str) -> bool:
    if character.isascii() or re.match(f"[{HAN}\u0370-\u03ff]", character):
        return True
    return unicodedata.name(character, "").startswith("LATIN ")


def _spoken_address(address: str, language: Language) -> str:
    """`https://a.org/x` as "a dot org slash x"."""
    body = address.rstrip(".,;:!?)")
    tail = address[len(body) :]
    body = re.sub(r"^(?:https?|ftp)://", "", body).rstrip("/")
    signs = _ADDRESS_SIGNS[language.wetext]
    return re.sub(r"[^A-Za-z0-9]", lambda m: f" {signs.get(m[0], ' ')} ", body) + tail


def _tidy(text: str) -> str:
    """Letters, spaces and the punctuation that steers the voice."""
    text = re.sub(r"[\[{<]", "(", re.sub(r"[\]}>]", ")", text))
    kept = "〇 '-,.;:!?…—“”()，。；：！？、（）《》「」『』【】·"
    text = "".join(c if c.isalpha() or c in kept else " " for c in text)
    text = re.sub(r"(?<![^\W_])'(?![^\W_])|(?<![^\W_])-|-(?![^\W_])", " ", text)
    text = re.sub(r"\(\s*\)|“\s*”|（\s*）", " ", text)
    text = re.sub(r"\s+([,.;:!?…)”])", r"\1", re.sub(r"([(“])\s+", r"\1", text))
    return re.sub(r"\s+", " ", text).strip()
