"""Kokoro's modules, from the `kokoro` library, put together so that gradients can flow.

The library's own forward runs under `no_grad` in one piece; here the same modules are
called in stages (durations, curves, decoder), each differentiable, and a voice's numbers can
be applied to them (see `shift`). Weight normalisation is folded into the weights, so weights
from the Hub and from the package have one form.

Kokoro follows StyleTTS 2 (Y. Li et al., NeurIPS 2023) with an iSTFTNet vocoder.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import remove_weight_norm

from voiceclone.engines.kokoro.spec import ARCHITECTURE, SYMBOLS
from voiceclone.native import ready_torchaudio

ready_torchaudio()  # the kokoro library imports transformers, which imports torchaudio

from kokoro.istftnet import AdaIN1d, AdainResBlk1d, AdaINResBlock1, Decoder  # noqa: E402
from kokoro.modules import CustomAlbert, ProsodyPredictor, TextEncoder  # noqa: E402
from transformers import AlbertConfig  # noqa: E402

from voiceclone.engines.kokoro.fused import fuse  # noqa: E402
from voiceclone.engines.kokoro.octets import Octets  # noqa: E402
from voiceclone.engines.kokoro.shift import Shift, Shifts  # noqa: E402


@dataclass(frozen=True)
class Encoded:
    """What the text alone decides, per token (boundary tokens included: T = phonemes + 2)."""

    durations: Tensor
    """`[T]`, expected frames of each token at speed 1, not yet rounded."""
    prosodic: Tensor
    """`[1, T, 640]`, input of the F0 and energy predictors."""
    textual: Tensor
    """`[1, 512, T]`, input of the decoder."""


@dataclass(frozen=True)
class Frames:
    """What the decoder speaks: F decoder frames of 25 ms."""

    textual: Tensor
    """`[1, 512, F]`."""
    f0: Tensor
    """`[1, 2F]`, Hz; under 10 is unvoiced."""
    energy: Tensor
    """`[1, 2F]`."""


class KokoroNetwork(nn.Module):
    """Kokoro-82M. The names of its parts are those of the checkpoint."""

    def __init__(self) -> None:
        super().__init__()
        a = ARCHITECTURE
        self.bert = CustomAlbert(
            AlbertConfig(vocab_size=a["n_token"], **a["plbert"]), add_pooling_layer=False
        )
        self.bert_encoder = nn.Linear(a["plbert"]["hidden_size"], a["hidden_dim"])
        self.predictor = ProsodyPredictor(
            style_dim=128, d_hid=a["hidden_dim"], nlayers=a["n_layer"], max_dur=a["max_dur"],
            dropout=a["dropout"],
        )  # fmt: skip
        self.text_encoder = TextEncoder(
            channels=a["hidden_dim"], kernel_size=a["text_encoder_kernel_size"], depth=a["n_layer"],
            n_symbols=a["n_token"],
        )  # fmt: skip
        self.decoder = Decoder(
            dim_in=a["hidden_dim"], style_dim=128, dim_out=a["n_mels"], **a["istftnet"]
        )  # fmt: skip
        self.shifts = Shifts(
            [m for m in self.decoder.modules() if isinstance(m, AdaIN1d)],
            self._convolutions(),
        )
        self.octets = Octets(self.shifts)
        fuse(self.decoder, self.octets)

    def fold_weight_norm(self) -> KokoroNetwork:
        """Replace each weight-normed pair (direction, length) by the weight itself."""
        for module in self.modules():
            if hasattr(module, "weight_g"):
                remove_weight_norm(module)
        return self

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.bert_encoder.weight.device

    def shifted(self, shift: Shift | None) -> AbstractContextManager[None]:
        """Within this block the network speaks with a voice's numbers."""
        return self.shifts.applied(shift)

    def _convolutions(self) -> list[nn.Conv1d]:
        """Return the decoder's convolutions that may have a low-rank part: those of its residual blocks."""
        found: list[nn.Conv1d] = []
        for block in self.decoder.modules():
            if isinstance(block, AdainResBlk1d):
                found += [block.conv1, block.conv2]
            elif isinstance(block, AdaINResBlock1):
                found += [*block.convs1, *block.convs2]
        return found

    def encode(self, phonemes: str, prosody: Tensor) -> Encoded:
        """Return durations and features of a phrase, in 32 bits.

        Args:
            phonemes: symbols of the alphabet, at most 510; others are passed over.
            prosody: `[1, 128]`, the style row's second half.
        """
        ids = [SYMBOLS[p] for p in phonemes if p in SYMBOLS]
        tokens = torch.tensor([[0, *ids, 0]], device=self.device)  # [1, T]
        lengths = torch.tensor([tokens.shape[1]])
        mask = torch.zeros_like(tokens, dtype=torch.bool)
        with self.octets.halved(self.device):
            bert = self.bert(tokens, attention_mask=(~mask).int())
            hidden = self.bert_encoder(bert).transpose(-1, -2)  # [1, T, 768] -> [1, 512, T]
            prosodic = self.predictor.text_encoder(hidden, prosody, lengths, mask)
            steps, _ = self.predictor.lstm(prosodic)
            logits = self.predictor.duration_proj(steps).float()
            textual = self.text_encoder(tokens, lengths, mask)
        return Encoded(torch.sigmoid(logits).sum(dim=-1)[0], prosodic.float(), textual.float())

    def frames(self, encoded: Encoded, frames_per_token: Tensor, prosody: Tensor) -> Frames:
        """Return the decoder's input, in 32 bits: each token repeated for its frames `[T]`, F0 and energy."""
        index = torch.repeat_interleave(
            torch.arange(len(frames_per_token), device=self.device), frames_per_token
        )  # [F]
        prosodic = encoded.prosodic[:, index].transpose(-1, -2)  # [1, F, 640] -> [1, 640, F]
        with self.octets.halved(self.device):
            f0, energy = self.predictor.F0Ntrain(prosodic, prosody)
        return Frames(encoded.textual[:, :, index], f0.float(), energy.float())

    def decode(self, frames: Frames, timbre: Tensor) -> Tensor:
        """Return the waveform `[1, F * 600]` at 24 kHz; timbre is `[1, 128]`.

        Where the CPU is made for it, the vocoder multiplies in 8 bits (see `octets`).
        """
        with self.octets.speaking(self.device, len(timbre)):
            return self.decoder(frames.textual, frames.f0, frames.energy, timbre)[:, 0]


def whole_frames(durations: Tensor, speed: float) -> Tensor:
    """Return durations as whole frames, at least one each, at a speaking rate."""
    return torch.round(durations / speed).clamp(min=1).long()
