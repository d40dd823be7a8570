"""Whether two recordings are of one speaker: voiceprints, and the cosines from which they count as such.

A recording is embedded in parts of 3 s and more, and stands for the mean of its parts. The mean says
whose voice it is; the parts say whether it is one voice throughout: speech of two people joined into
one recording can pass by its mean, but not by its parts. The figures are those of
`python -m benchmarks.consent`; docs/consent.md has the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.speaker.encoder import SAMPLE_RATE, SpeakerEncoder

SAME_SPEAKER = 0.40
"""Cosine of two recordings from which they count as one speaker's. Chosen on 123 LibriSpeech readers
(0.5 % of pairs of two pass); on 123 others 0.48 % of pairs passed and no reader's own did not, 6 s
against 6 s; over a telephone one of a hundred did not."""
SAME_SPEAKER_PART = 0.25
"""Cosine of a part of one recording with the other recording, below which somebody else speaks there.
The least similar own part of the readers chosen on had 0.456; 94 % of strangers' 3 s stay below."""
PART_S = 3.0
"""Shortest part, unless the whole recording is shorter: less speech makes embeddings uncertain."""
BATCH = 8
"""Parts that are embedded at once."""


@dataclass(frozen=True, eq=False)
class Voiceprint:
    """Whose voice a recording is, as a whole and part by part."""

    mean: np.ndarray
    """float32 `[192]`, L2-normalised."""
    parts: np.ndarray
    """float32 `[n_parts, 192]`, each L2-normalised."""
    part_s: float
    """Length of every part in seconds."""

    def similarity(self, other: Voiceprint) -> float:
        """Return the cosine of two recordings."""
        return float(self.mean @ other.mean)

    def least_similar_part(self, voice: np.ndarray) -> tuple[int, float]:
        """Return which part is least like a voice, float32 `[192]`, L2-normalised, and its cosine."""
        cosines = self.parts @ voice
        return int(cosines.argmin()), float(cosines.min())


def voiceprint(encoder: SpeakerEncoder, speech: Audio) -> Voiceprint:
    """Return the voiceprint of a recording.

    Args:
        encoder: makes the embeddings.
        speech: trimmed to its speech; any rate, at least one sample.
    """
    import torch

    samples = speech.resampled(SAMPLE_RATE).samples
    n_parts = max(1, int(len(samples) / SAMPLE_RATE / PART_S))
    n_samples = len(samples) // n_parts
    parts = torch.tensor(samples[: n_parts * n_samples].reshape(n_parts, n_samples))
    with torch.no_grad():
        embedded = torch.cat([encoder.embed_batch(batch).cpu() for batch in parts.split(BATCH)])
    return Voiceprint(centre(embedded.numpy()), embedded.numpy(), n_samples / SAMPLE_RATE)


def centre(embeddings: np.ndarray) -> np.ndarray:
    """Return the mean of embeddings, `[n, dim]` -> `[dim]`, L2-normalised."""
    mean = embeddings.mean(axis=0)
    return mean / np.linalg.norm(mean)


def strangers(prints: Sequence[Voiceprint]) -> tuple[int, int, float] | None:
    """Return the two recordings that are least alike and their cosine, if those are surely two people's.

    Sure is what a single part is held to: of short recordings a cosine under `SAME_SPEAKER` can be chance.
    """
    pairs = [(a.similarity(prints[j]), i, j) for i, a in enumerate(prints) for j in range(i + 1, len(prints))]
    if not pairs:
        return None
    cosine, first, second = min(pairs)
    return (first, second, cosine) if cosine < SAME_SPEAKER_PART else None
