"""Which device a model runs on, and how many CPU threads it may use."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from voiceclone.native import bound_onednn

if TYPE_CHECKING:
    import torch

_threads_lock = threading.Lock()


class Devices:
    """The devices of this machine, as Accelerate sees them."""

    def __init__(self, threads: int = 0, only: str | None = None) -> None:
        """Keep what is wished for; devices are looked for when first needed.

        Args:
            threads: CPU threads for every model; 0 means one per core this process may use.
            only: the one device to use, such as `cpu`, in place of what Accelerate finds.
        """
        self.threads = threads or available_cores()
        self._only = only
        bound_onednn()

    def main(self) -> torch.device:
        """Return the device that models are placed on: the first accelerator, else the CPU.

        Sets torch's CPU threads on the way, once, so that every model shares one setting.
        """
        import torch
        from accelerate import PartialState

        with _threads_lock:
            if torch.get_num_threads() != self.threads:
                torch.set_num_threads(self.threads)
        return torch.device(self._only or PartialState().device)

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes and speaks, of those that were launched together."""
        from accelerate import PartialState

        return PartialState().is_main_process

    def together(self) -> None:
        """Wait until all processes that were launched together have come here."""
        from accelerate import PartialState

        PartialState().wait_for_everyone()

    def title(self) -> str:
        """Return what the main device is called: an accelerator by its name, a CPU by its threads."""
        import torch

        device = self.main()
        if device.type == "cuda":
            return torch.cuda.get_device_name(device)
        return f"CPU, {self.threads} threads" if device.type == "cpu" else device.type.upper()

    def autocast(self) -> torch.autocast:
        """Return the mixed precision to train in: bfloat16 where the device computes in it, else none."""
        import torch

        device = self.main()
        if device.type == "cuda":
            native = torch.cuda.is_bf16_supported()
        else:
            native = device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()
        return torch.autocast(device.type, dtype=torch.bfloat16, enabled=native)


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)
