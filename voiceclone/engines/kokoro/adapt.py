"""Learn a voice from a short reference: train it step by step, and keep the best by what it speaks.

Everything of Kokoro stays frozen but a shift of the 58 AdaIN affine outputs of the decoder
(37,396 numbers) and the 128 numbers of the style that steer it; see `trainee`. What they begin with is
a voice already: the one that is kept with no steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

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
MEASURE_EVERY = 10
"""Steps between measurements of the spoken sentence: each costs about one step."""


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
        """Yield events; the last is `done` with the best voice by similarity of spoken sentences.

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
        similarity, spoken = self._measure(trainee)
        best = (similarity, 0, trainee.voice())
        yield AdaptationEvent(
            0, steps, {}, similarity, spoken if self.budget.preview_every else None, best[2]
        )
        step = measured = 0
        while step < steps:
            if cancelled():
                break
            losses = trainee(trainee.draw(self.random, 1))
            optimizer.zero_grad(set_to_none=True)
            losses["loss"].backward()
            torch.nn.utils.clip_grad_norm_(trainee.parameters(), MAX_GRADIENT_NORM)
            optimizer.step()
            schedule.step()
            step += 1
            heard = preview = None
            if step % MEASURE_EVERY == 0 or step == steps:
                heard, spoken = self._measure(trainee)
                best, measured = max(best, (heard, step, trainee.voice()), key=_similarity), step
                if self.budget.preview_every and step % self.budget.preview_every < MEASURE_EVERY:
                    preview = spoken
            values = {name: float(loss.detach()) for name, loss in losses.items()}
            yield AdaptationEvent(step, steps, values, heard, preview, best[2] if heard is not None else None)
        if steps > 0 == step:
            raise CancelledError(step)
        if measured == 0 < step:  # cancelled before the first measurement
            best = max(best, (self._measure(trainee)[0], step, trainee.voice()), key=_similarity)
        similarity, best_step, voice = best
        yield AdaptationEvent(
            step, steps, {"best_step": float(best_step)}, similarity, voice=voice, stage="done"
        )

    def _measure(self, trainee: KokoroTrainee) -> tuple[float, Audio]:
        """Speak the preview sentence as a listener would hear it; return its similarity and sound."""
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
        return float(self.encoder.embed(audio) @ self.material.embedding), audio


def _similarity(candidate: tuple[float, int, VoiceTensors]) -> float:
    return candidate[0]


def _some(material: Material) -> tuple[Phrase, ...]:
    """Return the first phrase of the material: what to say when nothing else is given."""
    return material.clips[0].phrases[:1]
