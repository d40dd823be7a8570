"""Engines beside Kokoro, made of it: what a door needs to have something to choose between."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import (
    AdaptationEvent,
    Budget,
    Engine,
    Material,
    Preset,
    SpeakOptions,
    VoiceTensors,
)
from voiceclone.engines.kokoro.spec import KOKORO
from voiceclone.engines.registry import Registry, Row
from voiceclone.hub.table import WEIGHTS, File, Weight
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.text.phrase import Phrase

TWIN = replace(
    KOKORO,
    name="twin",
    title="Twin",
    languages=("en-us", "en-gb"),
    steps=40,
    presets={"standard": Preset(40, 40)},
)
"""Kokoro once more, which speaks no Chinese."""
STOCK = replace(
    KOKORO,
    name="stock",
    title="Stock",
    languages=("en-us",),
    steps=0,
    presets={},
    needs_transcript=False,
    fine_tunes=False,
)
"""Learns at once: its voice is one of Kokoro's own."""
FAR = replace(STOCK, name="far", title="Far away", weights=("far",))
"""Has its weights on the Hub only."""
FAR_WEIGHTS = Weight(
    "far", "Far away", "MIT", "somebody/far", "0" * 40, (File("model.safetensors", "", 300_000_000),), ()
)


class StockEngine:
    """Speaks as one of Kokoro's own voices, whoever is learned from."""

    spec = STOCK

    def __init__(self, kokoro: Engine, encoder) -> None:
        self._kokoro, self._encoder = kokoro, encoder

    def adapt(
        self, material: Material, budget: Budget, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[AdaptationEvent]:
        voice = self._kokoro.stock_voice("jf_gongitsune")  # type: ignore[attr-defined]
        spoken = Audio.joined(list(self.speak(voice, budget.preview, SpeakOptions(seed=budget.seed))))
        similarity = float(self._encoder.embed(spoken) @ material.embedding)
        yield AdaptationEvent(0, 0, similarity=similarity, preview=spoken, voice=voice)
        yield AdaptationEvent(0, 0, similarity=similarity, voice=voice, stage="done")

    def speak(self, voice: VoiceTensors, phrases: Sequence[Phrase], options: SpeakOptions) -> Iterator[Audio]:
        return self._kokoro.speak(voice, phrases, options)


def with_others(
    studio: Studio, folder: Path, *, weights: str = "embedded", endpoint: str | None = None
) -> Studio:
    """Return a studio that has these engines too, and shares what the given one has loaded.

    Args:
        studio: has Kokoro.
        folder: for the caches of what comes from the Hub.
        weights: where weights may come from, as `Settings.weights`.
        endpoint: of the Hub.
    """
    services = studio.services
    with services.engine("kokoro").copy() as kokoro:
        pass  # the session's own fixtures hold it; here it is only named
    loaded = services.speaker, services.judge, services.watermarker, services.text, services.vad
    assert all(loaded), "loaded once, before they are shared"

    def twin(*parts: object) -> Engine:
        engine = copy.copy(kokoro)
        engine.spec = TWIN
        return engine

    def far(store: WeightStore, *parts: object) -> Engine:
        store.path("far")
        return StockEngine(kokoro, services.speaker)

    registry = Registry(
        [
            Row(KOKORO, lambda *parts: kokoro),
            Row(TWIN, twin),
            Row(STOCK, lambda *parts: StockEngine(kokoro, services.speaker)),
            Row(FAR, far),
        ]
    )
    settings = replace(studio.settings, weights=weights)
    at_hand = tuple(replace(row, repo=None, revision=None, hub=()) for row in WEIGHTS if row.package)
    store = WeightStore(
        Settings(weights=weights, cache_dir=studio.settings.cache_dir, hub_timeout_s=1.0),
        endpoint=endpoint,
        hub_cache=folder,
        table=(*at_hand, FAR_WEIGHTS),
    )
    several = Studio(settings, store, registry)
    several.services = copy.copy(services)
    several.services.settings, several.services.weights = settings, store
    several.services.registry = registry
    several.services.__dict__.pop("_built_pool", None)  # of these rows it has one of its own
    return several
