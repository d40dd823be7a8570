"""The learned start: from a speaker embedding straight to the numbers of a voice.

A narrow map, 192 -> 48 -> 37,524 with tanh between, from the ECAPA embedding to the offsets of the
decoder's style affines and to its timbre. `training/` learned it from many readers, with Kokoro frozen;
see the card `learned-start.md`. What it predicts is the voice before the first step, or the voice itself
where there is no time for steps. Weights predicted from an embedding: as the hypernetworks of D. Ha
et al. (ICLR 2017) and, for adapters of a synthesiser, "Meta-StyleSpeech" (D. Min et al., ICML 2021).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load
from torch import Tensor, nn

from voiceclone.engines.kokoro.spec import ADAIN_OFFSETS, STYLE_DIM
from voiceclone.errors import WeightsCorruptError
from voiceclone.speaker.encoder import EMBEDDING_DIM

FILE = Path(__file__).with_name("start.safetensors")
SHA256 = "997c1f19420cfbec32cbd307e7a214f478815f98f69c8cb8e4718dcb9a48b45d"
"""Of the file: another one would give everybody another voice for the same seed."""
WIDTH = 48
"""48 x 37,524 numbers of 16 bit are 3.6 MB, what a repository of code can carry."""
EMBEDDING_SPREAD = EMBEDDING_DIM**-0.5
"""Root mean square of an entry of a unit vector: with it the entries are of size 1."""
TIMBRE_SCALE = 2.5
"""The timbre's numbers move this many times as far as the offsets when a voice is learned."""


@dataclass(frozen=True)
class Start:
    """What a voice begins with."""

    offsets: Tensor
    """`[37396]`, or `[B, 37396]`."""
    timbre: Tensor
    """`[128]`, or `[B, 128]`."""


class LearnedStart(nn.Module):
    """The map; as built, it gives zero offsets and zero timbre for everyone."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow = nn.Linear(EMBEDDING_DIM, WIDTH)
        self.wide = nn.Linear(WIDTH, ADAIN_OFFSETS + STYLE_DIM)
        nn.init.zeros_(self.wide.weight)
        nn.init.zeros_(self.wide.bias)

    def forward(self, embedding: Tensor) -> Start:
        """Return the start of a speaker; embedding is `[192]` or `[B, 192]`, of length 1."""
        out = self.wide(torch.tanh(self.narrow(embedding / EMBEDDING_SPREAD)))
        offsets, timbre = out.split([ADAIN_OFFSETS, STYLE_DIM], dim=-1)
        return Start(offsets, timbre * TIMBRE_SCALE)

    def average(self) -> Start:
        """Return what all readers share: where an embedding says more of the line than of who speaks."""
        offsets, timbre = self.wide.bias.detach().split([ADAIN_OFFSETS, STYLE_DIM])
        return Start(offsets, timbre * TIMBRE_SCALE)


def load_start(path: Path = FILE, sha256: str = SHA256) -> LearnedStart:
    """Return the trained map, in 32 bits, on the CPU and frozen.

    Raises:
        WeightsCorruptError: the file is missing, or another than was trained.
    """
    raw = path.read_bytes() if path.is_file() else b""
    found = hashlib.sha256(raw).hexdigest()
    if found != sha256:
        raise WeightsCorruptError("kokoro-start", str(path), sha256, found)
    start = LearnedStart()
    start.load_state_dict({name: tensor.float() for name, tensor in load(raw).items()})
    return start.eval().requires_grad_(False)
