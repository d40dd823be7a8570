"""A dataset that belongs to nobody: eight sentences, spoken by the engine's own stock voice."""

from __future__ import annotations

import pytest

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import SpeakOptions
from voiceclone.finetune.dataset import Dataset, Utterance

SENTENCES = (
    "The harbour lights went out one by one.",
    "She poured the milk into a small blue cup.",
    "Nobody knew who had written the letter.",
    "A yellow bird was singing in the garden.",
    "We walked along the river until it was dark.",
    "His brother works in a bakery near the church.",
    "The old clock has stopped at half past nine.",
    "Please leave your wet umbrella by the door.",
)


@pytest.fixture(scope="session")
def dataset(studio, stock_voice) -> Dataset:
    """About 22 s of speech, cut and transcribed."""
    engine = studio.services.engine("kokoro")

    def spoken(text: str) -> Audio:
        pieces = engine.speak(stock_voice.tensors, studio.preview_text(text, "en-us"), SpeakOptions())
        return Audio.joined(list(pieces))

    return Dataset(
        tuple(
            Utterance(f"clips/{number:04}.wav", spoken(text), text, "en-us", "nobody.wav", 0.0)
            for number, text in enumerate(SENTENCES, start=1)
        )
    )
