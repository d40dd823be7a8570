"""One contract, run over every row of the table of engines."""

import numpy as np
import pytest

from voiceclone.engines.base import Budget, Clip, Material, SpeakOptions
from voiceclone.engines.registry import DEFAULT_ENGINE, REGISTRY
from voiceclone.errors import CancelledError, EngineUnknownError
from voiceclone.text.languages import LANGUAGES

NAMES = [spec.name for spec in REGISTRY.specs]


def fits(voice, shapes):
    """Whether tensors have these shapes, in which None is any length."""
    return set(voice) == set(shapes) and all(
        voice[key].ndim == len(shape)
        and all(want in (None, length) for length, want in zip(voice[key].shape, shape, strict=True))
        for key, shape in shapes.items()
    )


@pytest.fixture(scope="module", params=NAMES)
def engine(request, engine_of):
    return engine_of(request.param)


@pytest.fixture(scope="module")
def material(studio, spoken_audio):
    audio = spoken_audio.sliced(0, 6.0)
    heard = studio.services.recognizer.transcribe(audio, "en").text
    return Material((Clip(audio, studio.preview_text(heard, "en-us")),), studio.services.speaker.embed(audio))


@pytest.fixture(scope="module")
def events(engine, studio, material):
    preview = studio.preview_text("This is a short sentence.", "en-us")
    return list(engine.adapt(material, Budget(steps=2, preview_every=1, preview=preview)))


def test_the_default_is_in_the_table():
    assert REGISTRY.spec(DEFAULT_ENGINE).name == NAMES[0]


def test_an_unknown_engine_is_refused_with_the_known_ones():
    with pytest.raises(EngineUnknownError, match="Unknown engine 'vitz'. Available: kokoro"):
        REGISTRY.row("vitz")


@pytest.mark.parametrize("name", NAMES)
def test_a_spec_speaks_only_languages_that_the_text_room_knows(name):
    assert set(REGISTRY.spec(name).languages) <= set(LANGUAGES)


def test_adaptation_ends_in_the_tensors_that_the_spec_promises(engine, events):
    done = events[-1]
    assert done.stage == "done" and all(e.stage != "done" for e in events[:-1])
    plain = engine.spec.tensor_shapes
    assert fits(done.voice, plain) or fits(done.voice, {**plain, **engine.spec.fine_tuned_shapes})
    assert all(np.isfinite(t).all() for t in done.voice.values())


def test_steps_count_up_and_similarity_is_measured_before_and_after(engine, events):
    learning = [e for e in events if e.stage == "learning"]
    assert [e.step for e in learning] == ([0, 1, 2] if engine.spec.steps else [0])
    assert learning[0].similarity is not None and learning[-1].similarity is not None
    assert all(-1 <= e.similarity <= 1 for e in events if e.similarity is not None)
    assert learning[0].preview is not None and learning[0].preview.duration_s > 0.5


def test_cancelling_before_there_is_a_voice_leaves_none(engine, material):
    with pytest.raises(CancelledError):
        list(engine.adapt(material, Budget(steps=30), cancelled=lambda: True))


def test_the_same_seed_learns_the_same_voice(engine, material, events, studio):
    preview = studio.preview_text("This is a short sentence.", "en-us")
    again = list(engine.adapt(material, Budget(steps=2, preview_every=1, preview=preview)))[-1]
    for key, tensor in events[-1].voice.items():
        assert np.array_equal(tensor, again.voice[key]), key


def test_speech_has_the_promised_rate_and_grows_with_the_text(engine, events, studio):
    def spoken(text):
        phrases = studio.preview_text(text, "en-us")
        return list(engine.speak(events[-1].voice, phrases, SpeakOptions()))

    short = spoken("Good morning.")
    long = spoken("Good morning, and welcome to the long and winding road through the hills.")
    assert {a.sample_rate for a in short + long} == {engine.spec.sample_rate}
    assert sum(a.duration_s for a in long) > 2 * sum(a.duration_s for a in short)


def test_same_seed_same_samples_and_another_seed_others(engine, events, studio):
    phrases = studio.preview_text("Same seed, same samples.", "en-us")

    def spoken(seed):
        return next(iter(engine.speak(events[-1].voice, phrases, SpeakOptions(seed=seed)))).samples

    assert np.array_equal(spoken(5), spoken(5))
    assert not np.array_equal(spoken(5), spoken(6))


def test_speed_changes_the_length(engine, events, studio):
    phrases = studio.preview_text("Slow and fast are two ways of saying the same thing.", "en-us")

    def length(speed):
        options = SpeakOptions(speed=speed)
        return sum(a.duration_s for a in engine.speak(events[-1].voice, phrases, options))

    assert length(0.5) > 1.6 * length(1.0) > 1.6 * 1.5 * length(2.0)


def test_it_converts_speech_if_it_says_so(engine, events, material):
    assert hasattr(engine, "convert") == engine.spec.converts
    if engine.spec.converts:
        converted = engine.convert(events[-1].voice, material.clips[0], SpeakOptions())
        assert converted.sample_rate == engine.spec.sample_rate
        assert converted.duration_s > 0.5 and np.isfinite(converted.samples).all()
