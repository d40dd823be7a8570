"""Instance norm, style affine, Snake and rounding to 8 bits on a CPU, for sound laid out a moment at a time.

Row t holds all channels at one moment, `[L, C]`: the layout in which convolutions of 8 bits are fastest. Two
passes over memory: one adds up what the norm needs, and the lowest and highest value of each channel, from
which the range after Snake follows exactly, for Snake never falls; the other computes and rounds.

A convolution of dilation d is d plain ones over every d-th moment, so what it takes is laid out in d phases
of P moments, `[d, P, C]`: dilated kernels of 8 bits take up to twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from voiceclone.engines.kokoro.rows import compiled, cosine_of_turns, helpers, narrow, sine_of_turns

_F = np.float32
_1, _HALF, _PI = _F(1), _F(0.5), _F(np.pi)
_HALF_WORD = np.uint32(16)
_LEVELS = 255
CLIP = 14.0
"""Values beyond this many deviations are cut off: rare peaks would make the levels of all else coarse."""


@dataclass(frozen=True)
class Layout:
    """Where the moments of a sound are: moment t is row `(t % phases) * length + t // phases`."""

    moments: int
    """L: rows beyond are no sound."""
    phases: int = 1

    @property
    def length(self) -> int:
        """P, the rows of each phase."""
        return -(-self.moments // self.phases)


@dataclass(frozen=True)
class Affine:
    """Norm, style and Snake of each of C channels, and the levels to which the result is rounded."""

    slope: np.ndarray
    offset: np.ndarray
    alpha: np.ndarray
    scale: float
    """What one level is worth."""
    zero: int
    """The level that stands for 0, which is what a convolution pads with."""
    mean: np.ndarray
    inverse: np.ndarray
    """Of the deviation: what the norm divides by."""
    style: tuple[np.ndarray, np.ndarray]
    """The style's scale and beta."""


@compiled
def widen(row, bits):
    for c in range(row.size):
        bits[c] = np.uint32(row[c]) << _HALF_WORD  # bfloat16 is the upper half of float32


@compiled
def _add_up(row, first, found):
    for c in range(row.size):
        d = row[c] - first[c]
        found[0, c] += d
        found[1, c] += d * d
        found[2, c] = min(found[2, c], row[c])
        found[3, c] = max(found[3, c], row[c])


@compiled
def _empty(found, sums):
    for c in range(found.shape[1]):
        sums[0, c] += found[0, c]
        sums[1, c] += found[1, c]
        found[0, c] = _F(0)
        found[1, c] = _F(0)


@compiled
def _statistics_wide(start, end, x, first, found, sums):
    for t in range(start, end):
        _add_up(x[t], first, found)
        if t % 256 == 255:  # sums of many in 32 bits lose digits
            _empty(found, sums)
    _empty(found, sums)


@compiled
def _statistics_added(start, end, x, y, first, found, sums):
    wide = np.empty(x.shape[1], np.float32)
    bits = wide.view(np.uint32)
    for t in range(start, end):
        widen(y[t], bits)
        for c in range(wide.size):
            x[t, c] += wide[c]
        _add_up(x[t], first, found)
        if t % 256 == 255:
            _empty(found, sums)
    _empty(found, sums)


