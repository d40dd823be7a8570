"""Saved voices that cannot be kept or found."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


class LibraryError(VoiceCloneError):
    """Base: saved voices cannot be kept or opened."""


@dataclass(eq=False)
class StoreUnavailableError(LibraryError):
    reason: str
    template = (
        "The database of saved voices and consent cannot be used: {reason}. Nothing was stored. "
        "Mend it, or set VOICECLONE_DATABASE_URL or VOICECLONE_DATA to another place."
    )


@dataclass(eq=False)
class MasterKeyMismatchError(LibraryError):
    given: str
    expected: str
    template = (
        "The master key (fingerprint {given}) is not the one that protects the saved voices here "
        "(fingerprint {expected}). Nothing was opened or stored. "
        "Put the former key back, in VOICECLONE_MASTER_KEY or in master.key of the data folder."
    )


@dataclass(eq=False)
class LibraryKeyError(LibraryError):
    characters: int
    accepted: str
    template = (
        "That is not a library key ({characters} characters). Accepted: {accepted}. "
        "Copy the whole key again from where it was shown."
    )


@dataclass(eq=False)
class VoiceNotFoundError(LibraryError):
    voice_id: str
    template = (
        "There is no voice '{voice_id}' in this library. Accepted: the id of a voice in the list. "
        "Load the list again, or check that this is the right library."
    )


@dataclass(eq=False)
class QuotaExceededError(LibraryError):
    voices: int
    megabytes: float
    max_voices: int
    max_megabytes: float
    template = (
        "The library would hold {voices} voices with {megabytes:.1f} MB; at most {max_voices} voices with "
        "{max_megabytes:.0f} MB are kept. Delete a voice, then save this one again."
    )


@dataclass(eq=False)
class StoredVoiceDamagedError(LibraryError):
    voice_id: str
    part: str
    template = (
        "The saved voice '{voice_id}' was damaged or changed from outside (its {part}), and is not opened. "
        "Restore the database from a backup, or delete the voice and learn it again."
    )


@dataclass(eq=False)
class AuditBrokenError(LibraryError):
    row: int
    template = (
        "The audit log was changed from outside: row {row} is not what was written. "
        "Find out who could write to the database, and restore it from a backup."
    )
