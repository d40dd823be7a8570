"""The SpeechBrain x-vector: what SpeechT5 knows a speaker by.

D. Snyder, D. Garcia-Romero, G. Sell, D. Povey, S. Khudanpur: "X-Vectors: Robust DNN Embeddings
for Speaker Recognition", ICASSP 2018.

The network is built here as the repository's hyperparams.yaml describes it, and that file is not run:
HyperPyYAML executes code by design, and this repository needs none of it.
"""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.devices import Devices
from voiceclone.speaker.brain import ready_speechbrain
from voiceclone.speaker.encoder import SAMPLE_RATE

XVECTOR_DIM = 512
N_MELS = 24


class XVectorEncoder:
    """The x-vector network, with the weights of `speechbrain/spkrec-xvect-voxceleb`. Safe between threads."""

    def __init__(self, model_dir: Path, devices: Devices) -> None:
        """Load the encoder.

        Args:
            model_dir: the row `xvector` of the weights table. Its checkpoint is a pickle, of which only
                tensors are read.
            devices: where to place it.
        """
        ready_speechbrain()
        import torch
        from speechbrain.lobes.features import Fbank
        from speechbrain.lobes.models.Xvector import Xvector
        from speechbrain.nnet.pooling import StatisticsPooling

        self.device = devices.main()
        self._lock = threading.Lock()
        self._features = Fbank(n_mels=N_MELS).to(self.device)
        self._network = Xvector(device=str(self.device), in_channels=N_MELS, lin_neurons=XVECTOR_DIM)
        state = torch.load(model_dir / "embedding_model.ckpt", map_location=self.device, weights_only=True)
        self._network.load_state_dict(state)
        self._network.to(self.device).eval().requires_grad_(False)
        for layer in self._network.blocks:
            if isinstance(layer, StatisticsPooling):
                layer.eps = 0.0  # it adds noise of about 1e-5 to the mean, and not only in training

    def embed(self, audio: Audio) -> np.ndarray:
        """Return the x-vector of one clip.

        Args:
            audio: mono speech at any rate; resampled here to 16 kHz.

        Returns:
            float32 `[512]`, L2-normalised, as SpeechT5 was trained with.
        """
        import torch

        samples = torch.tensor(audio.resampled(SAMPLE_RATE).samples, device=self.device)[None]
        with torch.no_grad(), self._lock:
            features = self._features(samples)  # [1, T, 24]
            features = features - features.mean(dim=1, keepdim=True)
            embedding = self._network(features)[0, 0]  # [1, 1, 512] -> [512]
            return torch.nn.functional.normalize(embedding, dim=0).cpu().numpy()
