"""What a Space can run on, and what differs between the kinds."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT = "cpu-basic"
ZERO_GPU = "zero-a10g"
"""The Hub's name for ZeroGPU, whatever card is behind it."""


@dataclass(frozen=True)
class Kind:
    """One kind of hardware."""

    title: str
    python: str
    lent: bool = False
    """Whether a GPU is lent for seconds at a time: then requirements-zero-gpu.txt holds."""


CPU = Kind("CPU hardware", python="3.11")
GPU = Kind("a GPU of its own", python="3.11")
ZERO = Kind("ZeroGPU hardware", python="3.12", lent=True)
"""ZeroGPU lists 3.12 as its newest Python; the others take any, and the tests run on 3.11."""


def kind_of(hardware: str) -> Kind:
    """Return the kind of a hardware by the Hub's name for it."""
    if hardware.startswith("zero-"):
        return ZERO
    return CPU if hardware.startswith("cpu-") else GPU
