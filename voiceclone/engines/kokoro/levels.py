"""Rows of bfloat16 as whole numbers of 8 bits, and back, on a CPU."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from voiceclone.engines.kokoro.columns import bits_of, share, shared, widen
from voiceclone.engines.kokoro.rows import compiled

MIDDLE = 128
"""The level that stands for 0 where there is as much below as above."""
CLIP = 20.0
"""Values beyond this many root mean squares are cut off. Gradients have peaks of 35 in the median and up to
280, which would leave no levels for the rest. So the gradient of a voice's numbers points where it would in
bfloat16 (cosine 0.97; 0.92 with peaks as they are); those of two crops differ far more (0.6)."""
_F = np.float32
_MOST = _F(127)
_HALF_WORD = np.uint32(16)
_N_DITHER, _STRIDE, _EVERY = 4096, 97, 61
_DITHER = ((np.random.default_rng(0).permutation(_N_DITHER) + 0.5) / _N_DITHER).astype(np.float32)
"""What is added before a value is cut to a whole number, from another place on each time: rounding that is
right in the mean (stochastic rounding: S. Gupta et al., "Deep learning with limited numerical precision",
ICML 2015). With a mean of 0.504 in place of a half and the same places each time, what was learned drifted
away: of gradients that cancel out over many steps the error is what is left."""


@compiled
def _spread(start, end, bits, found, sums):
    wide = np.empty(bits.shape[1], np.float32)
    wide_bits = wide.view(np.uint32)
    for t in range(start, end):
        widen(bits[t], wide_bits)
        for c in range(wide.size):
            found[0, c] += wide[c] * wide[c]
            found[3, c] = max(found[3, c], abs(wide[c]))


@compiled
def _signed(start, end, bits, inverse, dither, first, out):
    wide = np.empty(bits.shape[1], np.float32)
    wide_bits = wide.view(np.uint32)
    for t in range(start, end):
        widen(bits[t], wide_bits)
        noise = dither[(first + t * _STRIDE) % _N_DITHER :]
        for c in range(wide.size):
            level = min(max(wide[c] * inverse, -_MOST), _MOST) + noise[c]
            out[t, c] = np.uint8(level + _F(MIDDLE))  # not below 1: what is cut off is always the fraction


@compiled
def _centred(start, end, levels, zero, out):
    wide = np.empty(levels.shape[1], np.float32)
    bits = wide.view(np.uint32)
    for t in range(start, end):
        for c in range(wide.size):
            wide[c] = _F(levels[t, c]) - zero
        for c in range(wide.size):
            out[t, c] = np.uint16(bits[c] >> _HALF_WORD)  # whole numbers up to 256 lose nothing


def signed(x: Tensor) -> tuple[Tensor, float]:
    """Return bfloat16 rows `[N, C]` in uint8 levels around 128, and what one level is worth."""
    bits = bits_of(x)
    n, n_channels = bits.shape
    parts = [found for found, _ in shared(_spread, n, n_channels, (bits,))]
    peak = max(float(found[3].max()) for found in parts)
    squares = sum(float(found[0].sum()) for found in parts)
    largest = min(peak, CLIP * (squares / bits.size) ** 0.5)
    scale = largest / float(_MOST) or 1.0
    levels = np.empty(bits.shape, np.uint8)
    first = int(bits[::_EVERY].sum(dtype=np.int64)) % _N_DITHER  # as good as drawn, and the same each time
    dither = np.concatenate([_DITHER, _DITHER[: bits.shape[1]]])
    share(_signed, n, (bits, _F(1 / scale), dither, first, levels))
    return torch.from_numpy(levels), scale


def centred(levels: Tensor, zero: int) -> Tensor:
    """Return levels `[..., C]` less the one that stands for 0, in bfloat16, exactly."""
    rows = levels.view(-1, levels.shape[-1]).numpy()
    out = torch.empty(levels.shape, dtype=torch.bfloat16)
    share(_centred, len(rows), (rows, _F(zero), bits_of(out.view(rows.shape))))
    return out
