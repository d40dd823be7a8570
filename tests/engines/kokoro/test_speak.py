"""A phrase in a voice: pitch, level, edges."""

import numpy as np
import pytest
import torch

from voiceclone.audio.features import f0
from voiceclone.engines.base import SpeakOptions
from voiceclone.engines.finish import EDGE_S, PEAK, speech_rms
from voiceclone.engines.kokoro.packs import stock_voice
from voiceclone.engines.kokoro.speak import UNMAPPED, VoiceOnDevice, speak_phrase

TEXT = "The quick brown fox jumps over the lazy dog."


@pytest.fixture(scope="module")
def engine(kokoro):
    return kokoro


def _speak(engine, studio, **mapping):
    tensors = dict(stock_voice(engine._packs["jf_alpha"]))
    values = dict(zip("abcdpg", UNMAPPED, strict=True)) | mapping
    tensors["mapping"] = np.array([values[k] for k in "abcdpg"], np.float32)
    voice = VoiceOnDevice.of(tensors, torch.device("cpu"))
    phrase = studio.preview_text(TEXT, "en-us")[0]
    return speak_phrase(engine._network, voice, phrase, SpeakOptions(), 0), phrase


def _median_f0(audio):
    curve = f0(audio)
    return float(np.median(curve[curve > 0]))


def test_pitch_is_moved_to_the_reference_s(engine, studio):
    plain, _ = _speak(engine, studio)
    start = np.log(_median_f0(plain))
    lower, _ = _speak(engine, studio, a=start, c=start - np.log(1.3))
    assert _median_f0(plain) / _median_f0(lower) == pytest.approx(1.3, rel=0.08)


def test_edges_are_silent_and_the_pause_is_kept(engine, studio):
    audio, phrase = _speak(engine, studio)
    assert abs(audio.samples[0]) < 1e-3 and abs(audio.samples[-1]) < 1e-3
    loud = np.flatnonzero(np.abs(audio.samples) > 0.01)
    assert loud[0] < 2 * EDGE_S * audio.sample_rate
    tail = (len(audio.samples) - loud[-1]) / audio.sample_rate
    assert phrase.pause_s <= tail < phrase.pause_s + 0.2


def test_no_gain_drives_it_into_clipping(engine, studio):
    loud, _ = _speak(engine, studio, g=50.0)
    assert loud.peak <= PEAK + 1e-6


def test_gain_sets_the_level_of_speech(engine, studio):
    one, two = (speech_rms(_speak(engine, studio, g=g)[0]) for g in (0.2, 0.4))
    assert two / one == pytest.approx(2, rel=0.02)


def test_pace_stretches_what_sounds(engine, studio):
    plain, phrase = _speak(engine, studio)
    slow, _ = _speak(engine, studio, p=1.3)
    assert (slow.duration_s - phrase.pause_s) / (plain.duration_s - phrase.pause_s) == pytest.approx(
        1.3, rel=0.12
    )
