"""Audio: the one form in which sound travels through the program."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import soxr


@dataclass(frozen=True, eq=False)
class Audio:
    """Mono float32 samples in [-1, 1] with their sample rate in Hz.

    Shape: `samples` is `[n_samples]`; duration in seconds is `n_samples / sample_rate`.
    The array is read-only, so a clip can be shared without being changed.
    """

    samples: np.ndarray
    sample_rate: int

    def __post_init__(self) -> None:
        samples = np.ascontiguousarray(self.samples, dtype=np.float32)
        assert samples.ndim == 1, f"Audio is mono [n_samples], got shape {samples.shape}"
        assert self.sample_rate > 0, self.sample_rate
        if samples is self.samples and samples.flags.writeable:
            samples = samples.copy()  # its owner may go on writing to it
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate

    @property
    def peak(self) -> float:
        """Largest absolute sample, 0 for an empty clip."""
        return float(np.abs(self.samples).max(initial=0.0))

    @property
    def rms(self) -> float:
        """Root mean square of the samples, 0 for an empty clip."""
        if len(self.samples) == 0:
            return 0.0
        return float(np.sqrt(np.mean(np.square(self.samples, dtype=np.float64))))

    @property
    def sha256(self) -> str:
        """Hash of rate and 16-bit samples: names what was heard, whatever file held it."""
        pcm = np.round(np.clip(self.samples, -1, 1) * 32767).astype("<i2")
        return hashlib.sha256(str(self.sample_rate).encode() + b":" + pcm.tobytes()).hexdigest()

    def resampled(self, sample_rate: int) -> Audio:
        """Return the clip at another rate (Hz), by soxr's band-limited resampler ("HQ").

        Length: `round(n_samples * sample_rate / self.sample_rate)`, within one sample.
        """
        if sample_rate == self.sample_rate:
            return self
        return Audio(soxr.resample(self.samples, self.sample_rate, sample_rate), sample_rate)

    def sliced(self, start_s: float, end_s: float) -> Audio:
        """Return the part between two times in seconds, clamped to the clip."""
        start, end = (round(max(0.0, t) * self.sample_rate) for t in (start_s, end_s))
        return Audio(self.samples[start:end], self.sample_rate)

    @staticmethod
    def silence(duration_s: float, sample_rate: int) -> Audio:
        """Return silence of the given length."""
        return Audio(np.zeros(round(duration_s * sample_rate), np.float32), sample_rate)

    @staticmethod
    def joined(clips: list[Audio]) -> Audio:
        """Return clips of one rate, end to end."""
        assert clips and len({c.sample_rate for c in clips}) == 1, "clips of one sample rate"
        return Audio(np.concatenate([c.samples for c in clips]), clips[0].sample_rate)
