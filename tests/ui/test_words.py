import string
from dataclasses import fields
from types import SimpleNamespace

import gradio as gr
import pytest

from voiceclone import errors
from voiceclone.audio.inspect import ADVICE, LIMITS
from voiceclone.consent.receipt import BASES, SCOPES
from voiceclone.studio import PRESETS
from voiceclone.ui.consenting import KINDS
from voiceclone.ui.strings import EN, ERRORS_ZH, STRINGS, ZH
from voiceclone.ui.words import Words, user_error, words_for


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def error_classes() -> list[type[errors.VoiceCloneError]]:
    found, waiting = [], [errors.VoiceCloneError]
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        if "__dataclass_fields__" in vars(cls) or "template" in vars(cls):
            found.append(cls)
    return [cls for cls in found if cls is not errors.VoiceCloneError]


def test_every_language_has_every_string():
    assert EN.keys() == ZH.keys()


@pytest.mark.parametrize("key", EN)
def test_translations_are_filled_from_the_same_facts(key):
    assert placeholders(EN[key]) == placeholders(ZH[key])


@pytest.mark.parametrize("cls", error_classes(), ids=lambda cls: cls.__name__)
def test_every_error_has_a_chinese_sentence_of_its_own_fields(cls):
    known = {field.name for field in fields(cls)}
    if "available" in known:
        known.add("choices")
    assert placeholders(ERRORS_ZH[cls.__name__]) <= known


def test_no_chinese_sentence_is_left_over():
    assert set(ERRORS_ZH) == {cls.__name__ for cls in error_classes()}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_consent_has_its_words(kind):
    assert f"consent.kind.{kind}" in EN and f"consent.said.{kind}" in EN
    assert all(f"consent.basis.{basis}" in EN for basis in BASES)
    assert all(f"consent.scope.{scope}" in EN and f"consent.scope.{scope}.said" in EN for scope in SCOPES)


def test_each_preset_has_its_words():
    assert all(f"learn.preset.{name}" in EN for name in PRESETS)


def test_each_fault_has_its_advice():
    """The report card's faults are told in both languages, not only in the English of `audio.inspect`."""
    for kind in {limit.kind for limit in LIMITS}:
        assert EN[f"advice.{kind}"] == ADVICE[kind]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de-DE,de;q=0.9,zh;q=0.5,en;q=0.4", "zh"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_the_first_language_with_a_table_is_spoken(header, language):
    request = SimpleNamespace(headers={"accept-language": header})
    assert words_for(request).language == language


def test_without_a_request_it_is_english():
    assert words_for(None) == Words("en")


def test_a_users_error_is_said_in_full():
    error = user_error(errors.AudioTooShortError(0.8, 3.0), Words("en"))
    assert isinstance(error, gr.Error)
    assert "0.8 s of speech" in error.message and "3.0 s" in error.message
    chinese = user_error(errors.AudioTooShortError(0.8, 3.0), Words("zh"))
    assert "0.8 秒" in chinese.message


def test_an_error_that_lists_choices_lists_them_in_chinese_too():
    error = errors.LanguageUnknownError("xx", ("en-us", "zh"))
    assert "en-us、zh" in Words("zh").error(error)


def test_a_fault_of_ours_is_logged_and_said_plainly(caplog):
    error = user_error(ZeroDivisionError("secret detail"), Words("en"))
    assert "secret" not in error.message and "ZeroDivision" not in error.message
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (79.6, "1 min 20 s")]
)
def test_durations_are_said_as_people_do(seconds, said):
    assert Words("en").duration(seconds) == said


def test_both_tables_are_known_to_the_browser():
    from voiceclone.ui.words import I18N

    assert set(I18N.translations_dict) == set(STRINGS)
    assert not [text for table in I18N.translations_dict.values() for text in table.values() if "{" in text]
