"""What one visitor has on the page: kept in Gradio's session state, reachable by nobody else."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from voiceclone.audio.clip import Audio
from voiceclone.consent.challenge import Challenge
from voiceclone.consent.receipt import Receipt
from voiceclone.evaluate.report import Scores
from voiceclone.listen.reference import Reference
from voiceclone.voices.owner import Owner
from voiceclone.voices.voice import Voice

MAX_TAKES = 5


@dataclass(frozen=True)
class Take:
    """One spoken text: what it was made from, and the files to play and download."""

    number: int
    voice_name: str
    text: str
    language: str
    speed: float
    seed: int
    audio: Path
    record: Path
    scores: Scores


class Session:
    """The reference, voice and takes of one visitor, and a folder of their own for files.

    The folder lies outside Gradio's cache: nothing in it has a URL until it is given to a
    component. It is removed when the session is forgotten.
    """

    def __init__(self, owner: Owner | None = None, capability: str | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="voiceclone-", ignore_cleanup_errors=True)
        self._lock = threading.Lock()
        self._numbers = 0
        self.reference: Reference | None = None
        self.reference_files: tuple[str, ...] = ()
        """What the reference was made of, as uploaded."""
        self.challenge: Challenge | None = None
        self.receipt: Receipt | None = None
        self.consent_recording: Audio | None = None
        self.voice: Voice | None = None
        self.owner = owner
        """Whose saved voices the page shows."""
        self.capability = capability
        """The key that makes this browser the owner; none where an account does."""
        self.pending: str | None = None
        """What the page has asked to confirm: `revoke` or `delete`."""
        self.takes: tuple[Take, ...] = ()
        self.stop_learning = threading.Event()
        self.stop_speaking = threading.Event()

    def forget_reference(self) -> None:
        """Forget the recording, and the consent that was given to it."""
        self.reference = self.challenge = self.receipt = self.consent_recording = None
        self.reference_files = ()

    def path(self, name: str) -> Path:
        """Return where to write a new file of this name; no name is given twice."""
        with self._lock:
            self._numbers += 1
            folder = Path(self._folder.name) / str(self._numbers)
        folder.mkdir()
        return folder / name

    def next_take_number(self) -> int:
        """Return the number of the next take, from 1."""
        return self.takes[0].number + 1 if self.takes else 1

    def keep(self, take: Take) -> None:
        """Put a take in front of the list; the files of the one that falls out are removed."""
        self.takes, dropped = (take, *self.takes[: MAX_TAKES - 1]), self.takes[MAX_TAKES - 1 :]
        for old in dropped:
            old.audio.unlink(missing_ok=True)
            old.record.unlink(missing_ok=True)

    def take(self, number: int) -> Take | None:
        """Return a kept take by its number."""
        return next((take for take in self.takes if take.number == number), None)
