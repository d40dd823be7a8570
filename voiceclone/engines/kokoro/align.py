"""Lay a text over a recording: which phoneme is spoken in which frame, at what pitch and energy.

The text is spoken by a voice at hand; the cepstra of that speech and of the recording are
aligned by dynamic time warping, which carries the known phoneme boundaries of the one
over to the other (as in forced alignment by synthesis: F. Malfrère, T. Dutoit,
"High-quality speech synthesis for phonetic speech segmentation", Eurospeech 1997).
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from voiceclone.audio.clip import Audio
from voiceclone.audio.features import f0 as estimate_f0
from voiceclone.engines.kokoro.network import Encoded, Frames, KokoroNetwork, whole_frames
from voiceclone.engines.kokoro.speak import VoiceOnDevice
from voiceclone.engines.kokoro.spec import F0_FRAME_SAMPLES, FRAME_SAMPLES, SAMPLE_RATE, SYMBOLS
from voiceclone.engines.transcript import check_transcript
from voiceclone.text.phrase import Phrase

_N_MFCC = 20
_WHOLE = contextlib.nullcontext()
_VOICED_HZ = 10.0
"""The decoder takes an F0 above 10 Hz for voiced."""


@dataclass(frozen=True)
class Aligned:
    """A recording in the decoder's terms: F frames of 25 ms."""

    frames: Frames
    """Textual features of the text, F0 and energy of the recording."""
    samples: Tensor
    """`[F * 600]`, the recording at 24 kHz."""
    predicted_f0: np.ndarray
    """Hz, what the voice at hand would have spoken, voiced frames only."""
    recorded_f0: np.ndarray
    """Hz, voiced frames of the recording."""
    predicted_frames: int
    """Frames that the voice at hand gives to what sounds: pauses and boundaries left out."""
    recorded_frames: int
    """The same in the recording."""


def align(
    network: KokoroNetwork,
    audio: Audio,
    phrases: Sequence[Phrase],
    voice: VoiceOnDevice,
    autocast: AbstractContextManager = _WHOLE,
) -> Aligned:
    """Return a recording laid out in decoder frames.

    Args:
        network: Kokoro.
        audio: the recording; its silence is best trimmed.
        phrases: what is said in it, in order.
        voice: speaks the text for comparison; the nearer to the recording the better.
        autocast: the precision of the decoder: half is enough for cepstra.

    Raises:
        TranscriptMismatchError: far more or far fewer phonemes than the recording can hold.
    """
    audio = audio.resampled(SAMPLE_RATE)
    check_transcript(audio, phrases)
    with torch.no_grad(), network.shifted(voice.shift):
        spoken = [_speak(network, phrase.phonemes, voice, autocast) for phrase in phrases]
    synthesised = np.concatenate([s.samples for s in spoken])
    spoken_frames = np.concatenate([s.durations for s in spoken])  # [T] over all phrases

    n_frames = len(audio.samples) // FRAME_SAMPLES
    samples = audio.samples[: n_frames * FRAME_SAMPLES]
    durations = _carry_over(spoken_frames, _cepstra(synthesised), _cepstra(samples), n_frames)

    sounds = np.concatenate([_sounds(phrase.phonemes) for phrase in phrases])  # [T]

    index = torch.repeat_interleave(torch.arange(len(durations)), torch.from_numpy(durations))
    textual = torch.cat([s.encoded.textual for s in spoken], dim=-1)[:, :, index.to(network.device)]
    predicted_energy = torch.cat([s.frames.energy for s in spoken], dim=-1)
    predicted_f0 = torch.cat([s.frames.f0 for s in spoken], dim=-1)[0].cpu().numpy()

    recorded_f0 = _fitted(
        estimate_f0(Audio(samples, SAMPLE_RATE), frame_s=F0_FRAME_SAMPLES / SAMPLE_RATE), 2 * n_frames
    )
    energy = _matched(_log_energy(samples, 2 * n_frames), predicted_energy)
    frames = Frames(
        textual,
        torch.from_numpy(recorded_f0).float()[None].to(network.device),
        energy[None].to(network.device),
    )
    return Aligned(
        frames,
        torch.from_numpy(samples.copy()).to(network.device),
        predicted_f0[predicted_f0 > _VOICED_HZ],
        recorded_f0[recorded_f0 > _VOICED_HZ],
        int(spoken_frames[sounds].sum()),
        int(durations[sounds].sum()),
    )


