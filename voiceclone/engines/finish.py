"""What is done to whatever an engine has spoken: its level, its edges, and the pause that follows."""

from __future__ import annotations

import numpy as np

from voiceclone.audio.clip import Audio

TARGET_RMS = 0.07
"""About -23 dB over speech: the common level of speech, with room for its peaks."""
PEAK = 0.98
EDGE_S = 0.06
"""Silence kept before and after a phrase: enough for the onset of a plosive."""
FADE_S = 0.008
"""A raised cosine at both ends of a phrase, so that joins do not click."""
_SILENCE = 0.004
"""-48 dBFS."""


def finished(samples: np.ndarray, sample_rate: int, pause_s: float) -> Audio:
    """Return a phrase trimmed, faded, below clipping, and with the silence that follows it.

    Args:
        samples: float32 `[n_samples]`, at the level it is to have.
        sample_rate: Hz.
        pause_s: seconds of silence after it.
    """
    samples = limited(_trimmed(samples, sample_rate))
    pause = np.zeros(round(pause_s * sample_rate), np.float32)
    return Audio(np.concatenate([samples, pause]), sample_rate)


def level_gain(spoken: Audio) -> float:
    """Return what speech is to be multiplied by to come out at the common level."""
    return TARGET_RMS / max(speech_rms(spoken), 1e-4)


def speech_rms(audio: Audio) -> float:
    """Return the root mean square over the louder half of 20 ms frames: of speech, not of pauses."""
    size = round(0.02 * audio.sample_rate)
    n = len(audio.samples) // size
    if n == 0:
        return audio.rms
    power = np.square(audio.samples[: n * size].reshape(n, size), dtype=np.float64).mean(axis=1)
    return float(np.sqrt(np.sort(power)[n // 2 :].mean()))


def limited(samples: np.ndarray) -> np.ndarray:
    """Return samples made quieter where their peak would pass full scale."""
    return samples * min(1.0, PEAK / max(float(np.abs(samples).max(initial=0.0)), 1e-9))


def faded(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """Return samples whose edges do not click."""
    samples = samples.copy()
    fade = min(round(FADE_S * sample_rate), len(samples) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(fade) / max(fade, 1))
    samples[:fade] *= ramp
    samples[len(samples) - fade :] *= ramp[::-1]
    return samples


def _trimmed(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """Return a phrase with 60 ms of silence at most on either side, and its edges faded."""
    loud = np.flatnonzero(np.abs(samples) > _SILENCE)
    if len(loud) == 0:
        return samples
    edge = round(EDGE_S * sample_rate)
    return faded(samples[max(0, loud[0] - edge) : loud[-1] + edge], sample_rate)
