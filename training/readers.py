"""Readers to learn a start from: each one's recording laid out in decoder frames, prepared once and kept.

Readers are LibriSpeech train-clean-100 excerpts (V. Panayotov et al., ICASSP 2015; CC BY 4.0), found
through `VOICECLONE_SPEECH` or beside the repository, never part of it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from torch import Tensor

from voiceclone.audio.clip import Audio
from voiceclone.audio.level import levelled
from voiceclone.engines.base import Clip
from voiceclone.engines.kokoro.align import align
from voiceclone.engines.kokoro.convert import load_network, load_packs
from voiceclone.engines.kokoro.losses import MelDistance
from voiceclone.engines.kokoro.network import Frames
from voiceclone.engines.kokoro.packs import stock_voice
from voiceclone.engines.kokoro.speak import VoiceOnDevice
from voiceclone.engines.kokoro.spec import FRAME_SAMPLES, PROSODY_PACK, SAMPLE_RATE
from voiceclone.errors import AudioTooShortError, VoiceCloneError
from voiceclone.studio import Studio

log = logging.getLogger(__name__)

MAX_S = 5.0
"""Of each recording, up to the last word that ends before: more of one reader teaches little about others,
and laying it out costs as much as some steps of training."""
MIN_S = 2.0
"""A reader of whom fewer words are left has nothing to take crops of."""
VARIED = (0.86, 0.92, 1.08, 1.14)
"""How much faster and higher, vocal tract and all, a recording is played to pass for another speaker's; each
reader gets two of them, a lower and a higher one. Speaker encoders are trained on such speakers too
(H. Yamamoto et al., "Speaker augmentation and bandwidth extension for deep speaker embedding", 2019)."""
VARIANT = "@"
"""Before the factor, in the name of what was made of a reader."""
HELD_OUT_EVERY = 10
"""Readers whose number this divides are held out: never trained on, to choose by."""


@dataclass(frozen=True, eq=False)
class Reader:
    """One recording in the decoder's terms: F frames of 25 ms."""

    name: str
    frames: Frames
    samples: np.ndarray
    """`[F * 600]`, the recording at 24 kHz."""
    embeddings: np.ndarray
    """`[3, 192]`: of all of the recording, of its first half and of its second."""

    spectra: np.ndarray
    """`[3, 35]`: the average spectra of the same three."""

    channel: tuple[Tensor, ...]
    """What the recording did to speech, as `MelDistance.channel` gives it."""

    @property
    def n_frames(self) -> int:
        """How many decoder frames there are."""
        return self.frames.textual.shape[-1]

    def crop(self, start: int, n_frames: int) -> tuple[Frames, Tensor]:
        """Return some frames from one on, and what was recorded, `[1, n_frames * 600]`."""
        end = start + n_frames
        cut = Frames(
            self.frames.textual[:, :, start:end],
            self.frames.f0[:, 2 * start : 2 * end],
            self.frames.energy[:, 2 * start : 2 * end],
        )
        return cut, torch.from_numpy(self.samples[start * FRAME_SAMPLES : end * FRAME_SAMPLES])[None]


def speech_folder() -> Path:
    """Return the folder with readers, or stop with what to do."""
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "speech"
    folder = Path(os.environ.get("VOICECLONE_SPEECH", default)) / "librispeech-train-clean-100"
    if not folder.is_dir():
        raise SystemExit(f"No readers at {folder}: set VOICECLONE_SPEECH to the folder that holds them.")
    return folder


def split(readers: Sequence[Reader]) -> tuple[list[Reader], list[Reader]]:
    """Return the readers to learn from and those held out; recordings of one person stay together."""
    held_out = [r for r in readers if int(r.name.split("-")[0]) % HELD_OUT_EVERY == 0]
    return [r for r in readers if r not in held_out], held_out


def load_readers(cache: Path) -> list[Reader]:
    """Return the readers that are prepared, by name."""
    return [_load(path) for path in sorted(cache.glob("*.safetensors")) if VARIANT not in path.stem]


def load_varied(cache: Path) -> list[Reader]:
    """Return the speakers that were made of readers, by name."""
    return [_load(path) for path in sorted(cache.glob(f"*{VARIANT}*.safetensors"))]


