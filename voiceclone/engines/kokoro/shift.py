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
from collections.abc import Iterator
from dataclasses import dataclass
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
    """`[37396]`: on the decoder's style affines."""
    low_rank: Tensor | None = None
    """`[457848]`: beside the decoder's convolutions."""


class _Affine(Protocol):
    fc: nn.Linear


class Shifts:
    """Where the numbers of a voice go; nothing is changed outside of `applied`."""

    def __init__(self, affines: list[_Affine], convolutions: list[nn.Conv1d]) -> None:
        self._shift: Shift | None = None
        start = 0
        for affine in affines:
            affine.fc.register_forward_hook(self._add(start, start + affine.fc.out_features))
            start += affine.fc.out_features
        self.n_offsets = start
        start = 0
        self._narrow: list[tuple[int, int]] = []
        self._parts: dict[nn.Conv1d, tuple[int, int, int]] = {}
        for conv in convolutions:
            down = RANK * conv.in_channels * conv.kernel_size[0]
            up = conv.out_channels * RANK
            conv.register_forward_hook(self._beside(start, start + down, start + down + up))
            self._narrow.append((start, start + down))
            self._parts[conv] = (start, start + down, start + down + up)
            start += down + up
        self._fans = [conv.in_channels * conv.kernel_size[0] for conv in convolutions]
        self.n_low_rank = start

    @contextlib.contextmanager
    def applied(self, shift: Shift | None) -> Iterator[None]:
        """Within this block the network speaks with a voice's numbers."""
        self._shift = shift
        try:
            yield
        finally:
            self._shift = None

    @property
    def low_rank(self) -> Tensor | None:
        """The low-rank parts that are applied now, if any."""
        return self._shift.low_rank if self._shift else None

    def weight(self, conv: nn.Conv1d) -> Tensor:
        """Return the weight of a convolution with the low-rank part that is applied now folded in."""
        if self.low_rank is None:
            return conv.weight
        start, middle, end = self._parts[conv]
        down = self.low_rank[start:middle].view(RANK, -1)
        up = self.low_rank[middle:end].view(-1, RANK)
        return conv.weight + (up @ down).view_as(conv.weight)

    def new_low_rank(self, seed: int) -> Tensor:
        """Return low-rank parts `[n_low_rank]` that change nothing yet: narrow ones drawn, wide ones zero."""
        random = torch.Generator().manual_seed(seed)
        parts = torch.zeros(self.n_low_rank)
        for (start, end), fan in zip(self._narrow, self._fans, strict=True):
            parts[start:end] = torch.randn(end - start, generator=random) / math.sqrt(fan)
        return parts

    def _add(self, start: int, end: int):
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> Tensor | None:
            return None if self._shift is None else output + self._shift.offsets[start:end]

        return hook

    def _beside(self, start: int, middle: int, end: int):
        def hook(conv: nn.Conv1d, inputs: tuple[Tensor], output: Tensor) -> Tensor | None:
            if self._shift is None or self._shift.low_rank is None:
                return None
            down = self._shift.low_rank[start:middle].view(RANK, conv.in_channels, -1)
            up = self._shift.low_rank[middle:end].view(conv.out_channels, RANK, 1)
            narrow = functional.conv1d(
                inputs[0], down, None, conv.stride, conv.padding, conv.dilation
            )  # [B, C_in, L] -> [B, 4, L]
            return output + functional.conv1d(narrow, up)

        return hook
