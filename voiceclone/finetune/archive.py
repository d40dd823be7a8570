"""Recordings out of zips and folders that anyone may have made: counted, measured, under names of our own.

A zip says itself how large its entries are, and lies where it wants to: what counts is what comes out.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from voiceclone.errors import ArchiveDamagedError, ArchiveTooLargeError, MaterialEmptyError

SOUNDS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".aac", ".mp4", ".webm")
TABLES = ("metadata.jsonl", "metadata.csv")
MAX_ENTRIES = 2_000
MAX_TOTAL_MB = 1_000.0
"""An hour of stereo at 48 kHz and 16 bits has 690 MB."""
MAX_RATIO = 100.0
"""Unpacked over packed, of entries above `RATIO_FROM_MB`: speech reaches 2, digital silence 1,000."""
RATIO_FROM_MB = 1.0
BLOCK = 1 << 20
_MB = 1e6
_ENCRYPTED = 0x1
_SYMLINK = 0o120000


@dataclass(frozen=True)
class Member:
    """A file that was found."""

    name: str
    """As it was called, with folders, `/` between them; for tables and for people, never opened."""
    path: Path

    @property
    def is_table(self) -> bool:
        """Whether it says what the recordings are."""
        return PurePosixPath(self.name).name.lower() in TABLES


def unpack(archive: Path, into: Path, label: str) -> list[Member]:
    """Return the recordings and tables of a zip, unpacked into a folder under generated names.

    Entries of other kinds, hidden ones, links and folders are passed over.

    Raises:
        ArchiveDamagedError: it is no zip, damaged, encrypted, or packed in a way that is not known.
        ArchiveTooLargeError: too many entries, too large, or packed far tighter than sound can be.
        MaterialEmptyError: there is no recording in it.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            if len(entries) > MAX_ENTRIES:
                raise ArchiveTooLargeError(label, "entries", len(entries), MAX_ENTRIES)
            members: list[Member] = []
            left = int(MAX_TOTAL_MB * _MB)
            for entry in entries:
                if (
                    not _wanted(entry.filename)
                    or entry.is_dir()
                    or entry.external_attr >> 16 & _SYMLINK == _SYMLINK
                ):
                    continue
                if entry.flag_bits & _ENCRYPTED:
                    raise ArchiveDamagedError(label, "it is encrypted")
                path = into / f"{len(members):05}{PurePosixPath(entry.filename).suffix.lower()}"
                left -= _extract(opened, entry, path, label, left)
                members.append(Member(entry.filename, path))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise ArchiveDamagedError(label, str(error) or type(error).__name__) from error
    except (ValueError, OverflowError, UnicodeError) as error:  # what zipfile lets through of bad headers
        raise ArchiveDamagedError(label, "its headers are damaged") from error
    return _checked(members, label)


def walk(folder: Path, label: str) -> list[Member]:
    """Return the recordings and tables below a folder, in the order of their names; no link is followed.

    Raises:
        ArchiveTooLargeError: there are too many.
        MaterialEmptyError: there is none.
    """
    found = []
    for root, folders, files in os.walk(folder):
        folders.sort()
        for file in files:
            path = Path(root) / file
            name = path.relative_to(folder).as_posix()
            if _wanted(name) and not path.is_symlink():
                found.append(Member(name, path))
    if len(found) > MAX_ENTRIES:
        raise ArchiveTooLargeError(label, "entries", len(found), MAX_ENTRIES)
    return _checked(sorted(found, key=lambda member: member.name), label)


def _checked(members: list[Member], label: str) -> list[Member]:
    if all(member.is_table for member in members):
        raise MaterialEmptyError(label)
    return members


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if not parts or any(part.startswith((".", "__MACOSX")) for part in parts):
        return False
    return parts[-1].lower() in TABLES or PurePosixPath(name).suffix.lower() in SOUNDS


def _extract(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, label: str, left: int) -> int:
    """Write one entry, and return how many bytes came out."""
    written = 0
    most = max(RATIO_FROM_MB * _MB, MAX_RATIO * entry.compress_size)
    with open(path, "xb") as out:
        for block in _blocks(opened, entry):
            written += len(block)
            if written > left:
                raise ArchiveTooLargeError(label, "MB unpacked or more", MAX_TOTAL_MB, MAX_TOTAL_MB)
            if written > most:
                raise ArchiveTooLargeError(label, "times its size unpacked or more", MAX_RATIO, MAX_RATIO)
            out.write(block)
    return written


def _blocks(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with opened.open(entry) as source:
        while block := source.read(BLOCK):
            yield block
