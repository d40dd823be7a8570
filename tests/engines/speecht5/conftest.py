"""SpeechT5 with tiny weights, and things to give it."""

from __future__ import annotations

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import Clip, Material
from voiceclone.text.phrase import Phrase

TEXT = "Please leave it by the door."


def phrase(text: str, pause_s: float = 0.0) -> Phrase:
    """Return a text as a phrase; what stands for its phonemes is only counted."""
    return Phrase(text, text, text, "en-us", pause_s)


def hum(pitch_hz: float, seconds: float = 2.0, rate: int = 16_000) -> Audio:
    """Return a tone with its harmonics and a syllable's rise and fall: what a voice is to a spectrum."""
    time = np.arange(round(seconds * rate)) / rate
    harmonics = sum(np.sin(2 * np.pi * n * pitch_hz * time) / n for n in range(1, 12))
    noise = np.random.default_rng(0).normal(0, 0.01, len(time))
    return Audio((0.1 * harmonics * (1 + np.sin(2 * np.pi * 3 * time)) + noise).astype(np.float32), rate)


@pytest.fixture(scope="session")
def engine(engine_of):
    return engine_of("speecht5")


@pytest.fixture(scope="session")
def clips() -> tuple[Clip, ...]:
    return tuple(Clip(hum(pitch), (phrase(TEXT),)) for pitch in (110.0, 140.0))


@pytest.fixture(scope="session")
def material(clips, studio) -> Material:
    return Material(clips, studio.services.speaker.embed(clips[0].audio))


@pytest.fixture(scope="session")
def voice(engine, material):
    xvector = engine._xvector(material)
    return {"xvector": xvector, "gain": np.ones(1, np.float32)}
