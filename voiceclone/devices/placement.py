"""Where the copies of an engine go: arithmetic on a table of devices, which needs no device.

One copy on each accelerator that has room for it; else one copy spread over several accelerators, if
the engine can be; else one on the CPU; else a refusal that says what is lacking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from voiceclone.devices.inventory import Device
from voiceclone.errors import EngineTooLargeError

SHARE_OF_MACHINE = 0.5
"""Of the machine's memory, for engines together: what judges, listens and serves takes 1 GB besides."""
SHARE_OF_ACCELERATOR = 0.9
"""Of what is free on an accelerator: the rest is for what speaking and learning take meanwhile."""
SPREAD_MARGIN = 1.3
"""A model that is spread gets this many times its memory: layers are not cut to fit, and Accelerate keeps
room for the largest one on the first device."""


@dataclass(frozen=True)
class Need:
    """What an engine asks of a device."""

    engine: str
    memory_mb: int
    """Of one copy, in 32-bit floats."""
    half: bool = False
    """Whether its weights may be 16-bit floats."""
    spreads: bool = False
    """Whether one copy may be spread over several devices."""

    def memory_on(self, device: Device) -> int:
        """Return what a copy takes on a device, in MB."""
        return -(-self.memory_mb // 2) if self.dtype_on(device) != "float32" else self.memory_mb

    def dtype_on(self, device: Device) -> str:
        """Return in which numbers its weights are kept there: of 16 bits only where that is native."""
        if not self.half or device.shares_memory:
            return "float32"
        return "bfloat16" if device.bfloat16 else "float16"


@dataclass(frozen=True)
class Room:
    """How much of a device engines may take, all of them together."""

    device: Device
    mb: int


@dataclass(frozen=True)
class Placement:
    """Where one copy of an engine goes."""

    title: str
    """Of the device, or of all that it is spread over."""
    dtype: str
    """`float32`, `bfloat16` or `float16`."""
    shares: Mapping[str, int]
    """What it may take of each device, in MB, by the device's name. Its input goes to the first."""

    @property
    def device(self) -> str:
        """Name of the device that its input goes to."""
        return next(iter(self.shares))

    @property
    def spread(self) -> bool:
        """Whether it takes more than one device."""
        return len(self.shares) > 1


def rooms(table: Sequence[Device], taken: Mapping[str, int], bound_mb: int = 0) -> tuple[Room, ...]:
    """Return how much of each device engines may take, those that are loaded included.

    Args:
        table: the devices. A CPU beside an accelerator that shares its memory is passed over: it has no
            room besides.
        taken: what loaded engines take of each, in MB, by its name.
        bound_mb: what they may take of each at most; 0: half of the machine's memory, and nine tenths of
            what others leave free of an accelerator's.
    """
    shared = any(device.kind == "mps" for device in table)
    found = []
    for device in table:
        if device.kind == "cpu" and shared:
            continue
        if device.shares_memory:  # what is free there changes by the second, and a system may swap
            mb = bound_mb or int(SHARE_OF_MACHINE * device.total_mb)
        else:
            mb = int(SHARE_OF_ACCELERATOR * (device.free_mb + taken.get(device.name, 0)))
            mb = min(mb, bound_mb or mb)
        found.append(Room(device, mb))
    return tuple(found)


def place(need: Need, offered: Sequence[Room]) -> tuple[Placement, ...]:
    """Return where copies of an engine may go, if nothing else is there: the best place first.

    Raises:
        EngineTooLargeError: it fits nowhere.
    """
    accelerators = [room for room in offered if room.device.kind != "cpu"]
    fitting = [room for room in accelerators if need.memory_on(room.device) <= room.mb]
    if fitting:
        return tuple(_on(room.device, need) for room in fitting)
    if need.spreads and (spread := _spread(need, accelerators)):
        return (spread,)
    for room in offered:
        if room.device.kind == "cpu" and need.memory_on(room.device) <= room.mb:
            return (_on(room.device, need),)
    largest = max(offered, key=lambda room: room.mb)
    raise EngineTooLargeError(need.engine, need.memory_on(largest.device), largest.mb, largest.device.title)


def _on(device: Device, need: Need) -> Placement:
    return Placement(device.title, need.dtype_on(device), {device.name: need.memory_on(device)})


def _spread(need: Need, accelerators: Sequence[Room]) -> Placement | None:
    """Return a placement over as few accelerators of one kind as hold the engine together."""
    for _, kin in groupby(accelerators, key=lambda room: room.device.kind):
        left = 0.0
        chosen: list[tuple[Device, int]] = []
        for room in sorted(kin, key=lambda room: -room.mb):
            if not chosen:
                left = need.memory_on(room.device) * SPREAD_MARGIN
            share = min(room.mb, int(left) + 1)
            chosen.append((room.device, share))
            left -= share
            if left <= 0:
                chosen.sort(key=lambda part: part[0].name)  # Accelerate fills them by their number
                dtypes = {need.dtype_on(device) for device, _ in chosen}
                return Placement(
                    " + ".join(device.title for device, _ in chosen),
                    dtypes.pop() if len(dtypes) == 1 else "float16",
                    {device.name: mb for device, mb in chosen},
                )
    return None
