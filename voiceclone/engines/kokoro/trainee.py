"""A voice in training: its numbers as the only parameters, upon frozen Kokoro.

The decoder learns from crops of the recordings laid out by `align`: spectra by multi-resolution
log-mel distance, identity by the cosine of the SpeechBrain ECAPA embedding. Adapting the affine of the
normalisation layers follows "AdaSpeech" (M. Chen et al., ICLR 2021); low-rank parts beside the decoder's
convolutions come nearer in the same time. The predictor stays as it is: taught the speaker's durations,
F0 and energy through its style affines, the voice came out less like the speaker (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from voiceclone.audio.clip import Audio
from voiceclone.devices import Devices
from voiceclone.engines.base import Material, VoiceTensors
from voiceclone.engines.finish import level_gain
from voiceclone.engines.kokoro.align import Aligned, align
from voiceclone.engines.kokoro.apart import Apart
from voiceclone.engines.kokoro.losses import MelDistance, at_level, resampled
from voiceclone.engines.kokoro.network import Frames, KokoroNetwork
from voiceclone.engines.kokoro.shift import Shift
from voiceclone.engines.kokoro.speak import PACE_RANGE, UNMAPPED, VoiceOnDevice, spread
from voiceclone.engines.kokoro.spec import FRAME_SAMPLES, SAMPLE_RATE, STYLE_DIM
from voiceclone.engines.kokoro.start import Start
from voiceclone.engines.seeded import Seeded
from voiceclone.speaker.encoder import SAMPLE_RATE as ENCODER_RATE
from voiceclone.speaker.encoder import SpeakerEncoder

CROP_FRAMES = 80
"""2 s: shorter crops give the instance norms too little to measure, longer ones cost more a step."""
LEARNING_RATE_ADAIN = 4.5e-3
"""For steps of two crops. A third more climbs faster by ECAPA and falls by encoders that are not trained
against: most of the 37,396 numbers then follow the noise of single crops."""
LEARNING_RATE_TIMBRE = 1.2e-2
LEARNING_RATE_LOW_RANK = 3e-3
"""Half as much again comes a little nearer, and costs naturalness and words; three times as much fails."""
WEIGHT_IDENTITY = 0.5
WEIGHT_OFFSETS = 0.05
"""Of the distance to the start: what the recording does not ask for stays as it was predicted."""


@dataclass(frozen=True)
class Crops:
    """What one step learns from: B crops of F frames."""

    frames: Frames
    samples: Tensor
    """`[B, F * 600]`, as recorded."""
    channel: tuple[Tensor, ...]
    """Of the recordings they are from, as `MelDistance.channel` gives it, each `[B, 2, n_mels]`."""
    seed: int
    """Of the noise in the vocoder's source."""

    def apart(self) -> list[Crops]:
        """Return each crop alone."""
        f = self.frames
        return [
            Crops(
                Frames(f.textual[one], f.f0[one], f.energy[one]),
                self.samples[one],
                tuple(channel[one] for channel in self.channel),
                self.seed + one.start,
            )
            for one in (slice(i, i + 1) for i in range(len(self.samples)))
        ]


