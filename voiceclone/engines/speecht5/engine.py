"""The SpeechT5 engine: what `voiceclone.engines.base.Engine` asks for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.devices import Devices
from voiceclone.engines.base import AdaptationEvent, Budget, Clip, Material, SpeakOptions, VoiceTensors
from voiceclone.engines.finish import level_gain, limited
from voiceclone.engines.speecht5.network import SpeechT5Converter, SpeechT5Network
from voiceclone.engines.speecht5.speak import VoiceOnDevice, convert_speech, speak_phrase
from voiceclone.engines.speecht5.spec import CONVERSION, SAMPLE_RATE, SPEECHT5
from voiceclone.engines.speecht5.trainee import SpeechT5Trainee
from voiceclone.errors import CancelledError
from voiceclone.hub.weights import WeightStore
from voiceclone.speaker.calibration import centre
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.speaker.xvector import XVectorEncoder
from voiceclone.text.phrase import Phrase

_SENTENCE = Phrase(
    "The north wind and the sun were disputing which was the stronger.",
    "The north wind and the sun were disputing which was the stronger.",
    "",
    "en-us",
)
"""What is spoken to measure a voice when nothing else is given."""


class SpeechT5Engine:
    """SpeechT5 on one device. Safe between threads: the networks are used by one at a time."""

    spec = SPEECHT5

    def __init__(self, weights: WeightStore, encoder: SpeakerEncoder, devices: Devices) -> None:
        self._weights = weights
        self._encoder = encoder
        self._devices = devices
        self._device = devices.main()
        self._network = SpeechT5Network(weights, self._device)
        self._xvectors = XVectorEncoder(weights.path("xvector"), devices)
        self._converter: SpeechT5Converter | None = None
        self._lock = threading.RLock()
        self._loading = threading.Lock()

    def adapt(
        self, material: Material, budget: Budget, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[AdaptationEvent]:
        """Learn a voice, at once: its x-vector; see `voiceclone.engines.base.Engine.adapt`."""
        if cancelled():
            raise CancelledError(0)
        voice: dict[str, np.ndarray] = {"xvector": self._xvector(material), "gain": np.ones(1, np.float32)}
        options = SpeakOptions(seed=budget.seed)
        spoken = Audio.joined(list(self.speak(voice, budget.preview or (_SENTENCE,), options)))
        voice["gain"] = np.array([level_gain(spoken)], np.float32)
        preview = Audio(limited(spoken.samples * voice["gain"]), SAMPLE_RATE)
        similarity = float(self._encoder.embed(preview) @ material.embedding)
        heard = preview if budget.preview_every else None
        yield AdaptationEvent(0, 0, similarity=similarity, preview=heard, voice=voice)
        yield AdaptationEvent(0, 0, similarity=similarity, voice=voice, stage="done")

    def trainee(self, material: Material, seed: int) -> SpeechT5Trainee:
        """Return a voice that can be trained; see `voiceclone.engines.base.TrainableEngine.trainee`."""
        return SpeechT5Trainee(
            self._network, self._devices, self._lock, material, self._xvector(material), seed
        )

    def speak(self, voice: VoiceTensors, phrases: Iterable[Phrase], options: SpeakOptions) -> Iterator[Audio]:
        """Yield each phrase at 16 kHz; see `voiceclone.engines.base.Engine.speak`."""
        here = VoiceOnDevice.of(voice, self._device)
        for index, phrase in enumerate(phrases):
            with self._lock:
                audio = speak_phrase(self._network, here, phrase, options, index)
            yield audio

    def convert(self, voice: VoiceTensors, source: Clip, options: SpeakOptions) -> Audio:
        """Return an utterance in a voice; see `voiceclone.engines.base.ConvertingEngine.convert`.

        Raises:
            WeightsError: those of the speech-to-speech model cannot be had.
        """
        converter = self._convert_with()
        with self._lock:
            here = VoiceOnDevice.of(voice, self._device)
            return convert_speech(self._network, converter, here, source.audio, options)

    def _convert_with(self) -> SpeechT5Converter:
        """Return the speech-to-speech model, brought and loaded when it is first asked for."""
        with self._loading:  # not the lock of speaking, which goes on meanwhile
            if self._converter is None:
                self._converter = SpeechT5Converter(self._weights.path(CONVERSION), self._device)
            return self._converter

    def _xvector(self, material: Material) -> np.ndarray:
        return centre(np.stack([self._xvectors.embed(clip.audio) for clip in material.clips]))
