"""Sounds whose physics is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from voiceclone.audio.clip import Audio

VOWEL_HZ = (700.0, 1220.0, 2600.0, 3500.0, 4500.0)
"""Formants of an adult's /a/ (Peterson and Barney 1952), and two above."""


@pytest.fixture(scope="session")
def tone() -> Callable[..., Audio]:
    """Make a sine: `tone(hz, duration_s, sample_rate, amplitude)`."""

    def make(hz: float = 440.0, duration_s: float = 2.0, sample_rate: int = 24_000, amplitude: float = 0.5):
        times_s = np.arange(round(duration_s * sample_rate)) / sample_rate
        return Audio(amplitude * np.sin(2 * np.pi * hz * times_s), sample_rate)

    return make


@pytest.fixture(scope="session")
def vowel_hz() -> tuple[float, ...]:
    """Where the formants of `vowel` lie, in Hz."""
    return VOWEL_HZ


@pytest.fixture(scope="session")
def vowel() -> Callable[..., Audio]:
    """Make an /a/ with formants at `VOWEL_HZ`: pulses of a gliding voice through five resonators.

    `vowel(low_hz, high_hz, duration_s, sample_rate)`; the peak is 0.5, and there is a breath
    of white noise, 54 dB under full scale.
    """
    from scipy.signal import lfilter

    def make(
        low_hz: float = 100.0, high_hz: float = 140.0, duration_s: float = 2.0, sample_rate: int = 24_000
    ):
        n_samples = round(duration_s * sample_rate)
        turns = np.cumsum(np.linspace(low_hz, high_hz, n_samples)) / sample_rate
        samples = np.diff(np.floor(turns), prepend=0.0)  # one pulse a period
        samples = lfilter([1], [1, -0.97], samples)  # the glottis: -6 dB an octave above 100 Hz
        for hz in VOWEL_HZ:
            radius = np.exp(-np.pi * 80 / sample_rate)  # a bandwidth of 80 Hz
            samples = lfilter(
                [1], [1, -2 * radius * np.cos(2 * np.pi * hz / sample_rate), radius**2], samples
            )
        breath = np.random.default_rng(1).normal(0, 0.002, n_samples)
        return Audio(0.5 * samples / np.abs(samples).max() + breath, sample_rate)

    return make


@pytest.fixture(scope="session")
def main_hz() -> Callable[[Audio], float]:
    """Find the strongest frequency of a clip, to about 0.1 Hz."""

    def find(audio: Audio) -> float:
        n_fft = 10 * audio.sample_rate  # 0.1 Hz a bin
        spectrum = np.abs(np.fft.rfft(audio.samples * np.hanning(len(audio.samples)), n_fft))
        return float(spectrum.argmax()) / 10

    return find
