"""The sentence: what it says, that it is drawn, and that it comes back whole."""

import datetime as dt
import random
import re
from collections import Counter
from dataclasses import FrozenInstanceError, replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from voiceclone.consent.challenge import LIFETIME, N_WORDS, Challenge, new_challenge
from voiceclone.consent.receipt import SCOPES
from voiceclone.consent.sentence import PHRASINGS
from voiceclone.errors import ConsentMissingError, LanguageUnknownError, VoiceCloneError
from voiceclone.text.frontend import TextFrontEnd
from voiceclone.text.languages import LANGUAGES

NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.timezone.utc)
CLIPS = ("a" * 64, "b" * 64)


def challenge(language: str = "en-us", scope: str = "personal", **changed: object) -> Challenge:
    made = new_challenge("Anna", "Anna Smith", scope, language, CLIPS, now=NOW, rng=random.Random(1))
    return replace(made, **changed)  # type: ignore[arg-type]


def test_the_sentence_names_day_program_voice_purpose_and_words():
    made = challenge()
    assert made.sentence == (
        "On November 23, 2026, I give my consent for Voice Clone to learn my voice as Anna, "
        f"for personal use only. My words are {', '.join(made.words)}."
    )


def test_the_british_name_the_day_first():
    assert challenge("en-gb").sentence.startswith("On 23 November 2026, I give my consent")


def test_in_chinese_it_is_a_chinese_sentence():
    made = challenge("zh")
    assert made.sentence == (
        "在2026年11月23日，我同意声音克隆学习我的声音，名字叫Anna，只限个人使用。"
        f"我的词语是{'、'.join(made.words)}。"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_scope_has_a_sentence_of_its_own(language):
    assert len({challenge(language, scope).sentence for scope in SCOPES}) == len(SCOPES)


def test_the_day_is_that_of_the_zone_it_was_asked_in():
    """At half past five in the morning of the 24th in Shanghai it is still the 23rd in Greenwich."""
    shanghai = dt.timezone(dt.timedelta(hours=8))
    made = new_challenge(
        "安娜", "安娜", "personal", "zh", CLIPS, now=NOW.astimezone(shanghai) + dt.timedelta(hours=12)
    )
    assert made.day == "2026-11-24" and made.issued == "2026-11-23T21:30:00+00:00"


def test_it_lives_ten_minutes():
    made = challenge()
    assert made.deadline - NOW == LIFETIME == dt.timedelta(minutes=10)
    assert made.deadline.tzinfo is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_are_alike(language):
    """Without a given source the words come from the system: all of the list, none preferred."""
    made = [new_challenge("Anna", "Anna", "share", language, CLIPS) for _ in range(500)]
    assert len({c.id for c in made} | {c.voice_id for c in made}) == 1000
    assert len({c.words for c in made}) == 500
    drawn = Counter(word for c in made for word in c.words)
    known = PHRASINGS[language].words
    assert set(drawn) <= set(known) and len(drawn) > 0.9 * len(known)
    assert max(drawn.values()) < 40  # 10 to 12 are expected
    assert all(len(set(c.words)) == N_WORDS for c in made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_comes_back_from_plain_data(language):
    made = challenge(language)
    assert Challenge.from_dict(made.to_dict()) == made


def test_it_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        challenge().scope = "commercial"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("field", "value"),
    [("voice_name", ""), ("voice_name", "An\u202ena"), ("voice_name", None), ("speaker", "x" * 121),
     ("scope", "anything"), ("words", ("garden",)), ("words", ("garden", "piano", "window", "not")),
     ("clips", ()), ("clips", ("abc",)), ("id", "7"), ("voice_id", "G" * 32), ("day", "23.11.2026"),
     ("expires", "soon"), ("issued", None)],
)  # fmt: skip
def test_what_is_not_whole_is_refused(field, value):
    with pytest.raises(ConsentMissingError):
        challenge(**{field: value})


def test_an_unknown_language_is_refused():
    with pytest.raises(LanguageUnknownError):
        new_challenge("Anna", "Anna", "personal", "fr", CLIPS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=6,
)


@given(field=st.sampled_from(sorted(Challenge.__dataclass_fields__)), value=json_values)
def test_data_from_elsewhere_makes_a_challenge_or_an_error_of_ours(field, value):
    try:
        found = Challenge.from_dict(challenge().to_dict() | {field: value})
    except VoiceCloneError:
        return
    assert isinstance(found.sentence, str)


@given(data=json_values)
def test_other_data_makes_none(data):
    with pytest.raises(ConsentMissingError):
        Challenge.from_dict(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_has_words_enough_and_none_twice(language):
    words = PHRASINGS[language].words
    assert len(words) == len(set(words)) >= 170


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_hides_in_another(language):
    """ "dragon" was heard in "dragonfly": a word that begins another may be taken for it."""
    words = PHRASINGS[language].words
    assert not [(a, b) for a, b in combinations(words, 2) if a.startswith(b) or b.startswith(a)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_refuses(language):
    p = PHRASINGS[language]
    refusing = [w for w in p.words for r in p.refusals if (r in w if p.letters else r == w)]
    assert not refusing


def test_english_words_sound_different():
    text = TextFrontEnd()
    spoken = [text.phrases(word, "en-us")[0].phonemes for word in PHRASINGS["en-us"].words]
    plain = [re.sub(r"[^\w]", "", phonemes) for phonemes in spoken]
    assert min(Levenshtein.distance(a, b) for a, b in combinations(plain, 2)) >= 3


def test_chinese_words_sound_different():
    p = PHRASINGS["zh"]
    spoken = ["".join(p.compared(list(word))) for word in p.words]
    assert min(Levenshtein.distance(a, b) for a, b in combinations(spoken, 2)) >= 2
