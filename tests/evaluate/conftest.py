"""The judge with its real models."""

from __future__ import annotations

import pytest

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import SpeakOptions
from voiceclone.engines.kokoro.engine import KokoroEngine
from voiceclone.evaluate.report import Judge
from voiceclone.hub.weights import WeightStore
from voiceclone.listen.recognize import Recognizer
from voiceclone.studio import Studio
from voiceclone.text.frontend import TextFrontEnd


@pytest.fixture(scope="session")
def front_end() -> TextFrontEnd:
    return TextFrontEnd()


@pytest.fixture(scope="session")
def judge(weights: WeightStore, front_end: TextFrontEnd) -> Judge:
    return Judge(weights.file("dvector"), Recognizer(weights.path("whisper-base"), threads=1), front_end)


@pytest.fixture(scope="session")
def stranger_audio(studio: Studio, kokoro: KokoroEngine) -> Audio:
    """Some seconds of speech in a man's voice of the engine; `spoken_audio` is a woman's."""
    phrases = studio.preview_text(
        "Another sentence, spoken by someone else entirely, on another day.", "en-us"
    )
    return Audio.joined(list(kokoro.speak(kokoro.stock_voice("jm_kumo"), phrases, SpeakOptions())))
