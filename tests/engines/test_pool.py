"""Copies of engines: which one takes a request, and which one makes room."""

from __future__ import annotations

import gc
import threading
import weakref
from dataclasses import replace

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.devices.inventory import Device
from voiceclone.engines.base import SpeakOptions
from voiceclone.engines.kokoro.spec import KOKORO
from voiceclone.engines.pool import EnginePool
from voiceclone.engines.pooled import PooledEngine
from voiceclone.engines.registry import REGISTRY, Registry, Row
from voiceclone.errors import EngineMemoryBusyError, EngineTooLargeError, EngineUnknownError
from voiceclone.studio import Studio

FIRST, SECOND, THIRD = (replace(KOKORO, name=name) for name in ("first", "second", "third"))
CPU = Device("cpu", "CPU, 2 threads", 16_000, 12_000)
GPUS = [Device(f"cuda:{i}", f"GPU {i}", 2_000, 1_000) for i in range(2)]


class Parrot:
    """An engine on a device that is not here: says how long a text is, and remembers where it is."""

    def __init__(self, spec, placement):
        self.spec, self.placement = spec, placement

    def speak(self, voice, phrases, options):
        for phrase in phrases:
            yield Audio(np.zeros(len(phrase), np.float32), self.spec.sample_rate)

    def trainee(self, material, seed):
        return Pupil(self)


class Pupil:
    def __init__(self, engine):
        self.engine = engine


class Loader:
    """Loads parrots, and counts them."""

    def __init__(self):
        self.loaded = []

    def __call__(self, spec, placement):
        self.loaded.append((spec.name, placement.device))
        return Parrot(spec, placement)


def pool_on(table, load=None, bound_mb=0, wait_s=0.0):
    return EnginePool(load or Loader(), lambda spec: {"kokoro": "r1"}, lambda: table, bound_mb, wait_s)


def places(pool):
    return {s.device.name: [engine.name for engine in s.engines] for s in pool.status()}


def test_a_request_takes_the_copy_that_is_free_and_a_second_one_the_next_device():
    load = Loader()
    pool = pool_on([*GPUS, CPU], load)
    assert pool.lanes() == 1, "nothing was looked for yet"
    with pool.copy(FIRST) as one:
        with pool.copy(FIRST) as two:
            assert (one.placement.device, two.placement.device) == ("cuda:0", "cuda:1")
        with pool.copy(FIRST) as again:
            assert again is two
    assert len(load.loaded) == 2, "one after the other, two copies are enough"
    assert pool.lanes() == 2


def test_where_all_copies_are_at_work_the_quietest_is_shared():
    pool = pool_on([CPU])
    with pool.copy(FIRST) as one, pool.copy(FIRST) as two:
        assert one is two
        assert [engine.users for engine in pool.status()[0].engines] == [2]
    assert pool.lanes() == 1


def test_a_generator_holds_its_copy_until_it_is_exhausted_or_closed():
    pool = pool_on([CPU])
    engine = PooledEngine(FIRST, pool)
    users = lambda: [loaded.users for loaded in pool.status()[0].engines]  # noqa: E731
    spoken = engine.speak({}, ("one", "two"), SpeakOptions())
    assert users() == [], "nothing is loaded for what nobody asks for"
    next(spoken)
    other = engine.speak({}, ("one", "two"), SpeakOptions())
    next(other)
    assert users() == [2]
    assert len(list(spoken)) == 1 and users() == [1]
    other.close()
    assert users() == [0]


def test_a_trainee_holds_its_copy_while_it_is_alive():
    pool = pool_on([CPU], bound_mb=1_000)
    trainee = PooledEngine(FIRST, pool).trainee(None, 0)
    with pytest.raises(EngineMemoryBusyError), pool.copy(SECOND):
        pass
    del trainee
    with pool.copy(SECOND):
        assert places(pool) == {"cpu": ["second"]}


def test_a_trainee_that_was_left_in_a_cycle_makes_room_too():
    pool = pool_on([CPU], bound_mb=1_000)
    trainee = PooledEngine(FIRST, pool).trainee(None, 0)
    trainee.itself = trainee
    gc.disable()
    try:
        del trainee
        with pool.copy(SECOND):
            assert places(pool) == {"cpu": ["second"]}
    finally:
        gc.enable()


def test_the_engine_that_was_not_used_for_longest_makes_room():
    pool = pool_on([CPU], bound_mb=1_400)
    for spec in (FIRST, SECOND, FIRST, THIRD):
        with pool.copy(spec):
            pass
    assert places(pool) == {"cpu": ["first", "third"]}


def test_of_what_is_at_work_nothing_is_unloaded():
    pool = pool_on([CPU], bound_mb=1_400)
    with pool.copy(FIRST):
        for spec in (SECOND, THIRD):
            with pool.copy(spec):
                pass
        assert places(pool) == {"cpu": ["first", "third"]}


def test_a_further_copy_pushes_no_other_engine_out():
    pool = pool_on([*GPUS, CPU], bound_mb=1_000)
    with pool.copy(FIRST), pool.copy(SECOND):
        pass
    with pool.copy(FIRST) as one, pool.copy(FIRST) as two:
        assert one is two
    assert places(pool) == {"cuda:0": ["first"], "cuda:1": ["second"], "cpu": []}


