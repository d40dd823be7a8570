"""The inaudible mark in everything that is spoken, and how it is found again.

Perth's implicit watermark (Resemble AI, MIT): a network adds a residual to the magnitudes
under 2 kHz, another one recognises it. It carries no message, only "a machine spoke this".
It survives MP3, Opus, resampling, cropping and level; a change of speed or pitch by a tenth,
or noise 20 dB under the speech, hides it.
"""

from __future__ import annotations

import contextlib
import io
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.errors import WatermarkUnavailableError
from voiceclone.native import ready_torchaudio

THRESHOLD = 0.95
"""Confidence from which audio counts as marked. Of 301 unmarked LibriSpeech recordings none passed
0.51, of their 1,621 windows of 2 s none 0.88. Music is another matter: steady chords can reach it."""

WINDOW_S = 4.0
"""Long recordings are looked at in windows: a marked part would drown in the mean of an hour."""
WHOLE_S = 30.0
"""Up to this length a recording is looked at as a whole too: the mean steadies a worn mark."""
SILENCE_PEAK = 1e-4
"""-80 dBFS. A window that stays under it holds nothing that could be marked."""

DITHER_DB = -60.0
"""White noise added before marking, against the clip's RMS: about -82 dBFS, inaudible. Synthetic
speech has pauses of digital silence, where the mark is so faint that 16-bit samples round it away:
20 clips came back from 64 kbit/s MP3 at 0.80 to 1.00, with the noise at 1.00."""
DITHER_SEED = 0

STRENGTH = 1.25
"""How much of the network's residual is added. At 1.0, 7 of 111 crops of 2 s of synthetic speech fell
under the threshold, to 0.91; at 1.25 none under 0.99, after 64 kbit/s MP3 too. DistillMOS sinks by 0.07."""

TAIL_S = 0.1
"""Added behind before marking and cut off after: the network drops the last 10 ms."""
MIN_LENGTH_S = 1.0
"""Shorter clips are lengthened by silence for the network and cut back."""


@dataclass(frozen=True)
class Detection:
    """What was found in a recording."""

    watermarked: bool
    """Whether `confidence` reaches `THRESHOLD`."""
    confidence: float
    """0 to 1: of the surest window, or of the whole where that is surer and short enough."""
    seconds_marked: float
    """In windows that reach the threshold, 4 s each."""
    seconds: float
    """In all windows that are not silent."""

    @property
    def fraction_marked(self) -> float:
        """Share of what is not silent that is marked, 0 to 1."""
        return self.seconds_marked / self.seconds if self.seconds else 0.0


class Watermarker:
    """Perth on the CPU. Safe to share between threads; deterministic."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._perth: Any = None

    def ready(self) -> None:
        """Load the watermarker now, so that nothing is spoken before it is known to work.

        Raises:
            WatermarkUnavailableError: it cannot run.
        """
        self._load()

    def embed(self, audio: Audio) -> Audio:
        """Return the clip with the mark: same length, same rate, samples within [-1, 1].

        Each piece of a stream is marked by itself, and the mark runs through all of it.
        The residual lies about 14 dB under the speech, masked by it. Where it would pass
        full scale the clip is made quieter, never clipped.

        Raises:
            WatermarkUnavailableError: the watermarker cannot run.
        """
        perth = self._load()
        n_samples = len(audio.samples)
        if n_samples == 0:
            return audio
        noise = np.random.default_rng(DITHER_SEED).standard_normal(n_samples, dtype=np.float32)
        dithered = audio.samples + noise * np.float32(audio.rms * 10 ** (DITHER_DB / 20))
        tail = round(TAIL_S * audio.sample_rate)
        missing = max(0, round(MIN_LENGTH_S * audio.sample_rate) - n_samples)
        with _inference():
            marked = perth.apply_watermark(np.pad(dithered, (0, tail + missing)), audio.sample_rate)
        marked = dithered + np.float32(STRENGTH) * (marked[:n_samples] - dithered)
        return Audio(marked / max(1.0, float(np.abs(marked).max())), audio.sample_rate)

    def confidence(self, audio: Audio) -> float:
        """Return how surely the clip carries the mark, 0 to 1; 0 for silence.

        Raises:
            WatermarkUnavailableError: the watermarker cannot run.
        """
        perth = self._load()
        if audio.peak < SILENCE_PEAK:
            return 0.0
        missing = max(0, round(MIN_LENGTH_S * audio.sample_rate) - len(audio.samples))
        with _inference():
            found = perth.get_watermark(np.pad(audio.samples, (0, missing)), audio.sample_rate, round=False)
        return float(found)

    def scan(self, audio: Audio) -> Detection:
        """Look for the mark in a recording of any length.

        Raises:
            WatermarkUnavailableError: the watermarker cannot run.
        """
        self.ready()
        windows = [window for window in _windows(audio) if window.peak >= SILENCE_PEAK]
        found = [(window.duration_s, self.confidence(window)) for window in windows]
        surest = max((confidence for _, confidence in found), default=0.0)
        if len(windows) > 1 and audio.duration_s <= WHOLE_S:
            surest = max(surest, self.confidence(audio))
        return Detection(
            watermarked=surest >= THRESHOLD,
            confidence=surest,
            seconds_marked=float(sum(seconds for seconds, confidence in found if confidence >= THRESHOLD)),
            seconds=float(sum(seconds for seconds, _ in found)),
        )

    def _load(self) -> Any:
        with self._lock:
            if self._perth is None:
                self._perth = _build()
            return self._perth


def _build() -> Any:
    """Return the watermarker of `perth`.

    Raises:
        WatermarkUnavailableError: whatever the reason; without a mark nothing is spoken.
    """
    try:
        ready_torchaudio()
        import perth

        if perth.PerthImplicitWatermarker is None:
            raise WatermarkUnavailableError("resemble-perth could not import its own network")
        with contextlib.redirect_stdout(io.StringIO()):  # it prints the step of its checkpoint
            return perth.PerthImplicitWatermarker()
    except WatermarkUnavailableError:
        raise
    except Exception as error:
        raise WatermarkUnavailableError(f"{type(error).__name__}: {error}") from error


def _inference() -> Any:
    import torch

    return torch.inference_mode()


def _windows(audio: Audio) -> list[Audio]:
    """Return the recording in windows of 4 s; what is left at the end joins the last one."""
    n_windows = max(1, int(audio.duration_s // WINDOW_S))
    ends = [WINDOW_S * (i + 1) for i in range(n_windows - 1)] + [audio.duration_s]
    return [audio.sliced(start, end) for start, end in zip([0.0, *ends[:-1]], ends, strict=True)]
