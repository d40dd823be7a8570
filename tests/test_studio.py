"""The whole path, on real weights: a reference in, a voice out, speech that is marked and scored."""

from __future__ import annotations

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.consent.statement import ConsentStatement
from voiceclone.errors import (
    CancelledError,
    ConsentMissingError,
    EngineUnknownError,
    LanguageUnknownError,
    OptionError,
    TextEmptyError,
    TextTooLongError,
    VoiceNameError,
    WatermarkUnavailableError,
)
from voiceclone.provenance.watermark import THRESHOLD
from voiceclone.studio import DEFAULT_STEPS, MAX_STEPS

CONSENT = ConsentStatement("Nobody", "self", "2026-01-02")
SENTENCE = "Please bring the small table into the garden."


@pytest.fixture(scope="module")
def reference(studio, spoken_reference):
    return studio.inspect([spoken_reference])


@pytest.fixture(scope="module")
def events(studio, reference):
    return list(studio.clone(reference, name="Clone", consent=CONSENT, steps=10, seed=3))


@pytest.fixture(scope="module")
def voice(events):
    return events[-1].voice


def test_learning_moves_toward_the_reference(events, voice):
    assert [e.stage for e in (events[0], events[1], events[-1])] == ["preparing", "learning", "done"]
    assert voice.learned.similarity > voice.learned.similarity_start
    assert events[0].anchor_stranger < voice.learned.similarity < 1


def test_a_voice_remembers_how_it_came_to_be(voice, reference):
    assert (voice.name, voice.language, voice.engine) == ("Clone", "en-us", "kokoro")
    assert voice.consent == CONSENT
    assert voice.learned.reference_sha256 == reference.sha256
    assert "north wind" in voice.learned.transcript.lower()
    assert voice.learned.steps == 10 and voice.learned.best_step == 10


def test_previews_carry_the_watermark(studio, events):
    previews = [e.preview for e in events if e.preview is not None]
    assert previews
    assert studio.services.watermarker.confidence(previews[0]) >= THRESHOLD


def test_a_saved_voice_speaks_the_same_samples(studio, voice, tmp_path):
    loaded = studio.load_voice(studio.save_voice(voice, tmp_path / "clone.safetensors"))
    assert (tmp_path / "clone.safetensors").stat().st_size < 300_000

    def spoken(v):
        return np.concatenate([s.audio.samples for s in studio.speak(v, SENTENCE, seed=1)])

    assert np.array_equal(spoken(loaded), spoken(voice))


def test_speech_says_the_words_and_is_marked_and_scored(studio, voice, tmp_path):
    audio = Audio.joined([s.audio for s in studio.speak(voice, SENTENCE)])
    scores = studio.score(voice, audio, SENTENCE)
    assert scores.words.error_rate <= 0.15
    assert 1 <= scores.naturalness <= 5
    assert 0 <= scores.similarity_percent <= 100
    found = studio.verify(write_audio(audio, tmp_path / "spoken.mp3"))
    assert found.watermarked and found.confidence >= THRESHOLD


def test_a_recording_is_not_called_marked(studio, spoken_reference):
    assert not studio.verify(spoken_reference).watermarked


def test_a_long_text_comes_phrase_by_phrase(studio, voice):
    text = " ".join([SENTENCE] * 120)  # nearly a thousand words
    stream = studio.speak(voice, text)
    first = next(stream)
    assert first.index == 0 and first.total > 20
    assert first.audio.duration_s < 15
    stream.close()


def test_stopping_ends_the_stream_after_the_phrase(studio, voice):
    text = " ".join([SENTENCE] * 20)
    assert len(list(studio.speak(voice, text, cancelled=lambda: True))) == 1


def test_mandarin_is_spoken_in_a_voice_learned_from_english(studio, voice):
    text = "今天的天气非常好，我们一起去公园散步吧。"
    audio = Audio.joined([s.audio for s in studio.speak(voice, text, language_key="zh")])
    assert studio.score(voice, audio, text, "zh").words.error_rate <= 0.3


def test_cancelling_keeps_the_best_voice_so_far(studio, reference):
    seen = []

    def after_the_first_measure():
        return any(e.similarity is not None and e.step > 0 for e in seen)

    run = studio.clone(
        reference, name="Kept", consent=CONSENT, steps=50, seed=3, cancelled=after_the_first_measure
    )
    for event in run:
        seen.append(event)
    assert seen[-1].stage == "done" and seen[-1].voice.learned.steps == 10


def test_cancelling_at_once_leaves_no_voice(studio, reference):
    with pytest.raises(CancelledError):
        list(studio.clone(reference, name="None", consent=CONSENT, steps=20, cancelled=lambda: True))


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"consent": None}, ConsentMissingError),
        ({"name": ""}, VoiceNameError),
        ({"steps": 0}, OptionError),
        ({"steps": MAX_STEPS + 1}, OptionError),
        ({"engine": "vitz"}, EngineUnknownError),
        ({"language_key": "xx"}, LanguageUnknownError),
        ({"transcript": " ", "language_key": "en-us"}, TextEmptyError),
    ],
)
def test_wrong_arguments_are_refused_before_any_work(studio, reference, arguments, error):
    """Errors raised inside a generator come after its `try` has ended; these come at the call."""
    with pytest.raises(error):
        studio.clone(reference, **({"name": "X", "consent": CONSENT, "steps": DEFAULT_STEPS} | arguments))


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": ""}, TextEmptyError),
        ({"text": "a" * 100_000}, TextTooLongError),
        ({"speed": 0.4}, OptionError),
        ({"speed": 2.1}, OptionError),
        ({"language_key": "tlh"}, LanguageUnknownError),
    ],
)
def test_what_cannot_be_spoken_is_refused_at_the_call(studio, stock_voice, arguments, error):
    with pytest.raises(error):
        studio.speak(stock_voice, **({"text": SENTENCE} | arguments))


def test_without_a_watermarker_nothing_is_spoken(settings, weights, stock_voice, monkeypatch):
    """Perth leaves None in its own place when a part of it is missing: that must not mean no mark."""
    import perth

    from voiceclone.studio import Studio

    monkeypatch.setattr(perth, "PerthImplicitWatermarker", None)
    with pytest.raises(WatermarkUnavailableError, match="Nothing is spoken without a watermark"):
        Studio(settings, weights).speak(stock_voice, SENTENCE)
