"""An engine as its callers see it: each request goes to a copy in the pool, wherever that is."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import cast

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import (
    AdaptationEvent,
    Budget,
    Clip,
    ConvertingEngine,
    Engine,
    EngineSpec,
    Material,
    SpeakOptions,
    TrainableEngine,
    Trainee,
    VoiceTensors,
)
from voiceclone.engines.pool import EnginePool
from voiceclone.text.phrase import Phrase


class PooledEngine:
    """One row of the registry. Holds no copy itself, so that idle copies can be unloaded.

    Keeps the contracts of `voiceclone.engines.base`; `trainee` and `convert` are for engines whose spec
    says that they can.
    """

    def __init__(self, spec: EngineSpec, pool: EnginePool) -> None:
        self.spec = spec
        self._pool = pool

    def copy(self) -> AbstractContextManager[Engine]:
        """Give a copy to hold within a block: for what the contracts do not name."""
        return self._pool.copy(self.spec)

    def adapt(
        self, material: Material, budget: Budget, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[AdaptationEvent]:
        """Learn a voice; see `voiceclone.engines.base.Engine.adapt`."""
        with self.copy() as engine:
            yield from engine.adapt(material, budget, cancelled)

    def speak(self, voice: VoiceTensors, phrases: Iterable[Phrase], options: SpeakOptions) -> Iterator[Audio]:
        """Yield each phrase as audio; see `voiceclone.engines.base.Engine.speak`."""
        with self.copy() as engine:
            yield from engine.speak(voice, phrases, options)

    def trainee(self, material: Material, seed: int) -> Trainee:
        """Return a voice to be trained, which holds its copy while it is alive."""
        engine, give_back = self._pool.take(self.spec)
        try:
            trainee = cast(TrainableEngine, engine).trainee(material, seed)
        except BaseException:
            give_back()
            raise
        weakref.finalize(trainee, give_back)
        return trainee

    def convert(self, voice: VoiceTensors, source: Clip, options: SpeakOptions) -> Audio:
        """Return an utterance said again in a voice."""
        with self.copy() as engine:
            return cast(ConvertingEngine, engine).convert(voice, source, options)
