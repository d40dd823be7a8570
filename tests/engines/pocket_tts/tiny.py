"""A tiny Pocket TTS of the real classes, in the layout in which Kyutai publishes the real one."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.engines.tiny import Tiny
from voiceclone.engines.registry import REGISTRY

REFERENCE = Path(__file__).parent / "reference"
"""Random weights, a tokenizer, and what Kyutai's own library does with them; see `make.py` there."""


def make(folder: Path) -> Tiny:
    """Return the row of the registry with weights that are a hundredth of a hundredth of the real ones."""
    folders = {"pocket-tts": folder / "model", "pocket-tts-tokenizer": folder / "tokenizer"}
    for place, name in zip(folders.values(), ("model.safetensors", "tokenizer.json"), strict=True):
        place.mkdir()
        shutil.copyfile(REFERENCE / name, place / name)
    return Tiny(REGISTRY.row("pocket-tts"), folders)
