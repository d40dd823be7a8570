"""Every engine, loaded: with the weights of installed packages, or tiny ones from a loopback hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from tests.engines.pocket_tts import tiny as pocket_tts
from tests.engines.speecht5 import tiny as speecht5
from tests.engines.tiny import Maker, Tiny
from tests.hub.server.hub import LoopbackHub
from voiceclone.engines.base import Engine
from voiceclone.engines.registry import DEFAULT_ENGINE, REGISTRY, Registry
from voiceclone.hub.table import WEIGHTS
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings
from voiceclone.studio import Studio

MAKERS: Mapping[str, Maker] = {"speecht5": speecht5.make, "pocket-tts": pocket_tts.make}
"""For each engine whose weights are on the Hub only, what makes tiny ones."""


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Mapping[str, Tiny]:
    """The engines with tiny weights, by name."""
    return {name: make(tmp_path_factory.mktemp(name)) for name, make in MAKERS.items()}


@pytest.fixture(scope="session")
def tiny_hub(tiny: Mapping[str, Tiny]) -> Iterator[LoopbackHub]:
    """A hub that has the tiny weights."""
    with LoopbackHub() as hub:
        for engine in tiny.values():
            engine.serve(hub)
        yield hub


@pytest.fixture(scope="session")
def tiny_store(tiny: Mapping[str, Tiny], tiny_hub: LoopbackHub, tmp_path_factory) -> WeightStore:
    """A store that finds the tiny weights on the hub, and the others in installed packages."""
    own = [weight for engine in tiny.values() for weight in engine.weights()]
    packaged = [replace(row, repo=None, revision=None, hub=()) for row in WEIGHTS if row.package]
    settings = Settings(cache_dir=tmp_path_factory.mktemp("cache"), hub_timeout_s=30.0)
    return WeightStore(
        settings,
        endpoint=tiny_hub.endpoint,
        hub_cache=tmp_path_factory.mktemp("hub"),
        table=[*packaged, *own],
    )


@pytest.fixture(scope="session")
def registry(tiny: Mapping[str, Tiny]) -> Registry:
    """The registry, with tiny rows in place of those whose weights are on the Hub only."""
    return Registry([tiny[row.spec.name].row if row.spec.name in tiny else row for row in REGISTRY.rows])


@pytest.fixture(scope="session")
def engine_of(registry: Registry, studio: Studio, tiny_store: WeightStore) -> Callable[[str], Engine]:
    """Return an engine by its name, loaded once."""
    built: dict[str, Engine] = {}

    def engine(name: str) -> Engine:
        if name == DEFAULT_ENGINE:
            return studio.services.engine(name)
        if name not in built:
            services = studio.services
            built[name] = registry.row(name).build(tiny_store, services.speaker, services.devices)
        return built[name]

    return engine


@pytest.fixture(scope="session")
def tiny_studio(registry: Registry, tiny_store: WeightStore, settings: Settings) -> Studio:
    """A studio with every engine, for what no engine shows alone."""
    return Studio(settings, tiny_store, registry)
