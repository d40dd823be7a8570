"""Fine-tuning: from a reviewed dataset to a voice that has been saved, loaded afresh, and has spoken."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.consent.receipt import Receipt
from voiceclone.engines.base import Clip, Engine, EngineSpec, Material, SpeakOptions, VoiceTensors
from voiceclone.engines.registry import DEFAULT_ENGINE
from voiceclone.errors import (
    ConsentUnverifiedError,
    OptionError,
    ReceiptExpiredError,
    ReceiptUntrustedError,
    TrainingHardwareError,
    TrainingObstacleError,
    VoiceRevokedError,
)
from voiceclone.finetune.checkpoint import tensors_from_bytes
from voiceclone.finetune.dataset import Dataset, Utterance
from voiceclone.finetune.evaluation import Evaluator
from voiceclone.finetune.events import Compared, Obstacle, Preflight, TrainingEvent
from voiceclone.finetune.folder import Folder
from voiceclone.finetune.run import LEAST_STEPS, MAX_STEPS, MIN_STEPS, START, Run, RunOptions
from voiceclone.finetune.split import MIN_HELD_OUT, Split, split
from voiceclone.studio import Studio, check_seed
from voiceclone.text.languages import LANGUAGES
from voiceclone.text.phrase import Phrase
from voiceclone.voices.voice import Learned, Voice

DEFAULT_MINUTES = 8.0
MIN_MINUTES, MAX_MINUTES = 1.0, 600.0
MIN_CLIPS = 6
MIN_SECONDS = 20.0
"""Of less speech the quick way, a clone, makes as much."""
ADVISED_SECONDS = 60.0
GPU_SECONDS_PER_STEP = 0.6
"""A guess until the run has timed its own steps: eight crops in place of one."""
MEMORY_MB = 2_200.0
"""Of the whole process while it trains on a CPU, the engine itself left out: gradients, encoder, judges."""
PREPARATION_S = 40.0
"""For loading, laying out the clips, and hearing the result."""

WANTED = {
    "too_little": f"at least {MIN_SECONDS:.0f} s of speech that is kept",
    "few_clips": f"at least {MIN_CLIPS} clips that are kept",
    "no_text": "a text for every clip that is kept, or the clip dropped",
    "other_speakers": "clips of one speaker only",
    "language_not_spoken": "clips in languages that the engine speaks; or an engine that speaks theirs",
    "no_consent": "a receipt of consent for these clips",
    "consent_not_valid": "consent that holds here and now",
    "consent_other_clips": "consent for every clip that is kept; drop the others, or ask again",
}
"""What is accepted in place of each obstacle that blocks."""


class FineTuning:
    """Checks and runs of training. Safe to share between threads as far as the studio is."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def check_hardware(self) -> None:
        """Raise unless runs are offered on this hardware.

        Raises:
            TrainingHardwareError: they are not.
        """
        if self._studio.settings.zero_gpu:
            raise TrainingHardwareError("ZeroGPU hardware")

    def preflight(
        self,
        dataset: Dataset,
        receipt: Receipt | None,
        minutes: float = DEFAULT_MINUTES,
        engine: str = DEFAULT_ENGINE,
    ) -> Preflight:
        """Return what a run would do on this machine, and what stands in its way.

        Args:
            dataset: as it was reviewed.
            receipt: consent for its clips; None when there is none yet.
            minutes: that the run may take, 1 to 600.
            engine: row of the registry.

        Raises:
            TrainingHardwareError: no runs are offered here.
            OptionError: `minutes` is out of range.
            EngineUnknownError, EngineCannotError: listing the engines that there are, or that can be trained.
            EngineUnavailableError: weights or libraries of the engine are missing here.
        """
        self.check_hardware()
        spec = self._studio.services.trainable_spec(engine)
        self._studio.usable(engine)
        if not MIN_MINUTES <= minutes <= MAX_MINUTES:
            raise OptionError("minutes", minutes, f"{MIN_MINUTES:g} to {MAX_MINUTES:g}")
        kept = dataset.kept
        parts = split(kept) if len(kept) > MIN_HELD_OUT else Split(kept, ())
        devices = self._studio.services.devices
        on_cpu = devices.main().type == "cpu"
        step_s = spec.step_core_s / devices.threads if on_cpu else GPU_SECONDS_PER_STEP
        steps = min(MAX_STEPS, max(LEAST_STEPS, round((minutes * 60 - PREPARATION_S) / step_s)))
        obstacles = [*self._obstacles(dataset, spec), *self._consent(dataset, receipt)]
        if steps == LEAST_STEPS:
            obstacles.append(Obstacle("short_time", minutes, blocking=False))
        return Preflight(
            seconds=sum(u.audio.duration_s for u in parts.training),
            clips=len(parts.training),
            held_out=len(parts.held_out),
            device=devices.title(),
            steps=steps,
            estimate_s=round(PREPARATION_S + steps * step_s),
            memory_mb=MEMORY_MB + spec.memory_mb,
            obstacles=tuple(obstacles),
        )

    def train(
        self,
        dataset: Dataset,
        receipt: Receipt,
        folder: Folder,
        *,
        minutes: float = DEFAULT_MINUTES,
        steps: int | None = None,
        seed: int = 0,
        preview_text: str = "",
        engine: str = DEFAULT_ENGINE,
        stopped: Callable[[], bool] = lambda: False,
        finished: Callable[[], bool] = lambda: False,
    ) -> Iterator[TrainingEvent]:
        """Train a voice; yields reports, the last, `done`, with the voice.

        A checkpoint in the folder is taken up. Everything is checked before the generator is made.

        Args:
            dataset: what to train on.
            receipt: consent for every clip of it that is kept.
            folder: where the run keeps itself.
            minutes: that it may take, all in all.
            steps: how many steps, in place of as many as the time is enough for; 1 to 2000.
            seed: same dataset, steps and seed: same voice.
            preview_text: spoken with every evaluation; nothing when empty.
            engine: row of the registry; a run that is taken up goes on by the engine that it was begun by.
            stopped: asked between steps; when true the run ends with `stopped`, and can be taken up.
            finished: asked between steps; when true the best voice so far is the result.

        Raises:
            TrainingHardwareError: no runs are offered here.
            TrainingObstacleError: something stands in the way; which says what.
            OptionError, TextError: an option is not accepted.
            EngineUnknownError, EngineCannotError, EngineUnavailableError: as `preflight`.
        """
        plan = self.preflight(dataset, receipt, minutes, engine)
        for obstacle in plan.obstacles:
            if obstacle.blocking:
                found = obstacle.value if obstacle.value is not None else 0
                kind = obstacle.kind
                raise TrainingObstacleError(kind.replace("_", " "), found, WANTED[kind])
        if steps is not None and not MIN_STEPS <= steps <= MAX_STEPS:
            raise OptionError("steps", steps, f"a whole number from {MIN_STEPS} to {MAX_STEPS}")
        check_seed(seed)
        preview: tuple[Phrase, ...] = ()
        if preview_text.strip():
            preview = self._studio.preview_text(preview_text, dataset.language, engine)
        options = RunOptions(minutes * 60, steps, seed, preview)
        return self._train(dataset, receipt, folder, engine, options, stopped, finished)

    def _train(
        self,
        dataset: Dataset,
        receipt: Receipt,
        folder: Folder,
        name: str,
        options: RunOptions,
        stopped: Callable[[], bool],
        finished: Callable[[], bool],
    ) -> Iterator[TrainingEvent]:
        services = self._studio.services
        parts = split(dataset.kept)
        engine = services.trainable_engine(name)
        phrases = functools.partial(self._phrases, name)
        clips = tuple(Clip(u.audio, phrases(u.text, u.language)) for u in parts.training)
        embedding = _centre([services.speaker.embed(u.audio) for u in parts.training])
        evaluator: list[Evaluator] = []

        def evaluates() -> Evaluator:
            evaluator.append(Evaluator(engine, services.judge, parts, phrases, options.seed))
            return evaluator[0]

        run = Run(engine, Material(clips, embedding), evaluates, folder, options)

        def ends() -> bool:
            return stopped() or self._studio.closing.is_set()

        for event, tensors in run.events(ends, finished):
            if event.preview is not None:
                event = replace(event, preview=services.watermarker.embed(event.preview))
            yield event
            if tensors is None or not evaluator:  # not the end, or not the main process
                continue
            voice = self._voice(
                name, dataset, parts, receipt, event, tensors, embedding, evaluator[0], options
            )
            start = tensors_from_bytes(folder.read(START))
            yield self._checked(voice, event, start, parts.held_out[0], engine, evaluator[0], options)

    def _voice(
        self,
        engine: str,
        dataset: Dataset,
        parts: Split,
        receipt: Receipt,
        event: TrainingEvent,
        tensors: VoiceTensors,
        embedding: np.ndarray,
        evaluator: Evaluator,
        options: RunOptions,
    ) -> Voice:
        assert event.chosen is not None
        spec = self._studio.registry.spec(engine)
        return Voice(
            name=receipt.voice_name,
            engine=spec.name,
            engine_revision=self._studio.services.weights.resolve(spec.weights[0]).revision,
            language=dataset.language,
            receipt=receipt,
            learned=Learned(
                steps=event.step,
                seed=options.seed,
                seconds=round(event.seconds, 2),
                reference_seconds=round(sum(u.audio.duration_s for u in parts.training), 2),
                reference_sha256=dataset.sha256,
                transcript="",  # the texts stay with the clips
                similarity_start=0.0,
                similarity=0.0,
                best_step=event.chosen.step,
            ),
            tensors=dict(tensors),
            embedding=embedding,
            judge_embedding=evaluator.fingerprint.embedding,
            judge_self_similarity=evaluator.fingerprint.self_similarity,
        )

    def _checked(
        self,
        voice: Voice,
        event: TrainingEvent,
        start: VoiceTensors,
        held_out: Utterance,
        engine: Engine,
        evaluator: Evaluator,
        options: RunOptions,
    ) -> TrainingEvent:
        """Save the voice, load it afresh, hear it speak, and return what that was like."""
        services = self._studio.services
        phrases = self._phrases(voice.engine, held_out.text, held_out.language)
        before = Audio.joined(list(engine.speak(start, phrases, SpeakOptions(seed=options.seed))))
        afresh = self._studio.voice_from_bytes(self._studio.voice_bytes(voice), voice.name)
        spoken = list(engine.speak(afresh.tensors, phrases, SpeakOptions(seed=options.seed)))
        after = Audio.joined(spoken)
        similar = [round(float(services.speaker.embed(a) @ voice.embedding), 4) for a in (before, after)]
        learned = replace(voice.learned, similarity_start=similar[0], similarity=similar[1])
        fingerprint = evaluator.fingerprint
        scores = [
            services.judge.score(audio, held_out.text, held_out.language, fingerprint)
            for audio in (before, after)
        ]
        watermark = services.watermarker.embed
        compared = Compared(
            held_out.text, held_out.audio, watermark(before), watermark(after), scores[0], scores[1]
        )
        return replace(event, stage="done", voice=replace(voice, learned=learned), compared=compared)

    def _phrases(self, engine: str, text: str, language_key: str) -> tuple[Phrase, ...]:
        spec = self._studio.registry.spec(engine)
        return self._studio.services.text.phrases(text, language_key, max_phonemes=spec.max_phonemes)

    def _obstacles(self, dataset: Dataset, spec: EngineSpec) -> Iterator[Obstacle]:
        kept = dataset.kept
        if dataset.seconds < MIN_SECONDS:
            yield Obstacle("too_little", round(dataset.seconds, 1))
        elif dataset.seconds < ADVISED_SECONDS:
            yield Obstacle("too_little", round(dataset.seconds, 1), blocking=False)
        if len(kept) < MIN_CLIPS:
            yield Obstacle("few_clips", len(kept))
        if silent := sum(not u.text.strip() for u in kept):
            yield Obstacle("no_text", silent)
        if others := sum(any(f.kind == "other_speaker" for f in u.faults) for u in kept):
            yield Obstacle("other_speakers", others)
        if (languages := len({u.language for u in kept})) > 1:
            yield Obstacle("mixed_languages", languages, blocking=False)
        if lacking := [u.language for u in kept if u.language not in spec.languages]:
            titles = ", ".join(LANGUAGES[key].title for key in dict.fromkeys(lacking))
            yield Obstacle("language_not_spoken", len(lacking), about=titles)

    def _consent(self, dataset: Dataset, receipt: Receipt | None) -> Iterator[Obstacle]:
        if receipt is None:
            yield Obstacle("no_consent")
            return
        try:
            self._studio.check(receipt)
        except (ReceiptExpiredError, VoiceRevokedError, ConsentUnverifiedError, ReceiptUntrustedError):
            yield Obstacle("consent_not_valid")
        if uncovered := len(set(dataset.sha256) - set(receipt.clips)):
            yield Obstacle("consent_other_clips", uncovered)


def _centre(embeddings: Sequence[np.ndarray]) -> np.ndarray:
    mean = np.mean(embeddings, axis=0)
    return (mean / np.linalg.norm(mean)).astype(np.float32)
