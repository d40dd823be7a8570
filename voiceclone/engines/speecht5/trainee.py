"""A voice in training: its x-vector and low-rank parts as the only parameters, upon frozen SpeechT5.

What is minimised is SpeechT5's own loss: the distance of the spectrogram before and after the postnet,
where it should stop, and that the attention goes forward (H. Tachibana et al., "Efficiently Trainable
Text-to-Speech System Based on Deep Convolutional Networks with Guided Attention", ICASSP 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from voiceclone.audio.clip import Audio
from voiceclone.devices import Devices
from voiceclone.engines.base import Clip, Material, VoiceTensors
from voiceclone.engines.finish import level_gain
from voiceclone.engines.speecht5.network import SpeechT5Network
from voiceclone.engines.speecht5.spec import SAMPLE_RATE
from voiceclone.engines.transcript import check_transcript

LEARNING_RATE_XVECTOR = 1e-3
LEARNING_RATE_LOW_RANK = 5e-4
_IGNORED = -100.0
"""What the loss takes no account of: the padding of a shorter clip."""


@dataclass(frozen=True)
class Read:
    """What one step learns from: B clips, whole, for the attention goes over all of a text."""

    tokens: Tensor
    """`[B, n]`, padded."""
    heard: Tensor
    """`[B, n]`: 1 where there is a token."""
    target: Tensor
    """`[B, T, 80]`, log-mel spectrograms as recorded; padded with -100."""
    spoken: Tensor
    """`[B, T]`: 1 where there is a frame."""
    seed: int
    """Of the dropout in the decoder's prenet."""


class SpeechT5Trainee(nn.Module):
    """One voice.

    The network is not a part of this module: other voices speak with it meanwhile, under `lock`.
    """

    def __init__(
        self,
        network: SpeechT5Network,
        devices: Devices,
        lock: AbstractContextManager,
        material: Material,
        xvector: np.ndarray,
        seed: int,
    ) -> None:
        """Read the recordings.

        Args:
            network: SpeechT5.
            devices: where it runs.
            lock: guards the network.
            material: the recordings, and what is said in them.
            xvector: `[512]`, of the recordings.
            seed: of the low-rank parts.

        Raises:
            TranscriptMismatchError: a text is not what its recording says.
        """
        super().__init__()
        # In a tuple, so that torch does not take it for a part of this module.
        self._frozen = (network,)
        self._devices, self._lock = devices, lock
        self.xvector = nn.Parameter(torch.from_numpy(xvector).to(network.device))
        self.low_rank = nn.Parameter(network.low_rank.new(seed).to(network.device))
        self.register_buffer("gain", torch.ones((), device=network.device))
        self.gain: Tensor
        with lock:
            self._clips = [_read(network, clip) for clip in material.clips]
        lengths = np.array([len(target) for _, target in self._clips], float)
        self._share = lengths / lengths.sum()

    def groups(self) -> list[dict[str, Any]]:
        """Return the parameters with their learning rates, as torch's optimizers take them."""
        return [
            {"params": [self.xvector], "lr": LEARNING_RATE_XVECTOR},
            {"params": [self.low_rank], "lr": LEARNING_RATE_LOW_RANK},
        ]

    def draw(self, random: np.random.Generator, n: int) -> Read:
        """Return n clips, drawn by their length."""
        chosen = [self._clips[i] for i in random.choice(len(self._clips), size=n, p=self._share)]
        tokens, targets = [tokens for tokens, _ in chosen], [target for _, target in chosen]
        return Read(
            pad_sequence(tokens, batch_first=True, padding_value=self._frozen[0].model.config.pad_token_id),
            _ones(tokens),
            pad_sequence(targets, batch_first=True, padding_value=_IGNORED),
            _ones(targets),
            int(random.integers(2**31)),
        )

    def forward(self, read: Read) -> dict[str, Tensor]:
        """Return the loss of some clips."""
        (network,) = self._frozen
        with self._lock, torch.enable_grad(), network.low_rank.applied(self.low_rank):
            network.dropout.seed(read.seed)
            with self._devices.autocast():
                loss = network.model(
                    input_ids=read.tokens,
                    attention_mask=read.heard,
                    labels=read.target,
                    decoder_attention_mask=read.spoken,
                    speaker_embeddings=self.xvector[None].expand(len(read.tokens), -1),
                    use_cache=False,
                ).loss
        return {"loss": loss.float()}

    def voice(self) -> VoiceTensors:
        """Return the tensors of the voice as it is now."""
        xvector = nn.functional.normalize(self.xvector.detach(), dim=0)
        return {
            "xvector": xvector.cpu().numpy().astype(np.float32),
            "gain": np.array([float(self.gain)], np.float32),
            "low_rank": self.low_rank.detach().cpu().numpy().astype(np.float16),
        }

    def level(self, spoken: Audio) -> None:
        """Set the voice's gain by what it has just spoken, so that all voices come out equally loud."""
        self.gain *= level_gain(spoken)


def _read(network: SpeechT5Network, clip: Clip) -> tuple[Tensor, Tensor]:
    """Return the tokens `[n]` and the log-mel spectrogram `[T, 80]` of a recording."""
    check_transcript(clip.audio, clip.phrases)
    first, *_ = network.tokens(" ".join(phrase.normalized for phrase in clip.phrases))
    return first[0], network.target(clip.audio.resampled(SAMPLE_RATE).samples)


def _ones(sequences: Sequence[Tensor]) -> Tensor:
    """Return which places of padded sequences hold something: `[B, longest]`, 1 or 0."""
    lengths = torch.tensor([len(one) for one in sequences], device=sequences[0].device)
    places = torch.arange(int(lengths.max()), device=lengths.device)
    return (places[None] < lengths[:, None]).long()
