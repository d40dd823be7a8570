"""The devices of this machine, or the one that an engine is placed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceclone.devices.inventory import MB, Device, computes_bfloat16, numbered, read_devices, title_of
from voiceclone.devices.placement import Placement
from voiceclone.devices.processes import this_process
from voiceclone.devices.threads import available_cores, set_threads
from voiceclone.native import bound_onednn

if TYPE_CHECKING:
    import torch


class Devices:
    """The devices of this machine, as Accelerate sees them; or, from `at`, where one engine goes."""

    def __init__(
        self, threads: int = 0, only: str | None = None, *, placement: Placement | None = None
    ) -> None:
        """Keep what is wished for; devices are looked for when first needed.

        Args:
            threads: CPU threads for every model; 0 means one per core this process may use.
            only: the one device to use, such as `cpu`, in place of what Accelerate finds.
            placement: where the models go that are given these devices; the first there is when None.
        """
        self.threads = threads or available_cores()
        self._only = only
        self._placement = placement
        bound_onednn()

    def at(self, placement: Placement) -> Devices:
        """Return these devices for an engine that is placed: its `main` is where the engine goes."""
        return Devices(self.threads, self._only, placement=placement)

    def table(self) -> tuple[Device, ...]:
        """Return what there is, the CPU last, with the memory that is free now; loads nothing."""
        return read_devices(self.threads, self._only)

    def main(self) -> torch.device:
        """Return the device that models are placed on: the placement's, else the first accelerator or CPU.

        Sets torch's CPU threads on the way, once, so that every model shares one setting.
        """
        import torch

        set_threads(self.threads)
        if self._placement is not None:
            return torch.device(self._placement.device)
        return torch.device(numbered(self._only or str(this_process().device)))

    def dtype(self) -> torch.dtype:
        """Return in which numbers weights are kept: the placement's, else 32-bit floats."""
        import torch

        return torch.float32 if self._placement is None else getattr(torch, self._placement.dtype)

    def device_map(self) -> dict[str, torch.device] | str:
        """Return `device_map` as `from_pretrained` and Accelerate take it, so that weights load in place.

        All on one device; or `auto`, with `max_memory`, for a copy that is spread over several.
        """
        return "auto" if self._placement is not None and self._placement.spread else {"": self.main()}

    def max_memory(self) -> dict[int | str, int] | None:
        """Return what a copy that is spread may take of each device, in bytes, as Accelerate takes it."""
        if self._placement is None or not self._placement.spread:
            return None
        # Accelerate calls all accelerators but Apple's by their number.
        return {int(name.partition(":")[2]): mb * MB for name, mb in self._placement.shares.items()}

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes and speaks, of those that were launched together."""
        return this_process().is_main_process

    @property
    def processes(self) -> int:
        """How many processes were launched together, this one included."""
        return this_process().num_processes

    def together(self) -> None:
        """Wait until all processes that were launched together have come here."""
        this_process().wait_for_everyone()

    def title(self) -> str:
        """Return what the main device is called: an accelerator by its name, a CPU by its threads."""
        return title_of(self.main(), self.threads)

    def autocast(self) -> torch.autocast:
        """Return the mixed precision to train in: bfloat16 where the device computes in it, else none."""
        import torch

        device = self.main()
        return torch.autocast(device.type, dtype=torch.bfloat16, enabled=computes_bfloat16(device))
