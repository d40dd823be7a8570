"""How natural speech sounds: a predicted mean opinion score."""

from __future__ import annotations

import contextlib
import io
import math
import threading

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.native import ready_torchaudio

SAMPLE_RATE = 16_000
WINDOW_SAMPLES = 122_880
"""7.68 s, what the model hears at once. It fills shorter clips with silence and marks them down for
it: 2.5 s cut out of longer clips lost 0.5 on average. Repeated until full they lose 0.1."""
MAX_WINDOWS = 8
"""Of longer speech as many windows are heard, evenly spread: a minute of sound, whatever the length."""


class Naturalness:
    """DistillMOS (Microsoft, MIT) on the CPU. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model = None

    def mos(self, audio: Audio) -> float:
        """Return the opinion that listeners would have of the clip, 1 (bad) to 5 (excellent).

        Recordings of LibriSpeech reach 3.2 to 4.3. Level does not matter: the model brings
        each window of 7.7 s to the same peak.

        Args:
            audio: any rate, not empty; judged at 16 kHz.
        """
        import torch

        model = self._load()
        samples = audio.resampled(SAMPLE_RATE).samples
        samples = np.resize(samples, max(WINDOW_SAMPLES, len(samples)))  # repeats; a copy torch may own
        n_windows = min(MAX_WINDOWS, math.ceil(len(samples) / WINDOW_SAMPLES))
        starts = np.linspace(0, len(samples) - WINDOW_SAMPLES, n_windows).astype(int)
        with torch.inference_mode():
            windows = (torch.from_numpy(samples[None, start : start + WINDOW_SAMPLES]) for start in starts)
            return float(np.mean([model(window).item() for window in windows]))

    def _load(self):
        with self._lock:
            if self._model is None:
                ready_torchaudio()
                from distillmos import ConvTransformerSQAModel

                with contextlib.redirect_stdout(io.StringIO()):  # it prints the path of its weights
                    self._model = ConvTransformerSQAModel(segmenting_in_forward=False).eval()
            return self._model
