"""What a voice changes in Kokoro's frozen modules: offsets on style affines, low-rank parts of convolutions.

Offsets are added to the outputs of the decoder's style affines (`AdaIN1d.fc`), as "AdaSpeech" adapts
conditional layer norm (M. Chen et al., ICLR 2021). A low-rank part is a second, narrow path
beside a convolution: E. Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (ICLR 2022),
for a convolution a narrow one of the same kernel and then a pointwise one. All of a voice's numbers of
one kind are one vector, cut up in the fixed order of the modules.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

RANK = 4
"""Width of the path beside each convolution."""


@dataclass(frozen=True)
class Shift:
    """The numbers of one voice."""

    offsets: Tensor
    """`[37396]`, or `[B, 37396]` for pieces in different voices: on the decoder's style affines."""
    low_rank: Tensor | None = None
    """`[457848]`: beside the decoder's convolutions."""


class _Affine(Protocol):
    fc: nn.Linear


class _Applied(threading.local):
    """What is applied on one thread."""

    shift: Shift | None = None
    offsets: tuple[Tensor, ...] = ()
    parts: Mapping[nn.Conv1d, tuple[Tensor, Tensor]] = MappingProxyType({})


class Shifts:
    """Where the numbers of a voice go; nothing is changed outside of `applied`, nor on other threads."""

    def __init__(self, affines: list[_Affine], convolutions: list[nn.Conv1d]) -> None:
        self._applied = _Applied()
        for index, affine in enumerate(affines):
            affine.fc.register_forward_hook(partial(self._add, index))
        for conv in convolutions:
            conv.register_forward_hook(self._beside)
        self._widths = [affine.fc.out_features for affine in affines]
        self._convolutions = convolutions
        self.n_offsets = sum(self._widths)
        self.n_gates = RANK * len(convolutions)
        self.n_low_rank = sum(sum(_sizes(conv)) for conv in convolutions)

    @contextlib.contextmanager
    def applied(self, shift: Shift | None) -> Iterator[None]:
        """Within this block the network speaks with a voice's numbers."""
        here = self._applied
        here.shift = shift
        if shift is not None:
            here.offsets = shift.offsets.split(self._widths, dim=-1)
            if shift.low_rank is not None:
                sizes = [size for conv in self._convolutions for size in _sizes(conv)]
                parts = iter(shift.low_rank.split(sizes))
                here.parts = {conv: _shaped(conv, next(parts), next(parts)) for conv in self._convolutions}
        try:
            yield
        finally:
            here.__dict__.clear()  # back to what the class says

    @property
    def low_rank(self) -> Tensor | None:
        """The low-rank parts that are applied now, if any."""
        return self._applied.shift.low_rank if self._applied.shift else None

    def part(self, conv: nn.Conv1d) -> tuple[Tensor, Tensor] | None:
        """Return what is applied beside a convolution, `[4, C_in, k]` and `[C_out, 4]`; None for nothing."""
        return self._applied.parts.get(conv)

    def weight(self, conv: nn.Conv1d) -> Tensor:
        """Return the weight of a convolution with the low-rank part that is applied now folded in."""
        if conv not in self._applied.parts:
            return conv.weight
        down, up = self._applied.parts[conv]
        return conv.weight + (up @ down.flatten(1)).view_as(conv.weight)

    def new_low_rank(self, seed: int) -> Tensor:
        """Return low-rank parts `[n_low_rank]` that change nothing yet: narrow ones drawn, wide ones zero."""
        random = torch.Generator().manual_seed(seed)
        parts = []
        for conv in self._convolutions:
            down, up = _sizes(conv)
            fan = conv.in_channels * conv.kernel_size[0]
            parts += [torch.randn(down, generator=random) / math.sqrt(fan), torch.zeros(up)]
        return torch.cat(parts)

    def gated(self, low_rank: Tensor, gates: Tensor) -> Tensor:
        """Return low-rank parts with the narrow paths times their gates.

        Args:
            low_rank: `[n_low_rank]`.
            gates: `[n_gates]` or `[B, n_gates]`, four for each convolution.

        Returns:
            `[n_low_rank]` or `[B, n_low_rank]`.
        """
        pieces: list[Tensor] = []
        parts = iter(low_rank.split([size for conv in self._convolutions for size in _sizes(conv)]))
        for gate in gates.split(RANK, dim=-1):
            down, up = next(parts), next(parts)
            narrow = down.view(RANK, -1) * gate[..., None]  # [..., 4, C_in * k]
            pieces += [narrow.flatten(-2), up.expand(*gate.shape[:-1], -1)]
        return torch.cat(pieces, dim=-1)

    def _add(self, index: int, module: nn.Module, inputs: tuple, output: Tensor) -> Tensor | None:
        return output + self._applied.offsets[index] if self._applied.offsets else None

    def _beside(self, conv: nn.Conv1d, inputs: tuple[Tensor], output: Tensor) -> Tensor | None:
        if conv not in self._applied.parts:
            return None
        down, up = self._applied.parts[conv]
        narrow = functional.conv1d(
            inputs[0], down, None, conv.stride, conv.padding, conv.dilation
        )  # [B, C_in, L] -> [B, 4, L]
        return output + functional.conv1d(narrow, up[:, :, None])


def _sizes(conv: nn.Conv1d) -> tuple[int, int]:
    """Return how many numbers the narrow and the wide half of a low-rank part have."""
    return RANK * conv.in_channels * conv.kernel_size[0], conv.out_channels * RANK


def _shaped(conv: nn.Conv1d, down: Tensor, up: Tensor) -> tuple[Tensor, Tensor]:
    return down.view(RANK, conv.in_channels, -1), up.view(conv.out_channels, RANK)
