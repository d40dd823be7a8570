"""What the endpoints do that work with voices which were learned before: convert to one, compare some."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from voiceclone.api.endpoints import finite, whole
from voiceclone.api.record import conversion_record, signed_take, take_record
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.comparing import Comparing
from voiceclone.converting import Converting
from voiceclone.errors import ServerStoppingError
from voiceclone.studio import Studio


def convert(
    studio: Studio,
    voice: Path,
    source: Path,
    language: str | None = None,
    transcript: str | None = None,
    seed: float = 0,
) -> Iterator[tuple[str, dict[str, object]]]:
    """Say an utterance again in a voice; yield (path of the WAV file, record with scores), once.

    Args:
        studio: where it happens.
        voice: file of the voice.
        source: speech, as anybody recorded it.
        language: key of its language; heard when empty.
        transcript: what it says; recognised when empty.
        seed: a whole number; same voice, source, words and seed: same samples.
    """
    learned, speech = studio.load_voice(voice), studio.read(source)
    number = whole("seed", seed)
    converting = Converting(studio)
    pieces = list(
        converting.convert(
            learned,
            speech,
            language_key=language or None,
            transcript=(transcript or "").strip() or None,
            seed=number,
        )
    )
    if studio.closing.is_set():
        raise ServerStoppingError()
    audio = Audio.joined([piece.audio for piece in pieces])
    text, key = converting.said(speech, pieces), pieces[0].language
    scores = studio.score(learned, audio, text, key)
    with tempfile.TemporaryDirectory(prefix="voiceclone-") as folder:
        file = write_audio(audio, Path(folder) / "converted.wav")
        facts = converting.facts(learned, speech, language_key=key, seed=number)
        provenance = studio.sign(file, facts)
        record = conversion_record(learned, speech, pieces, audio, scores, provenance, text=text, seed=number)
        yield str(file), finite(record)


def compare(
    studio: Studio, voices: Sequence[Path], text: str, language: str | None = None, seed: float = 0
) -> Iterator[tuple[list[str], list[dict[str, object]]]]:
    """Let two to four voices say one text; yield (paths of WAV files, their records), once, in their order.

    A record says besides what `speak` says: `real_time_factor`, the seconds of work for a second of speech.
    """
    learned = [studio.load_voice(voice) for voice in voices]
    number = whole("seed", seed)
    key = language or (learned[0].language if learned else None)
    renditions = list(Comparing(studio).compare(learned, text, language_key=key, seed=number))
    if studio.closing.is_set():
        raise ServerStoppingError()
    assert key is not None
    made = {"text": text, "language": key, "speed": 1.0, "seed": number}
    files, records = [], []
    with tempfile.TemporaryDirectory(prefix="voiceclone-") as folder:
        for rendition in renditions:
            file = write_audio(rendition.audio, Path(folder) / f"voice-{rendition.index + 1}.wav")
            provenance = signed_take(studio, rendition.voice, file, **made)  # type: ignore[arg-type]
            record = take_record(
                rendition.voice,
                rendition.audio,
                rendition.scores,
                provenance,
                **made,  # type: ignore[arg-type]
            )
            files.append(str(file))
            records.append(finite({**record, "real_time_factor": round(rendition.real_time_factor, 3)}))
        yield files, records
