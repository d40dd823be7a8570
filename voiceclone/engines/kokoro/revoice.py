"""Say an utterance again in an adapted voice: the words, timing and melody of one, the timbre of the other.

The recording is laid out in the decoder's frames as a reference is (see `align`), and decoded with the
voice's numbers in place of what it was spoken with.
"""

from __future__ import annotations

import numpy as np
import torch

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import Clip, SpeakOptions
from voiceclone.engines.finish import faded, limited
from voiceclone.engines.kokoro.align import align
from voiceclone.engines.kokoro.network import Frames, KokoroNetwork
from voiceclone.engines.kokoro.speak import VoiceOnDevice, mapped, spread
from voiceclone.engines.kokoro.spec import SAMPLE_RATE
from voiceclone.engines.seeded import Seeded


def revoice(network: KokoroNetwork, voice: VoiceOnDevice, source: Clip, options: SpeakOptions) -> Audio:
    """Return an utterance in a voice, as long as it was, at 24 kHz.

    The voice itself speaks the words first: against that the recording is aligned, and where that
    speech lies in pitch, the recording's melody is moved to.

    Args:
        network: Kokoro.
        voice: whose voice it comes back in.
        source: the utterance, and what is said in it.
        options: the seed.

    Raises:
        TranscriptMismatchError: the words are not what the recording says.
    """
    with torch.no_grad(), Seeded(options.seed, network.device):
        aligned = align(network, source.audio, source.phrases, voice)
        own_f0 = mapped(torch.from_numpy(aligned.predicted_f0), voice.f0_map).numpy()
        f0 = aligned.frames.f0
        if len(aligned.recorded_f0) and len(own_f0):
            f0 = mapped(f0, (*_register(aligned.recorded_f0), *_register(own_f0)))
        frames = Frames(aligned.frames.textual, f0, aligned.frames.energy)
        with network.shifted(voice.shift):
            samples = network.decode(frames, voice.timbre)[0].float().cpu().numpy()
    length = round(source.audio.duration_s * SAMPLE_RATE)
    samples = np.pad(samples[:length], (0, max(0, length - len(samples))))  # what is under one frame
    return Audio(limited(faded(samples * voice.gain, SAMPLE_RATE)), SAMPLE_RATE)


def _register(f0: np.ndarray) -> tuple[float, float]:
    """Return median and spread of log F0, of voiced frames in Hz."""
    log_f0 = np.log(f0)
    return float(np.median(log_f0)), spread(log_f0)
