"""The Pocket TTS engine: a voice is the reference itself, in the codec's numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.audio.tempo import at_speed
from voiceclone.devices import Devices
from voiceclone.engines.base import AdaptationEvent, Budget, Material, SpeakOptions, VoiceTensors
from voiceclone.engines.pocket_tts.network import PocketTTSNetwork
from voiceclone.engines.pocket_tts.spec import MAX_REFERENCE_S, POCKET_TTS, SAMPLE_RATE
from voiceclone.errors import CancelledError
from voiceclone.hub.weights import WeightStore
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.text.phrase import Phrase

PEAK = 0.98


class PocketTTSEngine:
    """Pocket TTS on one device. Safe between threads: the network is used by one at a time."""

    spec = POCKET_TTS

    def __init__(self, weights: WeightStore, encoder: SpeakerEncoder, devices: Devices) -> None:
        self._encoder = encoder
        self._network = PocketTTSNetwork(
            weights.file("pocket-tts"), weights.file("pocket-tts-tokenizer"), devices.main()
        )
        self._lock = threading.Lock()

    def adapt(
        self, material: Material, budget: Budget, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[AdaptationEvent]:
        """Learn a voice, at once; see `voiceclone.engines.base.Engine.adapt`.

        Of the recordings, the first 30 s are heard.
        """
        if cancelled():
            raise CancelledError(0)
        heard = Audio.joined([clip.audio.resampled(SAMPLE_RATE) for clip in material.clips])
        with self._lock:
            latents = self._network.latents(heard.sliced(0.0, MAX_REFERENCE_S).samples)
        voice = {"latents": latents}
        if cancelled():
            raise CancelledError(0)
        similarity = preview = None
        if budget.preview:
            preview = Audio.joined(list(self.speak(voice, budget.preview, SpeakOptions(seed=budget.seed))))
            similarity = float(self._encoder.embed(preview) @ material.embedding)
        shown = preview if budget.preview_every else None
        yield AdaptationEvent(0, 0, similarity=similarity, preview=shown, voice=voice)
        yield AdaptationEvent(0, 0, {"best_step": 0.0}, similarity, voice=voice, stage="done")

    def speak(self, voice: VoiceTensors, phrases: Iterable[Phrase], options: SpeakOptions) -> Iterator[Audio]:
        """Yield each phrase at 24 kHz; see `voiceclone.engines.base.Engine.speak`.

        The model has no pace to set: another speed is a stretch of what it said.
        """
        for index, phrase in enumerate(phrases):
            with self._lock:
                samples = self._network.speak(
                    phrase.normalized, voice["latents"], options.seed * 1_000_003 + index
                )
            samples = samples * min(1.0, PEAK / max(float(np.abs(samples).max(initial=0.0)), 1e-9))
            said = at_speed(Audio(samples, SAMPLE_RATE), options.speed)
            yield Audio.joined([said, Audio.silence(phrase.pause_s / options.speed, SAMPLE_RATE)])
