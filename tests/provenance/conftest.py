from __future__ import annotations

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.keys import Keyring
from voiceclone.provenance.facts import Facts
from voiceclone.provenance.manifest import Manifests
from voiceclone.provenance.watermark import Watermarker


@pytest.fixture(scope="session")
def watermarker() -> Watermarker:
    return Watermarker()


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def manifests(keyring: Keyring) -> Manifests:
    return Manifests(keyring)


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Manifests:
    """Another installation."""
    return Manifests(Keyring(tmp_path_factory.mktemp("other-keys")))


@pytest.fixture(scope="session")
def facts() -> Facts:
    return Facts(
        program="voiceclone 1.2.3",
        created="2026-11-23T12:00:00+00:00",
        voice_id="0" * 31 + "1",
        receipt_id="0" * 31 + "2",
        consent="verified",
        engine="kokoro",
        weights={"kokoro": "6e742170d309", "perth": "a15bce457ebc"},
        seed=2**32 - 1,
        language="en-us",
        speed=1.1,
        text_sha256="ab" * 32,
    )


@pytest.fixture(scope="session")
def tone() -> Audio:
    """A twentieth of a second: a file of it is small enough to break at every byte."""
    return Audio((0.3 * np.sin(2 * np.pi * 220 * np.arange(1200) / 24_000)).astype(np.float32), 24_000)
