"""Low-rank parts beside the attention projections of a frozen decoder.

E. Hu et al.: "LoRA: Low-Rank Adaptation of Large Language Models" (ICLR 2022). All of a voice's numbers
are one vector, cut up in the fixed order of the projections.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from voiceclone.engines.speecht5.spec import RANK


class LowRank:
    """Where the numbers of a voice go; nothing is changed outside of `applied`."""

    def __init__(self, projections: Sequence[nn.Linear]) -> None:
        self._numbers: Tensor | None = None
        self._narrow: list[tuple[int, int, int]] = []
        start = 0
        for projection in projections:
            middle = start + RANK * projection.in_features
            end = middle + RANK * projection.out_features
            projection.register_forward_hook(self._beside(start, middle, end))
            self._narrow.append((start, middle, projection.in_features))
            start = end
        self.size = start

    @contextlib.contextmanager
    def applied(self, numbers: Tensor | None) -> Iterator[None]:
        """Within this block the decoder speaks with a voice's numbers, `[size]`, or with none."""
        self._numbers = numbers
        try:
            yield
        finally:
            self._numbers = None

    def new(self, seed: int) -> Tensor:
        """Return numbers `[size]` that change nothing yet: narrow parts drawn, wide ones zero."""
        random = torch.Generator().manual_seed(seed)
        numbers = torch.zeros(self.size)
        for start, end, fan in self._narrow:
            numbers[start:end] = torch.randn(end - start, generator=random) / math.sqrt(fan)
        return numbers

    def _beside(self, start: int, middle: int, end: int):
        def hook(projection: nn.Linear, inputs: tuple[Tensor], output: Tensor) -> Tensor | None:
            if self._numbers is None:
                return None
            down = self._numbers[start:middle].view(RANK, projection.in_features)
            up = self._numbers[middle:end].view(projection.out_features, RANK)
            return output + functional.linear(functional.linear(inputs[0], down), up)

        return hook
