"""Speak a phrase, or convert an utterance, in a voice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import SpeakOptions, VoiceTensors
from voiceclone.engines.finish import faded, finished, level_gain, limited
from voiceclone.engines.speecht5.network import SpeechT5Converter, SpeechT5Network
from voiceclone.engines.speecht5.spec import SAMPLE_RATE
from voiceclone.text.phrase import Phrase


@dataclass(frozen=True)
class VoiceOnDevice:
    """A voice's tensors, where the network is."""

    xvector: Tensor
    """`[512]`."""
    gain: float
    low_rank: Tensor | None = None
    """Of a fine-tuned voice."""

    @staticmethod
    def of(tensors: VoiceTensors, device: torch.device) -> VoiceOnDevice:
        """Return the voice on a device."""
        here = {
            name: torch.from_numpy(np.asarray(tensor, np.float32)).to(device)
            for name, tensor in tensors.items()
        }
        return VoiceOnDevice(here["xvector"], float(tensors["gain"][0]), here.get("low_rank"))


def speak_phrase(
    network: SpeechT5Network, voice: VoiceOnDevice, phrase: Phrase, options: SpeakOptions, index: int
) -> Audio:
    """Return one phrase as audio at 16 kHz, trimmed, faded and with its pause.

    What is dropped in the decoder's prenet is drawn from the seed and the phrase's index, so the same
    request gives the same samples whatever else was spoken before. For that, too, phrases are not
    batched: a batch shares its dropout, and its padding would be heard by the vocoder.
    """
    network.dropout.seed(options.seed * 1_000_003 + index)
    spectrograms = [
        network.spectrogram(tokens, voice.xvector, voice.low_rank)
        for tokens in network.tokens(phrase.normalized)
    ]
    samples = network.samples(torch.cat(spectrograms), options.speed)
    return finished(samples * voice.gain, SAMPLE_RATE, phrase.pause_s / options.speed)


def convert_speech(
    network: SpeechT5Network,
    converter: SpeechT5Converter,
    voice: VoiceOnDevice,
    source: Audio,
    options: SpeakOptions,
) -> Audio:
    """Return an utterance said again in a voice, at 16 kHz and the common level of speech.

    The decoder sets the pace anew as it goes: its length comes out within a third of the source's. What
    fine-tuning learned for text does not fit this model; the voice is its x-vector.
    """
    converter.dropout.seed(options.seed)
    heard = source.resampled(SAMPLE_RATE).samples
    samples = network.samples(converter.spectrogram(heard, voice.xvector))
    gain = level_gain(Audio(samples, SAMPLE_RATE))
    return Audio(limited(faded(samples, SAMPLE_RATE) * gain), SAMPLE_RATE)
