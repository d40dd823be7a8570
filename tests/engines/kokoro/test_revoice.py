"""An utterance in another voice: what it keeps of its source, and what it takes from the voice."""

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.features import f0
from voiceclone.engines.base import Clip, SpeakOptions
from voiceclone.engines.kokoro.spec import FRAME_SAMPLES
from voiceclone.errors import TranscriptMismatchError
from voiceclone.evaluate.intelligibility import compare

TEXT = "The harbour lights went out one by one, and nobody knew who had written the letter."


@pytest.fixture(scope="module")
def engine(kokoro):
    return kokoro


@pytest.fixture(scope="module")
def phrases(studio):
    return studio.preview_text(TEXT, "en-us")


@pytest.fixture(scope="module")
def source(engine, phrases, stock_voice) -> Audio:
    """A woman's voice, half a frame longer than whole frames."""
    spoken = Audio.joined(list(engine.speak(stock_voice.tensors, phrases, SpeakOptions())))
    whole = len(spoken.samples) // FRAME_SAMPLES * FRAME_SAMPLES
    return Audio(spoken.samples[: whole - FRAME_SAMPLES // 2], spoken.sample_rate)


@pytest.fixture(scope="module")
def man(engine):
    return engine.stock_voice("jm_kumo")


@pytest.fixture(scope="module")
def converted(engine, man, source, phrases) -> Audio:
    return engine.convert(man, Clip(source, phrases), SpeakOptions(seed=3))


def test_it_is_as_long_as_it_was(converted, source):
    assert (len(converted.samples), converted.sample_rate) == (len(source.samples), source.sample_rate)
    assert 0.1 < converted.peak <= 0.98


def test_its_words_are_kept(studio, converted):
    heard = studio.services.recognizer.transcribe(converted, "en").text
    assert compare(TEXT, heard, lambda t: studio.services.text.words(t, "en-us")).error_rate <= 0.2


def test_its_melody_is_kept_and_moved_to_where_the_voice_speaks(converted, source):
    before, after = f0(source), f0(converted)
    both = (before > 0) & (after > 0)
    assert both.mean() > 0.3
    assert np.corrcoef(np.log(before[both]), np.log(after[both]))[0, 1] > 0.6
    assert np.median(after[both]) < 0.8 * np.median(before[both])


def test_it_sounds_like_the_voice_and_not_like_its_source(studio, engine, man, converted, source, phrases):
    embed = studio.services.speaker.embed
    own = Audio.joined(list(engine.speak(man, phrases, SpeakOptions())))
    assert embed(converted) @ embed(own) > embed(converted) @ embed(source)


def test_the_same_seed_gives_the_same_samples(engine, man, converted, source, phrases):
    again = engine.convert(man, Clip(source, phrases), SpeakOptions(seed=3))
    assert np.array_equal(again.samples, converted.samples)


def test_words_that_were_not_said_are_refused(engine, man, source, phrases):
    with pytest.raises(TranscriptMismatchError):
        engine.convert(man, Clip(source.sliced(0, 0.5), phrases), SpeakOptions())
