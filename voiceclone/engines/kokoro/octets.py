"""The vocoder's residual blocks in 8 bits, for speaking: nine tenths of what Kokoro computes.

Weights are rounded once, a scale for each channel that comes out; what goes in is rounded to 256 levels over
its own range, anew for each phrase (dynamic quantisation: B. Jacob et al., CVPR 2018; R. Krishnamoorthi,
arXiv:1806.08342). oneDNN multiplies them where the CPU has instructions for it (VNNI), at twice the speed of
bfloat16. Sums, norms, and all that is outside these blocks stay in 32 bits.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from voiceclone.engines.kokoro.columns import Affine, Layout, affine_of, rounded, statistics
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
    padding: int
    """For a dilation of 1."""
    dilation: int

    @staticmethod
    def of(conv: nn.Conv1d, weight: Tensor) -> Convolution:
        """Return a convolution with a weight, rounded."""
        weight = weight.detach().float()
        scales = (weight.abs().amax(dim=(1, 2)) / 127).clamp(min=1e-12)
        levels = (weight / scales[:, None, None]).round().to(torch.int8)[:, :, None]
        padding = (conv.kernel_size[0] - 1) // 2
        packed = torch.ops.onednn.qconv_prepack(
            levels, scales, 1.0, 0, [1, 1], [0, padding], _PLAIN_DILATION, 1, [1, conv.in_channels, 1, 1000]
        )
        bias = None if conv.bias is None else conv.bias.detach().float()
        zeros = torch.zeros(len(scales), dtype=torch.int32)
        return Convolution(packed, scales, zeros, bias, padding, conv.dilation[0])

    def __call__(self, levels: Tensor, scale: float, zero: int) -> Tensor:
        """Return bfloat16 rows `[phases * P, C]` of levels, uint8 `[phases, P, C]`."""
        phases, length, n_channels = levels.shape
        spoken = torch.ops.onednn.qconv2d_pointwise(
            levels.view(phases, 1, length, n_channels).permute(0, 3, 1, 2), scale, zero,
            self.weight, self.scales, self.zeros, self.bias, [1, 1], [0, self.padding], _PLAIN_DILATION, 1,
            1.0, 0, torch.bfloat16, "none", [], "",
        )  # fmt: skip
        return spoken.permute(0, 2, 3, 1).reshape(phases * length, -1)


_Packed = dict[nn.Module, list[tuple[Convolution, Convolution]]]


class Octets:
    """The residual blocks of one network in 8 bits: packed when they are first needed, for whoever speaks.

    Voices without low-rank parts share one set; of the others' the last few are kept, 14 MB each.
    """

    def __init__(self, shifts: Shifts) -> None:
        self._shifts = shifts
        self._packed: OrderedDict[bytes, _Packed] = OrderedDict()
        self._now: _Packed | None = None
        self.allowed = True
        """False where only the exact numbers will do."""

    @property
    def active(self) -> bool:
        """Whether blocks are spoken in 8 bits now."""
        return self._now is not None

    @contextlib.contextmanager
    def speaking(self, device: torch.device, n_pieces: int) -> Iterator[None]:
        """Within this block one piece at a time is spoken in 8 bits, if it may be: not where gradients flow.

        What is outside the blocks stays in 32 bits: in 16 the last layers' log magnitudes and phases cost
        naturalness (DistillMOS 4.36 -> 4.00 for one voice), the blocks' 8 bits do not.
        """
        if not self.allowed or n_pieces > 1 or torch.is_grad_enabled() or not multiplies_octets(device):
            yield
            return
        self._now = self._of_this_voice()
        try:
            yield
        finally:
            self._now = None

    def forward(self, block: Any, x: Tensor, style: Tensor) -> Tensor:
        """Return what a residual block makes of `[1, C, L]`, in the same precision."""
        assert self._now is not None
        if block not in self._now:
            self._now[block] = [
                (self._rounded(first), self._rounded(second))
                for first, second in zip(block.convs1, block.convs2, strict=True)
            ]
        rows = x[0].float().t().contiguous().numpy()  # [L, C]
        plain = Layout(len(rows))
        added = None
        for (conv1, conv2), norm1, norm2, alpha1, alpha2 in zip(
            self._now[block], block.adain1, block.adain2, block.alpha1, block.alpha2, strict=True
        ):
            phased = Layout(len(rows), conv1.dilation)
            affine = _affine(statistics(rows, added, plain), norm1, style, alpha1)
            y = conv1(rounded(rows, plain, phased, affine), affine.scale, affine.zero)
            affine = _affine(statistics(_NOTHING, y, phased), norm2, style, alpha2)
            added = conv2(rounded(y, phased, plain, affine), affine.scale, affine.zero)
        assert added is not None
        return torch.from_numpy(rows).add_(added).t()[None].to(x.dtype)

    def _rounded(self, conv: nn.Conv1d) -> Convolution:
        return Convolution.of(conv, self._shifts.weight(conv))

    def _of_this_voice(self) -> _Packed:
        low_rank = self._shifts.low_rank
        key = b"" if low_rank is None else hashlib.sha256(low_rank.numpy().tobytes()).digest()
        packed = self._packed.setdefault(key, {})
        self._packed.move_to_end(key)
        if len(self._packed) > KEPT:
            self._packed.popitem(last=False)
        return packed


def _affine(found: np.ndarray, norm: Any, style: Tensor, alpha: Tensor) -> Affine:
    gamma, beta = norm.fc(style)[0].float().chunk(2)
    return affine_of(found, 1 + gamma, beta, alpha[0, :, 0], norm.norm.eps)
