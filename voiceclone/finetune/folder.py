"""A folder of named files, each written whole or not at all; sealed where there is a key.

Datasets and training runs are kept in one: in the open where a person works on their own disk,
sealed on a server that holds other people's speech.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Protocol

from voiceclone.errors import OutputError

_NAME = re.compile(r"[\w-]+(\.[\w-]+)*(/[\w-]+(\.[\w-]+)*)*", re.ASCII)


class Seal(Protocol):
    """Seals what is written under a name, such as `voices.vault.VoiceKey`."""

    def seal(self, part: str, data: bytes) -> bytes:
        """Return the data, sealed as this part."""
        ...

    def open(self, part: str, sealed: bytes) -> bytes:
        """Return what `seal` was given for this part."""
        ...


class Folder:
    """Files by name, such as `clips/0001.wav`."""

    def __init__(self, path: Path, seal: Seal | None = None) -> None:
        self.path = path
        self._seal = seal

    def write(self, name: str, data: bytes) -> None:
        """Write a file; who reads it meanwhile, or after a crash, finds the old contents or the new.

        Raises:
            OutputError: the disk is full, or the folder cannot be written.
        """
        target = self._file(name)
        temporary = ""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".writing-", dir=target.parent)
            with os.fdopen(handle, "wb") as out:
                out.write(data if self._seal is None else self._seal.seal(name, data))
                out.flush()
                os.fsync(out.fileno())
            os.replace(temporary, target)
        except OSError as error:
            if temporary:
                Path(temporary).unlink(missing_ok=True)
            accepted = "a folder that can be written, on a disk with room"
            raise OutputError(str(target), error.strerror or str(error), accepted) from error

    def read(self, name: str) -> bytes:
        """Return a file's contents.

        Raises:
            FileNotFoundError: there is no such file.
            StoredVoiceDamagedError: it is sealed, and was changed.
        """
        data = self._file(name).read_bytes()
        return data if self._seal is None else self._seal.open(name, data)

    def has(self, name: str) -> bool:
        """Return whether there is such a file."""
        return self._file(name).is_file()

    def names(self, under: str = "") -> list[str]:
        """Return the names of all files, sorted; with `under`, of those below that folder."""
        root = self._file(under) if under else self.path
        return sorted(
            path.relative_to(self.path).as_posix()
            for path in root.rglob("*")
            if path.is_file() and not path.name.startswith(".writing-")
        )

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        assert _NAME.fullmatch(name), name
        return self.path / name
