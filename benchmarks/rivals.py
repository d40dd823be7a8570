"""What else can be done with the same network in the same time: what a learned voice has to beat.

None of these is part of the program.
"""

from __future__ import annotations

import time

import numpy as np
import torch

from voiceclone.audio.clip import Audio
from voiceclone.audio.features import f0
from voiceclone.engines.base import Clip, Material, SpeakOptions, VoiceTensors
from voiceclone.engines.kokoro.adapt import CROPS
from voiceclone.engines.kokoro.engine import KokoroEngine
from voiceclone.engines.kokoro.spec import ADAIN_OFFSETS, PACKS, STYLE_DIM
from voiceclone.engines.kokoro.start import Start
from voiceclone.engines.kokoro.trainee import KokoroTrainee
from voiceclone.listen.reference import Reference
from voiceclone.studio import Studio

PITCH_WEIGHT = 0.5
"""How much an octave of pitch counts against ECAPA similarity when the nearest pack is looked for."""
WALK_STEP = 0.08
"""How far a random walk goes at a time, in deviations of the stock packs' timbres."""
SENTENCE = "This is how I sound so far, and I am still learning."


class Rivals:
    """Voices for one reference by other means, as tensors of Kokoro's."""

    def __init__(self, studio: Studio, engine: KokoroEngine, reference: Reference, language_key: str) -> None:
        self._studio, self._engine = studio, engine
        text = studio.transcribe(reference, language_key).text
        self._phrases = studio.preview_text(SENTENCE, language_key)
        clip = Clip(reference.audio, studio.preview_text(text, language_key))
        self._material = Material((clip,), studio.services.speaker.embed(reference.audio))
        self.nearest = self._nearest()

    def pack(self) -> VoiceTensors:
        """Return the nearest stock pack as it is."""
        return self._engine.stock_voice(self.nearest)

    def pack_mapped(self) -> VoiceTensors:
        """Return the nearest stock pack, its pitch and pace moved to the reference's."""
        return {**self.pack(), "mapping": self._trainee(self._start()).voice()["mapping"]}

    def walk(self, seconds: float) -> VoiceTensors:
        """Return what a random walk over the timbre finds in some time: it goes where ECAPA says nearer.

        As community tools for Kokoro do that look for a voice by chance.
        """
        random = np.random.default_rng(0)
        timbres = np.stack([self._engine.stock_voice(name)["timbre"] for name in PACKS])
        best, until = self.pack_mapped(), time.monotonic() + seconds
        likeness = self._likeness(best)
        while time.monotonic() < until:
            step = WALK_STEP * timbres.std(axis=0) * random.standard_normal(STYLE_DIM)
            tried = {**best, "timbre": (best["timbre"] + step).astype(np.float32)}
            if (found := self._likeness(tried)) > likeness:
                best, likeness = tried, found
        return best

    def style_only(self, seconds: float) -> VoiceTensors:
        """Return what gradients on the 128 numbers of the timbre alone find in some time."""
        trainee = self._trainee(self._start())
        trainee.offsets.requires_grad_(False)
        optimizer = torch.optim.Adam([trainee.timbre], lr=2e-2)
        random, until = np.random.default_rng(0), time.monotonic() + seconds
        while time.monotonic() < until:
            optimizer.zero_grad()
            trainee(trainee.draw(random, CROPS))["loss"].backward()
            optimizer.step()
        return trainee.voice()

    def _nearest(self) -> str:
        def median_f0(audio: Audio) -> float:
            curve = f0(audio)
            return float(np.median(curve[curve > 0]))

        pitch = median_f0(self._material.clips[0].audio)

        def score(name: str) -> float:
            audio = self._spoken(self._engine.stock_voice(name))
            near = float(self._studio.services.speaker.embed(audio) @ self._material.embedding)
            return near - PITCH_WEIGHT * abs(float(np.log2(median_f0(audio) / pitch)))

        return max(PACKS, key=score)

    def _spoken(self, tensors: VoiceTensors) -> Audio:
        return Audio.joined(list(self._engine.speak(tensors, self._phrases, SpeakOptions())))

    def _likeness(self, tensors: VoiceTensors) -> float:
        return float(self._studio.services.speaker.embed(self._spoken(tensors)) @ self._material.embedding)

    def _start(self) -> Start:
        return Start(torch.zeros(ADAIN_OFFSETS), torch.from_numpy(self.pack()["timbre"]))

    def _trainee(self, start: Start) -> KokoroTrainee:
        engine, services = self._engine, self._studio.services
        return KokoroTrainee(
            engine._network, services.speaker, services.devices, engine._lock, self._material,
            engine._packs[self.nearest], start, 0,
        )  # fmt: skip
