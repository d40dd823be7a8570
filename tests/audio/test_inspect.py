from __future__ import annotations

import math

import numpy as np
import pytest

from voiceclone.audio import inspect as inspect_module
from voiceclone.audio.clip import Audio
from voiceclone.audio.inspect import ADVICE, LIMITS, Fault, Report, inspect
from voiceclone.audio.level import levelled

RATE = 24_000
SPEECH = tuple((3.4 * i + 0.4, 3.4 * i + 3.0) for i in range(4))
"""Four phrases of 2.6 s with 0.8 s of pause between them: 10.4 s of speech in 13.6 s."""


@pytest.fixture(autouse=True)
def one_phrase_of_pitch(monkeypatch):
    """Measure F0 on the first phrase only: all four are the same glide."""
    monkeypatch.setattr(inspect_module, "PITCH_S", 2.6)


@pytest.fixture(scope="module")
def clean(vowel) -> Audio:
    """A voice that glides from 100 to 140 Hz in each phrase, at -23 LUFS, with silent pauses."""
    phrase = vowel(100.0, 140.0, 2.6)
    pause = Audio.silence(0.4, RATE)
    return levelled(Audio.joined([pause, phrase, pause] * len(SPEECH)))


def with_noise(audio: Audio, snr_db: float) -> Audio:
    """Add white noise under the speech, not under the mean of speech and pauses."""
    spoken = Audio.joined([audio.sliced(*span) for span in SPEECH])
    noise = np.random.default_rng(0).normal(0, spoken.rms * 10 ** (-snr_db / 20), len(audio.samples))
    return Audio(audio.samples + noise, audio.sample_rate)


def with_hum(audio: Audio, hz: float, level_db: float) -> Audio:
    """Add a mains line and two harmonics, of `level_db` against the speech together."""
    spoken = Audio.joined([audio.sliced(*span) for span in SPEECH])
    times_s = np.arange(len(audio.samples)) / audio.sample_rate
    hum = sum(np.sin(2 * np.pi * hz * k * times_s) / k for k in (1, 2, 3))
    hum *= spoken.rms * 10 ** (level_db / 20) / np.sqrt(np.mean(hum**2))
    return Audio(audio.samples + hum, audio.sample_rate)


def kinds(report: Report) -> list[str]:
    return [fault.kind for fault in report.faults]


def test_a_clean_recording_is_good_and_its_facts_are_right(clean):
    report = inspect(clean, SPEECH)

    assert report.faults == ()
    assert report.grade == "good"
    assert report.sample_rate == RATE
    assert report.duration_s == pytest.approx(13.6)
    assert report.speech_s == pytest.approx(10.4)
    assert report.loudness_lufs == pytest.approx(-23.0, abs=0.1)
    assert report.peak_dbfs == pytest.approx(20 * math.log10(clean.peak))
    assert report.clipped_fraction == 0
    assert report.snr_db > 60
    assert report.bandwidth_hz > 11_000
    assert report.hum_db is None
    assert report.f0_median_hz == pytest.approx(120, abs=3)
    assert report.f0_low_hz == pytest.approx(104, abs=3)
    assert report.f0_high_hz == pytest.approx(136, abs=3)


@pytest.mark.parametrize("snr_db", [0, 5, 10, 20, 30, 40])
def test_the_snr_is_found(clean, snr_db):
    report = inspect(with_noise(clean, snr_db), SPEECH)
    assert report.snr_db == pytest.approx(snr_db, abs=3)


@pytest.mark.parametrize(("snr_db", "grade"), [(7, "poor"), (15, "fair"), (30, "good")])
def test_noise_is_a_fault_where_it_is_loud(clean, snr_db, grade):
    report = inspect(with_noise(clean, snr_db), SPEECH)
    assert kinds(report) == ([] if grade == "good" else ["noisy"])
    assert report.grade == grade


def test_a_click_in_a_pause_is_not_noise(clean):
    samples = clean.samples.copy()
    samples[round(3.3 * RATE) : round(3.31 * RATE)] = 0.5
    assert inspect(Audio(samples, RATE), SPEECH).snr_db > 60


def test_without_pauses_there_is_no_snr(clean):
    spoken = clean.sliced(0.4, 3.0)
    report = inspect(spoken, [(0.0, 2.6)])
    assert report.snr_db is None
    assert "noisy" not in kinds(report)


