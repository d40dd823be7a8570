"""English spellings that are spoken otherwise than they are written.

wetext reads numbers, dates and units; the rules here bring into words what it reads
wrongly ("$3.50" as "three point five dollars", "the 1990s" as seconds, "100 m" as
minutes) or not at all (abbreviations, feet and inches, regnal numbers). Every rule is
text in, text out; digits that a rule leaves standing are read by wetext afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

TITLES = {
    "Dr": "Doctor", "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Prof": "Professor", "St": "Saint",
    "Gen": "General", "Col": "Colonel", "Lt": "Lieutenant", "Sgt": "Sergeant", "Capt": "Captain",
    "Cmdr": "Commander", "Maj": "Major", "Gov": "Governor", "Sen": "Senator", "Rep": "Representative",
    "Rev": "Reverend", "Hon": "Honorable", "Mt": "Mount", "Ft": "Fort",
}  # fmt: skip
"""Abbreviations that stand before a name: "Dr. Smith"."""

PLACES = {"St": "Street", "Ave": "Avenue", "Rd": "Road", "Blvd": "Boulevard", "Dr": "Drive", "Ln": "Lane"}
"""Abbreviations that stand after a name: "Elm St."."""

COUNTED = {"No": "number", "Nos": "numbers", "Fig": "figure", "Vol": "volume", "p": "page", "pp": "pages",
           "ch": "chapter", "Ch": "chapter", "sec": "section", "Sec": "section"}  # fmt: skip
"""Abbreviations that stand before a number: "No. 5"."""

ABBREVIATIONS = {
    "e.g": "for example", "i.e": "that is", "etc": "et cetera", "vs": "versus", "approx": "approximately",
    "Inc": "Incorporated", "Ltd": "Limited", "Corp": "Corporation", "Co": "Company", "Jr": "Junior",
    "Sr": "Senior", "Bros": "Brothers", "Dept": "Department", "dept": "department", "et al": "and others",
    "cf": "compare", "ca": "circa", "est": "established", "misc": "miscellaneous", "max": "maximum",
    "min": "minimum", "tel": "telephone", "Tel": "telephone",
}  # fmt: skip
"""Abbreviations that stand anywhere."""

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip

_MONTH = (
    r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = ("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
          "seventeenth", "eighteenth", "nineteenth")  # fmt: skip
_ORDINALS = (
    *_UNITS, *_TEENS, "twentieth", *(f"twenty {unit}" for unit in _UNITS), "thirtieth", "thirty first"
)  # fmt: skip
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV",
          "XVI", "XVII", "XVIII", "XIX", "XX", "XXI", "XXII", "XXIII")  # fmt: skip
_REGNAL = (
    "Henry|Elizabeth|Charles|George|Louis|Edward|James|William|Richard|Philip|Francis|Napoleon|Nicholas"
    "|Catherine|Alexander|Frederick|Paul|Benedict|Pius|Leo|Mary|Ivan|Peter|Gregory|Innocent|Otto|Wilhelm"
)
_NUMBERED = "Chapter|chapter|Part|part|Book|Volume|Act|Scene|Section|Phase|Type|Rocky|Bowl|War|Apollo|Article"
_TENS = {"1": "tens", "2": "twenties", "3": "thirties", "4": "forties", "5": "fifties", "6": "sixties",
         "7": "seventies", "8": "eighties", "9": "nineties"}  # fmt: skip
_CURRENCIES = {
    "$": ("dollar", "cent", "cents"), "£": ("pound", "penny", "pence"), "€": ("euro", "cent", "cents"),
}  # fmt: skip
_MAGNITUDES = {"k": "thousand", "m": "million", "b": "billion", "t": "trillion"}
_NUMBER = r"\d+(?:\.\d+)?"

Rule: TypeAlias = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def _alternatives(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _cardinal(digits: str) -> str:
    """`1234` as `1 thousand 234`, lest it be read as a year."""
    thousands, rest = divmod(int(digits), 1000)
    if not 1 <= thousands <= 9:
        return digits
    return f"{thousands} thousand" + (f" and {rest}" if 0 < rest < 100 else f" {rest}" if rest else "")


def _grouped(match: re.Match[str]) -> str:
    return _cardinal(match[1].replace(",", "")) + (match[2] or "")


def _digits(match: re.Match[str]) -> str:
    """A telephone number digit by digit, with a comma between its groups."""
    plus = "plus " if match[0].startswith("+") else ""
    return plus + ", ".join(" ".join(group) for group in re.findall(r"\d+", match[0]))


def _money(match: re.Match[str]) -> str:
    unit, small, smalls = _CURRENCIES[match[1]]
    whole, hundredths = int(match[2]), int(match[3] or 0)
    parts = [f"{_cardinal(match[2])} {unit if whole == 1 else unit + 's'}"] if whole or not hundredths else []
    if hundredths:
        parts.append(f"{hundredths} {small if hundredths == 1 else smalls}")
    return " and ".join(parts)


def _magnitude(match: re.Match[str]) -> str:
    return f"{match[2]} {_MAGNITUDES[match[3][0].lower()]} {_CURRENCIES[match[1]][0]}s"


def _decade(match: re.Match[str]) -> str:
    century, tens = match[1] or "", match[2]
    if tens == "0":
        return {"": match[0], "10": "1 thousands", "20": "2 thousands"}.get(century, f"{century} hundreds")
    return match[0] if tens == "1" and not century else f"{century} {_TENS[tens]}".strip()


def _month(name: str) -> str:
    return next(month for month in MONTHS if month.startswith(name[:3]))


def _day_of_month(day: str, month: str, british: bool) -> str:
    return f"the {_ORDINALS[int(day) - 1]} of {month}" if british else f"{month} {_ORDINALS[int(day) - 1]}"


def _written_date(match: re.Match[str]) -> str:
    """`Nov 23, 2026` in the order in which it was written."""
    if not 1 <= int(match[2]) <= 31:
        return match[0]
    year = f", {match[3]}" if match[3] else ""
    return _day_of_month(match[2], _month(match[1]), british=False) + year


def _date(year: str, month: str, day: str, british: bool) -> str | None:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return f"{_day_of_month(day, MONTHS[int(month) - 1], british)}, {year}"


def _dates(british: bool) -> tuple[Rule, ...]:
    def iso(match: re.Match[str]) -> str:
        return _date(match[1], match[2], match[3], british) or match[0]

    def slashed(match: re.Match[str]) -> str:
        first, second, year = match[1], match[2], match[3]
        month, day = (second, first) if british else (first, second)
        if len(year) == 2:
            year = ("19" if year >= "50" else "20") + year
        return _date(year, month, day, british) or _date(year, day, month, british) or match[0]

    return (
        (re.compile(r"(\d{4}-\d\d-\d\d)T(?=\d\d:)"), r"\1, "),
        (re.compile(r"(?<![\d-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\d-])"), iso),
        (re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?![\d/])"), slashed),
        (
            re.compile(rf"\b{_MONTH}\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b(?![:.]\d)"),
            _written_date,
        ),
    )


def _initials(match: re.Match[str]) -> str:
    letters = match[0].replace(".", "")
    return letters + "." if match.end() == len(match.string) else letters


def _ending(word: str, match: re.Match[str]) -> str:
    """The word, with the full stop kept where the abbreviation also ended the sentence."""
    rest = match.string[match.end() :]
    return word + "." if not rest.strip("”\"')") or re.match(r"[”\"')]* +[A-Z]", rest) else word


_RULES: tuple[Rule, ...] = (
    # money, before anything else touches its digits
    (re.compile(rf"(?<![$£€\d.])({_NUMBER}) ?([$£€])(?!\d)"), r"\2\1"),
    (re.compile(rf"([$£€])({_NUMBER}) ?[-–] ?[$£€]?({_NUMBER})"), lambda m: f"{m[2]} to {m[1]}{m[3]}"),
    (re.compile(r"([$£€])(\d+)(?:\.(\d\d))?(?!\d|[.,]\d| ?(?:[kKmMbBT]n?\b|thousand|[mbtr]+illion))"),
     _money),
    (re.compile(rf"([$£€])({_NUMBER}) ?(k|K|M|m|mn|B|b|bn|T)\b"), _magnitude),
    (re.compile(r"(?<=\.\d)M\b"), " million"),
    # telephone numbers that wetext does not know, then other numbers with a meaning of their own
    (re.compile(r"\+\d[\d ().-]{6,}\d"), _digits),
    (re.compile(r"\(\d{3}\) ?\d{3}[ -]\d{4}\b"), _digits),
    (re.compile(r"\b0\d{2,4}(?:[ -]\d{3,4}){1,2}\b"), _digits),
    (re.compile(r"(?<![\d)])(?<!\) )(?<!\d[- ])\d{3}-\d{4}(?!-?\d)"), _digits),
    (re.compile(r"(?<!\d)'?\b(1[0-9]|20)?(\d)0'?s\b"), _decade),
    (re.compile(r"(?<![\w.])v?(\d+)\.(\d+)\.(\d+)\b(?!\.\d)"), r"version \1 point \2 point \3"),
    (re.compile(r"\bversion version\b"), "version"),
    (re.compile(r"\b24/7\b"), "24 7"),
    (re.compile(rf"(?<![\w.-])({_NUMBER}) ?[-–] ?({_NUMBER})(?![\d/-]|\.\d)"), r"\1 to \2"),
    (re.compile(r"(\d)\^(\d)"), r"\1 to the power of \2"),
    (re.compile(r"(\d) ?[x×] ?(?=\d)"), r"\1 times "),
    (re.compile(r"(\d)x\b"), r"\1 x"),
    # feet and inches, units that wetext takes for others
    (re.compile(r"\b(\d)'(\d\d?)(?:\"|”|'')?(?!\d)"), r"\1 foot \2"),
    (re.compile(r"\b1 ?m\b(?!/)"), "1 meter"),
    (re.compile(r"(\d) ?m\b(?![/'²³])"), r"\1 meters"),
    (re.compile(r"(\d) ?[lL]\b(?![/'])"), r"\1 liters"),
    # Roman numerals where they can be nothing else
    (re.compile(rf"\b({_REGNAL}) ([IVX]{{1,5}})\b"),
     lambda m: f"{m[1]} the {_ORDINALS[_ROMAN.index(m[2])]}" if m[2] in _ROMAN[1:] else m[0]),
    (re.compile(rf"\b({_NUMBERED}) ([IVX]{{2,5}}|[VX]|I(?=[.,:;!?)]|$))\b"),
     lambda m: f"{m[1]} {_ROMAN.index(m[2]) + 1}" if m[2] in _ROMAN else m[0]),
    # abbreviations
    (re.compile(r"\b([aApP])\.?[mM]\.(?!\w)"), lambda m: _ending(m[1].upper() + "M", m)),
    (re.compile(rf"\b({_alternatives(COUNTED)})\. ?(?=\d)"), lambda m: COUNTED[m[1]] + " "),
    (re.compile(rf"(?<=[a-z] )({_alternatives(PLACES)})\.(?! +[A-Z][a-z]+'s)"),
     lambda m: _ending(PLACES[m[1]], m)
     if re.search(r"(?:[A-Z][\w']*|\d(?:st|nd|rd|th)) $", m.string[: m.start()]) else m[0]),
    (re.compile(rf"\b(?:({_alternatives(TITLES)})\.|(Dr|Mr|Mrs|Ms|Prof|St)) (?=[A-Z])"),
     lambda m: TITLES[m[1] or m[2]] + " "),
    (re.compile(rf"(?<![\w.])({_alternatives(ABBREVIATIONS)})\.(?!\w)"),
     lambda m: _ending(ABBREVIATIONS[m[1]], m)),
    (re.compile(r"\bvs\b"), "versus"),
    (re.compile(r"\bw/o\b"), "without"),
    (re.compile(r"\bw/ ?(?=\w)"), "with "),
    (re.compile(r"\b(?:[A-Z]\.){2,}(?!\w)"), _initials),
    (re.compile(r"\band/or\b"), "and or"),
    (re.compile(r"(?<![\w/])(?<!\d )([A-Za-z]+)/(?=[A-Za-z]+\b)"), r"\1 slash "),
    # signs
    (re.compile(r"#(?=\d)"), "number "),
    (re.compile(r"#(?=[A-Za-z])"), "hashtag "),
    (re.compile(r"\b([A-G])#(?!\w)"), r"\1 sharp"),
    (re.compile(r"~ ?(?=\d)"), "about "),
    (re.compile(r"(?<=\d) ?\* ?(?=\d)"), " times "),
    (re.compile(r"(?<!\d)(?<!\d )\b([A-Za-z])²"), r"\1 squared"),
    (re.compile(r"(?<!\d)(?<!\d )\b([A-Za-z])³"), r"\1 cubed"),
    (re.compile(r"(?<=\w) ?<= ?(?=[\w.])"), " is at most "),
    (re.compile(r"(?<=\w) ?>= ?(?=[\w.])"), " is at least "),
    (re.compile(r"(?<=\w) ?< ?(?=[\w.])"), " is less than "),
    (re.compile(r"(?<=\w) ?> ?(?=[\w.])"), " is more than "),
    (re.compile(r"([$£€¥])(?![\d.])|[*_#^~|<>]"), " "),
    (re.compile(r"(?<=\w) ?& ?(?=\w)"), " and "),
)  # fmt: skip
_GROUPS: tuple[Rule, ...] = (
    (re.compile(r"(?<=[$£€])\d{1,3}(?:,\d{3})+(?!,?\d)"), lambda m: m[0].replace(",", "")),
    (re.compile(r"(?<![\d.,$£€])(\d{1,3}(?:,\d{3})+|1\d{3}(?=\.\d))(?!,?\d)(\.\d+(?!\.\d))?"), _grouped),
)
_DATES = {british: _dates(british) for british in (False, True)}

_AFTERWARDS: tuple[Rule, ...] = (
    (re.compile(r"\b(sixteen|seventeen|eighteen|nineteen) zero (?=\w)"), r"\1 oh "),
    (re.compile(rf"(?<=\bof )({'|'.join(MONTHS).lower()})\b"), lambda m: m[1].capitalize()),
)  # fmt: skip


def spell_out(text: str, british: bool) -> str:
    """Return clean English text with all in words that wetext would misread.

    Digits that are left are numbers, times, years and units that wetext reads well.
    `british` decides which number of "3/4/2026" is the month.
    """
    for pattern, replacement in (*_GROUPS, *_DATES[british], *_RULES):
        text = pattern.sub(replacement, text)
    return text


def polish(text: str) -> str:
    """Return what wetext wrote, with its slips mended (years like 1905, months in lower case)."""
    for pattern, replacement in _AFTERWARDS:
        text = pattern.sub(replacement, text)
    return text
