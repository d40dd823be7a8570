"""The one table of engines: the app's choices, the command line's and the tests' are this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from voiceclone.devices import Devices
from voiceclone.engines.base import Engine, EngineSpec
from voiceclone.engines.kokoro.spec import KOKORO
from voiceclone.errors import EngineUnknownError
from voiceclone.hub.weights import WeightStore
from voiceclone.speaker.encoder import SpeakerEncoder


@dataclass(frozen=True)
class Row:
    """A spec that costs nothing to read, and how to build the engine when it is wanted."""

    spec: EngineSpec
    build: Callable[[WeightStore, SpeakerEncoder, Devices], Engine]


def _build_kokoro(weights: WeightStore, encoder: SpeakerEncoder, devices: Devices) -> Engine:
    from voiceclone.engines.kokoro.engine import KokoroEngine

    return KokoroEngine(weights, encoder, devices)


ENGINES: tuple[Row, ...] = (Row(KOKORO, _build_kokoro),)

DEFAULT_ENGINE = KOKORO.name


def row(name: str) -> Row:
    """Return an engine's row.

    Raises:
        EngineUnknownError: listing the known ones.
    """
    for candidate in ENGINES:
        if candidate.spec.name == name:
            return candidate
    raise EngineUnknownError(name, tuple(r.spec.name for r in ENGINES))


def tensor_shapes() -> dict[str, tuple[Mapping[str, tuple[int, ...]], ...]]:
    """Return, for each engine, the shapes of a voice's tensors: of a cloned one, and of a fine-tuned one."""
    return {
        r.spec.name: (r.spec.tensor_shapes, {**r.spec.tensor_shapes, **r.spec.fine_tuned_shapes})
        for r in ENGINES
    }
