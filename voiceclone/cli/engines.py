"""The command that shows what engines there are."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from voiceclone.api import engines as api
from voiceclone.cli.files import local_studio
from voiceclone.console import Console
from voiceclone.engines.availability import FETCH, READY, EngineStatus
from voiceclone.studio import Studio


def engines(args: argparse.Namespace, console: Console) -> int:
    """Show the engines, whether each can be used here, and the devices that models run on."""
    studio = local_studio()
    console.result(api.engines(studio), *_lines(studio))
    return 0


def _lines(studio: Studio) -> Iterator[str]:
    for engine in studio.engine_status():
        spec = engine.spec
        voice, acoustic_model, vocoder = spec.pipeline
        abilities = [
            f"learns in {spec.steps} steps" if spec.steps else "learns at once",
            *(["can be fine-tuned"] if spec.fine_tunes else []),
            *(["converts speech"] if spec.converts else []),
        ]
        yield f"{spec.name:<12}{spec.title} ({spec.licence}): {_state(engine)}"
        yield f"            speaks {', '.join(spec.languages)}; {', '.join(abilities)}"
        yield f"            voice: {voice}; acoustic model: {acoustic_model}; vocoder: {vocoder}"
        yield f"            weights {', '.join(f'{name} {rev}' for name, rev in engine.revisions.items())}"
    for found in studio.devices():
        device = found.device
        yield (
            f"{device.title} ({device.name}): {device.free_mb / 1000:.1f} of {device.total_mb / 1000:.1f} GB "
            f"are free; engines may take {found.room_mb / 1000:.1f} GB"
        )


def _state(engine: EngineStatus) -> str:
    found = engine.availability
    if found.state == READY:
        return "ready"
    if found.state == FETCH:
        return f"{found.fetch_mb} MB are fetched from the Hub when it is first used"
    return f"cannot be used here: {found.reason}. {found.remedy}"