@compiled
def _statistics_narrow(start, end, y, phases, length, first, found, sums):
    wide = np.empty(y.shape[1], np.float32)
    bits = wide.view(np.uint32)
    for t in range(start, end):
        widen(y[(t % phases) * length + t // phases], bits)
        _add_up(wide, first, found)
        if t % 256 == 255:
            _empty(found, sums)
    _empty(found, sums)


@compiled
def _snake(row, slope, offset, turns, half, inverse, zero, out):
    for c in range(row.size):
        y = row[c] * slope[c] + offset[c]
        y += (_1 - cosine_of_turns(y * turns[c])) * half[c]  # sin^2 = (1 - cos 2z) / 2
        out[c] = np.uint8(min(max(y * inverse + zero, _F(0)), _F(255)) + _HALF)


@compiled
def _rounded_wide(start, end, x, phases, length, slope, offset, turns, half, inverse, zero, out):
    for t in range(start, end):
        row = (t % phases) * length + t // phases
        _snake(x[t], slope, offset, turns, half, inverse, zero, out[row])


@compiled
def _rounded_narrow(start, end, y, phases, length, slope, offset, turns, half, inverse, zero, out):
    wide = np.empty(y.shape[1], np.float32)
    bits = wide.view(np.uint32)
    for t in range(start, end):
        widen(y[(t % phases) * length + t // phases], bits)
        _snake(wide, slope, offset, turns, half, inverse, zero, out[t])


@compiled
def _snake_back(row, gradient, mean, inverse, scale, beta, turns, out, sums):
    for c in range(row.size):
        normed = (row[c] - mean[c]) * inverse[c]
        d = gradient[c] * (_1 + sine_of_turns((normed * scale[c] + beta[c]) * turns[c]))
        out[c] = d  # d/dy (y + sin(ay)^2 / a) = 1 + sin(2ay)
        sums[0, c] += d
        sums[1, c] += d * normed


@compiled
def _back_wide(start, end, x, g, phases, length, mean, inverse, scale, beta, turns, out, found, sums):
    gradient = np.empty(x.shape[1], np.float32)
    bits = gradient.view(np.uint32)
    for t in range(start, end):
        widen(g[(t % phases) * length + t // phases], bits)
        _snake_back(x[t], gradient, mean, inverse, scale, beta, turns, out[t], found)
        if t % 256 == 255:
            _empty(found, sums)
    _empty(found, sums)


@compiled
def _back_narrow(start, end, y, g, phases, length, mean, inverse, scale, beta, turns, out, found, sums):
    row, gradient = np.empty(y.shape[1], np.float32), np.empty(y.shape[1], np.float32)
    row_bits, bits = row.view(np.uint32), gradient.view(np.uint32)
    for t in range(start, end):
        widen(y[(t % phases) * length + t // phases], row_bits)
        widen(g[t], bits)
        _snake_back(row, gradient, mean, inverse, scale, beta, turns, out[t], found)
        if t % 256 == 255:
            _empty(found, sums)
    _empty(found, sums)


@compiled
def _normed_back_wide(start, end, x, d, mean, inverse, slope, shift, along, out):
    for t in range(start, end):
        for c in range(slope.size):
            normed = (x[t, c] - mean[c]) * inverse[c]
            out[t, c] += (d[t, c] - shift[c] - normed * along[c]) * slope[c]


@compiled
def _normed_back_narrow(start, end, y, d, phases, length, mean, inverse, slope, shift, along, out):
    row = np.empty(y.shape[1], np.float32)
    bits = row.view(np.uint32)
    for t in range(start, end):
        at = (t % phases) * length + t // phases
        widen(y[at], bits)
        for c in range(slope.size):
            normed = (row[c] - mean[c]) * inverse[c]
            row[c] = (d[t, c] - shift[c] - normed * along[c]) * slope[c]
        narrow(row, out[at])


def statistics(x: np.ndarray, y: Tensor | None, layout: Layout) -> np.ndarray:
    """Return mean, variance, lowest and highest of each channel `[4, C]`.

    Args:
        x: `[L, C]` float32: what was before; y is added to it in place. Empty: y is looked at alone.
        y: bfloat16 rows in some layout; None: x is looked at alone.
        layout: of y; plain when there is an x.
    """
    n = layout.moments
    if y is None:
        first = x[0].copy()
        parts = shared(_statistics_wide, n, x.shape[1], (x, first))
    elif x.size:
        first = x[0].copy()
        parts = shared(_statistics_added, n, x.shape[1], (x, bits_of(y), first))
    else:
        first = y[0].float().numpy()
        parts = shared(_statistics_narrow, n, y.shape[1], (bits_of(y), layout.phases, layout.length, first))
    sums = np.sum([part[1] for part in parts], axis=0) / n
    return np.stack(
        [
            first + sums[0],
            np.maximum(sums[1] - sums[0] ** 2, 0),
            np.min([part[0][2] for part in parts], axis=0),
            np.max([part[0][3] for part in parts], axis=0),
        ]
    )


def affine_of(found: np.ndarray, scale: Tensor, beta: Tensor, alpha: Tensor, eps: float) -> Affine:
    """Return the affine of what `statistics` found; a style's scale and beta, and its alpha, are `[C]`."""
    mean, variance, *extremes = found
    frequency = alpha.numpy().astype(np.float64)
    inverse = 1 / np.sqrt(variance + eps)
    slope = scale.numpy() * inverse
    offset = beta.numpy() - mean * slope
    ends = np.stack(extremes) * slope + offset
    ends += np.sin(frequency * ends) ** 2 / frequency
    clip = CLIP * float((scale.square() + beta.square()).mean().sqrt())
    low, high = max(-clip, min(0.0, float(ends.min()))), min(clip, max(0.0, float(ends.max())))
    step = (high - low) / _LEVELS or 1.0
    return Affine(
        slope.astype(_F), offset.astype(_F), alpha.numpy(), step, round(-low / step),
        mean.astype(_F), inverse.astype(_F), (scale.numpy(), beta.numpy()),
    )  # fmt: skip


def rounded(x: np.ndarray | Tensor, before: Layout, after: Layout, affine: Affine) -> Tensor:
    """Return norm, affine and Snake in levels, uint8 `[phases, P, C]` in the layout `after`.

    Args:
        x: float32 `[L, C]`, or bfloat16 rows in the layout `before`.
        before: of x; plain when x is float32.
        after: of the result; plain when x is not.
        affine: what is computed.
    """
    n_channels = x.shape[1]
    out = np.empty((after.phases * after.length, n_channels), np.uint8)
    for t in range(after.moments, len(out)):
        out[(t % after.phases) * after.length + t // after.phases] = affine.zero
    numbers = (
        affine.slope,
        affine.offset,
        (affine.alpha / _PI).astype(_F),
        (_HALF / affine.alpha).astype(_F),
        _F(1 / affine.scale),
        _F(affine.zero),
        out,
    )
    if isinstance(x, Tensor):
        arguments = (bits_of(x), before.phases, before.length, *numbers)
        share(_rounded_narrow, before.moments, arguments)
    else:
        share(_rounded_wide, before.moments, (x, after.phases, after.length, *numbers))
    return torch.from_numpy(out).view(after.phases, after.length, n_channels)


def back(
    x: np.ndarray | Tensor, gradient: Tensor, layout: Layout, affine: Affine, out: np.ndarray | None = None
) -> tuple[np.ndarray | Tensor, np.ndarray]:
    """Return the gradients of what `rounded` was given, and of the style's scale and beta `[2, C]`.

    Rounding is passed over (straight-through: Y. Bengio et al., arXiv:1308.3432).

    Args:
        x: as `rounded` took it.
        gradient: of what it returned, bfloat16 rows: in `layout` when x is float32, else plain.
        layout: of the gradient, or of x where x is not float32.
        affine: as it was.
        out: float32 `[L, C]`, to which the gradient of x is added in place; for x in float32 only.
    """
    n, n_channels = layout.moments, len(affine.slope)
    d = np.empty((n, n_channels), _F)
    numbers = (affine.mean, affine.inverse, *affine.style, (affine.alpha / _PI).astype(_F), d)
    where = (layout.phases, layout.length)
    if isinstance(x, Tensor):
        arguments = (bits_of(x), bits_of(gradient), *where, *numbers)
        parts = shared(_back_narrow, n, n_channels, arguments)
    else:
        parts = shared(_back_wide, n, n_channels, (x, bits_of(gradient), *where, *numbers))
    sums = np.sum([part[1] for part in parts], axis=0)
    # Instance norm's gradient: without its mean, and its projection on what is normed.
    rest = (affine.mean, affine.inverse, affine.slope, *(sums / n).astype(_F))
    if isinstance(x, Tensor):
        made = torch.zeros(layout.phases * layout.length, n_channels, dtype=torch.bfloat16)
        share(_normed_back_narrow, n, (bits_of(x), d, *where, *rest, bits_of(made)))
        return made, sums[::-1]
    assert out is not None
    share(_normed_back_wide, n, (x, d, *rest, out))
    return out, sums[::-1]


def bits_of(x: Tensor) -> np.ndarray:
    """Return the bits of a bfloat16 tensor."""
    return x.view(torch.int16).numpy().view(np.uint16)


def shared(kernel, n: int, n_channels: int, arguments: tuple) -> list[tuple[np.ndarray, np.ndarray]]:
    """Run a kernel that adds up, over n moments; return what each thread found."""
    parts = []
    edges = _edges(n)
    for _ in edges[1:]:
        found = np.zeros((4, n_channels), _F)
        found[2], found[3] = np.inf, -np.inf
        parts.append((found, np.zeros((2, n_channels))))
    _run(kernel, edges, [(*arguments, *part) for part in parts])
    return parts


def share(kernel, n: int, arguments: tuple) -> None:
    edges = _edges(n)
    _run(kernel, edges, [arguments] * (len(edges) - 1))


def _edges(n: int) -> list[int]:
    threads = torch.get_num_threads()
    return [n * i // threads for i in range(threads + 1)]


def _run(kernel, edges: list[int], arguments: list[tuple]) -> None:
    spans = list(pairwise(edges))
    pool = helpers(len(spans) - 1) if len(spans) > 1 else None
    others = (
        [pool.submit(kernel, *span, *a) for span, a in zip(spans[1:], arguments[1:], strict=True)]
        if pool
        else []
    )
    kernel(*spans[0], *arguments[0])
    for other in others:
        other.result()
