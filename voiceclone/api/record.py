"""The record of one take: enough to know how it was made, and to make it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from voiceclone.audio.clip import Audio
from voiceclone.evaluate.report import Scores
from voiceclone.signed import Signed
from voiceclone.studio import Studio
from voiceclone.voices.voice import Voice


def signed_take(
    studio: Studio, voice: Voice, path: Path, *, text: str, language: str, speed: float, seed: int
) -> Signed:
    """Put the manifest into a file that was spoken, and return the same facts as a signed record."""
    facts = studio.facts(voice, text, language_key=language, speed=speed, seed=seed)
    return studio.sign(path, facts)


def take_record(
    voice: Voice,
    audio: Audio,
    scores: Scores,
    provenance: Signed,
    *,
    text: str,
    language: str,
    speed: float,
    seed: int,
) -> dict[str, object]:
    """Return what made an output, as plain data for JSON.

    With the same voice file, text, language, speed, seed and weights the same samples come
    out; `audio.sha256` says whether they did. `provenance` is signed: it stays true to what
    was written here, whatever happens to the rest.
    """
    facts = provenance.payload["facts"]
    assert isinstance(facts, Mapping)
    return {
        "program": facts["program"],
        "created": facts["created"],
        "voice": {
            "id": voice.id,
            "name": voice.name,
            "engine": voice.engine,
            "engine_revision": voice.engine_revision,
            "receipt": voice.receipt.id,
            "consent": voice.receipt.sentence,
        },
        "weights": facts["weights"],
        "settings": {"text": text, "language": language, "speed": speed, "seed": seed},
        "audio": {
            "sha256": audio.sha256,
            "sample_rate": audio.sample_rate,
            "duration_s": round(audio.duration_s, 3),
            "watermarked": True,
        },
        "scores": asdict(scores),
        "provenance": provenance.to_dict(),
    }
