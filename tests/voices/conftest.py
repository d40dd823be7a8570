"""A store with two owners, on each kind of database."""

from __future__ import annotations

import pytest

from voiceclone.database.connection import Database
from voiceclone.keys import Keyring
from voiceclone.voices.owner import Owner, new_capability
from voiceclone.voices.store import VoiceStore


@pytest.fixture
def store(database: Database, keyring: Keyring) -> VoiceStore:
    """An empty store with room for three voices of one owner."""
    return VoiceStore(database, keyring, max_voices=3, max_bytes=100_000)


@pytest.fixture
def ada() -> Owner:
    return Owner.from_capability(new_capability())


@pytest.fixture
def ben() -> Owner:
    return Owner.from_subject("huggingface", "ben")