def prepare(studio: Studio, cache: Path, n_readers: int | None = None) -> Iterator[str]:
    """Prepare each of the first readers (all when None) that is not there yet; yield its name."""
    cache.mkdir(parents=True, exist_ok=True)
    services = studio.services
    device = services.devices.main()
    network = load_network(services.weights, device)
    stock = VoiceOnDevice.of(stock_voice(load_packs(services.weights)[PROSODY_PACK]), device)
    for path in sorted(speech_folder().glob("*.flac"))[:n_readers]:
        kept = cache / f"{path.stem}.safetensors"
        if kept.exists():
            continue
        try:
            recording = levelled(studio.read(path))
            embeddings = _embeddings(studio, recording)
            clip = _beginning(studio, recording)
            with torch.random.fork_rng():
                torch.manual_seed(0)
                aligned = align(network, clip.audio, clip.phrases, stock, services.devices.autocast())
        except VoiceCloneError as error:
            log.warning("%s is left out: %s", path.name, error)
            continue
        _keep(kept, aligned.frames, aligned.samples.cpu().numpy(), embeddings)
        yield path.stem


def prepare_varied(studio: Studio, cache: Path, readers: Sequence[Reader]) -> Iterator[str]:
    """Prepare two speakers more out of each reader, where they are not there yet; yield their names."""
    for index, reader in enumerate(readers):
        for factor in (VARIED[index % 2], VARIED[2 + index // 2 % 2]):
            kept = cache / f"{reader.name}{VARIANT}{factor}.safetensors"
            if kept.exists():
                continue
            recording = _played(levelled(studio.read(speech_folder() / f"{reader.name}.flac")), factor)
            aligned = _played(Audio(reader.samples, SAMPLE_RATE), factor).samples
            frames = _faster(reader.frames, factor, len(aligned) // FRAME_SAMPLES)
            n_samples = frames.textual.shape[-1] * FRAME_SAMPLES
            _keep(kept, frames, aligned[:n_samples], _embeddings(studio, recording))
            yield kept.stem


def _played(audio: Audio, factor: float) -> Audio:
    """Return audio played faster by a factor, at its own rate."""
    as_if = round(audio.sample_rate * factor)
    return Audio(audio.samples, as_if).resampled(audio.sample_rate)


def _faster(frames: Frames, factor: float, n_frames: int) -> Frames:
    """Return frames for a recording that is played faster by a factor."""

    def at(n: int, of: int) -> Tensor:
        return ((torch.arange(n) + 0.5) * factor).long().clamp(max=of - 1)

    whole = at(n_frames, frames.textual.shape[-1])
    half = at(2 * n_frames, frames.f0.shape[-1])
    return Frames(frames.textual[:, :, whole], frames.f0[:, half] * factor, frames.energy[:, half])


def _keep(kept: Path, frames: Frames, samples: np.ndarray, embeddings: np.ndarray) -> None:
    tensors = {
        "textual": frames.textual[0].cpu().numpy().astype(np.float16),
        "f0": frames.f0[0].cpu().numpy(),
        "energy": frames.energy[0].cpu().numpy(),
        "samples": samples.astype(np.float16),
        "embeddings": embeddings,
    }
    unfinished = kept.with_suffix(f".{os.getpid()}")
    save_file(tensors, unfinished)
    unfinished.replace(kept)


def _beginning(studio: Studio, recording: Audio) -> Clip:
    """Return the first words of a recording, and what they are."""
    services = studio.services
    heard = services.recognizer.transcribe(recording, "en").words
    words = [word for word in heard if word.end_s <= MAX_S]
    spoken_s = words[-1].end_s - words[0].start_s if words else 0.0
    if spoken_s < MIN_S:
        raise AudioTooShortError(spoken_s, MIN_S)
    text = " ".join(word.text for word in words)
    phrases = services.text.phrases(text, "en-us", max_phonemes=studio.engines[0].max_phonemes)
    return Clip(recording.sliced(words[0].start_s, words[-1].end_s), phrases)


def _embeddings(studio: Studio, recording: Audio) -> np.ndarray:
    half_s = recording.duration_s / 2
    pieces = (recording, recording.sliced(0, half_s), recording.sliced(half_s, recording.duration_s))
    return np.stack([studio.services.speaker.embed(piece) for piece in pieces])


def _load(path: Path) -> Reader:
    tensors = load_file(path)
    frames = Frames(
        torch.from_numpy(tensors["textual"].astype(np.float32))[None],
        torch.from_numpy(tensors["f0"])[None],
        torch.from_numpy(tensors["energy"])[None],
    )
    samples = tensors["samples"].astype(np.float32)
    distance, half = MelDistance(), len(samples) // 2
    pieces = [torch.from_numpy(piece) for piece in (samples, samples[:half], samples[half:])]
    spectra = np.stack([distance.average_spectrum(piece).numpy() for piece in pieces])
    return Reader(path.stem, frames, samples, tensors["embeddings"], spectra, distance.channel(pieces[0]))
