"""Pocket TTS from reference to speech, with tiny weights from a loopback hub."""

from dataclasses import replace

import numpy as np
import pytest

from tests.hub.server.hub import LoopbackHub
from voiceclone.audio.clip import Audio
from voiceclone.consent.receipt import Authority
from voiceclone.engines.base import Budget, Clip, Material, SpeakOptions
from voiceclone.engines.pocket_tts.spec import MAX_FRAMES, MAX_REFERENCE_S, POCKET_TTS
from voiceclone.errors import LanguageNotSpokenError, WeightsGatedError
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings
from voiceclone.text.phrase import Phrase


@pytest.fixture(scope="module")
def engine(engine_of):
    return engine_of("pocket-tts")


def noise(seconds: float, rate: int = 24_000) -> Audio:
    samples = 0.1 * np.random.default_rng(0).standard_normal(round(seconds * rate))
    return Audio(samples.astype(np.float32), rate)


def learned(engine, *clips: Audio) -> np.ndarray:
    material = Material(tuple(Clip(clip, ()) for clip in clips), np.zeros(192, np.float32))
    return list(engine.adapt(material, Budget(steps=0)))[-1].voice["latents"]


def said(text: str, pause_s: float = 0.0) -> Phrase:
    return Phrase(text, text, "", "en-us", pause_s)


def test_a_voice_has_a_latent_for_every_80_ms_and_a_pause(engine):
    assert learned(engine, noise(4.0)).shape == (51, 32)
    assert learned(engine, noise(2.0, 16_000), noise(2.0, 48_000)).shape == (51, 32)


def test_of_a_long_reference_as_much_is_heard_as_the_model_was_made_for(engine):
    whole = learned(engine, noise(MAX_REFERENCE_S))
    longer = learned(engine, Audio.joined([noise(MAX_REFERENCE_S), noise(9.0)]))
    assert whole.shape == (MAX_FRAMES, 32) and np.array_equal(whole, longer)


def test_of_a_voice_longer_than_any_learned_here_no_more_is_heard(engine):
    latents = learned(engine, noise(MAX_REFERENCE_S))
    phrases = [said("Yes.")]
    one, two = (
        next(engine.speak({"latents": voice}, phrases, SpeakOptions()))
        for voice in (latents, np.concatenate([latents, latents]))
    )
    assert np.array_equal(one.samples, two.samples)


def test_a_phrase_is_spoken_alike_whatever_was_spoken_before(engine):
    voice = {"latents": learned(engine, noise(3.0))}
    both = list(engine.speak(voice, [said("One thing.", 0.4), said("Another thing.")], SpeakOptions(seed=3)))
    (first,) = engine.speak(voice, [said("One thing.", 0.4)], SpeakOptions(seed=3))
    assert len(both) == 2 and np.array_equal(both[0].samples, first.samples)
    assert not first.samples[-round(0.4 * 24_000) :].any() and first.peak <= 0.98


def test_a_text_of_many_tokens_is_spoken_in_parts(engine):
    """Two of these sentences have more than 50 tokens: each is spoken by itself, as long as alone."""
    voice = {"latents": learned(engine, noise(3.0))}
    sentence = "Seven words are what this sentence has."
    one, two = (
        next(engine.speak(voice, [said(text)], SpeakOptions())).samples
        for text in (sentence, f"{sentence} {sentence}")
    )
    assert len(two) == 2 * len(one) and np.array_equal(two[: len(one)], one)


def test_a_clone_comes_back_from_its_file_and_speaks(tiny_studio, spoken_reference, tmp_path):
    """What the recording says is not asked for: the voice is its sound."""
    reference = tiny_studio.inspect([spoken_reference])
    receipt = tiny_studio.attest(reference, name="Ada", speaker="Ada", authority=Authority("own-voice"))
    *_, done = tiny_studio.clone(reference, receipt, language_key="en-gb", engine="pocket-tts")
    again = tiny_studio.load_voice(tiny_studio.save_voice(done.voice, tmp_path / "ada.safetensors"))
    assert (again.engine, again.learned.steps, again.learned.transcript) == ("pocket-tts", 0, "")
    assert len(again.tensors["latents"]) == pytest.approx(reference.audio.duration_s * 12.5, abs=2)
    assert np.array_equal(again.tensors["latents"], done.voice.tensors["latents"])
    (spoken,) = tiny_studio.speak(again, "Good morning.")
    assert spoken.audio.sample_rate == 24_000 and spoken.audio.duration_s > 2.0


def test_chinese_is_refused_with_the_engines_that_speak_it(tiny_studio):
    with pytest.raises(LanguageNotSpokenError, match="kokoro") as caught:
        tiny_studio.preview_text("你好。", "zh", "pocket-tts")
    assert caught.value.engine == "pocket-tts"


def test_weights_behind_a_gate_are_explained_and_nothing_is_learned(tiny, registry, studio, tmp_path):
    """Kyutai gives the weights that clone to whoever agrees to its terms, on a page."""
    pocket = tiny["pocket-tts"]
    table = [replace(row, gated=row.name == "pocket-tts") for row in pocket.weights()]
    services = studio.services
    with LoopbackHub() as hub:
        pocket.serve(hub)
        hub.repo("tiny/pocket-tts").gated = "auto"
        settings = Settings(cache_dir=tmp_path / "cache", hub_timeout_s=30.0)
        store = WeightStore(settings, endpoint=hub.endpoint, hub_cache=tmp_path / "hub", table=table)
        with pytest.raises(WeightsGatedError, match="agree to the terms") as caught:
            registry.row("pocket-tts").build(store, services.speaker, services.devices)
        assert caught.value.url == f"{hub.endpoint}/tiny/pocket-tts"
        assert store.resolve("pocket-tts-tokenizer").source == "hub", "what is open can be had"


def test_the_spec_promises_what_the_engine_has():
    assert POCKET_TTS.steps == 0 and not POCKET_TTS.needs_transcript
    assert not POCKET_TTS.fine_tunes and not POCKET_TTS.converts
