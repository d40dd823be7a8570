"""A dataset: utterances of one speaker with their texts, as they were cut, judged and reviewed.

Kept in the layout of the `datasets` library's audiofolder: `metadata.jsonl` beside 16-bit WAV files.
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.errors import DatasetFormatError, VoiceCloneError
from voiceclone.finetune.folder import Folder
from voiceclone.text.languages import LANGUAGES

TABLE = "metadata.jsonl"
CLIPS = "clips"
SAMPLE_RATE = 24_000
_FULL_SCALE = 32_767
MAX_SAMPLES = 20 * SAMPLE_RATE
"""Of one utterance: longer ones are refused, whatever a file claims."""
MAX_CLIP_BYTES = 2 * MAX_SAMPLES + 4_096
_CLIP_NAME = re.compile(rf"{CLIPS}/\d{{4,6}}\.wav", re.ASCII)


@dataclass(frozen=True)
class Fault:
    """Why an utterance is doubtful."""

    kind: str
    """One of `FAULTS`."""
    value: float | None = None
    """What was measured, in the unit of the kind."""


FAULTS = ("noisy", "clipped", "other_speaker", "music", "empty", "text_doubtful", "too_short", "surplus")


@dataclass(frozen=True, eq=False)
class Utterance:
    """A few seconds of speech, and what is said in it."""

    file_name: str
    """Such as `clips/0007.wav`: its place in the dataset, and its key."""
    audio: Audio
    """Mono 24 kHz, levelled, 2 to 12 s."""
    text: str
    language: str
    """Key of the languages table."""
    source: str
    """Name of the recording it was cut from."""
    start_s: float
    """Where in that recording it begins."""
    faults: tuple[Fault, ...] = ()
    kept: bool = True
    """Whether it is trained on; nothing that was given is ever removed."""
    source_sha256: str = ""
    """Of the recording it was cut from."""
    embedding: np.ndarray | None = None
    """Of who speaks: ECAPA, float32 `[192]`. Not written; made again where it is missing."""

    def wav(self) -> bytes:
        """Return its sound as a WAV file of 16-bit samples, none of them changed."""
        return _wav(self.audio)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Utterances in the order in which they were given. Never changed: each method returns a new one."""

    utterances: tuple[Utterance, ...]

    @property
    def kept(self) -> tuple[Utterance, ...]:
        """What is trained on."""
        return tuple(u for u in self.utterances if u.kept)

    @property
    def sha256(self) -> tuple[str, ...]:
        """Of the sound of every kept utterance: what consent has to cover."""
        return tuple(u.audio.sha256 for u in self.kept)

    @property
    def seconds(self) -> float:
        """Length of all kept utterances together."""
        return sum(u.audio.duration_s for u in self.kept)

    @property
    def language(self) -> str:
        """The language that most of the kept speech is in."""
        seconds: dict[str, float] = {}
        for u in self.kept or self.utterances:
            seconds[u.language] = seconds.get(u.language, 0.0) + u.audio.duration_s
        return max(seconds, key=lambda key: seconds[key])

    def utterance(self, file_name: str) -> Utterance:
        """Return one utterance; `KeyError` when there is none of that name."""
        for u in self.utterances:
            if u.file_name == file_name:
                return u
        raise KeyError(file_name)

    def edited(self, file_name: str, text: str) -> Dataset:
        """Return the dataset with another text for one utterance."""
        return self._with(replace(self.utterance(file_name), text=text))

    def dropped(self, file_name: str) -> Dataset:
        """Return the dataset with one utterance left out of training."""
        return self._with(replace(self.utterance(file_name), kept=False))

    def restored(self, file_name: str) -> Dataset:
        """Return the dataset with one utterance taken back."""
        return self._with(replace(self.utterance(file_name), kept=True))

    def write(self, folder: Folder) -> None:
        """Write the dataset; clips that are there already are not written again, others are removed.

        Raises:
            OutputError: the disk is full, or the folder cannot be written.
        """
        there = _hashes(folder)
        if any(there.get(u.file_name, u.audio.sha256) != u.audio.sha256 for u in self.utterances):
            folder.remove(TABLE)  # a crash half-way leaves no dataset, not one of two people's clips
        for u in self.utterances:
            if there.get(u.file_name) != u.audio.sha256 or not folder.has(u.file_name):
                folder.write(u.file_name, u.wav())
        folder.write(TABLE, self._table())
        for name in set(folder.names(CLIPS)) - {u.file_name for u in self.utterances}:
            folder.remove(name)

    def zipped(self) -> bytes:
        """Return the dataset as a zip, to be kept by whoever made it and given again."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr(TABLE, self._table())
            for u in self.utterances:
                out.writestr(u.file_name, u.wav())
        return file.getvalue()

    def _table(self) -> bytes:
        lines = [
            json.dumps(
                {
                    "file_name": u.file_name,
                    "text": u.text,
                    "language": u.language,
                    "source": u.source,
                    "start_s": round(u.start_s, 3),
                    "kept": u.kept,
                    "faults": [asdict(fault) for fault in u.faults],
                    "source_sha256": u.source_sha256,
                    "sha256": u.audio.sha256,
                },
                ensure_ascii=False,
            )
            for u in self.utterances
        ]
        return "".join(f"{line}\n" for line in lines).encode()

    def _with(self, changed: Utterance) -> Dataset:
        return Dataset(tuple(changed if u.file_name == changed.file_name else u for u in self.utterances))


def read_dataset(folder: Folder) -> Dataset | None:
    """Return the dataset that was written to a folder; None where there is none.

    Raises:
        DatasetFormatError: it was changed so that it cannot be read.
    """
    if not folder.has(TABLE):
        return None
    utterances: dict[str, Utterance] = {}
    for number, row in enumerate(_rows(folder), start=1):
        try:
            name = row["file_name"]
            if not isinstance(name, str) or not _CLIP_NAME.fullmatch(name) or name in utterances:
                raise ValueError(f"{name!r} is no name of a clip, or it is there twice")
            utterances[name] = utterance_of(row, folder.read(name), name)
        except (KeyError, TypeError, ValueError, OSError, RuntimeError) as error:
            raise DatasetFormatError(TABLE, f"line {number}: {error}") from error
    return Dataset(tuple(utterances.values()))


def utterance_of(row: Mapping[str, Any], data: bytes, file_name: str) -> Utterance:
    """Return an utterance from its line in a table that `Dataset` wrote and its WAV file.

    Raises:
        ValueError, TypeError, KeyError, RuntimeError: they are not, or do not belong together.
    """
    audio = _audio(data)
    if audio.sample_rate != SAMPLE_RATE or audio.sha256 != row["sha256"]:
        raise ValueError(f"{row['file_name']} is not the sound that the table is about")
    texts = {key: row[key] for key in ("text", "language", "source", "source_sha256")}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise TypeError(f"{key} is no text")
    if row["language"] not in LANGUAGES:
        raise ValueError(f"the language is none of {', '.join(LANGUAGES)}")
    if not isinstance(row["kept"], bool):
        raise TypeError("kept is neither true nor false")
    faults = tuple(Fault(fault["kind"], _number(fault["value"])) for fault in row["faults"])
    if unknown := {fault.kind for fault in faults} - set(FAULTS):
        raise ValueError(f"{unknown} are no faults")
    start_s = _number(row["start_s"])
    if start_s is None or start_s < 0:
        raise ValueError("start_s is no time")
    return Utterance(
        file_name=file_name, audio=audio, start_s=start_s, faults=faults, kept=row["kept"], **texts
    )


def quantised(audio: Audio) -> Audio:
    """Return a clip with the 16-bit samples that a dataset keeps: written and read, it is the same."""
    return Audio(_pcm(audio).astype(np.float32) / _FULL_SCALE, audio.sample_rate)


def _rows(folder: Folder) -> list[Any]:
    """Return the lines of the table in a folder, parsed.

    Raises:
        DatasetFormatError: it is no table.
    """
    rows = []
    try:
        # Not splitlines: JSON leaves in its texts what Unicode, too, calls the end of a line.
        for line in folder.read(TABLE).decode().split("\n"):
            if line:
                rows.append(json.loads(line))
    except (ValueError, RecursionError) as error:
        raise DatasetFormatError(TABLE, f"line {len(rows) + 1} is not JSON in UTF-8") from error
    return rows


def _hashes(folder: Folder) -> dict[str, str]:
    """Return the hashes of the clips in a folder, by name; none where its table is damaged."""
    if not folder.has(TABLE):
        return {}
    try:
        return {row["file_name"]: row["sha256"] for row in _rows(folder)}
    except (VoiceCloneError, KeyError, TypeError):
        return {}  # what cannot be read is written anew


def _number(value: object) -> float | None:
    """Return a number from unchecked data.

    Raises:
        TypeError, ValueError: it is none, or not a finite one.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is no finite number")
    return value


def _pcm(audio: Audio) -> np.ndarray:
    return np.round(np.clip(audio.samples, -1, 1) * _FULL_SCALE).astype("<i2")


def _wav(audio: Audio) -> bytes:
    """Return a WAV file. Whole numbers are written: scaled by libsndfile, loud samples come back one off."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, _pcm(audio), audio.sample_rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def _audio(data: bytes) -> Audio:
    import soundfile

    with soundfile.SoundFile(io.BytesIO(data)) as file:
        if file.channels != 1 or file.subtype != "PCM_16" or file.frames > MAX_SAMPLES:
            raise ValueError("it is no clip of mono 16-bit samples, 20 s at most")
        return Audio(file.read(dtype="int16").astype(np.float32) / _FULL_SCALE, file.samplerate)
