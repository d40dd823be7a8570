"""Two speaker encoders that learning never sees, and the anchors between which they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.evaluate.similarity import DVector
from voiceclone.hub.weights import WeightStore


class GE2E:
    """Resemblyzer's encoder (L. Wan et al., "Generalized End-to-End Loss", ICASSP 2018)."""

    name = "GE2E"

    def __init__(self) -> None:
        from resemblyzer import VoiceEncoder

        self._encoder = VoiceEncoder("cpu", verbose=False)

    def embed(self, audio: Audio) -> np.ndarray:
        """Return the embedding of a clip, float32 `[256]`, L2-normalised."""
        from resemblyzer import preprocess_wav

        return self._encoder.embed_utterance(preprocess_wav(audio.samples, source_sr=audio.sample_rate))


class Judge(DVector):
    """The d-vector encoder of the app's own scores."""

    name = "d-vector"

    def __init__(self, weights: WeightStore) -> None:
        super().__init__(weights.file("dvector"))


@dataclass(frozen=True)
class Scale:
    """Where a stranger and a real clip of the reader stand, per reader."""

    centre: np.ndarray
    stranger: float
    real: float

    def normalised(self, similarity: float) -> float:
        """Return 0 for a stranger, 1 for a real clip; not clipped."""
        return (similarity - self.stranger) / (self.real - self.stranger)


def scales(encoder: GE2E | Judge, clips: Mapping[str, Sequence[Audio]]) -> dict[str, Scale]:
    """Return each reader's scale from recordings that were not learned from.

    A real clip is compared with the centre of the reader's other ones, a stranger's with all.
    """
    embedded = {name: np.stack([encoder.embed(a) for a in audio]) for name, audio in clips.items()}
    found = {}
    for name, own in embedded.items():
        centre = _unit(own.mean(axis=0))
        real = [float(v @ _unit(np.delete(own, i, axis=0).mean(axis=0))) for i, v in enumerate(own)]
        foreign = np.concatenate([e for other, e in embedded.items() if other != name])
        found[name] = Scale(centre, float((foreign @ centre).mean()), float(np.mean(real)))
    return found


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def dnsmos(audio: Audio) -> float:
    """Return DNSMOS's overall quality, 1 to 5 (C. Reddy et al., ICASSP 2022)."""
    from speechmos import dnsmos as model

    samples = audio.resampled(16_000).samples
    return float(model.run(np.clip(samples, -1, 1), 16_000)["ovrl_mos"])
