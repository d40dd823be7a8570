"""The record of one take or conversion: enough to know how it was made, and to make it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from voiceclone.audio.clip import Audio
from voiceclone.converting import Converted
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
    settings = {"text": text, "language": language, "speed": speed, "seed": seed}
    return _record(voice, audio, scores, provenance, settings)


def conversion_record(
    voice: Voice,
    source: Audio,
    pieces: Sequence[Converted],
    audio: Audio,
    scores: Scores,
    provenance: Signed,
    *,
    text: str,
    seed: int,
) -> dict[str, object]:
    """Return what made a conversion, as `take_record`; the source is named by its hash.

    Args:
        voice: whose voice it came back in.
        source: what was converted.
        pieces: of it, as they came.
        audio: the pieces, joined.
        scores: of that.
        provenance: the signed record of its file.
        text: what the source says.
        seed: that it was made with.
    """
    settings = {
        "source_sha256": source.sha256,
        "source_duration_s": round(source.duration_s, 3),
        "transcript": text,
        "left_silent_s": [[piece.start_s, piece.end_s] for piece in pieces if piece.silent],
        "language": pieces[0].language,
        "seed": seed,
    }
    return _record(voice, audio, scores, provenance, settings)


def _record(
    voice: Voice, audio: Audio, scores: Scores, provenance: Signed, settings: Mapping[str, object]
) -> dict[str, object]:
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
        "settings": dict(settings),
        "audio": {
            "sha256": audio.sha256,
            "sample_rate": audio.sample_rate,
            "duration_s": round(audio.duration_s, 3),
            "watermarked": True,
        },
        "scores": asdict(scores),
        "provenance": provenance.to_dict(),
    }
