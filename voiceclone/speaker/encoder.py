"""The SpeechBrain ECAPA-TDNN speaker encoder.

B. Desplanques, J. Thienpondt, K. Demuynck: "ECAPA-TDNN: Emphasized Channel Attention,
Propagation and Aggregation in TDNN Based Speaker Verification", Interspeech 2020.
"""

from __future__ import annotations

import contextlib
import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.devices import Devices
from voiceclone.speaker.brain import ready_speechbrain

if TYPE_CHECKING:
    import torch

SAMPLE_RATE = 16_000
EMBEDDING_DIM = 192


@dataclass(frozen=True)
class Anchors:
    """What cosines mean: two strangers, and two recordings of one person."""

    stranger: float
    same: float


ANCHORS = Anchors(stranger=0.10, same=0.70)
"""Means over LibriSpeech test-other, 10 readers × 10 utterances; equal error rate 0.24 % at 0.38."""


class SpeakerEncoder:
    """ECAPA-TDNN, loaded by SpeechBrain from a folder of verified files. Safe between threads."""

    anchors = ANCHORS

    def __init__(self, model_dir: Path, devices: Devices) -> None:
        """Load the encoder.

        Args:
            model_dir: the row `ecapa` of the weights table: hyperparams.yaml and its checkpoints.
                HyperPyYAML runs code by design, so only files checked against the table come here.
            devices: where to place it.
        """
        ready_speechbrain()
        from speechbrain.inference.speaker import EncoderClassifier
        from speechbrain.utils.fetching import FetchConfig, LocalStrategy

        self.device = devices.main()
        self._lock = threading.Lock()
        self._classifier = EncoderClassifier.from_hparams(
            source=str(model_dir),
            savedir=str(model_dir),
            overrides={"pretrained_path": str(model_dir)},
            run_opts={"device": str(self.device)},
            local_strategy=LocalStrategy.NO_LINK,
            fetch_config=FetchConfig(allow_network=False),
        )
        self._classifier.eval()
        for parameter in self._classifier.parameters():
            parameter.requires_grad_(False)

    def embed(self, audio: Audio) -> np.ndarray:
        """Return the speaker embedding of one clip.

        Args:
            audio: mono speech at any rate; resampled here to the encoder's 16 kHz.

        Returns:
            float32 `[192]`, L2-normalised: a dot product is cosine similarity.
        """
        import torch

        samples = torch.tensor(audio.resampled(SAMPLE_RATE).samples)[None]
        with torch.no_grad(), self._lock:
            return self.embed_batch(samples)[0].cpu().numpy()

    def embed_batch(
        self, samples: torch.Tensor, autocast: AbstractContextManager | None = None
    ) -> torch.Tensor:
        """Return embeddings through which gradients flow back to the samples.

        Shape: `[B, n_samples]` at 16 kHz -> `[B, 192]`, L2-normalised.

        Args:
            samples: speech.
            autocast: the precision of the network, 32 bits when None; what it is given and returns has 32.
        """
        import torch

        modules = self._classifier.mods
        lengths = torch.ones(samples.shape[0], device=self.device)
        features = modules.compute_features(samples.to(self.device))  # [B, T, 80]
        features = modules.mean_var_norm(features, lengths)
        with autocast or contextlib.nullcontext():
            embedding = modules.embedding_model(features, lengths).squeeze(1)  # [B, 1, 192] -> [B, 192]
        return torch.nn.functional.normalize(embedding.float(), dim=-1)