def test_only_the_device_that_an_engine_goes_to_makes_room():
    pool = pool_on([*GPUS, CPU], bound_mb=1_000)
    for spec in (FIRST, SECOND):
        with pool.copy(FIRST), pool.copy(spec):
            pass
    with pool.copy(SECOND), pool.copy(THIRD):
        assert places(pool) == {"cuda:0": ["third"], "cuda:1": ["second"], "cpu": []}


def test_what_has_no_room_is_refused_with_what_is_in_its_way():
    pool = pool_on([CPU], bound_mb=1_000)
    with (
        pool.copy(FIRST),
        pytest.raises(EngineMemoryBusyError, match="700 MB.*hold 700 of the 1000 MB.*CPU, 2 threads"),
        pool.copy(SECOND),
    ):
        pass
    with pytest.raises(EngineTooLargeError), pool_on([CPU], bound_mb=600).copy(FIRST):
        pass


def test_a_copy_goes_on_where_other_programs_take_what_was_free():
    gpu = replace(GPUS[0], free_mb=900)
    table = [gpu, replace(CPU, total_mb=100)]
    pool = pool_on(table)
    with pool.copy(FIRST) as one:
        table[0] = replace(gpu, free_mb=0)
        with pool.copy(FIRST) as two:
            assert one is two
    with pytest.raises(EngineTooLargeError), pool.copy(replace(FIRST, name="larger", memory_mb=900)):
        pass


def test_who_waits_gets_the_room_when_the_work_has_ended():
    waited, may_end, begun = [], threading.Event(), threading.Event()
    pool = pool_on([CPU], bound_mb=1_000, wait_s=60.0)

    def work():
        with pool.copy(FIRST):
            begun.set()
            may_end.wait()

    def wait():
        with pool.copy(SECOND) as engine:
            waited.append(engine.spec.name)

    threads = [threading.Thread(target=work), threading.Thread(target=wait)]
    threads[0].start()
    begun.wait()
    threads[1].start()
    may_end.set()
    for thread in threads:
        thread.join()
    assert waited == ["second"] and places(pool) == {"cpu": ["second"]}


def test_many_threads_load_an_engine_once_and_all_get_it():
    load, gate = Loader(), threading.Barrier(8)
    pool = pool_on([CPU], load)
    got = []

    def ask():
        gate.wait()
        with pool.copy(FIRST) as engine:
            got.append(engine)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert load.loaded == [("first", "cpu")] and len(got) == 8 and len(set(map(id, got))) == 1


def test_what_could_not_be_loaded_leaves_its_place():
    tries = []

    def load(spec, placement):
        tries.append(spec.name)
        if len(tries) == 1:
            raise OSError("the disk is gone")
        return Parrot(spec, placement)

    pool = pool_on([CPU], load)
    with pytest.raises(OSError, match="disk"), pool.copy(FIRST):
        pass
    assert places(pool) == {"cpu": []}
    with pool.copy(FIRST):
        assert places(pool) == {"cpu": ["first"]}


def test_an_engine_that_is_spread_is_on_every_device_that_it_takes():
    huge = replace(KOKORO, name="huge", memory_mb=1_100, spreads=True)
    pool = pool_on([*GPUS, replace(CPU, total_mb=1_000)])
    with pool.copy(huge) as engine:
        assert engine.placement.spread
        assert places(pool) == {"cuda:0": ["huge"], "cuda:1": ["huge"], "cpu": []}
        assert sum(e.memory_mb for s in pool.status() for e in s.engines) == 1_431


# --- with the real engine ----------------------------------------------------------------


@pytest.fixture(scope="module")
def narrow_studio(settings, weights):
    """A studio with two engines, and memory for one."""
    build = REGISTRY.row("kokoro").build
    registry = Registry([Row(KOKORO, build), Row(SECOND, build)])
    return Studio(replace(settings, engine_memory_mb=1_000), weights, registry)


def test_two_engines_used_in_turn_stay_under_the_bound(narrow_studio, stock_voice):
    services = narrow_studio.services
    phrases = narrow_studio.preview_text("Two take turns.", "en-us")

    def spoken(name):
        engine = services.engine(name)
        audio = Audio.joined(list(engine.speak(stock_voice.tensors, phrases, SpeakOptions())))
        (status,) = (s for s in narrow_studio.devices() if s.engines)
        assert [loaded.name for loaded in status.engines] == [name]
        assert sum(loaded.memory_mb for loaded in status.engines) <= status.room_mb == 1_000
        with engine.copy() as copy:
            return audio, weakref.ref(copy), weakref.ref(next(copy._network.parameters()))

    assert all(not status.engines for status in narrow_studio.devices()), "to look loads nothing"
    first, *left = spoken("kokoro")
    second, *_ = spoken("second")
    assert all(part() is None for part in left), "the engine and its weights are gone"
    again, *_ = spoken("kokoro")
    assert np.array_equal(first.samples, again.samples) and np.array_equal(first.samples, second.samples)
    (loaded,) = next(s for s in narrow_studio.devices() if s.engines).engines
    assert (loaded.dtype, loaded.users) == ("float32", 0)
    assert loaded.revisions == {"kokoro": services.weights.resolve("kokoro").revision}


def test_an_unknown_engine_is_refused_before_anything_is_unloaded(narrow_studio):
    before = narrow_studio.devices()
    with pytest.raises(EngineUnknownError, match="Available: kokoro, second"):
        narrow_studio.services.engine("vitz")
    assert [s.engines for s in narrow_studio.devices()] == [s.engines for s in before]
