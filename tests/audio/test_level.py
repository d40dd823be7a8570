from __future__ import annotations

import math

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.level import levelled, loudness, true_peak_dbfs


@pytest.mark.parametrize("sample_rate", [16_000, 24_000, 48_000])
def test_a_full_scale_sine_of_997_hz_has_the_loudness_the_standard_says(tone, sample_rate):
    """ITU-R BS.1770-4, Annex 1: -3.01 LKFS in one channel."""
    assert loudness(tone(997.0, 3.0, sample_rate, amplitude=1.0)) == pytest.approx(-3.01, abs=0.1)


def test_pauses_do_not_lower_the_loudness(tone):
    """Blocks 10 LU under the rest are gated, so it is the speech that is measured."""
    sine = tone(997.0, 4.0)
    spaced = Audio.joined([sine, Audio.silence(4.0, 24_000)])
    assert loudness(spaced) == pytest.approx(loudness(sine), abs=0.5)


def test_short_and_long_clips_agree_at_997_hz(tone):
    assert loudness(tone(997.0, 0.3)) == pytest.approx(loudness(tone(997.0, 3.0)), abs=0.1)


@pytest.mark.parametrize("amplitude", [0.005, 0.05, 0.9])
@pytest.mark.parametrize("target_lufs", [-23.0, -30.0])
def test_every_level_comes_to_the_target(vowel, amplitude, target_lufs):
    quiet = Audio(vowel().samples * amplitude, 24_000)
    result = levelled(quiet, target_lufs)
    assert loudness(result) == pytest.approx(target_lufs, abs=0.1)
    assert len(result.samples) == len(quiet.samples)


def test_a_clip_under_the_standards_block_comes_to_its_rms(tone):
    assert 20 * math.log10(levelled(tone(997.0, 0.2)).rms) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("duration_s", [0.02, 2.0])
def test_dc_is_removed_and_the_voice_is_not(tone, main_hz, duration_s):
    sine = tone(100.0, duration_s)
    result = levelled(Audio(sine.samples * 0.5 + 0.3, 24_000))
    assert abs(result.samples.mean()) < 0.01 * result.rms
    assert np.corrcoef(result.samples, sine.samples)[0, 1] > 0.99  # no phase was turned


def test_a_high_peak_keeps_the_clip_quieter_instead_of_being_clipped(tone):
    samples = tone(997.0, 2.0, amplitude=0.01).samples.copy()
    samples[24_000] = 0.9
    result = levelled(Audio(samples, 24_000))
    assert true_peak_dbfs(result) == pytest.approx(-1.0, abs=0.1)
    assert loudness(result) < -24


def test_a_true_peak_lies_between_samples():
    """A sine at a quarter of the rate, sampled at 45 degrees: samples of 0.707, a wave of 1."""
    samples = np.sin(np.pi / 2 * np.arange(24_000) + np.pi / 4) * np.hanning(24_000)
    audio = Audio(samples, 24_000)
    assert audio.peak == pytest.approx(math.sqrt(0.5), abs=0.01)
    assert true_peak_dbfs(audio) == pytest.approx(0.0, abs=0.1)


def test_a_true_peak_is_found_in_any_piece_of_a_long_clip():
    samples = np.zeros(100 * 8_000, np.float32)
    samples[95 * 8_000] = 0.5
    assert true_peak_dbfs(Audio(samples, 8_000)) == pytest.approx(20 * math.log10(0.5), abs=0.3)


@pytest.mark.parametrize(
    "samples", [np.zeros(48_000), np.full(48_000, 0.25), np.full(48_000, 1e-5), np.zeros(0), np.zeros(100)]
)
def test_silence_is_returned_unchanged(samples):
    """DC alone is silence too: brought to -23 LUFS, its rounding errors would be heard."""
    audio = Audio(samples, 24_000)
    assert levelled(audio) is audio


def test_silence_has_no_loudness():
    assert loudness(Audio.silence(1.0, 24_000)) == -math.inf
    assert true_peak_dbfs(Audio.silence(1.0, 24_000)) == -math.inf
