"""Tiny models of the real classes: what stands for an engine whose weights are on the Hub only.

They are saved as the real ones are, served by a loopback hub, and come through the real client and the
same lines of code. What they say is noise; that they keep the contract is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.hub.server.hub import LoopbackHub
from voiceclone.engines.registry import Row
from voiceclone.hub.table import File, Weight

REVISION = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True)
class Tiny:
    """A row of the registry with the weights that it needs, each in a folder."""

    row: Row
    """As in the registry, but for the names of its weights and the shapes that follow from their size."""
    folders: Mapping[str, Path]
    """For each of its weights, by name, a folder with the files of a repository."""

    def weights(self, *, hashes: bool = True) -> tuple[Weight, ...]:
        """Return rows of the table of weights: found at `tiny/<name>` on a hub."""
        return tuple(
            Weight(name, name, "none", f"tiny/{name}", REVISION, tuple(_files(folder, hashes)), ())
            for name, folder in self.folders.items()
        )

    def serve(self, hub: LoopbackHub) -> None:
        """Put the folders on a hub."""
        for name, folder in self.folders.items():
            hub.serve(f"tiny/{name}", REVISION, {file.name: folder / file.name for file in _files(folder)})


Maker = Callable[[Path], Tiny]
"""Makes the models in an empty folder."""


def _files(folder: Path, hashes: bool = True) -> Iterable[File]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if hashes else ""
        yield File(path.relative_to(folder).as_posix(), sha256, path.stat().st_size)
