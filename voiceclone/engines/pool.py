"""The engines that are loaded: a copy on each device, the free one takes the request, idle ones make room.

A request holds its copy: while a generator is not exhausted or closed, and while a trainee is alive. A copy
that is held is never unloaded. One that is idle is, the least recently used first, when an engine that has no
copy needs the room. Engines are safe between threads, so where all copies are held, requests share one.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from voiceclone.devices.inventory import Device
from voiceclone.devices.placement import Need, Placement, Room, place, rooms
from voiceclone.engines.base import Engine, EngineSpec
from voiceclone.errors import EngineMemoryBusyError, EngineTooLargeError
from voiceclone.native import trim_heaps

log = logging.getLogger(__name__)

WAIT_S = 60.0
"""How long a request waits for room that engines at work hold, before it is refused."""


@dataclass(frozen=True)
class LoadedEngine:
    """One copy of an engine, or the part of it that is on one device."""

    name: str
    memory_mb: int
    """By the engine's spec, in the numbers it is kept in."""
    dtype: str
    users: int
    """Requests and trainings that hold it."""
    revisions: Mapping[str, str]
    """Of its weights, by their name."""


@dataclass(frozen=True)
class DeviceStatus:
    """One device, and which engines are on it."""

    device: Device
    room_mb: int
    """What engines may take of it, all of them together."""
    engines: tuple[LoadedEngine, ...]


class _Copy:
    """A place that was given to an engine, and the engine once it is loaded."""

    def __init__(self, spec: EngineSpec, placement: Placement) -> None:
        self.spec, self.placement = spec, placement
        self.engine: Engine | None = None
        self.revisions: Mapping[str, str] = {}
        self.users = 1  # whoever loads it
        self.used = 0


