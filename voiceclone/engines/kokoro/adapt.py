"""Learn a voice: offsets on the decoder's AdaIN layers and a timbre, fitted to the recording.

Everything of Kokoro stays frozen but a shift of the 58 AdaIN affine outputs of the decoder
(37,396 numbers) and the 128 numbers of the style that steer it. They are trained on random
crops of the recording itself, laid out by `align`: spectra by multi-resolution log-mel
distance, identity by the cosine of the SpeechBrain ECAPA embedding. Adapting only the
affine of the normalisation layers follows "AdaSpeech" (M. Chen et al., ICLR 2021), which
adapts conditional layer norm in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

import numpy as np
import torch
from torch import Tensor

from voiceclone.audio.clip import Audio
from voiceclone.devices import Devices
from voiceclone.engines.base import AdaptationEvent, Budget, Material, SpeakOptions, VoiceTensors
from voiceclone.engines.kokoro.align import Aligned, align
from voiceclone.engines.kokoro.losses import MelDistance, at_level
from voiceclone.engines.kokoro.network import Frames, KokoroNetwork
from voiceclone.engines.kokoro.speak import (
    PACE_RANGE,
    TARGET_RMS,
    UNMAPPED,
    VoiceOnDevice,
    speak_phrase,
    speech_rms,
)
from voiceclone.engines.kokoro.spec import FRAME_SAMPLES, SAMPLE_RATE, STYLE_DIM, TIMBRE_ROWS
from voiceclone.errors import CancelledError
from voiceclone.speaker.encoder import SAMPLE_RATE as ENCODER_RATE
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.text.phrase import Phrase

CROP_FRAMES = 80
"""2 s: shorter crops give the instance norms too little to measure, longer ones cost more a step."""
LEARNING_RATE_ADAIN = 3e-3
"""Twice this climbs faster by ECAPA and falls by encoders that are not trained against: most of the
37,396 numbers then follow the noise of single crops."""
LEARNING_RATE_TIMBRE = 8e-3
FINAL_LEARNING_RATE = 0.2
"""The rates fall by a half cosine to this share: the last steps settle."""
WEIGHT_IDENTITY = 0.5
WEIGHT_OFFSETS = 0.05
MAX_GRADIENT_NORM = 1.0
MEASURE_EVERY = 10
"""Steps between measurements of the spoken sentence: each costs about one step."""


class Adaptation:
    """One run over one voice, from a stock style pack `[510, 256]`.

    `lock` guards the network, which other runs and speakers share.
    """

    def __init__(
        self,
        network: KokoroNetwork,
        encoder: SpeakerEncoder,
        material: Material,
        pack: np.ndarray,
        budget: Budget,
        devices: Devices,
        lock: AbstractContextManager,
    ) -> None:
        self.network, self.encoder, self.budget, self.lock = network, encoder, budget, lock
        self.material, self.devices = material, devices
        device = network.device
        self.pack = torch.from_numpy(pack).to(device)
        self.target = torch.from_numpy(material.embedding).to(device)
        self.offsets = torch.zeros(network.n_offsets, device=device, requires_grad=True)
        timbre = self.pack[TIMBRE_ROWS, :STYLE_DIM].mean(dim=0)
        self.timbre = timbre.clone().requires_grad_(True)
        self.distance = MelDistance().to(device)
        self.random = np.random.default_rng(budget.seed)
        self.f0_map = UNMAPPED[:4]
        self.pace = 1.0
        self.gain = 1.0

    def run(self, cancelled: Callable[[], bool]) -> Iterator[AdaptationEvent]:
        """Yield events; the last is `done` with the best voice by similarity of spoken sentences.

        Raises:
            CancelledError: cancelled before the first step.
            TranscriptMismatchError: the text is not what the recording says.
        """
        steps = self.budget.steps
        aligned = self._prepare()
        optimizer = torch.optim.Adam(
            [
                {"params": [self.offsets], "lr": LEARNING_RATE_ADAIN},
                {"params": [self.timbre], "lr": LEARNING_RATE_TIMBRE},
            ],
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda done: _cosine(done / steps))
        stock_similarity, spoken = self._measure()
        yield AdaptationEvent(
            0, steps, similarity=stock_similarity, preview=spoken if self.budget.preview_every else None
        )
        best: tuple[float, int, VoiceTensors] | None = None
        step = 0
        while step < steps:
            if cancelled():
                break
            losses = self._step(aligned, optimizer)
            schedule.step()
            step += 1
            similarity = preview = voice = None
            if step % MEASURE_EVERY == 0 or step == steps:
                similarity, spoken = self._measure()
                voice = self.voice()
                if best is None or similarity > best[0]:
                    best = (similarity, step, voice)
                if self.budget.preview_every and step % self.budget.preview_every < MEASURE_EVERY:
                    preview = spoken
            yield AdaptationEvent(step, steps, losses, similarity, preview, voice)
        if best is None and step > 0:  # cancelled before the first measurement
            best = (self._measure()[0], step, self.voice())
        if best is None:
            raise CancelledError(step)
        similarity, best_step, voice = best
        yield AdaptationEvent(
            step, steps, {"best_step": float(best_step)}, similarity, voice=voice, stage="done"
        )

    def voice(self) -> VoiceTensors:
        """Return the tensors of the voice as it is now."""
        return {
            "adain": self.offsets.detach().cpu().numpy().astype(np.float16),
            "timbre": self.timbre.detach().cpu().numpy().astype(np.float32),
            "prosody": self.pack[:, STYLE_DIM:].cpu().numpy().astype(np.float16),
            "mapping": np.array([*self.f0_map, self.pace, self.gain], np.float32),
        }

    def _prepare(self) -> list[Aligned]:
        with self.lock, torch.random.fork_rng():
            torch.manual_seed(self.budget.seed)  # the stock speech that is aligned has noise in it
            aligned = [align(self.network, c.audio, c.phrases, self.pack) for c in self.material.clips]
        predicted = np.log(np.concatenate([a.predicted_f0 for a in aligned]))
        recorded = np.log(np.concatenate([a.recorded_f0 for a in aligned]))
        if len(predicted) and len(recorded):
            self.f0_map = (
                float(np.median(predicted)),
                _spread(predicted),
                float(np.median(recorded)),
                _spread(recorded),
            )
        pace = sum(a.recorded_frames for a in aligned) / max(1, sum(a.predicted_frames for a in aligned))
        self.pace = float(np.clip(pace, *PACE_RANGE))
        return aligned

    def _step(self, aligned: Sequence[Aligned], optimizer: torch.optim.Optimizer) -> dict[str, float]:
        frames, recorded = self._crop(aligned)
        with self.lock, torch.random.fork_rng(), torch.enable_grad():
            torch.manual_seed(int(self.random.integers(2**31)))
            with self.network.shifted(self.offsets), self.devices.autocast():
                spoken = self.network.decode(frames, self.timbre[None])
            spoken = spoken[:, : recorded.shape[-1]].float()
            spectrum = self.distance(spoken, recorded)
            identity = 1 - self._embedding(spoken) @ self.target
            loss = (
                spectrum + WEIGHT_IDENTITY * identity.mean() + WEIGHT_OFFSETS * self.offsets.square().mean()
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
        torch.nn.utils.clip_grad_norm_([self.offsets, self.timbre], MAX_GRADIENT_NORM)
        optimizer.step()
        return {
            "loss": float(loss.detach()),
            "spectrum": float(spectrum.detach()),
            "identity": float(identity.detach().mean()),
        }

    def _embedding(self, spoken: Tensor) -> Tensor:
        from torchaudio.functional import resample

        return self.encoder.embed_batch(resample(at_level(spoken), SAMPLE_RATE, ENCODER_RATE))

    def _crop(self, aligned: Sequence[Aligned]) -> tuple[Frames, Tensor]:
        """Return 2 s of a clip (clips drawn by their length): decoder input and samples `[1, n]`."""
        lengths = np.array([a.frames.textual.shape[-1] for a in aligned], float)
        clip = aligned[self.random.choice(len(aligned), p=lengths / lengths.sum())]
        total = clip.frames.textual.shape[-1]
        size = min(CROP_FRAMES, total)
        start = int(self.random.integers(total - size + 1))
        end = start + size
        frames = Frames(
            clip.frames.textual[:, :, start:end],
            clip.frames.f0[:, 2 * start : 2 * end],
            clip.frames.energy[:, 2 * start : 2 * end],
        )
        return frames, clip.samples[None, start * FRAME_SAMPLES : end * FRAME_SAMPLES]

    def _measure(self) -> tuple[float, Audio]:
        """Speak the preview sentence as a listener would hear it; return its similarity and sound.

        Its level sets the voice's gain on the way, so that all voices come out equally loud.
        """
        phrases = self.budget.preview or _some(self.material)
        voice = VoiceOnDevice.of(self.voice(), self.network.device)
        pieces = []
        for index, phrase in enumerate(phrases):
            with self.lock:
                pieces.append(
                    speak_phrase(self.network, voice, phrase, SpeakOptions(seed=self.budget.seed), index)
                )
        audio = Audio.joined(pieces)
        self.gain *= TARGET_RMS / max(speech_rms(audio), 1e-4)
        return float(self.encoder.embed(audio) @ self.material.embedding), audio


def _some(material: Material) -> tuple[Phrase, ...]:
    """Return the first phrase of the material: what to say when nothing else is given."""
    return material.clips[0].phrases[:1]


def _spread(log_f0: np.ndarray) -> float:
    """Return a robust standard deviation: half the distance of the 16th and 84th percentile."""
    low, high = np.percentile(log_f0, (16, 84))
    return float(max((high - low) / 2, 0.02))


def _cosine(progress: float) -> float:
    return FINAL_LEARNING_RATE + (1 - FINAL_LEARNING_RATE) * 0.5 * (1 + np.cos(np.pi * min(progress, 1.0)))
