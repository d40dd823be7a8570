"""A dataset: utterances of one speaker with their texts, as they were cut, judged and reviewed.

Kept in the layout of the `datasets` library's audiofolder: `metadata.jsonl` beside 16-bit WAV files.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.errors import DatasetFormatError
from voiceclone.finetune.folder import Folder

TABLE = "metadata.jsonl"
CLIPS = "clips"
SAMPLE_RATE = 24_000
_FULL_SCALE = 32_767
MAX_SAMPLES = 20 * SAMPLE_RATE
"""Of one utterance: more is not read, whatever a file claims."""


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
        for u in self.utterances:
            if there.get(u.file_name) != u.audio.sha256 or not folder.has(u.file_name):
                folder.write(u.file_name, _wav(u.audio))
        folder.write(TABLE, self._table())
        for name in set(folder.names(CLIPS)) - {u.file_name for u in self.utterances}:
            folder.remove(name)

    def zipped(self) -> bytes:
        """Return the dataset as a zip, to be kept by whoever made it and given again."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr(TABLE, self._table())
            for u in self.utterances:
                out.writestr(u.file_name, _wav(u.audio))
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
    utterances = []
    for number, line in enumerate(folder.read(TABLE).decode().splitlines(), start=1):
        try:
            row = json.loads(line)
            utterances.append(utterance_of(row, folder.read(row["file_name"]), str(row["file_name"])))
        except (KeyError, TypeError, ValueError, OSError, RuntimeError) as error:
            raise DatasetFormatError(TABLE, f"line {number}: {error}") from error
    return Dataset(tuple(utterances))


def utterance_of(row: Mapping[str, Any], data: bytes, file_name: str) -> Utterance:
    """Return an utterance from its line in a table that `Dataset` wrote and its WAV file.

    Raises:
        ValueError, TypeError, KeyError, RuntimeError: they are not, or do not belong together.
    """
    audio = _audio(data)
    if audio.sample_rate != SAMPLE_RATE or audio.sha256 != row["sha256"]:
        raise ValueError(f"{row['file_name']} is not the sound that the table is about")
    return Utterance(
        file_name=file_name,
        audio=audio,
        text=str(row["text"]),
        language=str(row["language"]),
        source=str(row["source"]),
        start_s=float(row["start_s"]),
        faults=tuple(Fault(str(f["kind"]), f["value"]) for f in row["faults"]),
        kept=bool(row["kept"]),
        source_sha256=str(row["source_sha256"]),
    )


def quantised(audio: Audio) -> Audio:
    """Return a clip with the 16-bit samples that a dataset keeps: written and read, it is the same."""
    return Audio(_pcm(audio).astype(np.float32) / _FULL_SCALE, audio.sample_rate)


def _hashes(folder: Folder) -> dict[str, str]:
    """Return the hashes of the clips in a folder, by name."""
    if not folder.has(TABLE):
        return {}
    rows = (json.loads(line) for line in folder.read(TABLE).decode().splitlines())
    return {row["file_name"]: row["sha256"] for row in rows}


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

    samples, sample_rate = soundfile.read(io.BytesIO(data), dtype="int16", frames=MAX_SAMPLES, always_2d=True)
    return Audio(samples[:, 0].astype(np.float32) / _FULL_SCALE, sample_rate)
