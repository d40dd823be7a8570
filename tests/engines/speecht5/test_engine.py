"""Cloning, speaking, converting and keeping a voice with SpeechT5."""

import numpy as np
import pytest

from tests.engines.speecht5.conftest import TEXT, hum, phrase
from tests.engines.speecht5.tiny import LOW_RANK
from voiceclone.audio.clip import Audio
from voiceclone.consent.receipt import Authority, issue
from voiceclone.engines.base import Budget, Clip, Material, SpeakOptions
from voiceclone.engines.finish import TARGET_RMS, speech_rms
from voiceclone.engines.registry import REGISTRY
from voiceclone.engines.speecht5.network import LENGTH_RATIO
from voiceclone.errors import LanguageNotSpokenError, VoiceFileError, WeightsUnavailableError
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings
from voiceclone.voices.voice import Learned, Voice


def cosine(a, b):
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_a_voice_is_the_mean_of_its_clips(engine, material):
    parts = [engine._xvector(Material((clip,), material.embedding)) for clip in material.clips]
    both = engine._xvector(material)
    assert both.shape == (512,) and np.linalg.norm(both) == pytest.approx(1, abs=1e-5)
    assert cosine(both, parts[0] + parts[1]) == pytest.approx(1, abs=1e-5)
    assert cosine(both, parts[0]) < 1 - 1e-6 > cosine(both, parts[1])


def test_a_clone_speaks_at_the_common_level(engine, material):
    *_, done = engine.adapt(material, Budget(0, preview=(phrase(TEXT),)))
    pieces = engine.speak(done.voice, (phrase(TEXT),), SpeakOptions())
    assert speech_rms(Audio.joined(list(pieces))) == pytest.approx(TARGET_RMS, rel=0.2)


def test_a_phrase_does_not_depend_on_what_was_spoken_before(engine, voice):
    first, second = phrase("Hi."), phrase("Oh no.")
    options = SpeakOptions(seed=4)
    a = list(engine.speak(voice, (first, second), options))
    b = list(engine.speak(voice, (second, second), options))
    assert np.array_equal(a[1].samples, b[1].samples)


def test_pauses_follow_phrases_and_shrink_with_speed(engine, voice):
    def tail(speed):
        audio = next(iter(engine.speak(voice, (phrase("Hi.", pause_s=0.4),), SpeakOptions(speed=speed))))
        loud = np.flatnonzero(np.abs(audio.samples) > 0.01)
        return (len(audio.samples) - loud[-1]) / audio.sample_rate

    assert 0.4 <= tail(1.0) < 0.6 and 0.2 <= tail(2.0) < 0.4


def test_the_x_vector_is_heard(engine, voice):
    other = dict(voice, xvector=-voice["xvector"])
    spoken = [next(iter(engine.speak(v, (phrase("Hi."),), SpeakOptions()))) for v in (voice, other)]
    assert not np.array_equal(spoken[0].samples, spoken[1].samples)


def test_a_conversion_has_the_rate_the_rough_length_and_the_level(engine, voice):
    source = hum(150.0, seconds=1.5, rate=22_050)
    converted = engine.convert(voice, Clip(source, ()), SpeakOptions(seed=2))
    assert converted.sample_rate == engine.spec.sample_rate
    ratio = converted.duration_s / source.duration_s
    assert LENGTH_RATIO[0] - 0.05 <= ratio <= LENGTH_RATIO[1] + 0.05
    assert speech_rms(converted) == pytest.approx(TARGET_RMS, rel=0.05)
    again = engine.convert(voice, Clip(source, ()), SpeakOptions(seed=2))
    assert np.array_equal(converted.samples, again.samples)


def test_conversion_brings_its_weights_when_it_is_first_asked_for(tiny, studio, tmp_path, monkeypatch):
    """Who only clones and speaks does not fetch the other 620 MB."""
    names = [name for name in tiny["speecht5"].folders if name != "speecht5-vc"]
    asked: list[str] = []
    store = WeightStore(Settings(weights="embedded", cache_dir=tmp_path))

    def path(name):
        asked.append(name)
        if name == "speecht5-vc":
            return WeightStore.path(store, name)
        return tiny["speecht5"].folders[name]

    monkeypatch.setattr(store, "path", path)
    services = studio.services
    engine = REGISTRY.row("speecht5").build(store, services.speaker, services.devices)
    assert sorted(asked) == sorted(names)
    voice = {"xvector": np.ones(512, np.float32), "gain": np.ones(1, np.float32)}
    with pytest.raises(WeightsUnavailableError, match="speecht5-vc"):
        engine.convert(voice, Clip(hum(150.0), ()), SpeakOptions())


def test_chinese_is_refused_with_the_engines_that_speak_it(tiny_studio):
    with pytest.raises(LanguageNotSpokenError, match="kokoro"):
        tiny_studio.preview_text("你好", "zh", "speecht5")


def test_a_long_text_is_spoken_phrase_by_phrase(tiny_studio, engine, voice):
    """No phrase has more characters than the encoder has places for."""
    text = "Whoever comes last shuts the door behind him, and nobody speaks of it again. " * 4
    phrases = tiny_studio.preview_text(text, "en-us", "speecht5")
    places = engine._network.model.config.max_text_positions
    assert len(phrases) > 2 and all(len(p.normalized) < places for p in phrases)
    assert len(list(engine.speak(voice, phrases[:2], SpeakOptions(speed=2.0)))) == 2


def keep(studio, tensors):
    """Save a voice and load it afresh."""
    receipt = issue(
        studio.services.keys.signing_key(),
        voice_name="Nobody",
        speaker="Nobody",
        clips=["00" * 32],
        authority=Authority("own-voice"),
    )
    kept = Voice(
        name="Nobody",
        engine="speecht5",
        engine_revision="tiny",
        language="en-us",
        receipt=receipt,
        learned=Learned(0, 0, 0.0, 0.0, (), "", 0.0, 0.0),
        tensors=tensors,
        embedding=np.full(192, 192**-0.5, np.float32),
        judge_embedding=np.full(256, 256**-0.5, np.float32),
        judge_self_similarity=None,
    )
    return studio.voice_from_bytes(studio.voice_bytes(kept), "nobody.safetensors")


def test_a_cloned_voice_is_kept_as_it_is(tiny_studio, voice):
    loaded = keep(tiny_studio, voice)
    assert loaded.engine == "speecht5"
    assert all(np.array_equal(loaded.tensors[key], voice[key]) for key in voice)


def test_a_fine_tuned_voice_is_kept_and_speaks_the_same(tiny_studio, engine, voice):
    low_rank = np.random.default_rng(0).normal(0, 0.05, LOW_RANK).astype(np.float16)
    tuned = dict(voice, low_rank=low_rank)
    loaded = keep(tiny_studio, tuned)
    spoken = [next(iter(engine.speak(v, (phrase("Hi."),), SpeakOptions()))) for v in (loaded.tensors, tuned)]
    assert np.array_equal(spoken[0].samples, spoken[1].samples)
    plain = next(iter(engine.speak(voice, (phrase("Hi."),), SpeakOptions())))
    assert not np.array_equal(plain.samples, spoken[0].samples)


def test_low_rank_parts_of_another_size_are_refused(tiny_studio, voice):
    with pytest.raises(VoiceFileError):
        keep(tiny_studio, dict(voice, low_rank=np.zeros(LOW_RANK + 1, np.float16)))
