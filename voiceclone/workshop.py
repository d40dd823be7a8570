"""The training runs of a server: one at a time, each goes on when its page is closed, and is found again.

Nothing of a run is in memory only: dataset, options, checkpoint and result are in the owner's sealed
folder. After a crash a run is found there as `interrupted`, and can be taken up.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections import deque
from dataclasses import dataclass, replace

from voiceclone.audio.clip import Audio
from voiceclone.consent import receipt as receipts
from voiceclone.consent.receipt import Receipt
from voiceclone.engines.registry import DEFAULT_ENGINE
from voiceclone.errors import (
    NoTrainingError,
    QueueFullError,
    TrainingBusyError,
    TrainingFailedError,
    VoiceCloneError,
)
from voiceclone.finetune.checkpoint import progress_of
from voiceclone.finetune.dataset import Dataset, read_dataset
from voiceclone.finetune.events import Compared, TrainingEvent
from voiceclone.finetune.folder import Folder
from voiceclone.finetune.result import read_compared, write_compared
from voiceclone.finetune.run import CHECKPOINT, START
from voiceclone.finetuning import DEFAULT_MINUTES, FineTuning
from voiceclone.studio import Studio
from voiceclone.voices.owner import Owner
from voiceclone.voices.voice import Voice

log = logging.getLogger(__name__)

JOB = "job.json"
VOICE = "voice.safetensors"
UNDER_WAY = ("waiting", "running")
MAX_WAITING = 8
"""Runs, of some ten minutes each."""
RESUMABLE = ("stopped", "interrupted", "failed")


@dataclass(frozen=True)
class Job:
    """How a run stands: a picture of one moment."""

    id: str
    state: str
    """`waiting`, `running`, `stopped` (by its owner), `interrupted` (the server ended), `failed`, `done`."""
    ahead: int = 0
    """Runs of others that come before it, while it waits."""
    events: tuple[TrainingEvent, ...] = ()
    """What was reported so far, previews left out."""
    preview: Audio | None = None
    """The latest."""
    error: Exception | None = None
    voice: Voice | None = None
    compared: Compared | None = None

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state in UNDER_WAY

    @property
    def resumable(self) -> bool:
        """Whether it can be taken up where it was."""
        return self.state in RESUMABLE


@dataclass(frozen=True)
class _Order:
    """What was asked for, as it is kept."""

    id: str
    state: str
    minutes: float
    steps: int | None
    seed: int
    preview_text: str
    receipt: dict
    reason: str = ""
    """Why it failed."""
    engine: str = DEFAULT_ENGINE

    def write(self, folder: Folder) -> None:
        folder.write(JOB, json.dumps(vars(self)).encode())

    @staticmethod
    def read(folder: Folder) -> _Order | None:
        return _Order(**json.loads(folder.read(JOB))) if folder.has(JOB) else None


class _Live:
    """A run that waits or runs in this process."""

    def __init__(self, owner: Owner, order: _Order, folder: Folder) -> None:
        self.owner, self.order, self.folder = owner, order, folder
        self.stop, self.finish = threading.Event(), threading.Event()
        self.abandoned = False
        self.job = Job(order.id, "waiting")


class Workshop:
    """Datasets and training runs, one of each for an owner; sealed on disk, nobody else's to see.

    Every method raises `KeyUnavailableError` when nothing can be sealed.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._tuning = FineTuning(studio)
        self._lock = threading.RLock()
        self._waiting: deque[_Live] = deque()
        self._live: dict[str, _Live] = {}
        self._worker: threading.Thread | None = None

    # --- the dataset -------------------------------------------------------------------

    def keep_dataset(self, owner: Owner, dataset: Dataset) -> None:
        """Keep an owner's dataset, as it is now reviewed, so that it is there when they come back.

        Raises:
            WorkspaceLimitError: the server keeps as many as it may.
            OutputError: the disk is full.
        """
        dataset.write(self._studio.services.workspaces.make(owner))

    def dataset(self, owner: Owner) -> Dataset | None:
        """Return an owner's dataset, if there is one."""
        folder = self._studio.services.workspaces.find(owner)
        return None if folder is None else read_dataset(folder)

    # --- the run -----------------------------------------------------------------------

    def start(
        self,
        owner: Owner,
        dataset: Dataset,
        receipt: Receipt,
        *,
        minutes: float = DEFAULT_MINUTES,
        steps: int | None = None,
        seed: int = 0,
        preview_text: str = "",
        engine: str = DEFAULT_ENGINE,
    ) -> Job:
        """Begin a run, or put it in the queue; an earlier one of the owner is replaced.

        Args: as `FineTuning.train`.

        Raises:
            TrainingBusyError: a run of the owner is under way.
            QueueFullError: too many wait already.
            TrainingHardwareError: no runs are offered here.
            TrainingObstacleError, OptionError, TextError: it cannot begin.
            EngineUnknownError, EngineCannotError, EngineUnavailableError: not by this engine.
        """
        with self._lock:
            current = self.job(owner)
            if current is not None and current.under_way:
                raise TrainingBusyError(current.state)
            if len(self._waiting) >= MAX_WAITING:
                raise QueueFullError(len(self._waiting), MAX_WAITING)
            folder = self._studio.services.workspaces.make(owner)
            # Makes a generator and drops it: whatever stands in the way is said here and now.
            self._tuning.train(
                dataset,
                receipt,
                folder,
                minutes=minutes,
                steps=steps,
                seed=seed,
                preview_text=preview_text,
                engine=engine,
            )
            dataset.write(folder)
            for name in (CHECKPOINT, START, VOICE):
                folder.remove(name)
            order = _Order(
                uuid.uuid4().hex,
                "waiting",
                minutes,
                steps,
                seed,
                preview_text,
                receipt.to_dict(),
                engine=engine,
            )
            return self._enqueue(owner, order, folder)

    def resume(self, owner: Owner) -> Job:
        """Go on with a run that was stopped, interrupted, or has failed, where it was.

        Raises:
            TrainingHardwareError: no runs are offered here.
            NoTrainingError: there is none.
            TrainingBusyError: it is under way.
        """
        self._tuning.check_hardware()
        with self._lock:
            current = self.job(owner)
            if current is not None and current.under_way:
                raise TrainingBusyError(current.state)
            folder = self._studio.services.workspaces.find(owner)
            order = None if folder is None else _Order.read(folder)
            if folder is None or order is None or current is None or not current.resumable:
                raise NoTrainingError()
            return self._enqueue(owner, replace(order, state="waiting", reason=""), folder)

    def job(self, owner: Owner) -> Job | None:
        """Return how an owner's run stands: the one under way, or the last one."""
        with self._lock:
            live = self._live.get(owner.key)
            if live is not None:
                ahead = self._waiting.index(live) if live in self._waiting else 0
                busy = any(other not in self._waiting for other in self._live.values())
                waits = live.job.state == "waiting"
                return replace(live.job, ahead=ahead + busy if waits else 0)
        folder = self._studio.services.workspaces.find(owner)
        order = None if folder is None else _Order.read(folder)
        return None if folder is None or order is None else self._kept(order, folder)

    def stop(self, owner: Owner) -> None:
        """Stop the run after its step; `resume` goes on from there."""
        with self._lock:
            if (live := self._live.get(owner.key)) is not None:
                live.stop.set()

    def finish(self, owner: Owner) -> None:
        """End the run after its step and keep the best voice so far."""
        with self._lock:
            if (live := self._live.get(owner.key)) is not None:
                live.finish.set()

    def forget(self, owner: Owner) -> None:
        """Destroy an owner's dataset and run.

        Raises:
            TrainingBusyError: the run is under way; stop it first.
        """
        with self._lock:
            if (current := self.job(owner)) is not None and current.under_way:
                raise TrainingBusyError(current.state)
            self._studio.services.workspaces.destroy(owner)

    def abandon(self, owner: Owner) -> None:
        """Destroy an owner's dataset and run, as soon as the step under way is done."""
        with self._lock:
            live = self._live.get(owner.key)
            if live is not None and live not in self._waiting:
                live.abandoned = True
                live.stop.set()
                return
            if live is not None:
                self._waiting.remove(live)
                del self._live[owner.key]
            self._studio.services.workspaces.destroy(owner)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing runs; return whether that came in time. For the end of a server."""
        worker = self._worker
        if worker is not None:
            worker.join(timeout_s)
        return worker is None or not worker.is_alive()

    # --- the work ----------------------------------------------------------------------

    def _enqueue(self, owner: Owner, order: _Order, folder: Folder) -> Job:
        order.write(folder)
        live = _Live(owner, order, folder)
        self._live[owner.key] = live
        self._waiting.append(live)
        if self._worker is None or not self._worker.is_alive():
            self._worker = threading.Thread(target=self._work, name="workshop", daemon=True)
            self._worker.start()
        found = self.job(owner)
        assert found is not None
        return found

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting or self._studio.closing.is_set():
                    self._worker = None
                    return
                live = self._waiting.popleft()
                live.job = replace(live.job, state="running")
            order = replace(live.order, state="running")
            try:
                if not live.stop.is_set():
                    order.write(live.folder)
                order = replace(order, state=self._run(live))
            except VoiceCloneError as error:
                order = replace(order, state="failed", reason=str(error).rstrip("."))
                live.job = replace(live.job, state="failed", error=error)
            except Exception:
                log.exception("a training run failed")
                order = replace(order, state="failed", reason="the server's log says which")
            try:
                order.write(live.folder)
            except VoiceCloneError:
                log.exception("how a training run ended could not be kept")
            with self._lock:
                del self._live[live.owner.key]
                if live.abandoned:
                    self._studio.services.workspaces.destroy(live.owner)

    def _run(self, live: _Live) -> str:
        """Run one, and return the state that it ends in."""
        order = live.order
        dataset = read_dataset(live.folder)
        if dataset is None:
            raise NoTrainingError()
        events = self._tuning.train(
            dataset,
            receipts.from_dict(order.receipt),
            live.folder,
            minutes=order.minutes,
            steps=order.steps,
            seed=order.seed,
            preview_text=order.preview_text,
            engine=order.engine,
            stopped=live.stop.is_set,
            finished=live.finish.is_set,
        )
        state = "interrupted"
        for event in events:
            shown = replace(event, preview=None, voice=None, compared=None)
            with self._lock:
                live.job = replace(
                    live.job,
                    events=(*live.job.events, shown),
                    preview=event.preview or live.job.preview,
                )
            if event.stage == "stopped":
                state = "stopped" if live.stop.is_set() else "interrupted"
            if event.voice is not None and event.compared is not None:
                write_compared(live.folder, event.compared)
                live.folder.write(VOICE, self._studio.voice_bytes(event.voice))
                state = "done"
        return state

    def _kept(self, order: _Order, folder: Folder) -> Job:
        """Return a run that is not in this process's hands."""
        state = "interrupted" if order.state in UNDER_WAY else order.state
        job = Job(order.id, state)
        if folder.has(CHECKPOINT):
            job = replace(job, events=tuple(progress_of(folder.read(CHECKPOINT)).history))
        if state == "failed":
            job = replace(job, error=TrainingFailedError(order.reason))
        if state == "done":
            voice = self._studio.voice_from_bytes(folder.read(VOICE), VOICE)
            job = replace(job, voice=voice, compared=read_compared(folder))
        return job
