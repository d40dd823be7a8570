"""The whole way from text to phrases, hostile texts included."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voiceclone.errors import (
    LanguageUnknownError,
    TextEmptyError,
    TextError,
    TextTooLongError,
    TextUnspeakableError,
)
from voiceclone.text.frontend import TextFrontEnd
from voiceclone.text.phonemes import ALPHABET, speakable

fragments = st.lists(
    st.sampled_from(
        'Dr. $3.50 5# × 10:30 a@b.com 你好 。 ， 😀 1,234 % ° http://x.y … — ( ) عرب VIII m / 不 一 㐀嘸 <b>'
        " & ~ { ] 1990s ² ½ . ? word \\ ' \"".split(" ") + [" ", "\n", "\n\n", "\u202e"]
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(fragments.map("".join), fragments.map(" ".join), st.text(max_size=60)),
    st.sampled_from(["en-us", "en-gb", "zh"]),
    st.sampled_from([60, 150, 510]),
)
def test_any_text_gives_speakable_phrases_that_cover_it_or_says_why_not(
    front_end: TextFrontEnd, text: str, key: str, max_phonemes: int
) -> None:
    try:
        phrases = front_end.phrases(text, key, max_phonemes=max_phonemes)
    except TextError:
        return
    assert "".join(phrase.text for phrase in phrases) == text.strip()
    for phrase in phrases:
        assert phrase.language == key
        assert 0 < len(phrase.phonemes) <= max_phonemes
        assert set(phrase.phonemes) <= ALPHABET and speakable(phrase.phonemes)
        assert not any(character.isdigit() for character in phrase.normalized)


def test_a_phrase_has_text_reading_and_sounds(front_end: TextFrontEnd) -> None:
    (phrase,) = front_end.phrases("  Dr. Smith paid $3.50. ", "en-us")
    assert phrase.text == "Dr. Smith paid $3.50."
    assert phrase.normalized == "Doctor Smith paid three dollars and fifty cents."
    assert phrase.phonemes == "dˈɑktəɹ smˈɪθ pˈAd θɹˈi dˈɑləɹz ænd fˈɪfti sˈɛnts."


@pytest.mark.parametrize("text", ["", "   ", "\n\t \u3000"])
def test_empty_text_is_refused(front_end: TextFrontEnd, text: str) -> None:
    with pytest.raises(TextEmptyError):
        front_end.phrases(text, "en-us")


def test_text_beyond_the_limit_is_refused_with_both_numbers(front_end: TextFrontEnd) -> None:
    with pytest.raises(TextTooLongError) as error:
        front_end.phrases("a" * 100_000, "en-us")
    assert (error.value.characters, error.value.max_characters) == (100_000, 20_000)


@pytest.mark.parametrize("text", ["😀🎉👍🏽", "!?…", "مرحبا بالعالم", "\x00\x01\x02", "---"])
@pytest.mark.parametrize("key", ["en-us", "zh"])
def test_text_without_a_sound_is_refused(front_end: TextFrontEnd, text: str, key: str) -> None:
    with pytest.raises(TextUnspeakableError):
        front_end.phrases(text, key)


def test_an_unknown_language_is_refused_before_anything_else(front_end: TextFrontEnd) -> None:
    with pytest.raises(LanguageUnknownError):
        front_end.phrases("", "klingon")
    with pytest.raises(LanguageUnknownError):
        front_end.words("hello", "klingon")


@pytest.mark.parametrize("word", ["x" * 3000, "W" * 3000, "5" * 3000, "好" * 3000])
def test_a_word_of_3000_letters_is_spoken_in_pieces(front_end: TextFrontEnd, word: str) -> None:
    phrases = front_end.phrases(word, "en-gb")
    assert "".join(phrase.text for phrase in phrases) == word
    assert all(len(phrase.phonemes) <= 510 for phrase in phrases)
    assert min(len(phrase.phonemes) for phrase in phrases) > 30


def test_right_to_left_and_control_characters_leave_what_can_be_read(front_end: TextFrontEnd) -> None:
    (phrase,) = front_end.phrases("\u202eHello\u202c مرحبا\x00 world\u200f!", "en-us")
    assert phrase.normalized == "Hello world!"


def test_an_unspeakable_paragraph_stays_with_its_neighbour(front_end: TextFrontEnd) -> None:
    text = "😀\n\nHello there, my friend.\n\n🎉🎉\n\nGoodbye now."
    phrases = front_end.phrases(text, "en-us")
    assert "".join(phrase.text for phrase in phrases) == text
    assert [phrase.normalized for phrase in phrases] == ["Hello there, my friend.", "Goodbye now."]


def test_more_phonemes_than_estimated_are_cut_again(front_end: TextFrontEnd) -> None:
    """Every "W" is nine phonemes ("double u"), several times what a letter is estimated at."""
    phrases = front_end.phrases("WWW WWWW WWWWW " * 4, "en-us", max_phonemes=100)
    assert all(len(phrase.phonemes) <= 100 for phrase in phrases)
    assert len(phrases) >= 4


def test_threads_get_the_same_phrases_as_one_alone(front_end: TextFrontEnd) -> None:
    texts = [f"Number {i} read the book. 第{i}个人很好。" for i in range(24)]
    alone = [front_end.phrases(text, "zh") for text in texts]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: front_end.phrases(text, "zh"), texts))
    assert together == alone
