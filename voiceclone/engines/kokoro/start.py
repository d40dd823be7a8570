"""The learned start: from what is heard of a speaker straight to the numbers of a voice.

A narrow map, 204 -> 48 -> 37,756 with tanh between, from the ECAPA embedding and the long-term average
spectrum to the offsets of the decoder's style affines, to its timbre, and to gates on low-rank parts that all
voices begin with: how much of each of them a speaker has. The embedding is made to tell speakers apart on any
line, and says next to nothing of how high and low their spectrum is. `training/` learned all of it from many
readers, with Kokoro frozen; see the card `learned-start.md`. What it predicts is the voice before the first
step, or the voice itself where there is no time for steps. Weights predicted from an embedding: as the
hypernetworks of D. Ha et al. (ICLR 2017) and, for adapters of a synthesiser, "Meta-StyleSpeech" (D. Min et
al., ICML 2021).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load
from torch import Tensor, nn

from voiceclone.engines.kokoro.losses import N_BANDS
from voiceclone.engines.kokoro.shift import Shifts
from voiceclone.engines.kokoro.spec import ADAIN_OFFSETS, STYLE_DIM
from voiceclone.errors import WeightsCorruptError
from voiceclone.speaker.encoder import EMBEDDING_DIM

FILE = Path(__file__).with_name("start.safetensors")
SHA256 = "bd3b93e1536f3fc366ccce7547eae793ebad53b82096fff98e83bc3b37b3d0e1"
"""Of the file: another one would give everybody another voice for the same seed."""
WIDTH = 48
"""48 x 37,756 numbers of 16 bit are 3.6 MB, the low-rank parts 0.9: what a repository can carry."""
N_SPECTRUM = 12
"""Of the principal components of readers' average spectra: 0.97 of how they differ."""
SPECTRUM_LIMIT = 2.5
"""Standard deviations that a component may be away from the readers': a microphone may be, no voice is."""
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
    low_rank: Tensor | None = None
    """`[457848]`, or `[B, 457848]`."""


class LearnedStart(nn.Module):
    """The map; as built, it changes nothing for anyone."""

    def __init__(self, shifts: Shifts) -> None:
        """Build it for the places where a voice's numbers go."""
        super().__init__()
        self._shifts = shifts
        self.narrow = nn.Linear(EMBEDDING_DIM, WIDTH)
        self.register_buffer("usual", torch.zeros(N_BANDS))
        self.register_buffer("axes", torch.zeros(N_SPECTRUM, N_BANDS))
        self.usual: Tensor
        self.axes: Tensor
        self.spectrum = nn.Linear(N_SPECTRUM, WIDTH, bias=False)
        self.wide = nn.Linear(WIDTH, ADAIN_OFFSETS + STYLE_DIM)
        self.gates = nn.Linear(WIDTH, shifts.n_gates)
        self.low_rank = nn.Parameter(shifts.new_low_rank(0))
        nn.init.zeros_(self.spectrum.weight)
        for layer in (self.wide, self.gates):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def look_at(self, spectra: Tensor) -> None:
        """Take the principal components of average spectra `[N, 35]`, each as wide as the others.

        Of N there are N - 1 at most; the rest are nothing.
        """
        self.usual.copy_(spectra.mean(dim=0))
        _, spread, directions = torch.linalg.svd(spectra - self.usual, full_matrices=False)
        n = min(len(spectra) - 1, N_SPECTRUM)
        self.axes.zero_()
        self.axes[:n] = directions[:n] / (spread[:n, None] / len(spectra) ** 0.5)

    def forward(self, embedding: Tensor, spectrum: Tensor) -> Start:
        """Return the start of a speaker.

        Args:
            embedding: `[192]` or `[B, 192]`, of length 1.
            spectrum: as `MelDistance.average_spectrum` gives it, `[35]` or `[B, 35]`.
        """
        components = ((spectrum - self.usual) @ self.axes.T).clamp(-SPECTRUM_LIMIT, SPECTRUM_LIMIT)
        return self._of(torch.tanh(self.narrow(embedding / EMBEDDING_SPREAD) + self.spectrum(components)))

    def average(self) -> Start:
        """Return what all readers share: where an embedding says more of the line than of who speaks."""
        return self._of(self.narrow.bias.new_zeros(WIDTH))

    def _of(self, hidden: Tensor) -> Start:
        offsets, timbre = self.wide(hidden).split([ADAIN_OFFSETS, STYLE_DIM], dim=-1)
        low_rank = self._shifts.gated(self.low_rank, 1 + self.gates(hidden))
        return Start(offsets, timbre * TIMBRE_SCALE, low_rank)


def load_start(shifts: Shifts, path: Path = FILE, sha256: str = SHA256) -> LearnedStart:
    """Return the trained map, in 32 bits, on the CPU and frozen.

    Raises:
        WeightsCorruptError: the file is missing, or another than was trained.
    """
    raw = path.read_bytes() if path.is_file() else b""
    found = hashlib.sha256(raw).hexdigest()
    if found != sha256:
        raise WeightsCorruptError("kokoro-start", str(path), sha256, found)
    start = LearnedStart(shifts)
    start.load_state_dict({name: tensor.float() for name, tensor in load(raw).items()})
    return start.eval().requires_grad_(False)
