"""What a dataset's table says of its recordings: audiofolder's `metadata.jsonl` or `.csv`, LJSpeech's.

audiofolder is the layout of the `datasets` library: a column `file_name`, any others beside it.
LJSpeech's table has no head: `id|text|text written out`, the recording is `wavs/<id>.wav`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from voiceclone.errors import DatasetFormatError
from voiceclone.text.languages import LANGUAGES

MAX_TABLE_BYTES = 20 << 20
OWN_COLUMNS = {
    "file_name",
    "text",
    "language",
    "source",
    "start_s",
    "kept",
    "faults",
    "source_sha256",
    "sha256",
}
"""Of a table that `Dataset` wrote."""
MAX_TEXT = 60_000
"""Characters; an hour of speech has 54,000."""


@dataclass(frozen=True)
class Entry:
    """What is known of one recording."""

    text: str
    language: str | None = None
    """Key of the languages table; None when it is not said."""
    kept: bool | None = None
    """Whether somebody kept or dropped it; None when nobody has looked."""
    own: Mapping | None = None
    """The whole line, where this program wrote it: nothing has to be heard again."""


def read_table(data: bytes, name: str) -> dict[str, Entry]:
    """Return what a table says, by the recordings' names relative to the table.

    Args:
        data: the file.
        name: of the file, which says how it is read, and how it is called in errors.

    Raises:
        DatasetFormatError: it is none of the known layouts, or one of its lines cannot be read.
    """
    if len(data) > MAX_TABLE_BYTES:
        raise DatasetFormatError(name, f"it has {len(data) / 1e6:.0f} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetFormatError(name, "it is not text in UTF-8") from error
    if name.lower().endswith(".jsonl"):
        return _jsonl(text, name)
    return _ljspeech(text, name) if is_ljspeech(data, name) else _csv(text, name)


def is_ljspeech(data: bytes, name: str) -> bool:
    """Return whether a table has LJSpeech's layout."""
    head = data.split(b"\n", 1)[0]
    return name.lower().endswith(".csv") and b"|" in head and b"file_name" not in head


def _jsonl(text: str, name: str) -> dict[str, Entry]:
    entries = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DatasetFormatError(name, f"line {number} is not JSON") from error
        if not isinstance(row, dict):
            raise DatasetFormatError(name, f"line {number} is not a JSON object")
        file_name, entry = _entry(row, name, number)
        entries[file_name] = entry
    return entries


def _csv(text: str, name: str) -> dict[str, Entry]:
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise DatasetFormatError(name, str(error)) from error
    return dict(_entry(row, name, number) for number, row in enumerate(rows, start=2))


def _ljspeech(text: str, name: str) -> dict[str, Entry]:
    entries = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        key, *texts = line.split("|")  # quotes mean nothing in this layout
        if not texts:
            raise DatasetFormatError(name, f"line {number} has no text")
        entries[f"wavs/{_name(key + '.wav', name, number)}"] = Entry(_text(texts[-1] or texts[0]))
    return entries


def _entry(row: Mapping, name: str, number: int) -> tuple[str, Entry]:
    file_name = row.get("file_name")
    text = next((row[key] for key in ("text", "transcription", "sentence") if row.get(key)), "")
    if not isinstance(file_name, str) or not file_name:
        raise DatasetFormatError(name, f"line {number} has no file_name")
    if not isinstance(text, str):
        raise DatasetFormatError(name, f"the text in line {number} is no text")
    language, kept = row.get("language"), row.get("kept")
    own = row if OWN_COLUMNS <= row.keys() and language in LANGUAGES else None
    return _name(file_name, name, number), Entry(
        _text(text),
        language if isinstance(language, str) and language in LANGUAGES else None,
        kept if isinstance(kept, bool) else None,
        own,
    )


def _name(file_name: str, table: str, number: int) -> str:
    path = PurePosixPath(file_name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise DatasetFormatError(table, f"line {number} names a file outside of the dataset")
    return path.as_posix()


def _text(text: str) -> str:
    return " ".join(text.split())[:MAX_TEXT]
