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
from voiceclone.finetune.dataset import Dataset
from voiceclone.listen.reference import Reference
from voiceclone.voices.owner import Owner
from voiceclone.voices.voice import Voice

MAX_TAKES = 5

REFERENCE, DATASET = "reference", "dataset"
"""What a page asks consent for: the recording of the *Clone* tab, the clips of the *Fine-tune* tab."""


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


@dataclass
class Consent:
    """Consent to learn from one material, as far as it has come."""

    challenge: Challenge | None = None
    receipt: Receipt | None = None
    recording: Audio | None = None
    """Of the sentence, if it may be kept."""

    def forget(self) -> None:
        """Forget all of it: it was for other material."""
        self.challenge = self.receipt = self.recording = None


class Session:
    """The reference, voice and takes of one visitor, and a folder of their own for files.

    The folder lies outside Gradio's cache: nothing in it has a URL until it is given to a
    component. It is removed when the session is forgotten.
    """

    def __init__(self, owner: Owner | None = None, capability: str | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="voiceclone-", ignore_cleanup_errors=True)
        self._lock = threading.Lock()
        self._numbers = 0
        self._slots: dict[str, Path] = {}
        """The last file of each slot."""
        self.reference: Reference | None = None
        self.reference_files: tuple[str, ...] = ()
        """What the reference was made of, as uploaded."""
        self.dataset: Dataset | None = None
        """What a voice is fine-tuned on, as it is reviewed."""
        self.clip: str | None = None
        """The clip of the dataset that is looked at."""
        self.sentences_passed = 0
        """Sentences of the guided session that were read or skipped."""
        self.consents = {REFERENCE: Consent(), DATASET: Consent()}
        self.checked: Receipt | None = None
        """The receipt that the check before a run was made with; none when it has to be made again."""
        self.watched: object = None
        """What the page shows of a run, to tell whether there is more to show."""
        self.ending: str | None = None
        """What was asked of a run that is still at a step: `stop` or `finish`."""
        self.voice: Voice | None = None
        self.owner = owner
        """Whose saved voices the page shows."""
        self.capability = capability
        """The key that makes this browser the owner; none where an account does."""
        self.pending: str | None = None
        """What the page has asked to confirm, such as `revoke` or `delete`."""
        self.looked_at: str | None = None
        """The voice on the Hub that was shown, with its revision."""
        self.withdrawing: tuple[str, str] | None = None
        """Which repository to withdraw, and how, when that is confirmed."""
        self.takes: tuple[Take, ...] = ()
        self.stop_gathering = threading.Event()
        self.stop_learning = threading.Event()
        self.stop_speaking = threading.Event()
        self.stop_converting = threading.Event()
        self.stop_comparing = threading.Event()

    def forget_reference(self) -> None:
        """Forget the recording, and the consent that was given to it."""
        self.reference = None
        self.reference_files = ()
        self.consents[REFERENCE].forget()

    def path(self, name: str) -> Path:
        """Return where to write a new file of this name; no name is given twice."""
        with self._lock:
            self._numbers += 1
            folder = Path(self._folder.name) / str(self._numbers)
        folder.mkdir()
        return folder / name

    def place(self, slot: str, name: str) -> Path:
        """Return where to write a new file that takes the place of the one before in its slot."""
        path = self.path(name)
        with self._lock:
            before, self._slots[slot] = self._slots.get(slot), path
        if before is not None:
            before.unlink(missing_ok=True)
        return path

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
