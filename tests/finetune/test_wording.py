"""A known text is shared out over the clips that a recording was cut into."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone.finetune.wording import comparable, shared_out


def words(text):
    return re.findall(r"[a-z']+|[\u4e00-\u9fff]", text.lower())


@pytest.mark.parametrize(
    ("text", "heard", "parts"),
    [
        ("One, two. Three!", ["one two", "three"], ["One, two.", "Three!"]),
        # heard wrongly, or not heard, at the seam and elsewhere
        ("The cat sat. A dog ran.", ["the cut sat", "the dog ran"], ["The cat sat.", "A dog ran."]),
        ("One two three four five six.", ["one two", "five six"], ["One two three four", "five six."]),
        ("Well, one two. Three four.", ["one two", "three four"], ["Well, one two.", "Three four."]),
        # something is said that is not in the text
        ("One two three four.", ["one two", "uh hm", "three four"], ["One two", "", "three four."]),
        ("今天下雨。明天天晴。", ["今天下雨", "明天天情"], ["今天下雨。", "明天天晴。"]),
        (
            "Only signs and words — “yes”.",
            ["only signs", "and words yes"],
            ["Only signs", "and words — “yes”."],
        ),
        ("Nothing fits.", ["", ""], ["Nothing fits.", ""]),
    ],
)
def test_each_clip_has_what_is_said_in_it(text, heard, parts):
    assert shared_out(text, heard, words) == parts


@given(
    st.text("ab c.,—你好\n", max_size=40),
    st.lists(st.text("abc 你好", max_size=12), min_size=1, max_size=5),
)
def test_no_word_is_lost_and_none_is_moved(text, heard):
    parts = shared_out(text, heard, words)
    assert len(parts) == len(heard)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_characters_that_sound_alike_are_alike():
    """Whisper writes 再 for 在 and 她 for 他; who reads aloud says the same."""
    sounds = comparable(words, is_chinese=True)
    assert sounds("他在家") == sounds("她再加") != sounds("他在学")
    assert comparable(words, is_chinese=False)("A b") == ["a", "b"]
