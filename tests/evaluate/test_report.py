from __future__ import annotations

import pytest

from tests.conftest import REFERENCE_TEXT
from voiceclone.audio.clip import Audio
from voiceclone.errors import LanguageUnknownError
from voiceclone.evaluate.report import Judge
from voiceclone.evaluate.similarity import ANCHOR_SELF, ANCHOR_STRANGER


def test_a_recording_scores_high_against_its_own_fingerprint(judge: Judge, spoken_audio: Audio) -> None:
    reference = judge.fingerprint(spoken_audio)
    scores = judge.score(spoken_audio, REFERENCE_TEXT, "en-us", reference)
    assert scores.similarity == pytest.approx(1.0, abs=1e-3)
    assert scores.similarity_percent == 100
    assert scores.anchor_stranger == ANCHOR_STRANGER < scores.anchor_self
    assert scores.anchor_self_measured
    assert scores.words.error_rate < 0.1
    assert 3.5 < scores.naturalness <= 5


def test_a_stranger_scores_low_and_other_words_are_missed(
    judge: Judge, spoken_audio: Audio, stranger_audio: Audio
) -> None:
    reference = judge.fingerprint(spoken_audio)
    scores = judge.score(stranger_audio, REFERENCE_TEXT, "en-us", reference)
    assert scores.similarity_percent < 40
    assert scores.words.error_rate > 0.7
    assert "wind" in scores.words.missed


def test_an_anchor_that_was_not_measured_is_shown_as_such(
    judge: Judge, spoken_audio: Audio, stranger_audio: Audio
) -> None:
    reference = judge.fingerprint(spoken_audio.sliced(0.0, 5.0))
    scores = judge.score(stranger_audio, "Another sentence.", "en-us", reference)
    assert not scores.anchor_self_measured and scores.anchor_self == ANCHOR_SELF


def test_an_unknown_language_is_refused(judge: Judge, spoken_audio: Audio) -> None:
    with pytest.raises(LanguageUnknownError):
        judge.score(spoken_audio, "text", "xx", judge.fingerprint(spoken_audio))
