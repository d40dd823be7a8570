"""Read the files of a row from installed packages, without importing those packages."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from voiceclone.hub.table import File, Weight


class PackageMissingError(Exception):
    """A package of the row is not installed, or lacks its file. Never leaves this room."""


def locate(weight: Weight) -> dict[str, list[Path]]:
    """Return, for each file of the row, the paths of its parts in order.

    Raises:
        PackageMissingError: naming the package.
    """
    if not weight.package:
        raise PackageMissingError("no package carries them")
    return {file.name: [_part(dist, path) for dist, path in file.parts] for file in weight.package}


def _part(name: str, path: str) -> Path:
    try:
        found = distribution(name).locate_file(path)
    except PackageNotFoundError as error:
        raise PackageMissingError(f"the package {name} is not installed") from error
    located = Path(str(found))
    if not located.is_file():
        raise PackageMissingError(f"the package {name} has no file {path}")
    return located


def version(weight: Weight) -> str:
    """Return `name==version` of the first package that carries the row."""
    first = weight.distributions[0]
    return f"{first}=={distribution(first).version}"


def write_joined(file: File, parts: list[Path], target: Path) -> None:
    """Write a file's parts, joined, to `target`."""
    with target.open("wb") as out:
        for part in parts:
            with part.open("rb") as piece:
                while block := piece.read(1 << 20):
                    out.write(block)
