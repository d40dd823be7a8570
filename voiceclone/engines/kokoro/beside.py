"""Low-rank parts beside convolutions of 8 bits, there and back, on rows of bfloat16 (see `octets`).

The narrow kernel is one product of matrices for all its taps; what the taps give is then added up, each as
many moments later as it stands in the kernel.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from voiceclone.engines.kokoro.columns import Affine, bits_of, share
from voiceclone.engines.kokoro.levels import centred
from voiceclone.engines.kokoro.rows import compiled, narrow

_F, _HALF_WORD = np.float32, np.uint32(16)


@compiled
def _add_up(start, end, products, length, taps, scale, out):
    rank = out.shape[1]
    middle = taps // 2
    sums = np.empty(rank, np.float32)
    for t in range(start, end):
        first = t // length * length
        sums[:] = 0
        for tap in range(taps):
            of = t + tap - middle
            if first <= of < first + length:
                for r in range(rank):
                    bits = np.uint32(np.uint32(products[of, r * taps + tap]) << _HALF_WORD)
                    sums[r] += bits.view(np.float32)
        for r in range(rank):
            sums[r] *= scale
        narrow(sums, out[t])


@compiled
def _spread(start, end, path, length, taps, out):
    rank = path.shape[1]
    middle = taps // 2
    for t in range(start, end):
        first = t // length * length
        for tap in range(taps):
            of = t - tap + middle
            for r in range(rank):
                out[t, r * taps + tap] = path[of, r] if first <= of < first + length else np.uint16(0)


class Beside:
    """A low-rank part beside a convolution: a narrow kernel `[4, C, k]`, then `[C, 4]`."""

    def __init__(self, down: Tensor, up: Tensor) -> None:
        """Take the two halves as they are now."""
        self._up = up.detach().bfloat16()
        self._taps = down.shape[-1]
        self._down = down.detach().transpose(0, 1).flatten(1).bfloat16()  # [C, 4 k]

    def add(self, levels: Tensor, affine: Affine, spoken: Tensor) -> None:
        """Add what it makes of levels `[phases, P, C]` to what comes out, bfloat16 rows `[phases * P, C]`."""
        self._scale, self._length = affine.scale, levels.shape[1]
        self._inputs = centred(levels, affine.zero).flatten(0, 1)
        products = bits_of(self._inputs @ self._down)  # [phases * P, 4 k]
        self._narrow = torch.empty(len(products), self._up.shape[1], dtype=torch.bfloat16)
        arguments = (products, self._length, self._taps, _F(affine.scale), bits_of(self._narrow))
        share(_add_up, len(products), arguments)
        spoken.addmm_(self._narrow, self._up.t())

    def back(self, gradient: Tensor, into: Tensor) -> tuple[Tensor, Tensor]:
        """Return the gradients of both halves, and add what goes on to the rows `into`."""
        path = gradient @ self._up  # [phases * P, 4]
        spread = torch.empty(len(path), path.shape[1] * self._taps, dtype=torch.bfloat16)
        share(_spread, len(path), (bits_of(path), self._length, self._taps, bits_of(spread)))
        into.addmm_(spread, self._down.t())
        d_down = (spread.t() @ self._inputs).float().mul_(self._scale)  # [4 k, C]
        d_up = gradient.t() @ self._narrow
        return d_down.unflatten(0, (-1, self._taps)).transpose(1, 2), d_up.float()