@dataclass(frozen=True)
class _Spoken:
    encoded: Encoded
    frames: Frames
    durations: np.ndarray
    samples: np.ndarray


def _speak(
    network: KokoroNetwork, phonemes: str, voice: VoiceOnDevice, autocast: AbstractContextManager
) -> _Spoken:
    prosody = voice.prosody[max(0, len(phonemes) - 1)][None]
    encoded = network.encode(phonemes, prosody)
    durations = whole_frames(encoded.durations, 1.0)
    frames = network.frames(encoded, durations, prosody)
    with autocast:
        samples = network.decode(frames, voice.timbre)[0]
    return _Spoken(encoded, frames, durations.cpu().numpy(), samples.float().cpu().numpy())


def _sounds(phonemes: str) -> np.ndarray:
    """Return which tokens of a phrase sound `[T]`: neither boundary nor space nor punctuation."""
    spoken = [p.isalpha() for p in phonemes if p in SYMBOLS]
    return np.array([False, *spoken, False])


def _cepstra(samples: np.ndarray) -> np.ndarray:
    """Return MFCCs `[20, n]` every 12.5 ms, normalised over the utterance (channel and level drop out)."""
    import librosa

    cepstra = librosa.feature.mfcc(
        y=samples, sr=SAMPLE_RATE, n_mfcc=_N_MFCC, n_fft=1024, hop_length=F0_FRAME_SAMPLES, n_mels=64
    )
    return (cepstra - cepstra.mean(axis=1, keepdims=True)) / (cepstra.std(axis=1, keepdims=True) + 1e-5)


def _carry_over(
    spoken_frames: np.ndarray, spoken: np.ndarray, recorded: np.ndarray, n_frames: int
) -> np.ndarray:
    """Return the frames `[T]` of each token in the recording; they sum to `n_frames`."""
    import librosa

    _, path = librosa.sequence.dtw(X=spoken, Y=recorded, metric="euclidean", backtrack=True)
    path = path[::-1]  # from the end to the start -> in time
    half_frames = np.searchsorted(path[:, 0], 2 * np.cumsum(spoken_frames)[:-1], side="left")
    ends = path[np.minimum(half_frames, len(path) - 1), 1] / 2  # 12.5 ms -> 25 ms frames
    ends = np.append(np.round(ends), n_frames).astype(int)
    # At least one frame a token, as in the predictor: push the ends apart, then back under the total.
    step = np.arange(1, len(ends) + 1)
    ends = np.maximum.accumulate(np.maximum(ends - step, 0)) + step
    room = n_frames - step[::-1] + 1
    ends = np.minimum(ends, room)
    return np.diff(ends, prepend=0)


def _fitted(curve: np.ndarray, length: int) -> np.ndarray:
    """Return a curve cut or repeated at its end to a length."""
    return np.pad(curve[:length], (0, max(0, length - len(curve))), mode="edge").astype(np.float32)


def _log_energy(samples: np.ndarray, length: int) -> Tensor:
    """Return log energy every 12.5 ms, `[length]`."""
    import librosa

    rms = librosa.feature.rms(y=samples, frame_length=1200, hop_length=F0_FRAME_SAMPLES)[0]
    return torch.from_numpy(_fitted(np.log(rms + 1e-4), length))


def _matched(curve: Tensor, model: Tensor) -> Tensor:
    """Return a curve with the mean and spread of another: the decoder's own range."""
    model = model.cpu()
    return (curve - curve.mean()) / (curve.std() + 1e-5) * model.std() + model.mean()
