"""What the endpoint and the command of engines return, as a plain function of the studio."""

from __future__ import annotations

from voiceclone.engines.availability import EngineStatus
from voiceclone.engines.pool import DeviceStatus
from voiceclone.studio import Studio


def engines(studio: Studio) -> dict[str, object]:
    """Return the engines, whether each can be used here, and the devices that models run on."""
    return {
        "default": studio.registry.default,
        "engines": [_shown(engine) for engine in studio.engine_status()],
        "devices": [_device(found) for found in studio.devices()],
    }


def _device(found: DeviceStatus) -> dict[str, object]:
    device = found.device
    return {
        "name": device.name,
        "title": device.title,
        "total_mb": device.total_mb,
        "free_mb": device.free_mb,
        "room_mb": found.room_mb,
        "engines": [{**vars(engine), "revisions": dict(engine.revisions)} for engine in found.engines],
    }


def _shown(engine: EngineStatus) -> dict[str, object]:
    spec, found = engine.spec, engine.availability
    voice, acoustic_model, vocoder = spec.pipeline
    return {
        "name": spec.name,
        "title": spec.title,
        "state": found.state,
        "fetch_mb": found.fetch_mb,
        "reason": found.reason,
        "remedy": found.remedy,
        "languages": list(spec.languages),
        "licence": spec.licence,
        "voice": voice,
        "acoustic_model": acoustic_model,
        "vocoder": vocoder,
        "weights": dict(engine.revisions),
        "steps": spec.steps,
        "fine_tunes": spec.fine_tunes,
        "converts": spec.converts,
        "sample_rate": spec.sample_rate,
        "size_mb": spec.size_mb,
        "memory_mb": spec.memory_mb,
    }
