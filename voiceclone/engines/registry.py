"""The one table of engines: the app's choices, the command line's, the docs' and the tests' are this."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from voiceclone.devices import Devices
from voiceclone.engines.base import Engine, EngineSpec, Shapes
from voiceclone.engines.kokoro.spec import KOKORO
from voiceclone.engines.pocket_tts.spec import POCKET_TTS
from voiceclone.engines.speecht5.spec import SPEECHT5
from voiceclone.errors import EngineUnknownError, LanguageNotSpokenError
from voiceclone.hub.weights import WeightStore
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.text.languages import LANGUAGES, language


@dataclass(frozen=True)
class Row:
    """A spec that costs nothing to read, and how to build the engine when it is wanted."""

    spec: EngineSpec
    build: Callable[[WeightStore, SpeakerEncoder, Devices], Engine]


class Registry:
    """Rows of engines, each of another name. The first is the default."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)
        self._by_name: Mapping[str, Row] = {row.spec.name: row for row in self.rows}
        assert len(self._by_name) == len(self.rows) > 0

    @property
    def default(self) -> str:
        """Name of the engine that is used unless another is asked for."""
        return self.rows[0].spec.name

    @property
    def specs(self) -> tuple[EngineSpec, ...]:
        """What is known of every engine, without loading any."""
        return tuple(row.spec for row in self.rows)

    @property
    def trainable(self) -> tuple[EngineSpec, ...]:
        """What is known of every engine that can be fine-tuned."""
        return tuple(spec for spec in self.specs if spec.fine_tunes)

    def row(self, name: str) -> Row:
        """Return an engine's row.

        Raises:
            EngineUnknownError: listing the known ones.
        """
        if name not in self._by_name:
            raise EngineUnknownError(name, tuple(self._by_name))
        return self._by_name[name]

    def spec(self, name: str) -> EngineSpec:
        """Return what is known of an engine; as `row`."""
        return self.row(name).spec

    def spec_for(self, engine: str, language_key: str) -> EngineSpec:
        """Return an engine's spec, if it speaks a language.

        Raises:
            LanguageUnknownError, LanguageNotSpokenError: it does not.
            EngineUnknownError: listing the known ones.
        """
        spec = self.spec(engine)
        key = language(language_key).key
        if key not in spec.languages:
            able = tuple(other.name for other in self.specs if key in other.languages)
            raise LanguageNotSpokenError(LANGUAGES[key].title, spec.name, able)
        return spec

    def tensor_shapes(self) -> dict[str, tuple[Shapes, ...]]:
        """Return, for each engine, the shapes of a voice's tensors: cloned, and fine-tuned."""
        return {
            spec.name: (spec.tensor_shapes, {**spec.tensor_shapes, **spec.fine_tuned_shapes})
            for spec in self.specs
        }


def _build_kokoro(weights: WeightStore, encoder: SpeakerEncoder, devices: Devices) -> Engine:
    from voiceclone.engines.kokoro.engine import KokoroEngine

    return KokoroEngine(weights, encoder, devices)


def _build_speecht5(weights: WeightStore, encoder: SpeakerEncoder, devices: Devices) -> Engine:
    from voiceclone.engines.speecht5.engine import SpeechT5Engine

    return SpeechT5Engine(weights, encoder, devices)


def _build_pocket_tts(weights: WeightStore, encoder: SpeakerEncoder, devices: Devices) -> Engine:
    from voiceclone.engines.pocket_tts.engine import PocketTTSEngine

    return PocketTTSEngine(weights, encoder, devices)


REGISTRY = Registry(
    (Row(KOKORO, _build_kokoro), Row(SPEECHT5, _build_speecht5), Row(POCKET_TTS, _build_pocket_tts))
)
DEFAULT_ENGINE = REGISTRY.default
