"""Heavy work where a device is lent for it: in another process, for seconds at a time (ZeroGPU).

Whoever lends the device forks a process for it, sends it the order and sends back what it yields, both
pickled. Nothing that can change is shared: the other process has a studio of its own, what it needs is
on disk before it is asked for, and *Stop* reaches it as a file. Its errors come back as data, for the
lender passes on nothing of an error but its type's name.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from voiceclone.errors import VoiceCloneError
from voiceclone.hub.weights import WeightStore
from voiceclone.orders import Learning, Order
from voiceclone.studio import Studio

Work = Callable[[Order, str], Iterator[Any]]
"""A generator function of an order, and of the path of the file that says *Stop*."""

LOAD_S = 20.0
"""For the other process to load its models, the first time. This and what follows are guesses on the
safe side: a lease is asked for before the work, and none of it has been timed on ZeroGPU."""
STEP_S = 0.5
"""On two CPU cores a step takes 1.1 to 1.5 s."""
CHARACTER_S = 0.01
"""Some 15 characters are spoken in a second, which two CPU cores take 0.3 s for."""

BESIDE_ENGINE = ("ecapa", "whisper-base", "dvector")
"""Weights that learning and speaking need besides the engine's."""


class LentDevice:
    """Learns and speaks in the process that a device is lent to; see `voiceclone.orders.Heavy`.

    Args:
        studio: does the work there. Nothing of it may have been built here: a lock that a thread of this
            process holds would never be given back in the other one.
        lend: makes of a generator function one that runs where the device is, such as `spaces.GPU(...)`.
    """

    def __init__(self, studio: Studio, lend: Callable[[Work], Work]) -> None:
        self._studio = studio
        self._weights = WeightStore(studio.settings)
        self._there = lend(self._work)

    def __call__(self, order: Order, cancelled: Callable[[], bool]) -> Iterator[Any]:
        """Do an order there; yields what `Studio.clone` or `Studio.speak` promise."""
        engine = order.engine if isinstance(order, Learning) else order.voice.engine
        for name in (*BESIDE_ENGINE, *self._studio.registry.spec(engine).weights):
            self._weights.resolve(name)  # fetched now, not while the device is held
        with tempfile.TemporaryDirectory(prefix="voiceclone-") as folder:
            stop = Path(folder) / "stop"
            with closing(self._there(order, str(stop))) as yielded:  # type: ignore[type-var]
                for said in yielded:
                    if isinstance(said, VoiceCloneError):
                        raise said
                    if cancelled():
                        stop.touch()
                    yield said

    def _work(self, order: Order, stop: str) -> Iterator[Any]:
        try:
            yield from self._studio.work(order, Path(stop).exists)
        except VoiceCloneError as error:
            yield error


def lease_s(order: Order, stop: str) -> int:
    """Return for how many seconds a device is asked for."""
    if isinstance(order, Learning):
        return round(LOAD_S + order.preset.accelerator_steps * STEP_S)
    return round(LOAD_S + sum(len(phrase.text) for phrase in order.phrases) * CHARACTER_S)
