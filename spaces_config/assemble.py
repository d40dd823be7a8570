"""The folder of a Space: the app as it stands, the Space's own card and requirements, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template

import yaml

from spaces_config.hardware import Kind, kind_of
from voiceclone.errors import OutputError
from voiceclone.hub.table import WEIGHTS, Weight

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent
COPIED = ("app.py", "LICENSE", "voiceclone", "model_cards")
"""Files and folders that a Space needs as they are."""
TYPES = (".py", ".md", ".safetensors")
"""What is taken of a folder: no caches, no editor's leavings."""

_PIN = re.compile(r"(?P<name>[\w.-]+)(?:\[[^]]*\])?\s*[<=>~!]")


def space_files(hardware: str) -> dict[str, bytes]:
    """Return the files of a Space: path to contents.

    Args:
        hardware: that it shall run on, by the Hub's name.
    """
    kind = kind_of(hardware)
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in _copied()}
    files["README.md"] = card(hardware, kind).encode()
    files["requirements.txt"] = requirements(kind).encode()
    files["packages.txt"] = (HERE / "packages.txt").read_bytes()
    return files


def requirements(kind: Kind) -> str:
    """Return what a Space installs: requirements.txt, with other lines where a GPU is lent."""
    given = (ROOT / "requirements.txt").read_text("utf-8")
    if not kind.lent:
        return given
    others = (HERE / "requirements-zero-gpu.txt").read_text("utf-8").splitlines()
    instead = {_name(line): line for line in others if _name(line)}
    lines = [instead.pop(_name(line) or "", line) for line in given.splitlines()]
    return "\n".join([*lines, "", others[0], *instead.values(), ""])


def card(hardware: str, kind: Kind) -> str:
    """Return the Space's README.md: what the Hub builds it by, and what its page says."""
    shared = [weight for weight in WEIGHTS if weight.repo is not None]
    metadata = {
        "title": "voiceclone",
        "emoji": "🗣️",
        "colorFrom": "green",
        "colorTo": "gray",
        "short_description": "Learn a voice from seconds of speech, then let it speak",
        "sdk": "gradio",
        "sdk_version": pinned("gradio"),
        "python_version": kind.python,
        "app_file": "app.py",
        "suggested_hardware": hardware,
        "startup_duration_timeout": "1h",
        "license": "apache-2.0",
        "tags": ["text-to-speech", "voice-cloning"],
        "models": [weight.repo for weight in shared],
        # What the Hub alone has comes when an engine is first used: a repository that does not give
        # its files here, gated or moved, would end the build of the Space.
        "preload_from_hub": [_preloaded(weight) for weight in shared if weight.package],
        "hf_oauth": True,
        # To make repositories and write to those: never to anything else of the account.
        "hf_oauth_scopes": ["contribute-repos"],
    }
    fine_tuning = (
        "- Fine-tuning takes minutes of a GPU of one's own, and is not offered here.\n" if kind.lent else ""
    )
    return Template((HERE / "card.md").read_text("utf-8")).substitute(
        metadata=yaml.safe_dump(metadata, allow_unicode=True, sort_keys=False).strip(),
        hardware=kind.title,
        fine_tuning=fine_tuning,
    )


def pinned(package: str) -> str:
    """Return the version of a package in requirements.txt."""
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        if _name(line) == package:
            return line.partition("==")[2].split()[0]
    raise AssertionError(f"requirements.txt does not pin {package}")


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files of a Space into a new or empty folder.

    Raises:
        OutputError: something is there, or nothing can be written.
    """
    accepted = "a folder that is empty or not there yet, on a disk with room"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise OutputError(str(folder), "it is not empty", accepted)
        for name, data in files.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    except OSError as error:
        raise OutputError(str(folder), error.strerror or type(error).__name__, accepted) from error


def _copied() -> Iterator[Path]:
    for name in COPIED:
        place = ROOT / name
        yield from (
            [place]
            if place.is_file()
            else sorted(p for p in place.rglob("*") if p.suffix in TYPES and p.is_file())
        )


def _preloaded(weight: Weight) -> str:
    """Return a row of the weights as the Hub's builder fetches it: repository, files, commit."""
    return f"{weight.repo} {','.join(file.hub_path or file.name for file in weight.hub)} {weight.revision}"


def _name(line: str) -> str | None:
    found = _PIN.match(line)
    return found["name"] if found else None
