"""What counts as having said the sentence, on transcripts alone."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceclone.consent.heard import MAX_WORD_ERROR_RATE, check_words
from voiceclone.consent.receipt import SCOPES
from voiceclone.consent.sentence import PHRASINGS, Sentence
from voiceclone.errors import (
    ConsentClauseError,
    ConsentDateError,
    ConsentRefusedError,
    ConsentUnclearError,
    ConsentWordsMissingError,
    SpokenConsentError,
)
from voiceclone.text.frontend import TextFrontEnd
from voiceclone.text.languages import LANGUAGES

TEXT = TextFrontEnd()
DAY = dt.date(2026, 11, 23)
ENGLISH = Sentence("en-us", DAY, "Siobhan", "personal", ("garden", "piano", "window", "orange"))
CHINESE = Sentence("zh", DAY, "安娜", "personal", ("花园", "熊猫", "火车", "苹果"))
CLAUSE = "I give my consent for voice clone to learn my voice".split()


def check(asked: Sentence, transcript: str) -> float:
    return check_words(asked, transcript, TEXT.words)


def english(
    date: str = "November 23rd, 2026",
    clause: str = " ".join(CLAUSE),
    name: str = "Shivon",
    purpose: str = "for personal use only",
    words: str = "garden, piano, window, orange",
    opening: str = "On",
) -> str:
    return f"{opening} {date}, {clause} as {name} {purpose}. My words are {words}."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scope", SCOPES)
def test_the_sentence_itself_passes_without_an_error(language, scope):
    drawn = PHRASINGS[language].words[:4]
    asked = Sentence(language, dt.date(2027, 3, 2), "No Name 5", scope, drawn)
    assert check(asked, asked.text) == 0


@pytest.mark.parametrize(
    "date",
    ["November 23, 2026", "the 23rd of November 2026", "23 November 2026", "November 23rd, 2026",
     "November twenty third twenty twenty six", "november twenty-third, two thousand twenty six"],
)  # fmt: skip
def test_a_date_is_one_however_it_is_spoken(date):
    assert check(ENGLISH, english(date=date)) == 0


@pytest.mark.parametrize(
    "date",
    ["November 22, 2026", "October 23, 2026", "November 23, 2025", "November 23", "2026", "yesterday",
     "November 23, 2026 in the evening", "November 22, 2026 November 23"],
)  # fmt: skip
def test_another_date_is_refused(date):
    with pytest.raises(ConsentDateError):
        check(ENGLISH, english(date=date))


@pytest.mark.parametrize("name", ["Siobhan", "Shivon", "she von", "", "chef on a"])
def test_the_name_may_be_heard_as_anything_of_its_length(name):
    assert check(ENGLISH, english(name=name)) == 0


def test_the_name_is_no_place_for_a_speech():
    with pytest.raises(ConsentClauseError):
        check(ENGLISH, english(name="Anna whom I have met in the garden"))


@given(at=st.integers(0, len(CLAUSE)), word=st.sampled_from(PHRASINGS["en-us"].refusals))
@settings(max_examples=60)
def test_a_negation_anywhere_in_the_consent_is_refused(at, word):
    clause = " ".join([*CLAUSE[:at], word, *CLAUSE[at:]])
    with pytest.raises(ConsentRefusedError) as caught:
        check(ENGLISH, english(clause=clause))
    assert caught.value.heard == english(clause=clause)


@given(
    at=st.integers(1, len(CLAUSE) - 1),
    word=st.from_regex(r"[a-z]{3,9}", fullmatch=True).filter(lambda word: TEXT.words(word, "en-us")),
)
@settings(max_examples=40)
def test_no_word_is_inserted_into_the_consent(at, word):
    """A list of refusals is never whole: whatever stands inside the consent makes it another.

    But for hems and haws ("mmm"), which are no words.
    """
    with pytest.raises(SpokenConsentError):
        check(ENGLISH, english(clause=" ".join([*CLAUSE[:at], word, *CLAUSE[at:]])))


@given(at=st.integers(0, len(CLAUSE) - 1), word=st.sampled_from(["", "refuse", "piano"]))
def test_no_word_of_the_consent_is_lost_or_replaced(at, word):
    with pytest.raises(SpokenConsentError):
        check(ENGLISH, english(clause=" ".join([*CLAUSE[:at], word, *CLAUSE[at + 1 :]])))


@given(word=st.sampled_from(PHRASINGS["en-us"].refusals), place=st.sampled_from(("opening", "name", "words")))
def test_a_negation_elsewhere_is_refused_too(word, place):
    said = {"opening": f"{word} on", "name": word, "words": f"garden, piano, window, orange {word}"}
    with pytest.raises(ConsentRefusedError):
        check(ENGLISH, english(**{place: said[place]}))


@pytest.mark.parametrize(
    "clause",
    ["I don't give my consent for voice clone to learn my voice",
     "I can't give my consent for voice clone to learn my voice",
     "I won't give my consent for voice clone to learn my voice"],
)  # fmt: skip
def test_contracted_negations_are_negations(clause):
    with pytest.raises(ConsentRefusedError):
        check(ENGLISH, english(clause=clause))


def test_a_name_that_negates_may_be_said_but_once():
    asked = Sentence("en-us", DAY, "Doctor No", "personal", ENGLISH.words)
    assert check(asked, english(name="Doctor No")) == 0
    with pytest.raises(ConsentRefusedError):
        check(asked, english(name="Doctor No", words="garden, piano, window, no, orange"))
    with pytest.raises(ConsentClauseError):  # spent elsewhere, the name itself left out
        check(asked, english(name="Doctor", clause="I give no consent for voice clone to learn my voice"))


@pytest.mark.parametrize("opening", ["Some people think that on", "My brother told me to say on"])
def test_a_frame_around_the_consent_is_refused(opening):
    with pytest.raises(ConsentClauseError):
        check(ENGLISH, english(opening=opening))


def test_another_purpose_is_refused():
    with pytest.raises(ConsentClauseError) as caught:
        check(ENGLISH, english(purpose="for any use, including commercial use"))
    assert caught.value.asked == "for personal use only"


@given(kept=st.permutations(ENGLISH.words).map(lambda words: words[:3]))
def test_every_word_must_be_heard(kept):
    with pytest.raises(ConsentWordsMissingError) as caught:
        check(ENGLISH, english(words=", ".join(kept)))
    assert set(ENGLISH.words) - set(kept) <= set(caught.value.missing.split(", "))


@given(order=st.permutations(ENGLISH.words).filter(lambda words: tuple(words) != ENGLISH.words))
def test_the_order_of_the_words_counts(order):
    with pytest.raises(ConsentWordsMissingError):
        check(ENGLISH, english(words=", ".join(order)))


@given(
    opening=st.sampled_from(("On", "In", "Oh, on", "")),
    closing=st.sampled_from(("My words are", "My woods are", "My rules are a", "And the words are")),
    end=st.sampled_from(("", " Thank you.")),
)
def test_errors_between_what_counts_are_borne(opening, closing, end):
    heard = english(opening=opening).replace("My words are", closing) + end
    assert check(ENGLISH, heard) <= MAX_WORD_ERROR_RATE


def test_too_many_errors_are_not():
    story = "and then my sister went to the river and saw a"
    with pytest.raises(ConsentUnclearError) as caught:
        check(ENGLISH, english(words=f"garden, piano, {story} window, orange"))
    assert caught.value.rate > MAX_WORD_ERROR_RATE


@given(transcript=st.text(max_size=60))
@settings(max_examples=60)
def test_anything_else_is_refused(transcript):
    for asked in (ENGLISH, CHINESE):
        with pytest.raises(SpokenConsentError):
            check(asked, transcript)


@pytest.mark.parametrize(
    "transcript",
    ["在2026年11月23日,我同意生音科龙学习我的声音,名字叫安那,只现个人使用。我的词语是花园,雄猫,火车,平果。",
     "在二零二六年十一月二十三号我同意聲音克隆學習我的聲音名字叫Anna只限個人使用我的詞語是花園熊貓火車蘋果"],
)  # fmt: skip
def test_chinese_is_compared_by_its_sound(transcript):
    assert check(CHINESE, transcript) <= 0.05


@given(refusal=st.sampled_from(PHRASINGS["zh"].refusals), at=st.integers(0, len(CHINESE.text)))
def test_a_chinese_negation_anywhere_is_refused(refusal, at):
    with pytest.raises(SpokenConsentError):
        check(CHINESE, CHINESE.text[:at] + refusal + CHINESE.text[at:])


@pytest.mark.parametrize(
    ("changed", "error"),
    [(("我同意", "我不同意"), ConsentRefusedError), (("我同意", "他同意"), ConsentClauseError),
     (("23日", "22日"), ConsentDateError), (("2026年", "2016年"), ConsentDateError),
     (("熊猫", "老虎"), ConsentWordsMissingError), (("只限个人", "可供任何人"), ConsentClauseError)],
)  # fmt: skip
def test_chinese_that_says_something_else_is_refused(changed, error):
    with pytest.raises(error):
        check(CHINESE, CHINESE.text.replace(*changed))
