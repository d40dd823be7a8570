"""One short clone, and sessions that have a voice, for the tests of the page's handlers."""

from pathlib import Path

import pytest

from voiceclone.studio import Studio
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
    views = list(learn(studio, words, session, "", "en-us", "Heron", *BY_CONTRACT, STEPS, 1))
    return session, views


@pytest.fixture
def with_voice(stock_voice: Voice) -> Session:
    """A fresh session that has a voice, and no takes."""
    session = Session()
    session.voice = stock_voice
    return session
