"""What a sound file is, by its first bytes, and its samples, block by block.

Two decoders: libsndfile (through soundfile) for WAV, FLAC, OGG and MP3, and ffmpeg's
(through PyAV) for what phones and browsers write, M4A/AAC and WebM, and for the few
files of the first kind that libsndfile will not open. Neither is trusted here with more
than one block at a time; the caps are kept by `voiceclone.audio.read`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from voiceclone.errors import AudioDamagedError, AudioEmptyError, AudioError, AudioFormatError

if TYPE_CHECKING:
    import av

BLOCK_SAMPLES = 65_536
"""Samples per channel that are decoded at once: 1.4 s at 48 kHz."""

STREAMED_BYTES = 0x7FFF_F000
"""From this data size on a WAV header says "not known yet": sox writes it into a pipe, ffmpeg and
browsers write 0xFFFFFFFF, some write 0."""

MAX_WAV_CHUNKS = 256
"""Chunks looked at in search of a WAV's `data`; real files have fewer than ten before it."""


@dataclass(frozen=True)
class Kind:
    """One family of files."""

    demuxer: str
    """ffmpeg's name of it. Always forced: left to guess, ffmpeg may see a playlist and open other files."""
    libsndfile: bool
    """Whether libsndfile is asked first."""


WAV = Kind("wav", libsndfile=True)
FLAC = Kind("flac", libsndfile=True)
OGG = Kind("ogg", libsndfile=True)
MP3 = Kind("mp3", libsndfile=True)
AAC = Kind("aac", libsndfile=False)
MP4 = Kind("mov", libsndfile=False)
WEBM = Kind("matroska", libsndfile=False)


@dataclass(frozen=True)
class Stream:
    """An opened sound: what its header claims, and its samples."""

    sample_rate: int
    channels: int
    claimed_s: float | None
    """Duration by the header, in seconds; None where it does not say. Only a claim."""
    blocks: Iterator[np.ndarray]
    """float32 `[n_samples, channels]`, nominally in [-1, 1]; raises `AudioDamagedError` on the way."""


def kind_of(head: bytes) -> Kind | None:
    """Return the kind of file that begins with these bytes (12 are enough), None if it is no sound."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return WAV
    if head[:4] == b"fLaC":
        return FLAC
    if head[:4] == b"OggS":
        return OGG
    if head[4:8] == b"ftyp":
        return MP4
    if head[:4] == b"\x1a\x45\xdf\xa3":  # EBML, the frame of Matroska and WebM
        return WEBM
    if head[:3] == b"ID3":
        return MP3
    if len(head) >= 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:  # MPEG sync: 11 bits set
        if head[1] & 0x06:  # two layer bits, of which AAC's ADTS has none
            return MP3
        if head[1] & 0x10:  # ADTS has a twelfth sync bit
            return AAC
    return None


@contextmanager
def opened(path: Path, kind: Kind, name: str) -> Iterator[Stream]:
    """Open a file of a known kind, by the first decoder that finds sound in it.

    Raises:
        AudioDamagedError: no decoder can open it (the first one's reason).
        AudioFormatError: it opens, and holds no sound track or one of an unknown codec.
    """
    decoders: list[Callable[[Path, Kind, str], AbstractContextManager[Stream]]] = [_ffmpeg]
    if kind.libsndfile:
        decoders.insert(0, _libsndfile)
    failures: list[AudioError] = []
    with ExitStack() as stack:
        for decoder in decoders:
            try:
                stream = stack.enter_context(decoder(path, kind, name))
                break
            except (AudioDamagedError, AudioEmptyError) as error:
                failures.append(error)
        else:
            raise failures[0]
        yield stream


class _Sequential(soundfile.SoundFile):
    """A sound file that is read from front to back.

    soundfile seeks to where it already is after every block of a seekable file. That drops
    MP3's bit reservoir (measured: errors of 0.6 of full scale at every block) and fails on
    FLACs written into a pipe, whose header has no length.
    """

    def seekable(self) -> bool:
        return False


@contextmanager
def _libsndfile(path: Path, kind: Kind, name: str) -> Iterator[Stream]:
    try:
        info = soundfile.info(path)
        if info.frames <= 0:
            raise AudioEmptyError(name)
        file = _Sequential(path)
    except soundfile.LibsndfileError as error:
        raise AudioDamagedError(name, _sentence(error.error_string)) from error

    def blocks() -> Iterator[np.ndarray]:
        while True:
            try:
                block = file.read(BLOCK_SAMPLES, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                raise AudioDamagedError(name, _sentence(error.error_string)) from error
            if not len(block):
                return
            yield block

    claimed_s = None
    if info.frames < 2**62 and info.samplerate > 0:  # a FLAC without a length says 2^63 - 1
        claimed_s = max(info.frames / info.samplerate, _wav_claim_s(path) if kind is WAV else 0.0)
    with file:
        yield Stream(info.samplerate, info.channels, claimed_s, blocks())


def _wav_claim_s(path: Path) -> float:
    """Return the seconds that a WAV's `data` chunk claims beyond the file's end, else 0.

    libsndfile cuts such a claim to what is there without a word.
    """
    file_bytes = path.stat().st_size
    byte_rate = 0
    with path.open("rb") as file:
        file.seek(12)
        for _ in range(MAX_WAV_CHUNKS):
            header = file.read(8)
            if len(header) < 8:
                break
            chunk, size = struct.unpack("<4sI", header)
            if chunk == b"data":
                is_lie = file.tell() + size > file_bytes and size < STREAMED_BYTES
                return size / byte_rate if is_lie and byte_rate else 0.0
            start = file.tell()
            if chunk == b"fmt " and len(fmt := file.read(16)) == 16:
                byte_rate = struct.unpack("<HHIIHH", fmt)[3]
            file.seek(start + size + size % 2)
    return 0.0


@contextmanager
def _ffmpeg(path: Path, kind: Kind, name: str) -> Iterator[Stream]:
    import av

    try:
        container = av.open(path, format=kind.demuxer, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        raise AudioDamagedError(name, _sentence(_strerror(error))) from error
    with container:
        if not container.streams.audio or container.streams.audio[0].codec_context is None:
            raise AudioFormatError(name)
        stream = container.streams.audio[0]
        claimed_s = None
        if kind is not AAC:  # raw ADTS has no length: what ffmpeg says is a guess by bitrate
            if stream.duration and stream.time_base:
                claimed_s = float(stream.duration * stream.time_base)
            elif container.duration:
                claimed_s = container.duration / av.time_base
        context = stream.codec_context
        yield Stream(context.sample_rate, context.channels, claimed_s, _ffmpeg_blocks(container, name))


def _ffmpeg_blocks(container: av.container.InputContainer, name: str) -> Iterator[np.ndarray]:
    import av

    resampler = av.AudioResampler(format="fltp", frame_size=BLOCK_SAMPLES)
    try:
        for frame in container.decode(audio=0):
            for block in resampler.resample(frame):
                yield block.to_ndarray().T  # [channels, n] -> [n, channels]
        for block in resampler.resample(None):
            yield block.to_ndarray().T
    except (av.FFmpegError, ValueError) as error:  # ValueError: rate or channels change on the way
        raise AudioDamagedError(name, _sentence(_strerror(error))) from error


def _strerror(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _sentence(reason: str) -> str:
    """Return a library's reason fit to stand in brackets: no prefix, no full stop, no line breaks."""
    return " ".join(reason.removeprefix("Error : ").removeprefix("Error in ").split()).rstrip(".")
