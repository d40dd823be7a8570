"""The record of one take: enough to know how it was made, and to make it again."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

import voiceclone
from voiceclone.audio.clip import Audio
from voiceclone.evaluate.report import Scores
from voiceclone.studio import Studio
from voiceclone.voices.voice import Voice


def take_record(
    studio: Studio,
    voice: Voice,
    audio: Audio,
    scores: Scores,
    *,
    text: str,
    language: str,
    speed: float,
    seed: int,
) -> dict[str, object]:
    """Return what made an output, as plain data for JSON.

    With the same voice file, text, language, speed, seed and weights the same samples come
    out; `audio.sha256` says whether they did.
    """
    engine = next(spec for spec in studio.engines if spec.name == voice.engine)
    weights = {row.name: row.revision for row in studio.weights() if row.name in engine.weights}
    return {
        "program": f"voiceclone {voiceclone.__version__}",
        "created": dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
        "voice": {
            "id": voice.id,
            "name": voice.name,
            "engine": voice.engine,
            "engine_revision": voice.engine_revision,
            "consent": voice.consent.to_dict(),
        },
        "weights": weights,
        "settings": {"text": text, "language": language, "speed": speed, "seed": seed},
        "audio": {
            "sha256": audio.sha256,
            "sample_rate": audio.sample_rate,
            "duration_s": round(audio.duration_s, 3),
            "watermarked": True,
        },
        "scores": asdict(scores),
    }
