"""Speak a phrase in an adapted voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import SpeakOptions, VoiceTensors
from voiceclone.engines.finish import finished
from voiceclone.engines.kokoro.network import Frames, KokoroNetwork, whole_frames
from voiceclone.engines.kokoro.shift import Shift
from voiceclone.engines.kokoro.spec import SAMPLE_RATE
from voiceclone.engines.seeded import Seeded
from voiceclone.text.phrase import Phrase

_VOICED_HZ = 10.0
_F0_RANGE_HZ = (50.0, 600.0)
_SPREAD_RATIO = (0.5, 2.0)
"""A pitch range is not stretched beyond this: outliers of a short reference are not its melody."""
PACE_RANGE = (1.1, 1.35)
"""A voice takes at least and at most this many times the stock style's durations."""
UNMAPPED = (0.0, 1.0, 0.0, 1.0, 1.0, 1.0)
"""The tensor `mapping` of a voice that speaks as its stock style does."""


@dataclass(frozen=True)
class VoiceOnDevice:
    """A voice's tensors, where the network is."""

    shift: Shift
    timbre: Tensor
    """`[1, 128]`."""
    prosody: Tensor
    """`[510, 128]`, a row per phrase length."""
    f0_map: tuple[float, ...]
    """Median and spread of log F0: as the stock style speaks, then of the reference."""
    pace: float
    """How many times the stock style's durations the reference takes."""
    gain: float

    @staticmethod
    def of(tensors: VoiceTensors, device: torch.device) -> VoiceOnDevice:
        """Return the voice on a device."""
        here = {
            name: torch.from_numpy(np.asarray(tensor, np.float32)).to(device)
            for name, tensor in tensors.items()
        }
        *f0_map, pace, gain = (float(x) for x in tensors["mapping"])
        shift = Shift(here["adain"], here.get("low_rank"))
        return VoiceOnDevice(shift, here["timbre"][None], here["prosody"], tuple(f0_map), pace, gain)


def speak_phrase(
    network: KokoroNetwork, voice: VoiceOnDevice, phrase: Phrase, options: SpeakOptions, index: int
) -> Audio:
    """Return one phrase as audio at 24 kHz, trimmed, faded and with its pause.

    The noise of the vocoder's source is drawn from the seed and the phrase's index, so the
    same request gives the same samples whatever else was spoken before.
    """
    row = min(max(len(phrase.phonemes) - 1, 0), len(voice.prosody) - 1)
    prosody = voice.prosody[row][None]
    with torch.no_grad(), Seeded(options.seed * 1_000_003 + index, network.device):
        with network.shifted(voice.shift):
            encoded = network.encode(phrase.phonemes, prosody)
            durations = whole_frames(encoded.durations, options.speed / voice.pace)
            frames = network.frames(encoded, durations, prosody)
            frames = Frames(frames.textual, mapped(frames.f0, voice.f0_map), frames.energy)
            samples = network.decode(frames, voice.timbre)[0].float().cpu().numpy()
    return finished(samples * voice.gain, SAMPLE_RATE, phrase.pause_s / options.speed)


def mapped(f0: Tensor, f0_map: Sequence[float]) -> Tensor:
    """Return an F0 curve in Hz moved from one median and spread of log F0 to others; unvoiced stays.

    Args:
        f0: Hz, any shape; up to 10 is unvoiced.
        f0_map: median and spread to move from, and to.
    """
    median_from, spread_from, median_to, spread_to = f0_map
    ratio = min(max(spread_to / spread_from, _SPREAD_RATIO[0]), _SPREAD_RATIO[1])
    moved = torch.exp((torch.log(f0.clamp(min=1.0)) - median_from) * ratio + median_to)
    return torch.where(f0 > _VOICED_HZ, moved.clamp(*_F0_RANGE_HZ), f0)


def spread(log_f0: np.ndarray) -> float:
    """Return a robust standard deviation: half the distance of the 16th and 84th percentile."""
    low, high = np.percentile(log_f0, (16, 84))
    return float(max((high - low) / 2, 0.02))
