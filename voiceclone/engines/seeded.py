"""Random numbers of one thread's own: the same seed gives the same sound, whoever speaks meanwhile.

Models draw noise from torch's generators, which all threads share: of two copies that speak at once, each
would seed the other's. Within `Seeded` what this thread draws comes from a generator of its own.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_DRAWS = (torch.rand, torch.randn, torch.rand_like, torch.randn_like, torch.randint, torch.bernoulli)


class Seeded(TorchFunctionMode):
    """A context manager. On a CPU its numbers are those that `torch.manual_seed` gives."""

    def __init__(self, seed: int, device: torch.device) -> None:
        """Args: seed: of the numbers; device: where they are drawn."""
        super().__init__()
        self._generator = torch.Generator(device).manual_seed(seed)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if func in _DRAWS:
            kwargs.setdefault("generator", self._generator)
        return func(*args, **kwargs)
