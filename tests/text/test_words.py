"""Words that compare fairly, however they were spelled."""

from __future__ import annotations

import pytest

from voiceclone.text.frontend import TextFrontEnd

SAME = [
    ("I have twenty-three cats.", "I have 23 cats"),
    ("the colour of the centre", "The color of the center!"),
    ("we analysed the organisation", "we analyzed the organization"),
    ("travelled in grey defence", "traveled in gray defense"),
    ("I don't know", "I do not know."),
    ("He paid $3.50.", "he paid three dollars and fifty cents"),
    ("In 1995 (yes), he left", "in nineteen ninety five, yes, he left"),
    ("Dr. Smith, 10:30", "doctor smith, ten thirty"),
    ("Schrödinger's naïve café", "schrodinger's naive cafe"),
]


@pytest.mark.parametrize(("asked", "heard"), SAME, ids=[row[0] for row in SAME])
def test_the_same_words(front_end: TextFrontEnd, asked: str, heard: str) -> None:
    words = front_end.words(asked, "en-us")
    assert words == front_end.words(heard, "en-us")
    assert words


@pytest.mark.parametrize(
    ("asked", "heard"),
    [("four", "for"), ("our", "or"), ("hour", "or"), ("filled", "filed"), ("twenty three", "twenty four"),
     ("wise", "wize up"), ("he left", "she left"), ("pour", "por")],
)  # fmt: skip
def test_different_words_stay_different(front_end: TextFrontEnd, asked: str, heard: str) -> None:
    assert front_end.words(asked, "en-us") != front_end.words(heard, "en-us")


def test_chinese_words_are_characters_and_latin_words_whole(front_end: TextFrontEnd) -> None:
    assert front_end.words("我有23個iPhone，臺灣！", "zh") == [*"我有二十三个", "iphone", *"台湾"]


def test_nothing_said_is_no_words(front_end: TextFrontEnd) -> None:
    assert front_end.words("", "en-us") == []
    assert front_end.words("…😀", "zh") == []
