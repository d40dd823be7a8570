"""One short clone, sessions that have a voice, and reviewed clips, for the tests of the page's handlers."""

from dataclasses import replace
from pathlib import Path

import pytest

from voiceclone.audio.clip import Audio
from voiceclone.finetune.dataset import Dataset, Fault, Utterance
from voiceclone.studio import Studio
from voiceclone.ui.app import new_session
from voiceclone.ui.learning import LearnView, learn, take_reference
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words
from voiceclone.voices.voice import Voice

STEPS = 2
BY_CONTRACT = ("Nobody", "authority", "contract", "no. 7", "Somebody", "share", "")
"""Speaker, kind, basis, document, who states it, scope, last day."""


@pytest.fixture(scope="session")
def learned(studio: Studio, spoken_reference: Path) -> tuple[Session, list[LearnView]]:
    """A session that has learned a voice in two steps, and everything the page was told meanwhile."""
    session, words = Session(), Words("en")
    take_reference(studio, words, session, str(spoken_reference))
    views = list(learn(studio, words, session, "", "en-us", "Heron", *BY_CONTRACT, "standard", STEPS, 1))
    return session, views


@pytest.fixture
def with_voice(stock_voice: Voice) -> Session:
    """A fresh session that has a voice, and no takes."""
    session = Session()
    session.voice = stock_voice
    return session


@pytest.fixture
def owned_session() -> Session:
    """A session of a new visitor, with a library of their own."""
    session, _ = new_session(None, None)
    return session


@pytest.fixture
def reviewed(spoken_audio: Audio) -> Dataset:
    """Eight clips of 3 s: one doubtful, one left out."""
    clips = [
        Utterance(
            f"clips/{number:04}.wav",
            spoken_audio.sliced(number, number + 3.0),
            f"Sentence number {number}.",
            "en-us",
            "nobody.wav",
            float(number),
        )
        for number in range(1, 9)
    ]
    dataset = Dataset((*clips[:3], replace(clips[3], faults=(Fault("noisy", 9.0),)), *clips[4:]))
    return dataset.dropped("clips/0008.wav")
