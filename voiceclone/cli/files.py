"""What commands read and write: checked before the minutes of work that need it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Collection
from pathlib import Path

from voiceclone.errors import OptionError, OutputError
from voiceclone.hub.account import local_token
from voiceclone.library import Library
from voiceclone.settings import Settings
from voiceclone.sharing import Sharing, is_ref
from voiceclone.signed import MAX_BYTES
from voiceclone.studio import Studio
from voiceclone.voices.owner import Owner
from voiceclone.voices.voice import Voice

LOCAL_MAX_MB = "1000"
"""`VOICECLONE_MAX_UPLOAD_MB` unless it is set: one's own disk is no upload. Seconds stay capped."""


def local_studio() -> Studio:
    """Return a studio for one's own files."""
    return Studio(Settings.from_env({"VOICECLONE_MAX_UPLOAD_MB": LOCAL_MAX_MB, **os.environ}))


def local_library() -> Library:
    """Return the voices saved by whoever may read the key of this installation."""
    studio = local_studio()
    key = studio.settings.library_key
    return Library(studio, Owner.from_capability(key) if key else studio.services.local_owner)


def local_sharing(studio: Studio | None = None) -> Sharing:
    """Return the Hub as whoever is signed in to it on this machine: `HF_TOKEN`, or `hf auth login`."""
    return Sharing(studio or local_studio(), local_token())


def local_voice(given: str) -> tuple[Studio, Voice]:
    """Return the voice in a file, the saved one with this id, or `owner/name[@revision]` on the Hub."""
    if re.fullmatch(r"[0-9a-f]{32}", given) and not Path(given).exists():
        library = local_library()
        return library.studio, library.open(given)
    studio = local_studio()
    return studio, local_sharing(studio).pull(given) if is_ref(given) else studio.load_voice(given)


def checked_out(path: Path, suffixes: Collection[str]) -> Path:
    """Return where to write, tried before the minutes of work that end there.

    Raises:
        OutputError: another suffix, or a folder where no file can be made.
    """
    accepted = f"a file name ending in {', '.join(suffixes)}, in a folder that can be written"
    if path.suffix.lower() not in suffixes:
        reason = f"'{path.suffix}' names no format" if path.suffix else "it has no suffix"
        raise OutputError(str(path), reason, accepted)
    if path.is_dir():
        raise OutputError(str(path), "it is a folder", accepted)
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise OutputError(str(path), error.strerror or str(error), accepted) from error
    return path


def checked_folder(path: Path) -> Path:
    """Return a folder to write to, made if need be, before the minutes of work that end there.

    Raises:
        OutputError: it cannot be made, or not written to.
    """
    try:
        path.mkdir(exist_ok=True)
        tempfile.TemporaryFile(dir=path).close()
    except OSError as error:
        accepted = "a folder that can be written, or a new one beside others"
        raise OutputError(str(path), error.strerror or str(error), accepted) from error
    return path


def text_of(path: Path) -> str:
    """Return the text in a file.

    Raises:
        OptionError: it cannot be read as UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError("--text-file", path, "a text file in UTF-8 that can be read") from error


def duration(seconds: float) -> str:
    """Return a length of time as a person says it: "8.1 s", "1 min 20 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s" if seconds < 10 else f"{rest} s"


def record_of(path: Path) -> bytes:
    """Return a signed record as it was written.

    Raises:
        OptionError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise OptionError("--record", path, "the .json file that speak wrote with --record") from error
