"""Learn a voice from a short reference: train it step by step, and keep the best by what it speaks.

Everything of Kokoro stays frozen but a shift of the 58 AdaIN affine outputs of the decoder
(37,396 numbers), the 128 numbers of the style that steer it, and low-rank parts beside its
convolutions; see `trainee`. They begin as `start` predicts them from the speaker embedding, which is a
voice already: the one that is kept with no steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import torch

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import AdaptationEvent, Budget, Material, SpeakOptions, VoiceTensors
from voiceclone.engines.kokoro.network import KokoroNetwork
from voiceclone.engines.kokoro.speak import VoiceOnDevice, speak_phrase
from voiceclone.engines.kokoro.trainee import KokoroTrainee
from voiceclone.engines.schedule import half_cosine
from voiceclone.errors import CancelledError
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.text.phrase import Phrase

MAX_GRADIENT_NORM = 1.0
CROPS = 2
"""That a step learns from, side by side where there are cores for both."""
MEASURE_EVERY = 6
"""Steps between measurements of the spoken sentence, at least: each costs about three quarters of a step."""
MEASURES = 4
"""How often a long run is measured, its start apart."""
NATURAL = 4.0
"""DistillMOS from which speech counts as natural: recordings of readers have 3.96 in the mean."""
SLACK = 0.25
"""By how much a single sentence may be judged worse without being worse."""
LIKENESS_PER_POINT = 0.4
"""By how much nearer (cosine) a voice must be that sounds one point of DistillMOS worse than that. As a bar
that nothing may pass, the guard left a reader with a stranger's voice that sounded well."""
LIKENESS_PER_WORDS = 1.0
"""By how much nearer (cosine) a voice must be of which no word is understood any more: 0.1 for each tenth."""


@dataclass(frozen=True)
class _Found:
    """A voice on the way, and what a sentence of it is worth."""

    step: int
    similarity: float
    natural: float
    words_lost: float
    voice: VoiceTensors


class Adaptation:
    """One run over one voice.

    `lock` guards the network, which other runs and speakers share.
    """

    def __init__(
        self,
        network: KokoroNetwork,
        encoder: SpeakerEncoder,
        material: Material,
        budget: Budget,
        lock: AbstractContextManager,
        trainee: Callable[[], KokoroTrainee],
    ) -> None:
        self.network, self.encoder, self.budget, self.lock = network, encoder, budget, lock
        self.material = material
        self._make = trainee
        self.random = np.random.default_rng(budget.seed)

    def run(self, cancelled: Callable[[], bool]) -> Iterator[AdaptationEvent]:
        """Yield events; the last is `done` with the voice whose spoken sentence was most similar.

        A step that sounds less natural than the start, and less than recordings do, or of which fewer words
        are understood, must be so much nearer.

        Raises:
            CancelledError: cancelled before the first step.
            TranscriptMismatchError: the text is not what the recording says.
        """
        steps = self.budget.steps
        trainee = self._make()
        optimizer = torch.optim.Adam(trainee.groups())
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda done: half_cosine(done / max(1, steps))
        )
        spoken, best = self._measure(trainee, 0)
        floor, lost = min(NATURAL, best.natural) - SLACK, best.words_lost

        def worth(found: _Found) -> float:
            rough = LIKENESS_PER_POINT * max(0.0, floor - found.natural)
            return found.similarity - rough - LIKENESS_PER_WORDS * max(0.0, found.words_lost - lost)

        preview = spoken if self.budget.preview_every else None
        yield AdaptationEvent(0, steps, {}, best.similarity, preview, best.voice)
        parts = max(1, min(MEASURES, steps // MEASURE_EVERY))
        measuring = {math.ceil(steps * part / parts) for part in range(1, parts + 1)}
        step = measured = shown = 0
        while step < steps:
            if cancelled():
                break
            losses = trainee(trainee.draw(self.random, CROPS))
            optimizer.zero_grad(set_to_none=True)
            losses["loss"].backward()
            torch.nn.utils.clip_grad_norm_(trainee.parameters(), MAX_GRADIENT_NORM)
            optimizer.step()
            schedule.step()
            step += 1
            heard = preview = None
            if step in measuring:
                spoken, found = self._measure(trainee, step)
                heard, measured = found.similarity, step
                best = max(best, found, key=worth)
                if 0 < self.budget.preview_every <= step - shown:
                    preview, shown = spoken, step
            values = {name: float(loss.detach()) for name, loss in losses.items()}
            yield AdaptationEvent(
                step, steps, values, heard, preview, best.voice if heard is not None else None
            )
        if steps > 0 == step:
            raise CancelledError(step)
        if measured == 0 < step:  # cancelled before the first measurement
            best = max(best, self._measure(trainee, step)[1], key=worth)
        values = {"best_step": float(best.step)}
        yield AdaptationEvent(step, steps, values, best.similarity, voice=best.voice, stage="done")

    def _measure(self, trainee: KokoroTrainee, step: int) -> tuple[Audio, _Found]:
        """Speak the preview sentence as a listener would hear it; return its sound, and what it is worth."""
        phrases = self.budget.preview or _some(self.material)
        voice = VoiceOnDevice.of(trainee.voice(), self.network.device)
        pieces = []
        for index, phrase in enumerate(phrases):
            with self.lock:
                pieces.append(
                    speak_phrase(self.network, voice, phrase, SpeakOptions(seed=self.budget.seed), index)
                )
        audio = Audio.joined(pieces)
        trainee.level(audio)
        similarity = float(self.encoder.embed(trainee.through(audio)) @ self.material.embedding)
        natural = self.budget.natural(audio) if self.budget.natural else NATURAL
        words_lost = self.budget.words_lost(audio) if self.budget.words_lost else 0.0
        return audio, _Found(step, similarity, natural, words_lost, trainee.voice())


def _some(material: Material) -> tuple[Phrase, ...]:
    """Return the first phrase of the material: what to say when nothing else is given."""
    return material.clips[0].phrases[:1]
