"""The processes that were launched together, and the device of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accelerate import PartialState


def this_process() -> PartialState:
    """Return Accelerate's view of this process: its device, and whether it is one of several.

    Whoever asks Accelerate first decides for all: its `Accelerator` would heed `ACCELERATE_USE_CPU`, which
    `accelerate launch --cpu` sets, and its `PartialState` by itself does not.
    """
    from accelerate import PartialState
    from accelerate.utils import parse_flag_from_env

    return PartialState(cpu=parse_flag_from_env("ACCELERATE_USE_CPU"))
