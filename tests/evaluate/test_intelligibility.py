from __future__ import annotations

from collections.abc import Callable

import pytest

from voiceclone.evaluate.intelligibility import WordReport, compare
from voiceclone.text.frontend import TextFrontEnd


@pytest.fixture(scope="module")
def compared(front_end: TextFrontEnd) -> Callable[..., WordReport]:
    def compared(asked: str, heard: str, language: str = "en-us") -> WordReport:
        return compare(asked, heard, lambda text: front_end.words(text, language))

    return compared


def test_all_heard(compared: Callable[..., WordReport]) -> None:
    report = compared("Hello there, how are you?", "hello there how are you")
    assert report.error_rate == 0 and report.missed == ()
    assert report.heard == "hello there how are you"


def test_spelling_is_no_error(compared: Callable[..., WordReport]) -> None:
    report = compared(
        "The colour isn't grey; it cost 23 pounds.", "the color is not gray it cost twenty three pounds"
    )
    assert report.error_rate == 0 and report.missed == ()


def test_the_wrong_word_is_marked_as_it_was_written(compared: Callable[..., WordReport]) -> None:
    report = compared("The quick, brown fox.", "the quick brown box")
    assert report.missed == ("fox.",)
    assert report.error_rate == pytest.approx(1 / 4)


def test_a_misread_amount_is_marked(compared: Callable[..., WordReport]) -> None:
    report = compared("It costs $3.50 at the door.", "It costs $3.15 at the door.")
    assert report.missed == ("$3.50",)


def test_a_word_left_out_and_one_added(compared: Callable[..., WordReport]) -> None:
    left_out = compared("one apple and two pears", "one apple two pears")
    assert left_out.missed == ("and",) and left_out.error_rate == pytest.approx(1 / 5)
    added = compared("an apple and a pear", "an apple and not a pear")
    assert added.missed == () and added.error_rate == pytest.approx(1 / 5)


def test_readings_that_differ_in_their_sentence(compared: Callable[..., WordReport]) -> None:
    """By itself "5" is read "five", after "May" it is "fifth"; both belong to what was written."""
    right = compared("On May 5, 2024 we met.", "on may fifth twenty twenty four we met")
    assert right.error_rate == 0 and right.missed == ()
    wrong = compared("On May 5, 2024 we met.", "on may fourth twenty twenty four we met")
    assert "5," in wrong.missed and set(wrong.missed) <= {"May", "5,", "2024"}


def test_chinese_is_marked_by_character(compared: Callable[..., WordReport]) -> None:
    report = compared("请问去火车站怎么走？", "请问去汽车站怎么走", "zh")
    assert report.missed == ("火",)
    assert report.error_rate == pytest.approx(1 / 9)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("  Two  spaces,\na new line — and a dash.  ", "en-us"),
        ("我在 2024年花了 3.50元，买 iPhone。\n", "zh"),
        ("Ünïcödé 😀 and (brackets)", "en-us"),
    ],
)
def test_the_marks_joined_are_the_text(
    compared: Callable[..., WordReport], asked: str, language: str
) -> None:
    assert "".join(mark.text for mark in compared(asked, "", language).asked) == asked


def test_signs_are_never_missed(compared: Callable[..., WordReport]) -> None:
    report = compared("Stop — now!", "")
    assert report.missed == ("Stop", "now!") and report.error_rate == 1.0


def test_nothing_asked(compared: Callable[..., WordReport]) -> None:
    assert compared("", "").error_rate == 0.0
    assert compared("", "something").error_rate == 1.0
