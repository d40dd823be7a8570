"""How learning rates fall over a run."""

from __future__ import annotations

import math

FINAL = 0.2
"""The share of the rates that is left in the end: the last steps settle."""


def half_cosine(progress: float) -> float:
    """Return the share of the learning rates at 0 (begin) to 1 (end) of the steps: 1 to 0.2.

    Half a cosine without restarts, after I. Loshchilov, F. Hutter: "SGDR" (ICLR 2017).
    """
    return FINAL + (1 - FINAL) * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))
