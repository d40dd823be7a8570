"""How much memory the machine has: as much as its container is given, where that is less."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
"""Where Linux says what a container may use: control groups of version 2, and of version 1."""


def memory_bytes(limits: Sequence[Path] = LIMITS) -> tuple[int, int]:
    """Return the machine's memory, and how much of it is free or can be freed at once."""
    import psutil

    machine = psutil.virtual_memory()
    total = min([machine.total, *(found for path in limits if (found := _limit(path)) is not None)])
    return total, min(machine.available, total)


def _limit(path: Path) -> int | None:
    """Return the number in a file; None where there is no such file, or it says that there is no limit."""
    try:
        text = path.read_text().strip()
    except OSError:  # another system, or one without control groups
        return None
    return int(text) if text.isdigit() else None
