from __future__ import annotations

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.features import f0, formants, mel, mfcc, stft


@pytest.mark.parametrize("sample_rate", [16_000, 22_050, 24_000])
def test_shapes_follow_the_length_formulas(tone, sample_rate):
    audio = tone(200.0, 1.2345, sample_rate)
    n_frames = 1 + len(audio.samples) // round(0.010 * sample_rate)
    n_fft = {16_000: 512, 22_050: 1024, 24_000: 1024}[sample_rate]

    assert stft(audio).shape == (n_fft // 2 + 1, n_frames)
    assert mel(audio).shape == (80, n_frames)
    assert mel(audio, n_mels=40).shape == (40, n_frames)
    assert mfcc(audio).shape == (13, n_frames)
    assert f0(audio).shape == (1 + int(audio.duration_s / 0.0125),)
    assert formants(audio).shape == (1 + int(audio.duration_s / 0.010), 4)


def test_types(tone):
    assert stft(tone()).dtype == np.complex64
    assert mel(tone()).dtype == mfcc(tone()).dtype == np.float32


def test_a_sine_shows_in_its_bin_with_half_its_amplitude(tone):
    hz = 64 * 24_000 / 1024  # the middle of bin 64
    magnitude = np.abs(stft(tone(hz, 1.0, amplitude=0.5)))[:, 50]
    assert magnitude.argmax() == 64
    assert magnitude[64] == pytest.approx(0.25, rel=0.01)


@pytest.mark.parametrize("hz", [300.0, 1000.0, 5000.0])
def test_a_sine_shows_in_the_mel_band_around_it(tone, hz):
    import librosa

    centres_hz = librosa.mel_frequencies(82, fmin=0, fmax=12_000)[1:-1]
    band = mel(tone(hz))[:, 100].argmax()
    assert abs(centres_hz[band] - hz) <= np.diff(centres_hz)[min(band, 78)]


def test_ten_times_the_amplitude_is_20_db_in_every_mel_band(vowel):
    loud = vowel()
    quiet = Audio(loud.samples / 10, loud.sample_rate)
    difference_db = (mel(loud) - mel(quiet)) * 10 / np.log(10)
    audible = mel(quiet) > -18
    np.testing.assert_allclose(difference_db[audible], 20.0, atol=0.1)


def test_silence_lies_at_the_floor():
    np.testing.assert_allclose(mel(Audio.silence(1.0, 16_000)), np.log(1e-10), rtol=1e-5)


def test_level_moves_only_the_first_cepstral_coefficient(vowel):
    loud = vowel()
    quiet = Audio(loud.samples / 2, loud.sample_rate)
    difference = (mfcc(loud) - mfcc(quiet))[:, 50:150]
    np.testing.assert_allclose(difference[0], np.sqrt(80) * 2 * np.log(2), rtol=0.01)
    np.testing.assert_allclose(difference[1:], 0.0, atol=0.05)


@pytest.mark.parametrize("sample_rate", [16_000, 24_000, 44_100])
@pytest.mark.parametrize("hz", [80.0, 150.0, 300.0])
def test_a_steady_voice_has_its_f0(vowel, hz, sample_rate):
    track = f0(vowel(hz, hz, 1.0, sample_rate))[8:-8]
    np.testing.assert_allclose(track, hz, rtol=0.01)


@pytest.mark.parametrize("hz", [100.0, 220.0])
def test_a_tone_has_its_f0(tone, hz):
    clip = tone(hz, 1.0)
    recorded = clip.samples + np.random.default_rng(0).normal(0, 0.001, len(clip.samples))
    np.testing.assert_allclose(f0(Audio(recorded, clip.sample_rate))[8:-8], hz, rtol=0.01)


def test_a_glide_is_followed_at_the_right_times(vowel):
    track = f0(vowel(100.0, 200.0, 2.0))
    times_s = np.arange(len(track)) * 0.0125
    inner = (times_s > 0.2) & (times_s < 1.8)
    np.testing.assert_allclose(track[inner], 100 + 50 * times_s[inner], rtol=0.03)


def test_what_has_no_pitch_is_unvoiced():
    noise = np.random.default_rng(0).normal(0, 0.1, 48_000)
    assert (f0(Audio.silence(1.0, 24_000)) == 0).all()
    assert (f0(Audio(noise, 24_000)) == 0).mean() > 0.9
    assert f0(Audio.silence(0.0, 24_000)).shape == (0,)


@pytest.mark.parametrize("sample_rate", [16_000, 24_000, 48_000])
def test_the_formants_of_a_vowel_are_found(vowel, vowel_hz, sample_rate):
    track = formants(vowel(110.0, 130.0, 1.0, sample_rate))[10:-10]
    np.testing.assert_allclose(np.median(track, axis=0), vowel_hz[:4], rtol=0.1)


def test_formants_rise_and_lie_below_their_ceiling(vowel):
    track = formants(vowel())
    found = track[np.isfinite(track).all(axis=1)]
    assert len(found) > 100
    assert (np.diff(found, axis=1) > 0).all()
    assert found.min() > 50
    assert found.max() < 5450


def test_silence_has_no_formants(vowel):
    assert np.isnan(formants(Audio.silence(0.5, 16_000))).all()
    spaced = Audio.joined([vowel(), Audio.silence(1.0, 24_000)])
    track = formants(spaced)
    assert np.isfinite(track[20:180, 0]).all()
    assert np.isnan(track[210:]).all()
