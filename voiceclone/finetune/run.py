"""A training run: from a dataset to the tensors of a voice, on one device or on several processes.

Accelerate finds the processes and their devices. Each process draws crops of its own, and the
gradients are averaged over all of them: a voice has half a million numbers, so they are reduced as one
vector rather than by a wrapper around the model. What is drawn at a step depends on the seed, the step
and the process alone; taken up from a checkpoint, a run goes on as if it had not ended.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import Material, SpeakOptions, TrainableEngine, VoiceTensors
from voiceclone.engines.schedule import half_cosine
from voiceclone.finetune.checkpoint import Progress, from_bytes, tensors_to_bytes, to_bytes, without_preview
from voiceclone.finetune.evaluation import Evaluator, better
from voiceclone.finetune.events import Evaluation, TrainingEvent
from voiceclone.finetune.folder import Folder
from voiceclone.text.phrase import Phrase

if TYPE_CHECKING:
    from accelerate import Accelerator

log = logging.getLogger(__name__)

CHECKPOINT = "checkpoint.safetensors"
START = "start.safetensors"
"""The voice before the first step."""
CHECKPOINT_EVERY = 10
"""Steps: a quarter of a minute on two cores, the most that a crash costs."""
EVALUATIONS = 8
"""About so many in a run: each takes as long as eight steps on two cores."""
MIN_EVALUATE_EVERY = 10
MAX_GRADIENT_NORM = 1.0
MIN_STEPS, MAX_STEPS = 1, 2_000
LEAST_STEPS = 20
"""However little time there is."""
TIMED_STEPS = 2
RESERVED_S = 20.0
"""For saving the voice, loading it afresh and hearing it speak."""
BATCH = {"cpu": 2}
ACCELERATOR_BATCH = 8
"""Crops of 2 s that a step learns from; halved when they do not fit."""


@dataclass(frozen=True)
class RunOptions:
    """What a run is to do."""

    seconds: float
    """That it may take, of which steps are made; ignored where `steps` is given."""
    steps: int | None = None
    seed: int = 0
    preview: tuple[Phrase, ...] = ()
    """What is spoken with every evaluation, for a person to hear."""


class Run:
    """One run. In several processes, each makes one, and all of them iterate `events`."""

    def __init__(
        self,
        engine: TrainableEngine,
        material: Material,
        evaluator: Callable[[], Evaluator],
        folder: Folder,
        options: RunOptions,
    ) -> None:
        """Keep the parts; the work begins with `events`.

        Args:
            engine: whose voice is trained.
            material: what is trained on.
            evaluator: makes what measures; called in the main process only.
            folder: where the checkpoint is; one that is there is taken up.
            options: how long, and what is spoken meanwhile.
        """
        self._engine, self._material, self._folder, self._options = engine, material, folder, options
        self._make_evaluator = evaluator

    def events(
        self, stopped: Callable[[], bool] = lambda: False, finished: Callable[[], bool] = lambda: False
    ) -> Iterator[tuple[TrainingEvent, VoiceTensors | None]]:
        """Yield reports, and with the last, `checking`, the tensors of the voice; or end with `stopped`.

        Args:
            stopped: asked between steps; when true the run is left where it is, to be taken up again.
            finished: asked between steps; when true the best voice so far is the result.

        Raises:
            CheckpointError: the checkpoint in the folder is not whole, or of another engine.
            TranscriptMismatchError: a text is not what its recording says.
        """
        begun = time.monotonic()
        yield TrainingEvent("preparing", 0, self._options.steps or 0, 0.0), None
        accelerator = _accelerator()
        trainee: Any = self._engine.trainee(self._material, self._options.seed)
        learner = _Learner(accelerator, trainee, self._options.seed)
        progress = Progress(self._engine.spec.name)
        if self._folder.has(CHECKPOINT):
            progress = from_bytes(self._folder.read(CHECKPOINT), progress.engine, trainee, learner.optimizer)
        evaluator = self._make_evaluator() if accelerator.is_main_process else None
        steps = self._steps(progress, learner, time.monotonic() - begun)
        every = max(MIN_EVALUATE_EVERY, math.ceil(steps / EVALUATIONS))
        earlier = progress.seconds
        for event in progress.history:
            yield event, None

        def seconds() -> float:
            return earlier + time.monotonic() - begun

        preview: Audio | None = None
        if progress.start is None and evaluator is not None:
            self._folder.write(START, tensors_to_bytes(trainee.voice()))
            progress.start, preview = self._evaluate(evaluator, trainee, progress)
            event = TrainingEvent("learning", 0, steps, seconds(), evaluation=progress.start, preview=preview)
            progress.history.append(without_preview(event))
            self._save(accelerator, progress, seconds(), trainee, learner)
            yield event, None
        while progress.step < steps:
            if learner.anywhere(stopped()):
                self._save(accelerator, progress, seconds(), trainee, learner)
                yield TrainingEvent("stopped", progress.step, steps, seconds(), chosen=progress.chosen), None
                return
            if learner.anywhere(finished()):
                break
            step_begun = time.monotonic()
            losses = learner.step(progress.step, steps)
            progress.step += 1
            took = time.monotonic() - step_begun
            evaluation = preview = None
            if progress.step % every == 0 or progress.step == steps:
                evaluation, preview = self._evaluated(evaluator, trainee, progress)
            event = TrainingEvent(
                "learning",
                progress.step,
                steps,
                seconds(),
                (steps - progress.step) * took,
                losses,
                evaluation,
                progress.chosen,
                preview,
            )
            progress.history.append(without_preview(event))
            if evaluation is not None or progress.step % CHECKPOINT_EVERY == 0:
                self._save(accelerator, progress, seconds(), trainee, learner)
            yield event, None
        if progress.chosen is None or not progress.best:  # finished before the first evaluation
            self._evaluated(evaluator, trainee, progress)
            self._save(accelerator, progress, seconds(), trainee, learner)
        yield (
            TrainingEvent("checking", progress.step, steps, seconds(), chosen=progress.chosen),
            progress.best,
        )

    def _steps(self, progress: Progress, learner: _Learner, prepared_s: float) -> int:
        """Return how many steps the run has: as before, as asked, or as many as its time is enough for."""
        if progress.history:
            return progress.history[-1].steps
        if self._options.steps is not None:
            return self._options.steps
        learner.try_step()  # the first is slower: kernels are chosen
        begun = time.monotonic()
        for _ in range(TIMED_STEPS):
            learner.try_step()
        step_s = (time.monotonic() - begun) / TIMED_STEPS
        left_s = self._options.seconds - prepared_s - RESERVED_S
        steps = round(left_s / step_s) - EVALUATIONS * 8
        return learner.agreed(min(MAX_STEPS, max(LEAST_STEPS, steps)))

    def _evaluated(
        self, evaluator: Evaluator | None, trainee: Any, progress: Progress
    ) -> tuple[Evaluation | None, Audio | None]:
        """Measure the voice as it is now, and keep it where it is the best; nothing in other processes."""
        if evaluator is None:
            return None, None
        evaluation, preview = self._evaluate(evaluator, trainee, progress)
        if better(evaluation, progress.chosen):
            progress.chosen, progress.best = evaluation, trainee.voice()
        return evaluation, preview

    def _evaluate(
        self, evaluator: Evaluator, trainee: Any, progress: Progress
    ) -> tuple[Evaluation, Audio | None]:
        spoken = evaluator.speak(trainee.voice())
        trainee.level(spoken)
        floor = None if progress.start is None else evaluator.floor(progress.start)
        evaluation = evaluator.measure(spoken, progress.step, floor)
        if not self._options.preview:
            return evaluation, None
        options = SpeakOptions(seed=self._options.seed)
        pieces = self._engine.speak(trainee.voice(), self._options.preview, options)
        return evaluation, Audio.joined(list(pieces))

    def _save(
        self, accelerator: Accelerator, progress: Progress, seconds: float, trainee: Any, learner: _Learner
    ) -> None:
        progress.seconds = seconds
        if accelerator.is_main_process:
            self._folder.write(CHECKPOINT, to_bytes(progress, trainee, learner.optimizer))


class _Learner:
    """Takes steps: draws, adds up gradients, averages them over all processes, moves the voice."""

    def __init__(self, accelerator: Accelerator, trainee: Any, seed: int) -> None:
        import torch

        self._accelerator, self._trainee, self._seed = accelerator, trainee, seed
        self.optimizer = torch.optim.Adam(trainee.groups())
        self._rates = [group["lr"] for group in self.optimizer.param_groups]
        self._batch = BATCH.get(accelerator.device.type, ACCELERATOR_BATCH)
        self._rounds = 1

    def step(self, step: int, steps: int) -> dict[str, float]:
        """Take one step of a run, and return its losses."""
        import torch

        losses = self._gradients(step)
        parameters = list(self._trainee.parameters())
        if self._accelerator.num_processes > 1:
            together = torch.nn.utils.parameters_to_vector([p.grad for p in parameters])
            together = self._accelerator.reduce(together, "mean")
            torch.nn.utils.vector_to_parameters(together, [p.grad for p in parameters])
        torch.nn.utils.clip_grad_norm_(parameters, MAX_GRADIENT_NORM)
        for group, rate in zip(self.optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * half_cosine(step / steps)
        self.optimizer.step()
        return losses

    def try_step(self) -> None:
        """Do the work of a step, and change nothing."""
        self._gradients(0)
        self.optimizer.zero_grad(set_to_none=True)

    def anywhere(self, flag: bool) -> bool:
        """Return whether a flag is up in any process: all of them end at the same step."""
        return self._together(float(flag), "sum") > 0

    def agreed(self, number: int) -> int:
        """Return the mean of the processes' numbers."""
        return round(self._together(float(number), "mean"))

    def _together(self, value: float, how: str) -> float:
        import torch

        if self._accelerator.num_processes == 1:
            return value
        here = torch.tensor(value, device=self._accelerator.device)
        return float(self._accelerator.reduce(here, how))

    def _gradients(self, step: int) -> dict[str, float]:
        """Leave the gradients of a step in the parameters; halve what is drawn at once until it fits."""
        from accelerate.utils.memory import clear_device_cache, should_reduce_batch_size

        while True:
            try:
                return self._accumulated(step)
            except (RuntimeError, MemoryError) as error:
                if self._batch == 1 or not should_reduce_batch_size(error):
                    raise
            self._batch //= 2
            self._rounds *= 2
            log.warning("out of memory: going on with %d crops at once", self._batch)
            clear_device_cache(garbage_collection=True)

    def _accumulated(self, step: int) -> dict[str, float]:
        self.optimizer.zero_grad(set_to_none=True)
        random = np.random.default_rng([self._seed, step, self._accelerator.process_index])
        sums: dict[str, float] = {}
        for _ in range(self._rounds):
            losses = self._trainee(self._trainee.draw(random, self._batch))
            self._accelerator.backward(losses["loss"] / self._rounds)
            for name, loss in losses.items():
                sums[name] = sums.get(name, 0.0) + float(loss.detach()) / self._rounds
        return sums


def _accelerator() -> Accelerator:
    """Return Accelerate's view of processes and devices. Mixed precision is the engine's own."""
    from accelerate import Accelerator

    return Accelerator(mixed_precision="no")
