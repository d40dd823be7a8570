"""Phrases that are read as they are asked for."""

import pickle

import pytest

from voiceclone.text.frontend import TextFrontEnd
from voiceclone.text.phrase import Phrase
from voiceclone.text.reading import Reading
from voiceclone.text.split import Piece

PIECES = tuple(Piece(text, 0.1) for text in ("* ", "one ", "* ", "two three ", "* ", "* "))


def _phrases(piece):
    """Read each word of a piece as a phrase of its own; a star has no sound."""
    return [Phrase(word + " ", word, word.strip("*"), "en-us", piece.pause_s) for word in piece.text.split()]


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def reading(asked) -> Reading:
    def read(piece):
        asked.append(piece.text)
        return _phrases(piece)

    return Reading(PIECES, read)


def test_no_more_is_read_than_is_asked_for(reading, asked):
    assert asked == []
    phrases = iter(reading)
    assert next(phrases).text == "* one * "
    assert asked == ["* ", "one ", "* ", "two three "]  # up to the next one that has a sound
    assert [p.text for p in phrases] == ["two ", "three * * "]


def test_what_was_read_is_not_read_again_and_all_text_is_there(reading, asked):
    first, second = "".join(p.text for p in reading), "".join(p.text for p in reading)
    assert first == second == "".join(piece.text for piece in PIECES)
    assert len(asked) == len(PIECES)


def test_the_number_that_is_expected_is_right_at_the_last(reading):
    expected = [(index, reading.n_expected) for index, _ in enumerate(reading)]
    assert expected[-1] == (2, 3) and all(index < n for index, n in expected)


def test_what_could_not_be_read_is_never_left_out_unseen():
    def read(piece):
        if piece.text == "two three ":
            raise OSError("the dictionary is gone")
        return _phrases(piece)

    reading = Reading(PIECES, read)
    with pytest.raises(OSError, match="dictionary"):
        list(reading)
    with pytest.raises(AssertionError):
        list(reading)


def test_it_travels_to_another_process_whole(reading, asked):
    there = pickle.loads(pickle.dumps(reading))
    assert tuple(there) == tuple(reading) and there.n_expected == 3
    assert len(asked) == len(PIECES)


def test_a_long_text_is_spoken_of_before_its_end_is_read():
    text = "The wind was strong. " * 200
    front = TextFrontEnd()
    reading = front.reading(text, "en-us")
    next(iter(reading))
    assert len(reading._found) == 1 < reading.n_expected
    assert tuple(reading) == front.phrases(text, "en-us")
