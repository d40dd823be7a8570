"""What the app's named endpoints do, as plain functions of the studio.

The files they get were uploaded (the app sees to it); what they return is plain data and
paths of new files. Errors are the studio's own.
"""

from __future__ import annotations

import math
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from voiceclone.api.record import signed_take, take_record
from voiceclone.audio.clip import Audio
from voiceclone.audio.inspect import ADVICE
from voiceclone.audio.write import write_audio
from voiceclone.cloning import CloneEvent
from voiceclone.consent import receipt as receipts
from voiceclone.consent.receipt import Authority
from voiceclone.errors import OptionError, ServerStoppingError
from voiceclone.signed import canonical
from voiceclone.studio import Recordings, Studio


def inspect(studio: Studio, reference: Path) -> dict[str, object]:
    """Return what a recording is like as a reference: facts in units, a grade, faults with advice."""
    found = studio.inspect([reference])
    return finite(
        {
            **asdict(found.report),
            "grade": found.report.grade,
            "faults": [
                {"kind": fault.kind, "value": fault.value, "advice": ADVICE[fault.kind]}
                for fault in found.report.faults
            ],
            "used_seconds": round(found.audio.duration_s, 2),
            "given_seconds": round(found.duration_s, 2),
        }
    )


def transcribe(studio: Studio, reference: Path, language: str | None = None) -> dict[str, object]:
    """Return what a reference says, and in which of the known languages."""
    return asdict(studio.transcribe(studio.inspect([reference]), language or None))


def preview_text(studio: Studio, text: str, language: str = "en-us") -> list[dict[str, object]]:
    """Return how a text will be read: phrases with their words written out, phonemes and pauses."""
    return [asdict(phrase) for phrase in studio.preview_text(text, language)]


def attest(
    studio: Studio,
    reference: Path,
    speaker: str,
    basis: str,
    name: str = "",
    document: str = "",
    stated_by: str = "",
    scope: str = "personal",
    expires: str = "",
) -> dict[str, object]:
    """Return a receipt on somebody's word, for one recording.

    Args:
        studio: where it happens.
        reference: recording of one speaker, or the zip of a dataset.
        speaker: who speaks.
        basis: one of `receipt.BASES`.
        name: what the voice is called; the speaker's name when empty.
        document: what shows the consent; not for one's own voice.
        stated_by: who states it; not for one's own voice.
        scope: one of `receipt.SCOPES`.
        expires: last day, such as 2027-11-23; no end when empty.
    """
    receipt = studio.attest(
        _recordings(studio, reference),
        name=name or "",
        speaker=speaker,
        authority=Authority(basis, document or "", stated_by or ""),
        scope=scope or "personal",
        expires=expires or None,
    )
    return receipt.to_dict()


def challenge(
    studio: Studio,
    reference: Path,
    speaker: str,
    name: str = "",
    scope: str = "personal",
    language: str = "en-us",
) -> dict[str, object]:
    """Return a sentence of consent for the speaker to read aloud, with its id: for ten minutes, once."""
    asked = studio.challenge(
        _recordings(studio, reference),
        name=name or "",
        speaker=speaker,
        scope=scope or "personal",
        language_key=language or "en-us",
    )
    return {"id": asked.id, "sentence": asked.sentence, "expires": asked.expires}


def consent(
    studio: Studio, challenge_id: str, recording: Path, reference: Path, expires: str = ""
) -> dict[str, object]:
    """Return the receipt of spoken consent: `recording` is the sentence, read by the reference's speaker."""
    if zipfile.is_zipfile(reference):
        clips = [u.audio for u in studio.services.material.opened(reference).kept]
    else:
        clips = [studio.read(reference)]
    return studio.consent(challenge_id, recording, clips, expires=expires or None).to_dict()


