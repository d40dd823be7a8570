"""The vocoder's residual blocks in 8 bits: nine tenths of what Kokoro computes.

Weights are rounded once, a scale for each channel that comes out; what goes in is rounded to 256 levels over
its own range, anew for each phrase (dynamic quantisation: B. Jacob et al., CVPR 2018; R. Krishnamoorthi,
arXiv:1806.08342). oneDNN multiplies them where the CPU has instructions for it (VNNI), at twice the speed of
bfloat16. Sums and norms stay in 32 bits, and so does the vocoder outside of these blocks; what comes before
it is in bfloat16. Where a voice is learned the way there is the same, so that it learns as it will be spoken;
on the way back the convolutions are in 8 bits too, with gradients rounded for each of them (see `levels`).
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from voiceclone.devices.inventory import computes_bfloat16
from voiceclone.engines.kokoro.beside import Beside
from voiceclone.engines.kokoro.columns import Affine, Layout, affine_of, back, rounded, statistics
from voiceclone.engines.kokoro.levels import MIDDLE, signed
from voiceclone.engines.kokoro.shift import Shifts

KEPT = 4
"""Sets of packed weights that are kept: everybody's, and the last voices' with low-rank parts."""
_NOTHING = np.empty((0, 0), np.float32)
_PLAIN_DILATION = [1, 1]


@cache
def multiplies_octets(device: torch.device) -> bool:
    """Return whether a device multiplies 8 bits faster than 16: a CPU with AVX-512 and VNNI.

    With the VNNI of AVX2 oneDNN falls back to a reference that takes minutes.
    """
    return (
        device.type == "cpu"
        and hasattr(torch.ops.onednn, "qconv2d_pointwise")
        and bool(torch.cpu.get_capabilities().get("avx512_vnni"))
    )


@dataclass(frozen=True)
class Convolution:
    """A convolution `[C, C, k]` in 8 bits."""

    weight: Tensor
    """As oneDNN packs it."""
    scales: Tensor
    """`[C]`, of the channels that come out."""
    zeros: Tensor
    bias: Tensor | None
    conv: nn.Conv1d
    """In 32 bits."""

    @property
    def dilation(self) -> int:
        """In how many phases its input is laid out."""
        return self.conv.dilation[0]

    @property
    def padding(self) -> list[int]:
        """For a dilation of 1."""
        return [0, (self.conv.kernel_size[0] - 1) // 2]

    @cached_property
    def turned(self) -> Convolution:
        """The way back: a convolution too, with each kernel turned round."""
        return Convolution.of(self.conv, self.conv.weight.flip(-1).transpose(0, 1), bias=False)

    @staticmethod
    def of(conv: nn.Conv1d, weight: Tensor, bias: bool = True) -> Convolution:
        """Return a convolution with a weight, rounded; with a bias if there is any."""
        weight = weight.detach().float()
        scales = (weight.abs().amax(dim=(1, 2)) / 127).clamp(min=1e-12)
        levels = (weight / scales[:, None, None]).round().to(torch.int8)[:, :, None]
        padding = [0, (conv.kernel_size[0] - 1) // 2]
        packed = torch.ops.onednn.qconv_prepack(
            levels, scales, 1.0, 0, [1, 1], padding, _PLAIN_DILATION, 1, [1, conv.in_channels, 1, 1000]
        )
        added = None if conv.bias is None or not bias else conv.bias.detach().float()
        return Convolution(packed, scales, torch.zeros(len(scales), dtype=torch.int32), added, conv)

    def __call__(self, levels: Tensor, scale: float, zero: int) -> Tensor:
        """Return bfloat16 rows `[phases * P, C]` of levels, uint8 `[phases, P, C]`."""
        spoken = torch.ops.onednn.qconv2d_pointwise(
            _planes(levels), scale, zero, self.weight, self.scales, self.zeros, self.bias,
            [1, 1], self.padding, _PLAIN_DILATION, 1, 1.0, 0, torch.bfloat16, "none", [], "",
        )  # fmt: skip
        return _rows(spoken)

    def back(self, gradient: Tensor, phases: int) -> Tensor:
        """Return bfloat16 rows, the gradient of what went in, of that of what came out."""
        levels, scale = signed(gradient)
        return self.turned(levels.view(phases, -1, gradient.shape[-1]), scale, MIDDLE)


def _planes(x: Tensor) -> Tensor:
    """Return `[phases, P, C]` as images `[phases, C, 1, P]`, where they are."""
    return x[:, None].permute(0, 3, 1, 2)


def _rows(planes: Tensor) -> Tensor:
    rows = planes.permute(0, 2, 3, 1)
    return rows.reshape(-1, rows.shape[-1])


_Pairs = list[tuple[Convolution, Convolution]]
_Packed = dict[nn.Module, _Pairs]


class _Speaking(threading.local):
    """What is spoken with on one thread."""

    packed: _Packed | None = None
    rows: tuple[Tensor, Tensor] | None = None
    """What the last block was given, and its rows: the three blocks of one stage take the same."""


class Octets:
    """The residual blocks of one network in 8 bits: packed when they are first needed, for whoever speaks.

    Voices without low-rank parts share one set; of the others' the last few are kept, 14 MB each.
    """

    def __init__(self, shifts: Shifts) -> None:
        self._shifts = shifts
        self._packed: OrderedDict[bytes, _Packed] = OrderedDict()
        self._now = _Speaking()
        self._packing = threading.Lock()
        self.allowed = True
        """False where only the exact numbers will do."""

    @property
    def active(self) -> bool:
        """Whether blocks are spoken in 8 bits now."""
        return self._now.packed is not None

    def halved(self, device: torch.device) -> contextlib.AbstractContextManager[object]:
        """Within this block what is not in 8 bits is in bfloat16, if it may be and a CPU computes in it."""
        if not self.allowed or device.type != "cpu" or not computes_bfloat16(device):
            return contextlib.nullcontext()
        return torch.autocast("cpu", torch.bfloat16)

    @contextlib.contextmanager
    def speaking(self, device: torch.device, n_pieces: int) -> Iterator[None]:
        """Within this block one piece at a time is spoken in 8 bits, if it may be."""
        if not self.allowed or n_pieces > 1 or not multiplies_octets(device):
            yield
            return
        self._now.packed = self._of_this_voice()
        try:
            with self.halved(device):
                yield
        finally:
            self._now.packed = self._now.rows = None

    def forward(self, block: Any, x: Tensor, style: Tensor) -> Tensor:
        """Return what a residual block makes of `[1, C, L]`, in 32 bits."""
        convolutions = self._packed_of(block)
        norms = [norm for pair in zip(block.adain1, block.adain2, strict=True) for norm in pair]
        alphas = [alpha for pair in zip(block.alpha1, block.alpha2, strict=True) for alpha in pair]
        styles = torch.stack([norm.fc(style).view(2, -1) for norm in norms])
        if self._now.rows is None or self._now.rows[0] is not x:
            self._now.rows = x, x[0].float().t().contiguous()
        rows = self._now.rows[1].clone()  # [L, C]
        parts: tuple[Tensor, ...] = ()
        if self._beside:
            convs = [conv for pair in zip(block.convs1, block.convs2, strict=True) for conv in pair]
            parts = tuple(half for conv in convs for half in self._shifts.part(conv) or ())
        return _Block.apply(rows, styles, convolutions, alphas, norms[0].norm.eps, *parts).t()[None]

    def _packed_of(self, block: Any) -> _Pairs:
        packed = self._now.packed
        assert packed is not None
        with self._packing:
            if block not in packed:
                packed[block] = [
                    (self._rounded(first), self._rounded(second))
                    for first, second in zip(block.convs1, block.convs2, strict=True)
                ]
            return packed[block]

    @property
    def _beside(self) -> bool:
        """Whether low-rank parts are learned, beside the weights; else they are folded in."""
        return torch.is_grad_enabled() and self._shifts.low_rank is not None

    def _rounded(self, conv: nn.Conv1d) -> Convolution:
        return Convolution.of(conv, conv.weight if self._beside else self._shifts.weight(conv))

    def _of_this_voice(self) -> _Packed:
        low_rank = None if self._beside else self._shifts.low_rank
        key = b"" if low_rank is None else hashlib.sha256(low_rank.detach().numpy().tobytes()).digest()
        with self._packing:
            packed = self._packed.setdefault(key, {})
            self._packed.move_to_end(key)
            if len(self._packed) > KEPT:
                self._packed.popitem(last=False)
            return packed


class _Block(torch.autograd.Function):
    """A residual block, three times `x + conv2(snake(norm(conv1(snake(norm(x))))))`, and its way back.

    Shape: x `[L, C]`, which is used up, and styles `[6, 2, C]` (gamma and beta of each norm); then, where
    low-rank parts are learned, for each convolution `[4, C, k]` and `[C, 4]`.
    """

    @staticmethod
    def forward(
        ctx, x: Tensor, styles: Tensor, convs: _Pairs, alphas: list[Tensor], eps: float, *halves: Tensor
    ) -> Tensor:
        rows = x.detach().numpy()
        plain = Layout(len(rows))
        learning = any(ctx.needs_input_grad)
        parts = [Beside(*pair) for pair in zip(halves[::2], halves[1::2], strict=True)]
        kept = []
        added = None
        for index, (conv1, conv2) in enumerate(convs):
            phased = Layout(len(rows), conv1.dilation)
            affine1 = _affine(statistics(rows, added, plain), styles[2 * index], alphas[2 * index], eps)
            levels = rounded(rows, plain, phased, affine1)
            y = conv1(levels, affine1.scale, affine1.zero)
            if parts:
                parts[2 * index].add(levels, affine1, y)
            found = statistics(_NOTHING, y, phased)
            affine2 = _affine(found, styles[2 * index + 1], alphas[2 * index + 1], eps)
            levels = rounded(y, phased, plain, affine2)
            added = conv2(levels, affine2.scale, affine2.zero)
            if parts:
                parts[2 * index + 1].add(levels, affine2, added)
            if learning:
                kept.append((rows.copy(), affine1, y, affine2))
        ctx.kept, ctx.convs, ctx.parts = kept, convs, parts
        assert added is not None
        return torch.from_numpy(rows).add_(added)

    @staticmethod
    def backward(ctx, *gradients: Tensor):
        total = gradients[0].clone(memory_format=torch.contiguous_format).numpy()
        d_styles = []
        d_parts: list[Tensor] = []
        for index in reversed(range(len(ctx.convs))):
            (conv1, conv2), (rows, affine1, y, affine2) = ctx.convs[index], ctx.kept[index]
            phased = Layout(len(total), conv1.dilation)
            out = torch.from_numpy(total).bfloat16()
            into = conv2.back(out, 1)
            if ctx.parts:
                d_parts = [*ctx.parts[2 * index + 1].back(out, into), *d_parts]
            d_y, d_style2 = back(y, into, phased, affine2)
            out = torch.as_tensor(d_y)
            into = conv1.back(out, phased.phases)
            if ctx.parts:
                d_parts = [*ctx.parts[2 * index].back(out, into), *d_parts]
            _, d_style1 = back(rows, into, phased, affine1, total)
            d_styles += [d_style2, d_style1]
        styles = torch.from_numpy(np.stack(d_styles[::-1]).astype(np.float32))
        return torch.from_numpy(total), styles, None, None, None, *d_parts


def _affine(found: np.ndarray, style: Tensor, alpha: Tensor, eps: float) -> Affine:
    gamma, beta = style.detach().float()
    return affine_of(found, 1 + gamma, beta, alpha.detach()[0, :, 0], eps)
