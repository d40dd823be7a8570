"""Pieces of one batch on CPU threads of their own, there and back.

An operation on two seconds of speech is too small to be shared well: two threads on one crop take four
fifths of the time of one, two crops on a thread each a quarter more than one. So each piece is computed
alone, with its gradients, as under data parallelism (A. Krizhevsky, arXiv:1404.5997), and their mean is what
torch is given.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

Compute = Callable[..., Tensor]
"""Takes a piece and the parameters; returns values `[n]`, the first of which is what is minimised."""


class Apart(torch.autograd.Function):
    """The mean of what `compute` returns for each piece; gradients flow from its first value alone."""

    @staticmethod
    def forward(ctx, compute: Compute, pieces: Sequence[Any], *parameters: Tensor) -> Tensor:
        """Return values `[n]`.

        Args:
            ctx: torch's.
            compute: what is computed, on several threads at once: it may change nothing that they share.
            pieces: what it is given, one at a time.
            parameters: what gradients are taken of.
        """

        def one(piece: Any) -> tuple[Tensor, tuple[Tensor | None, ...]]:
            leaves = [p.detach().requires_grad_(p.requires_grad) for p in parameters]
            with torch.enable_grad():
                values = compute(piece, *leaves)
                learned = [leaf for leaf in leaves if leaf.requires_grad]
                found = iter(torch.autograd.grad(values[0], learned, allow_unused=True))
            return values.detach(), tuple(next(found) if leaf.requires_grad else None for leaf in leaves)

        threads = torch.get_num_threads()
        workers = min(threads, len(pieces))
        try:
            torch.set_num_threads(threads // workers)
            results = list(_workers(workers, threads // workers).map(one, pieces))
        finally:
            torch.set_num_threads(threads)
        ctx.gradients = [_mean(gradients) for gradients in zip(*(g for _, g in results), strict=True)]
        return torch.stack([values for values, _ in results]).mean(dim=0)

    @staticmethod
    def backward(ctx, *gradients: Tensor):
        factor = gradients[0][0]
        return None, None, *(g if g is None else g * factor for g in ctx.gradients)


def _mean(gradients: Sequence[Tensor | None]) -> Tensor | None:
    found = [g for g in gradients if g is not None]
    return torch.stack(found).sum(dim=0) / len(gradients) if found else None


@lru_cache(maxsize=4)
def _workers(n: int, threads: int) -> ThreadPoolExecutor:
    """Return n threads that compute on so many threads each."""
    return ThreadPoolExecutor(
        n, thread_name_prefix="apart", initializer=torch.set_num_threads, initargs=(threads,)
    )


os.register_at_fork(after_in_child=_workers.cache_clear)  # threads stay behind: nothing would ever be done
