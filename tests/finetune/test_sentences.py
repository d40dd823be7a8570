"""Sentences to read: the first twenty already hold every sound that all of them hold."""

from __future__ import annotations

import re

import pytest

from voiceclone.finetune.sentences import sentences

FIRST = 20


def sounds(studio, listed, language):
    phonemes = "".join(p.phonemes for text in listed for p in studio.preview_text(text, language))
    return {sound for sound in phonemes if sound.isalpha()}


@pytest.mark.parametrize("language", ["en-us", "en-gb", "zh"])
def test_the_first_twenty_hold_every_sound_of_all_forty(studio, language):
    listed = sentences(language)
    assert len(listed) == 40 == len(set(listed))
    assert sounds(studio, listed[FIRST:], language) <= sounds(studio, listed[:FIRST], language)


def test_english_has_all_its_consonants_and_vowels(studio):
    """Of general American, in the alphabet that Kokoro is spoken in."""
    inventory = set("bdfhjklmnpstvwzɡŋɹʃʒðθʤʧ") | set("iɪɛæɑʌɔʊuəɜAIWYO")
    assert inventory <= sounds(studio, sentences("en-us")[:FIRST], "en-us")


def test_mandarin_has_all_its_initials_finals_and_tones():
    from pypinyin import Style, lazy_pinyin

    def parts(style):
        found = lazy_pinyin("".join(sentences("zh")[:FIRST]), style=style, errors="ignore")
        return set(found) - {""}

    initials = {"b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x"}
    initials |= {"zh", "ch", "sh", "r", "z", "c", "s"}
    finals = {"a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "i", "ia", "ie", "iao"}
    finals |= {"iou", "ian", "in", "iang", "ing", "iong", "u", "ua", "uo", "uai", "uei", "uan", "uen", "uang"}
    finals |= {"ueng", "v", "ve", "van", "vn", "er"}
    assert initials <= parts(Style.INITIALS)
    assert finals <= parts(Style.FINALS)
    tones = re.findall(r"\d", " ".join(parts(Style.TONE3)))
    assert {"1", "2", "3", "4"} <= set(tones)


@pytest.mark.parametrize("language", ["en-us", "zh"])
def test_each_is_read_in_one_breath(language):
    for text in sentences(language):
        length = len(text) if language == "zh" else len(text.split())
        assert 8 <= length <= 26, text