@pytest.mark.parametrize(("share", "grade"), [(0.006, "fair"), (0.05, "poor")])
def test_clipping_is_measured(clean, share, grade):
    limit = np.quantile(np.abs(clean.samples), 1 - share)
    samples = np.clip(clean.samples, -limit, limit)

    report = inspect(Audio(samples, RATE), SPEECH)

    assert report.clipped_fraction == pytest.approx(share, rel=0.5)
    assert kinds(report) == ["clipped"]
    assert report.grade == grade


def test_clipping_shows_after_the_level_was_lowered_and_shifted(clean):
    """An editor's gain and a DC offset hide it from anything that looks for samples at full scale."""
    limit = np.quantile(np.abs(clean.samples), 0.98)
    samples = 0.3 * np.clip(clean.samples, -limit, limit) + 0.05
    assert inspect(Audio(samples, RATE), SPEECH).clipped_fraction == pytest.approx(0.02, rel=0.5)


@pytest.mark.parametrize("hz", [60.0, 100.0, 250.0])
def test_the_crest_of_a_low_tone_is_not_clipping(tone, hz):
    """Its samples stand still for a moment, but not for three in a row within a step of 16 bits."""
    sine = tone(hz, 1.0, amplitude=0.9)
    quantised = Audio(np.round(sine.samples * 32767) / 32767, RATE)
    assert inspect(quantised, [(0.0, 1.0)]).clipped_fraction < 1e-4


@pytest.mark.parametrize("sample_rate", [8_000, 11_025, 16_000])
def test_the_band_ends_where_the_recording_did(clean, sample_rate):
    """A telephone's recording stays narrow, whatever rate its file is saved at."""
    narrow = clean.resampled(sample_rate).resampled(RATE)
    report = inspect(narrow, SPEECH)
    assert report.bandwidth_hz == pytest.approx(sample_rate / 2, rel=0.06)
    assert kinds(report) == (["narrow_band"] if sample_rate == 8_000 else [])


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
@pytest.mark.parametrize("level_db", [-15, -25, -35])
def test_hum_is_measured_at_its_level(clean, mains_hz, level_db):
    report = inspect(with_hum(clean, mains_hz, level_db), SPEECH)
    assert report.hum_db == pytest.approx(level_db, abs=3)
    assert "hum" in kinds(report)


def test_inaudible_hum_is_a_fact_and_no_fault(clean):
    report = inspect(with_hum(clean, 50.0, -50), SPEECH)
    assert report.hum_db == pytest.approx(-50, abs=3)
    assert report.grade == "good"


@pytest.mark.parametrize("seed", range(10))
def test_noise_is_not_hum(seed):
    noise = Audio(np.random.default_rng(seed).normal(0, 0.05, 5 * 16_000), 16_000)
    assert inspect(noise, [(0.0, 5.0)]).hum_db is None


def test_a_quiet_recording_is_told_so(clean):
    report = inspect(Audio(clean.samples * 10 ** (-25 / 20), RATE), SPEECH)
    assert report.loudness_lufs == pytest.approx(-48.0, abs=0.2)
    assert kinds(report) == ["quiet"]


@pytest.mark.parametrize(("phrases", "grade"), [(1, "poor"), (2, "fair"), (4, "good")])
def test_little_speech_is_told_so(clean, phrases, grade):
    report = inspect(clean.sliced(0.0, 3.4 * phrases), SPEECH[:phrases])
    assert report.faults == (() if grade == "good" else (Fault("short", pytest.approx(2.6 * phrases)),))
    assert report.grade == grade


def test_three_small_faults_make_a_poor_recording(clean):
    worse = with_hum(with_noise(clean.resampled(8_000).resampled(RATE), 15), 50.0, -16)
    report = inspect(worse.sliced(0.0, 6.8), SPEECH[:2])
    assert len(report.faults) >= 3
    assert report.grade == "poor"


def test_silence_has_a_report_too():
    report = inspect(Audio.silence(3.0, 16_000), [])
    assert report.speech_s == 0
    assert report.loudness_lufs == report.peak_dbfs == -math.inf
    assert report.snr_db is report.hum_db is report.f0_median_hz is None
    assert report.grade == "poor"


def test_every_fault_has_one_sentence_of_advice():
    assert set(ADVICE) == {limit.kind for limit in LIMITS}
    assert all(text.endswith(".") and text.count(". ") == 0 for text in ADVICE.values())
