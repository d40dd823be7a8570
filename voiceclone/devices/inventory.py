"""Which devices there are, read once through torch and Accelerate; the rest of the room is arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voiceclone.devices.host import memory_bytes
from voiceclone.devices.processes import this_process

if TYPE_CHECKING:
    import torch

MB = 1_000_000


@dataclass(frozen=True)
class Device:
    """One device, as it is now."""

    name: str
    """As torch calls it: `cuda:0`, `xpu:1`, `mps`, `cpu`."""
    title: str
    """An accelerator by its own name, a CPU by its threads."""
    total_mb: int
    free_mb: int
    """By what all programs together leave."""
    bfloat16: bool = False
    """Whether it computes in bfloat16, and does not only imitate it."""

    @property
    def kind(self) -> str:
        """`cuda`, `xpu`, `mps` or `cpu`."""
        return self.name.partition(":")[0]

    @property
    def shares_memory(self) -> bool:
        """Whether its memory is the machine's."""
        return self.kind in ("cpu", "mps")


def read_devices(threads: int, only: str | None = None) -> tuple[Device, ...]:
    """Return the accelerators and the CPU, in that order, with their memory as it is now.

    Where several processes were launched together (`accelerate launch`), each has its own device and
    sees no other.

    Args:
        threads: CPU threads, for the CPU's title.
        only: the one device to look at, in place of all that Accelerate finds.
    """
    import torch

    if only is None and this_process().num_processes > 1:
        only = str(this_process().device)
    if only is not None:
        return (_read(numbered(only), threads),)
    kind = this_process().device.type
    if kind == "cpu":
        names = []
    elif kind == "mps":
        names = ["mps"]
    else:
        names = [f"{kind}:{index}" for index in range(torch.accelerator.device_count())]
    return tuple(_read(name, threads) for name in [*names, "cpu"])


def numbered(name: str) -> str:
    """Return a device's one name: `cuda` is `cuda:0`, and `cpu:0`, as Accelerate says, is `cpu`."""
    kind, _, number = name.partition(":")
    return kind if kind in ("cpu", "mps") else f"{kind}:{number or 0}"


def title_of(device: torch.device, threads: int) -> str:
    """Return what a device is called."""
    import torch

    if device.type == "cpu":
        return f"CPU, {threads} threads" if threads > 1 else "CPU, 1 thread"
    if device.type in ("cuda", "xpu"):
        return torch.get_device_module(device).get_device_name(device)
    return device.type.upper()


def computes_bfloat16(device: torch.device) -> bool:
    """Return whether a device computes in bfloat16, and does not only imitate it."""
    import torch

    if device.type == "cuda":
        with torch.cuda.device(device):
            return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "xpu":
        return torch.xpu.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()


def _read(name: str, threads: int) -> Device:
    import torch

    device = torch.device(name)
    if device.type in ("cpu", "mps"):
        total, free = memory_bytes()
    else:
        free, total = torch.accelerator.get_memory_info(device)
    return Device(name, title_of(device, threads), total // MB, free // MB, computes_bfloat16(device))
