"""The table of languages."""

from __future__ import annotations

import pytest

from voiceclone.errors import LanguageUnknownError
from voiceclone.text.languages import LANGUAGES, from_whisper, language


def test_every_row_is_found_under_its_own_key() -> None:
    assert set(LANGUAGES) == {"en-us", "en-gb", "zh"}
    for key in LANGUAGES:
        assert language(key).key == key


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(LanguageUnknownError) as error:
        language("tlh")
    assert error.value.language == "tlh"
    assert error.value.available == tuple(LANGUAGES)
    assert "tlh" in str(error.value) and "en-gb" in str(error.value)


def test_whisper_codes() -> None:
    english, chinese = from_whisper("en"), from_whisper("zh")
    assert english is not None and english.key == "en-us"
    assert chinese is not None and chinese.key == "zh"
    assert from_whisper("fi") is None
