"""CPU threads: how many this process may use, and one setting for all models."""

from __future__ import annotations

import os
import threading

_lock = threading.Lock()


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def set_threads(threads: int) -> None:
    """Let torch compute on so many CPU threads, whatever model."""
    import torch

    with _lock:
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
