"""Material for training that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


class MaterialError(VoiceCloneError):
    """Base: what was given to train on cannot be used."""


@dataclass(eq=False)
class MaterialEmptyError(MaterialError):
    name: str
    template = (
        "There is no recording in {name}. Accepted: sound files, a zip of them, or a folder with a dataset. "
        "Choose the recordings again."
    )


@dataclass(eq=False)
class ArchiveDamagedError(MaterialError):
    name: str
    reason: str
    template = (
        "{name} is no zip archive that can be read ({reason}). Pack the recordings again, without a password."
    )


@dataclass(eq=False)
class ArchiveTooLargeError(MaterialError):
    name: str
    what: str
    found: float
    accepted: float
    template = (
        "{name} is too large: {found:.0f} {what}, and at most {accepted:.0f} are unpacked. "
        "Pack fewer recordings, or give them one by one."
    )


@dataclass(eq=False)
class DatasetFormatError(MaterialError):
    name: str
    reason: str
    template = (
        "The table {name} cannot be read: {reason}. Accepted: metadata.jsonl or metadata.csv with columns "
        "file_name and text, or LJSpeech's metadata.csv beside a folder wavs. Mend the table, then try again."
    )


@dataclass(eq=False)
class MaterialTooLongError(MaterialError):
    name: str
    max_minutes: float
    template = (
        "With {name} the recordings have over {max_minutes:.0f} minutes together, and at most that is taken. "
        "Give fewer of them: half an hour of clear speech is all that a voice is trained on."
    )
