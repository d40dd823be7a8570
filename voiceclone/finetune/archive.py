"""Recordings out of zips and folders that anyone may have made: counted, measured, under names of our own.

A zip says itself how large its entries are, and lies where it wants to: what counts is what comes out.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from voiceclone.errors import ArchiveDamagedError, ArchiveTooLargeError, MaterialEmptyError

SOUNDS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".aac", ".mp4", ".webm")
TABLES = ("metadata.jsonl", "metadata.csv")
ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar")
MAX_ENTRIES = 2_000
MAX_TOTAL_MB = 1_000.0
"""An hour of stereo at 48 kHz and 16 bits has 690 MB."""
MAX_RATIO = 100.0
"""Unpacked over packed, of whatever unpacks to more than `RATIO_FROM_MB`, an entry as the whole archive:
speech reaches 2, digital silence 1,000."""
RATIO_FROM_MB = 1.0
MAX_DIRECTORY_BYTES = MAX_ENTRIES * 400
"""Of a zip's list of entries: 46 bytes each, and a name. zipfile makes objects of all of it at once."""
_END = struct.Struct("<4s4H2LH")
"""The record at a zip's end: signature, disks, entries here, in all, bytes and place of the list, comment."""
_END64 = struct.Struct("<4sQ2H2L4Q")
"""The same of a zip64, which some write for any archive; between the two is a pointer of 20 bytes."""
_POINTER_BYTES = 20
_HEADER_BYTES = 30
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
        ArchiveDamagedError: it is no zip, damaged, encrypted, packed in a way that is not known, holds
            other archives, or entries that lie upon one another.
        ArchiveTooLargeError: too many entries, too large, or packed far tighter than sound can be.
        MaterialEmptyError: there is no recording in it.
    """
    try:
        _check_directory(archive, label)
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            if len(entries) > MAX_ENTRIES:
                raise ArchiveTooLargeError(label, "entries", len(entries), MAX_ENTRIES)
            _check_places(entries, label)
            left = int(MAX_TOTAL_MB * _MB)
            most = max(RATIO_FROM_MB * _MB, MAX_RATIO * archive.stat().st_size)
            members: list[Member] = []
            for entry in (e for e in entries if _is_plain(e) and not _hidden(e.filename)):
                if PurePosixPath(entry.filename).suffix.lower() in ARCHIVES:
                    raise ArchiveDamagedError(label, "an archive inside an archive is not unpacked")
                if not _wanted(entry.filename):
                    continue
                if entry.flag_bits & _ENCRYPTED:
                    raise ArchiveDamagedError(label, "it is encrypted")
                path = into / f"{len(members):05}{PurePosixPath(entry.filename).suffix.lower()}"
                written = _extract(opened, entry, path, label, left, most)
                left, most = left - written, most - written
                members.append(Member(entry.filename, path))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise ArchiveDamagedError(label, str(error) or type(error).__name__) from error
    except (ValueError, OverflowError, UnicodeError) as error:  # what zipfile lets through of bad headers
        raise ArchiveDamagedError(label, "its headers are damaged") from error
    return _checked(members, label)


def walk(folder: Path, label: str) -> list[Member]:
    """Return the recordings and tables below a folder, in the order of their names; no link is followed.

    Raises:
        ArchiveTooLargeError: there are too many, or they are too large together.
        MaterialEmptyError: there is none.
    """
    found = []
    size = 0
    for root, folders, files in os.walk(folder):
        folders.sort()
        for file in files:
            path = Path(root) / file
            name = path.relative_to(folder).as_posix()
            if _hidden(name) or not _wanted(name) or path.is_symlink() or not path.is_file():
                continue
            found.append(Member(name, path))
            size += path.stat().st_size
    if len(found) > MAX_ENTRIES:
        raise ArchiveTooLargeError(label, "entries", len(found), MAX_ENTRIES)
    if size > MAX_TOTAL_MB * _MB:
        raise ArchiveTooLargeError(label, "MB", size / _MB, MAX_TOTAL_MB)
    return _checked(sorted(found, key=lambda member: member.name), label)


def _checked(members: list[Member], label: str) -> list[Member]:
    if all(member.is_table for member in members):
        raise MaterialEmptyError(label)
    return members


def _wanted(name: str) -> bool:
    path = PurePosixPath(name)
    return path.name.lower() in TABLES or path.suffix.lower() in SOUNDS


def _hidden(name: str) -> bool:
    """Whether somebody's system wrote it, and not the person."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    return not entry.is_dir() and entry.external_attr >> 16 & _SYMLINK != _SYMLINK


def _check_directory(archive: Path, label: str) -> None:
    """Refuse a list of entries that is too long before `zipfile` reads it.

    The record is looked for where `zipfile` looks: at the very end, or before a comment.
    """
    with open(archive, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END64.size - _POINTER_BYTES - _END.size - 0xFFFF))
        tail = file.read()
    start = len(tail) - _END.size
    if start < 0 or tail[start : start + 4] != b"PK\x05\x06" or tail[-2:] != b"\0\0":
        start = tail.rfind(b"PK\x05\x06")
    if start < 0 or start + _END.size > len(tail):
        raise ArchiveDamagedError(label, "its list of entries is missing")
    _, _, _, _, entries, directory_bytes, _, _ = _END.unpack_from(tail, start)
    start64 = start - _POINTER_BYTES - _END64.size
    if start64 >= 0 and tail[start64 : start64 + 4] == b"PK\x06\x06":
        _, _, _, _, _, _, _, entries, directory_bytes, _ = _END64.unpack_from(tail, start64)
    if entries > MAX_ENTRIES:
        raise ArchiveTooLargeError(label, "entries", entries, MAX_ENTRIES)
    if directory_bytes > MAX_DIRECTORY_BYTES:
        raise ArchiveTooLargeError(
            label, "bytes in its list of entries", directory_bytes, MAX_DIRECTORY_BYTES
        )


def _check_places(entries: Sequence[zipfile.ZipInfo], label: str) -> None:
    """Refuse entries that share their packed bytes: so a small file would unpack to any size.

    D. Fifield, "A better zip bomb", WOOT 2019.
    """
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end:
            raise ArchiveDamagedError(label, "some of its entries lie upon one another")
        end = entry.header_offset + _HEADER_BYTES + entry.compress_size


def _extract(
    opened: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, label: str, left: int, most: float
) -> int:
    """Write one entry, and return how many bytes came out.

    Args:
        left: bytes that all entries may still have.
        most: bytes that they may still have for the size of the archive.
    """
    written = 0
    most = min(most, max(RATIO_FROM_MB * _MB, MAX_RATIO * entry.compress_size))
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
