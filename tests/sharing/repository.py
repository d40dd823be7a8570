"""What tests look at and change in a repository, and consents of every kind."""

from __future__ import annotations

import numpy as np

from tests.hub.server.hub import LoopbackHub
from tests.hub.server.state import Blob
from voiceclone.consent.receipt import Authority, Evidence
from voiceclone.keys import SigningKey
from voiceclone.studio import Studio
from voiceclone.voices.voice import Voice

STRANGER = SigningKey(bytes(range(32)))
EVIDENCE = Evidence(
    "c", "en-us", "I agree.", "I agree.", 0.0, 0.9, 0.5, 0.0, 3.0, "00" * 32, False, {"ecapa": "1"}
)
CONTRACT = Authority("contract", "no. 7", "Me")


def held(hub: LoopbackHub, repo: str = "ada/heron") -> dict[str, bytes]:
    return {name: blob.read_bytes() for name, blob in hub.repo(repo).head.files.items()}


def samples(studio: Studio, voice: Voice) -> np.ndarray:
    return np.concatenate([piece.audio.samples for piece in studio.speak(voice, "Yes, it is.", seed=7)])


def change(hub: LoopbackHub, repo: str = "ada/heron", **files: bytes | None) -> None:
    """Commit something else into a repository, as its owner could."""
    changed = {name.replace("__", "."): data for name, data in files.items()}
    old = hub.repo(repo).head.files
    new = {name: Blob(data) for name, data in changed.items() if data is not None}
    hub.repo(repo).commit("change", {n: b for n, b in old.items() if n not in changed} | new)