class KokoroTrainee(nn.Module):
    """One voice, from a start and the prosody of a stock style pack `[510, 256]`.

    The network is not a part of this module: other voices speak with it meanwhile, under `lock`.
    """

    def __init__(
        self,
        network: KokoroNetwork,
        encoder: SpeakerEncoder,
        devices: Devices,
        lock: AbstractContextManager,
        material: Material,
        pack: np.ndarray,
        start: Start,
        seed: int,
    ) -> None:
        """Lay out the recordings.

        Args:
            network: Kokoro.
            encoder: says whose voice it is.
            devices: where it runs.
            lock: guards the network.
            material: the recordings, and what is said in them.
            pack: the style whose prosody it has.
            start: what its numbers begin with; without low-rank parts none are learned.
            seed: of the speech that the recordings are aligned with.

        Raises:
            TranscriptMismatchError: a text is not what its recording says.
        """
        super().__init__()
        # In a tuple, so that torch does not take them for parts of this module.
        self._frozen = (network, encoder)
        self._devices, self._lock = devices, lock
        device = network.device
        self._prosody = torch.from_numpy(pack[:, STYLE_DIM:]).to(device)
        self._target = torch.from_numpy(material.embedding).to(device)
        self._distance = MelDistance().to(device)
        self._start = start.offsets.detach().to(device)
        self.offsets = nn.Parameter(self._start.clone())
        self.timbre = nn.Parameter(start.timbre.detach().to(device).clone())
        low_rank = None if start.low_rank is None else start.low_rank.detach().to(device).clone()
        self.low_rank = None if low_rank is None else nn.Parameter(low_rank)
        self.register_buffer("gain", torch.ones((), device=device))
        self.gain: Tensor
        with lock, Seeded(seed, device):  # the speech that is aligned has noise in it
            here, half = self._here(), devices.autocast()
            self._clips = [align(network, c.audio, c.phrases, here, half) for c in material.clips]
            self._channels = [self._distance.channel(clip.samples) for clip in self._clips]
        lengths = np.array([clip.frames.textual.shape[-1] for clip in self._clips], float)
        self._share = lengths / lengths.sum()
        self._f0_map, self._pace = _mapping(self._clips)

    def groups(self) -> list[dict[str, Any]]:
        """Return the parameters with their learning rates, as torch's optimizers take them."""
        groups: list[dict[str, Any]] = [
            {"params": [self.offsets], "lr": LEARNING_RATE_ADAIN},
            {"params": [self.timbre], "lr": LEARNING_RATE_TIMBRE},
        ]
        if self.low_rank is not None:
            groups.append({"params": [self.low_rank], "lr": LEARNING_RATE_LOW_RANK})
        return groups

    def draw(self, random: np.random.Generator, n: int) -> Crops:
        """Return n crops of 2 s, of clips drawn by their length."""
        drawn = random.choice(len(self._clips), size=n, p=self._share)
        chosen = [self._clips[i] for i in drawn]
        size = min(CROP_FRAMES, *(clip.frames.textual.shape[-1] for clip in chosen))
        starts = [int(random.integers(clip.frames.textual.shape[-1] - size + 1)) for clip in chosen]
        cut = [_cut(clip, start, start + size) for clip, start in zip(chosen, starts, strict=True)]
        return Crops(
            Frames(*(torch.cat(parts) for parts in zip(*(frames for frames, _ in cut), strict=True))),
            torch.cat([samples for _, samples in cut]),
            tuple(torch.stack(bands) for bands in zip(*(self._channels[i] for i in drawn), strict=True)),
            int(random.integers(2**31)),
        )

    def forward(self, crops: Crops) -> dict[str, Tensor]:
        """Return the mean losses of some crops; `loss` is what is minimised.

        On a CPU crops are computed side by side, each on threads of its own.
        """
        network, _ = self._frozen
        parameters = (self.offsets, self.timbre, *([] if self.low_rank is None else [self.low_rank]))
        with self._lock:
            if network.device.type == "cpu" and len(crops.samples) > 1:
                values = Apart.apply(self._losses, crops.apart(), *parameters)
            else:
                values = self._losses(crops, *parameters)
        return dict(zip(("loss", "spectrum", "identity"), values, strict=True))

    def _losses(
        self, crops: Crops, offsets: Tensor, timbre: Tensor, low_rank: Tensor | None = None
    ) -> Tensor:
        """Return loss, spectral distance and distance of identity, `[3]`."""
        network, _ = self._frozen
        with Seeded(crops.seed, network.device), torch.enable_grad():
            with network.shifted(Shift(offsets, low_rank)), self._devices.autocast():
                spoken = network.decode(crops.frames, timbre[None].expand(len(crops.samples), -1))
            spoken = spoken[:, : crops.samples.shape[-1]].float()
            spectrum = self._distance(spoken, crops.samples, crops.channel)
            heard = self._distance.through(spoken, crops.channel)
            identity = (1 - self._embedding(heard) @ self._target).mean()
            moved = (offsets - self._start).square().mean()
            loss = spectrum + WEIGHT_IDENTITY * identity + WEIGHT_OFFSETS * moved
            return torch.stack([loss, spectrum.detach(), identity.detach()])

    def voice(self) -> VoiceTensors:
        """Return the tensors of the voice as it is now."""
        mapping = [*self._f0_map, self._pace, float(self.gain)]
        tensors: dict[str, np.ndarray] = {
            "adain": self.offsets.detach().cpu().numpy().astype(np.float16),
            "timbre": self.timbre.detach().cpu().numpy().astype(np.float32),
            "prosody": self._prosody.cpu().numpy().astype(np.float16),
            "mapping": np.array(mapping, np.float32),
        }
        if self.low_rank is not None:
            tensors["low_rank"] = self.low_rank.detach().cpu().numpy().astype(np.float16)
        return tensors

    def level(self, spoken: Audio) -> None:
        """Set the voice's gain by what it has just spoken, so that all voices come out equally loud."""
        self.gain *= level_gain(spoken)

    def through(self, spoken: Audio) -> Audio:
        """Return what was spoken as the first recording's line lets it through, to be compared with it."""
        samples = torch.from_numpy(spoken.samples)[None].to(self._target.device)
        heard = self._distance.through(samples, [bands[None] for bands in self._channels[0]])
        return Audio(heard[0].cpu().numpy(), spoken.sample_rate)

    def _here(self) -> VoiceOnDevice:
        """Return the voice as it is before anything is known of pitch and pace."""
        shift = Shift(self._start, None if self.low_rank is None else self.low_rank.detach())
        return VoiceOnDevice(shift, self.timbre.detach()[None], self._prosody, UNMAPPED[:4], 1.0, 1.0)

    def _embedding(self, spoken: Tensor) -> Tensor:
        heard = resampled(at_level(spoken), SAMPLE_RATE, ENCODER_RATE)
        return self._frozen[1].embed_batch(heard, self._devices.autocast())


def _mapping(clips: Sequence[Aligned]) -> tuple[tuple[float, float, float, float], float]:
    """Return median and spread of log F0, as predicted and as recorded, and the speaker's pace."""
    f0_map = UNMAPPED[:4]
    predicted = np.log(np.concatenate([clip.predicted_f0 for clip in clips]))
    recorded = np.log(np.concatenate([clip.recorded_f0 for clip in clips]))
    if len(predicted) and len(recorded):
        f0_map = (
            float(np.median(predicted)),
            spread(predicted),
            float(np.median(recorded)),
            spread(recorded),
        )
    pace = sum(c.recorded_frames for c in clips) / max(1, sum(c.predicted_frames for c in clips))
    return f0_map, float(np.clip(pace, *PACE_RANGE))


def _cut(clip: Aligned, start: int, end: int) -> tuple[tuple[Tensor, Tensor, Tensor], Tensor]:
    frames = (
        clip.frames.textual[:, :, start:end],
        clip.frames.f0[:, 2 * start : 2 * end],
        clip.frames.energy[:, 2 * start : 2 * end],
    )
    return frames, clip.samples[None, start * FRAME_SAMPLES : end * FRAME_SAMPLES]
