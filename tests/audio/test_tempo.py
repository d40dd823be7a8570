"""Another speed: the promised length, the same pitch and level, and no clicks."""

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.tempo import at_speed

RATE = 24_000


def tone(hz: float, seconds: float = 3.0) -> Audio:
    time_s = np.arange(round(seconds * RATE)) / RATE
    return Audio((0.4 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32), RATE)


def strongest_hz(audio: Audio) -> float:
    spectrum = np.abs(np.fft.rfft(audio.samples * np.hanning(len(audio.samples))))
    return float(np.argmax(spectrum)) * audio.sample_rate / len(audio.samples)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
@pytest.mark.parametrize("hz", [90.0, 220.0, 1000.0])
def test_a_tone_keeps_its_pitch_and_level(hz, speed):
    source = tone(hz)
    made = at_speed(source, speed)
    assert len(made.samples) == round(len(source.samples) / speed)
    assert strongest_hz(made) == pytest.approx(hz, abs=1.0)
    assert made.rms == pytest.approx(source.rms, rel=0.03)
    step = np.abs(np.diff(source.samples)).max()
    assert np.abs(np.diff(made.samples)).max() < 1.5 * step + 0.01, "a window that does not fit clicks"


def test_what_happens_when_stays_in_its_place():
    """A burst a third into the clip is a third into it at any speed."""
    noise = np.random.default_rng(0).standard_normal(RATE // 10).astype(np.float32)
    source = np.zeros(3 * RATE, np.float32)
    source[RATE : RATE + len(noise)] = 0.2 * noise
    for speed in (0.5, 2.0):
        made = at_speed(Audio(source, RATE), speed)
        loud = np.flatnonzero(np.abs(made.samples) > 0.05)
        assert loud[0] / RATE == pytest.approx(1.0 / speed, abs=0.03)
        assert (loud[-1] - loud[0]) / RATE == pytest.approx(0.1 / speed, abs=0.05)


def test_speed_1_is_the_clip_itself():
    source = tone(220.0)
    assert at_speed(source, 1.0) is source


@pytest.mark.parametrize("n_samples", [0, 1, 10, 1000])
@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_a_clip_shorter_than_a_window_has_the_promised_length_too(n_samples, speed):
    made = at_speed(Audio(np.full(n_samples, 0.1, np.float32), RATE), speed)
    assert len(made.samples) == round(n_samples / speed) and made.peak <= 0.11
