"""The Kokoro engine: learns a voice by adapting the decoder, and speaks with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import torch

from voiceclone.audio.clip import Audio
from voiceclone.devices import Devices
from voiceclone.engines.base import (
    AdaptationEvent,
    Budget,
    Clip,
    Material,
    SpeakOptions,
    VoiceTensors,
)
from voiceclone.engines.kokoro.adapt import Adaptation
from voiceclone.engines.kokoro.convert import load_network, load_packs
from voiceclone.engines.kokoro.losses import MelDistance
from voiceclone.engines.kokoro.packs import stock_voice
from voiceclone.engines.kokoro.revoice import revoice
from voiceclone.engines.kokoro.speak import VoiceOnDevice, speak_phrase
from voiceclone.engines.kokoro.spec import KOKORO, PROSODY_PACK, SAMPLE_RATE
from voiceclone.engines.kokoro.start import load_start
from voiceclone.engines.kokoro.trainee import KokoroTrainee
from voiceclone.hub.weights import WeightStore
from voiceclone.native import trim_heaps
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.text.phrase import Phrase

LONG_S = 5.0
"""After a longer phrase what it took is given back to the system: 0.2 to 0.4 GB, in 30 to 60 ms."""


class KokoroEngine:
    """Kokoro-82M on one device. Safe between threads: the network is used by one at a time."""

    spec = KOKORO

    def __init__(self, weights: WeightStore, encoder: SpeakerEncoder, devices: Devices) -> None:
        self._weights = weights
        self._encoder = encoder
        self._devices = devices
        self._device = devices.main()
        self._network = load_network(weights, self._device)
        self._packs = load_packs(weights)
        self._start = load_start(self._network.shifts)
        self._lock = threading.RLock()

    def adapt(
        self, material: Material, budget: Budget, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[AdaptationEvent]:
        """Learn a voice; see `voiceclone.engines.base.Engine.adapt`."""
        run = Adaptation(
            self._network,
            self._encoder,
            material,
            budget,
            self._lock,
            lambda: self.trainee(material, budget.seed),
        )
        yield from run.run(cancelled)

    def trainee(self, material: Material, seed: int) -> KokoroTrainee:
        """Return a voice that can be trained; see `voiceclone.engines.base.Engine.trainee`."""
        clips = [torch.tensor(clip.audio.resampled(SAMPLE_RATE).samples) for clip in material.clips]
        distance = MelDistance()
        with torch.no_grad():
            if distance.is_narrow(clips[0]):
                start = self._start.average()
            else:
                spectrum = torch.stack([distance.average_spectrum(clip) for clip in clips]).mean(dim=0)
                start = self._start(torch.from_numpy(material.embedding), spectrum)
        return KokoroTrainee(
            self._network, self._encoder, self._devices, self._lock, material, self._packs[PROSODY_PACK],
            start, seed,
        )  # fmt: skip

    def speak(self, voice: VoiceTensors, phrases: Iterable[Phrase], options: SpeakOptions) -> Iterator[Audio]:
        """Yield each phrase at 24 kHz; see `voiceclone.engines.base.Engine.speak`."""
        here = VoiceOnDevice.of(voice, self._device)
        for index, phrase in enumerate(phrases):
            with self._lock:
                audio = speak_phrase(self._network, here, phrase, options, index)
            if audio.duration_s > LONG_S:
                trim_heaps()
            yield audio

    def convert(self, voice: VoiceTensors, source: Clip, options: SpeakOptions) -> Audio:
        """Return an utterance in a voice; see `voiceclone.engines.base.ConvertingEngine.convert`.

        Raises:
            TranscriptMismatchError: the words are not what the recording says.
        """
        with self._lock:
            return revoice(self._network, VoiceOnDevice.of(voice, self._device), source, options)

    def stock_voice(self, name: str) -> VoiceTensors:
        """Return one of Kokoro's own style packs as a voice: nobody's, nothing learned."""
        return stock_voice(self._packs[name])
