"""One text front end for all tests of the room: its models load once."""

from __future__ import annotations

import pytest

from voiceclone.text.frontend import TextFrontEnd
from voiceclone.text.phonemes import Phonemizer


@pytest.fixture(scope="session")
def front_end() -> TextFrontEnd:
    return TextFrontEnd()


@pytest.fixture(scope="session")
def phonemizer() -> Phonemizer:
    return Phonemizer()
