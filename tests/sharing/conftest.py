"""A hub on loopback, people who share over it, and voices that nobody owns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.hub.server.hub import ADA, BOB, LoopbackHub
from tests.sharing.repository import CONTRACT
from voiceclone.consent.receipt import issue
from voiceclone.keys import SigningKey
from voiceclone.settings import Settings
from voiceclone.sharing import Sharing
from voiceclone.studio import Studio
from voiceclone.voices.voice import Voice


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub() as server:
        yield server


@pytest.fixture
def sharing(studio: Studio, hub: LoopbackHub) -> Sharing:
    return Sharing(studio, ADA, endpoint=hub.endpoint)


@pytest.fixture
def others(studio: Studio, hub: LoopbackHub) -> Sharing:
    """The same installation, as somebody else."""
    return Sharing(studio, BOB, endpoint=hub.endpoint)


@pytest.fixture
def elsewhere(studio: Studio, hub: LoopbackHub, tmp_path) -> Sharing:
    """Another installation: its own keys and ledger, an empty cache, and nobody signed in."""
    settings = Settings(weights="embedded", data_dir=tmp_path / "else", cache_dir=studio.settings.cache_dir)
    return Sharing(Studio(settings, studio.services.weights), endpoint=hub.endpoint)


@pytest.fixture
def make(studio: Studio, stock_voice: Voice) -> Callable[..., Voice]:
    """Make a voice of its own receipt."""

    def voice(scope: str = "share", key: SigningKey | None = None, name: str = "Heron", **consent) -> Voice:
        if not consent.get("evidence"):
            consent = {"authority": CONTRACT} | consent
        receipt = issue(
            key or studio.services.keys.signing_key(), voice_name=name, speaker="Nobody", clips=["00" * 32],
            scope=scope, **consent,
        )  # fmt: skip
        return replace(stock_voice, name=name, receipt=receipt)

    return voice