def clone(
    studio: Studio,
    reference: Path,
    receipt: object,
    transcript: str | None = None,
    language: str | None = None,
    steps: float | None = None,
    seed: float = 0,
    engine: str | None = None,
    preset: str | None = None,
) -> Iterator[tuple[dict[str, object], str | None]]:
    """Learn a voice; yield (report, None) for each step, and at last (report, path of the voice file).

    Args:
        studio: where it happens.
        reference: recording of one speaker.
        receipt: of consent to learn from it, as `attest` or `consent` returned it.
        transcript: what the reference says; recognised when empty.
        language: key of the reference's language; heard when empty.
        steps: a whole number, 1 to 500; as many as the preset says when None.
        seed: a whole number; same reference, steps and seed: same voice.
        engine: name of the engine that learns it; the default when empty.
        preset: how much is learned: `instant`, `quick`, `standard` or `thorough`; `standard` when empty.
            Ignored, as steps are, by an engine that learns at once.
    """
    events = studio.clone(
        studio.inspect([reference]),
        receipts.from_dict(receipt),
        transcript=(transcript or "").strip() or None,
        language_key=language or None,
        preset=preset or None,
        steps=None if steps is None else whole("steps", steps),
        seed=whole("seed", seed),
        engine=engine or studio.registry.default,
    )
    with tempfile.TemporaryDirectory(prefix="voiceclone-") as folder:
        for event in events:
            if event.voice is None:
                yield _report(event), None
                continue
            path = studio.save_voice(event.voice, Path(folder) / f"{event.voice.id}.safetensors")
            voice = studio.load_voice(path)
            yield {**_report(event), "voice": voice.metadata()}, str(path)


def speak(
    studio: Studio,
    voice: Path,
    text: str,
    language: str | None = None,
    speed: float = 1.0,
    seed: float = 0,
    disclose: bool = False,
) -> Iterator[tuple[str, dict[str, object]]]:
    """Speak a text in a voice; yield (path of the WAV file, record with scores), once.

    With `disclose` it begins by saying that it is synthetic.
    """
    learned = studio.load_voice(voice)
    if disclose:
        text = studio.disclosed(text, language or learned.language)
    number = whole("seed", seed)
    pieces = list(studio.speak(learned, text, language_key=language or None, speed=speed, seed=number))
    if studio.closing.is_set():
        raise ServerStoppingError()
    audio = Audio.joined([piece.audio for piece in pieces])
    key = language or learned.language
    scores = studio.score(learned, audio, text, key)
    made = {"text": text, "language": key, "speed": speed, "seed": number}
    with tempfile.TemporaryDirectory(prefix="voiceclone-") as folder:
        file = write_audio(audio, Path(folder) / "speech.wav")
        provenance = signed_take(studio, learned, file, **made)  # type: ignore[arg-type]
        record = take_record(learned, audio, scores, provenance, **made)  # type: ignore[arg-type]
        yield str(file), finite(record)


def verify(studio: Studio, recording: Path, record: object = None) -> dict[str, object]:
    """Return what a recording is by its signed manifest and its watermark, how sure, and in words.

    Args:
        studio: where it happens.
        recording: the file.
        record: the `provenance` of the record that came with it, if there is one.
    """
    document = None if record is None else canonical(record)
    return studio.verify(recording, record=document).to_dict()


def weights(studio: Studio) -> list[dict[str, object]]:
    """Return which weights are in use, and where they come from."""
    shown = ("name", "title", "source", "revision", "sha256", "licence", "bytes", "note")
    return [{key: getattr(row, key) for key in shown} for row in studio.weights()]


def _recordings(studio: Studio, path: Path) -> Recordings:
    """Return what consent is asked for: the recording in a file, or the kept clips of a dataset in a zip."""
    return studio.services.material.opened(path) if zipfile.is_zipfile(path) else studio.inspect([path])


def _report(event: CloneEvent) -> dict[str, object]:
    return finite(
        {
            "stage": event.stage,
            "step": event.step,
            "steps": event.steps,
            "seconds": round(event.seconds, 2),
            "seconds_left": None if event.seconds_left is None else round(event.seconds_left, 1),
            "similarity": event.similarity,
            "similarity_stranger": event.anchor_stranger,
            "similarity_self": event.anchor_self,
            "losses": {key: float(value) for key, value in event.losses.items()},
        }
    )


def whole(option: str, value: float) -> int:
    """Return a whole number; JSON has no integers of its own."""
    if not isinstance(value, int | float) or not math.isfinite(value) or value != int(value):
        raise OptionError(option, value, "a whole number")
    return int(value)


def finite(data: dict[str, object]) -> dict[str, object]:
    """Return plain data with None for what JSON cannot hold: infinity (silence in dB) and NaN."""
    return {key: _finite_value(value) for key, value in data.items()}


def _finite_value(value: object) -> object:
    if isinstance(value, dict):
        return finite(value)
    if isinstance(value, list | tuple):
        return [_finite_value(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