class EnginePool:
    """Copies of engines, loaded when they are first needed. Safe between threads."""

    def __init__(
        self,
        load: Callable[[EngineSpec, Placement], Engine],
        revisions: Callable[[EngineSpec], Mapping[str, str]],
        table: Callable[[], Sequence[Device]],
        bound_mb: int = 0,
        wait_s: float = WAIT_S,
    ) -> None:
        """Load nothing yet.

        Args:
            load: builds an engine at a place.
            revisions: of an engine's weights, once it is loaded.
            table: reads the devices, with the memory that is free now.
            bound_mb: see `Settings.engine_memory_mb`.
            wait_s: how long a request waits for room.
        """
        self._load, self._revisions, self._table = load, revisions, table
        self._bound_mb, self._wait_s = bound_mb, wait_s
        self._copies: list[_Copy] = []
        self._uses = count(1)
        self._lanes = 1
        # Reentrant: a trainee may be collected, and its copy given back, in a thread that is in here.
        self._changed = threading.Condition(threading.RLock())

    @contextmanager
    def copy(self, spec: EngineSpec) -> Iterator[Engine]:
        """Give a copy of an engine, loaded, to hold within this block.

        Raises:
            EngineTooLargeError: it fits on no device.
            EngineMemoryBusyError: what it needs was held by engines at work, for as long as one waits.
            WeightsError: its weights cannot be had.
        """
        engine, give_back = self.take(spec)
        try:
            yield engine
        finally:
            give_back()

    def take(self, spec: EngineSpec) -> tuple[Engine, Callable[[], None]]:
        """Return a copy of an engine, and what is to be called when it is no longer needed; as `copy`."""
        copy, new = self._begin(spec)
        if new:
            try:
                engine = self._load(spec, copy.placement)
                copy.revisions = self._revisions(spec)
            except BaseException:
                with self._changed:
                    self._copies.remove(copy)
                    self._changed.notify_all()
                raise
            with self._changed:
                copy.engine = engine
                self._changed.notify_all()
            log.info("loaded %s on %s", spec.name, copy.placement.title)
        assert copy.engine is not None
        return copy.engine, lambda: self._end(copy)

    def lanes(self) -> int:
        """Return how many requests can be served side by side: one until the devices were looked at."""
        return self._lanes

    def status(self) -> tuple[DeviceStatus, ...]:
        """Return the devices that engines go to, and which engines are on each; loads none."""
        with self._changed:
            offered = self._offered()
            return tuple(
                DeviceStatus(room.device, room.mb, tuple(self._on(room.device.name))) for room in offered
            )

    def _on(self, device: str) -> Iterator[LoadedEngine]:
        for copy in self._copies:
            if copy.engine is not None and device in copy.placement.shares:
                memory_mb, dtype = copy.placement.shares[device], copy.placement.dtype
                yield LoadedEngine(copy.spec.name, memory_mb, dtype, copy.users, copy.revisions)

    def _begin(self, spec: EngineSpec) -> tuple[_Copy, bool]:
        """Return a copy that counts one user more, and whether that user has to load it."""
        deadline, collected = time.monotonic() + self._wait_s, False
        with self._changed:
            while True:
                own = [copy for copy in self._copies if copy.spec.name == spec.name]
                loaded = [copy for copy in own if copy.engine is not None]
                quietest = min(loaded, key=lambda copy: (copy.users, -copy.used), default=None)
                if quietest is None or quietest.users > 0:
                    elsewhere = self._place(spec, own)
                    if elsewhere is not None:
                        copy = _Copy(spec, elsewhere)
                        self._copies.append(copy)
                        return copy, True
                if quietest is not None:
                    quietest.users += 1
                    return quietest, False
                if own:  # another thread loads it
                    self._changed.wait()
                elif not collected:  # generators and trainees may have been left in reference cycles
                    gc.collect()
                    collected = True
                elif not self._changed.wait(deadline - time.monotonic()):
                    raise self._refusal(spec)

    def _end(self, copy: _Copy) -> None:
        with self._changed:
            copy.users -= 1
            copy.used = next(self._uses)
            self._changed.notify_all()

    def _place(self, spec: EngineSpec, own: Sequence[_Copy]) -> Placement | None:
        """Return where one more copy goes now; None if it has to wait, or share.

        The first copy of an engine may push idle ones of others out; further copies take only what is free.
        """
        offered = self._offered()
        here = {device for copy in own for device in copy.placement.shares}
        try:
            places = [p for p in place(_need(spec), offered) if here.isdisjoint(p.shares)]
        except EngineTooLargeError:
            if own:  # other programs have taken what was free: those copies still work
                return None
            raise
        for placement in places:
            if not _lacking(placement, offered, self._taken()):
                return placement
        if own:
            return None
        for placement in places:
            if not _lacking(placement, offered, self._taken(lambda copy: copy.users > 0)):
                self._make_room(placement, offered)
                return placement
        return None

    def _make_room(self, placement: Placement, offered: Sequence[Room]) -> None:
        """Unload idle copies, the least recently used first, until a placement has its room."""
        from accelerate.utils.memory import clear_device_cache

        for copy in sorted((c for c in self._copies if c.users == 0), key=lambda c: c.used):
            lacking = _lacking(placement, offered, self._taken())
            if not lacking:
                break
            if lacking.isdisjoint(copy.placement.shares):
                continue
            self._copies.remove(copy)
            copy.engine = None
            log.info("unloaded %s from %s", copy.spec.name, copy.placement.title)
        clear_device_cache(garbage_collection=True)
        trim_heaps()

    def _offered(self) -> tuple[Room, ...]:
        """Return how much of each device engines may take, those that are there included."""
        table = self._table()
        self._lanes = max(1, sum(device.kind != "cpu" for device in table))
        # A copy that is being loaded has not yet taken what the device says is free.
        return rooms(table, self._taken(lambda copy: copy.engine is not None), self._bound_mb)

    def _taken(self, which: Callable[[_Copy], bool] = lambda copy: True) -> dict[str, int]:
        """Return what copies take of each device, in MB."""
        taken: dict[str, int] = {}
        for copy in filter(which, self._copies):
            for device, mb in copy.placement.shares.items():
                taken[device] = taken.get(device, 0) + mb
        return taken

    def _refusal(self, spec: EngineSpec) -> EngineMemoryBusyError:
        offered = self._offered()
        placement = place(_need(spec), offered)[0]
        name, needed_mb = next(iter(placement.shares.items()))
        room = next(room for room in offered if room.device.name == name)
        busy_mb = self._taken(lambda copy: copy.users > 0).get(name, 0)
        return EngineMemoryBusyError(spec.name, needed_mb, busy_mb, room.mb, room.device.title)


def _need(spec: EngineSpec) -> Need:
    return Need(spec.name, spec.memory_mb, half=spec.half, spreads=spec.spreads)


def _lacking(placement: Placement, offered: Sequence[Room], taken: Mapping[str, int]) -> set[str]:
    """Return the devices that have no room for their share of a placement."""
    mb = {room.device.name: room.mb for room in offered}
    return {name for name, share in placement.shares.items() if share + taken.get(name, 0) > mb[name]}
