"""Read a sound file that nobody vouches for.

Cheap questions come first, so that a hostile file is refused before it costs anything:
size, magic bytes, header, caps on what the header claims, and only then the samples,
block by block, with a hard stop where the caps are passed after all.
"""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import soxr

from voiceclone.audio.clip import Audio
from voiceclone.audio.decode import Stream, kind_of, opened
from voiceclone.errors import (
    AudioChannelsError,
    AudioEmptyError,
    AudioFormatError,
    AudioNotFiniteError,
    AudioNotFoundError,
    AudioSampleRateError,
    AudioTooLargeError,
    AudioTooLongError,
    AudioUnreadableError,
)

MIN_SAMPLE_RATE = 8_000
MAX_SAMPLE_RATE = 192_000
MAX_CHANNELS = 2

LONG_SAMPLE_RATE = 24_000
"""Rate in Hz at which long recordings are kept: that of the engines, with all that a voice has to 12 kHz."""

LONG_SAMPLES = 10 * 60 * 48_000
"""A recording above 24 kHz with more samples than this (10 min at 48 kHz, 115 MB) is a long one."""


def read_audio(
    path: Path, *, max_mb: float = 50, max_seconds: float = 3600, name: str | None = None
) -> Audio:
    """Return what a WAV, FLAC, OGG (Opus, Vorbis), MP3, M4A/AAC or WebM file holds, as mono.

    Stereo is mixed down. The rate is the file's own, except for long recordings: past 10
    minutes at 48 kHz (28.8 million samples) they are kept at 24 kHz, resampled while they
    are decoded, so that an hour takes 345 MB instead of 690 (at 192 kHz, 2.8 GB), and as
    much again for the moment in which the clip is made. Lossy decoders and float files may
    pass full scale; then the whole clip is turned down to a peak of 1, for clipping could
    not be undone.

    WAV and FLAC headers without a length, as browsers and pipes write them, are read to
    the end of the file; so is a file that was cut off, as far as it can be decoded.

    Args:
        max_mb: largest file in megabytes (10^6 bytes).
        max_seconds: longest recording, whether claimed by the header or found in decoding.
        name: what messages call the file; the path's last part if None.

    Raises:
        AudioNotFoundError: no file is at `path`.
        AudioUnreadableError: there is one, and the system will not open it.
        AudioTooLargeError: over `max_mb`.
        AudioEmptyError: no bytes, or no samples.
        AudioFormatError: not one of the formats, by its first bytes; or a film without sound.
        AudioDamagedError: one of the formats, and its decoder fails.
        AudioSampleRateError: not within 8 to 192 kHz.
        AudioChannelsError: more than 2 channels.
        AudioTooLongError: over `max_seconds`.
        AudioNotFiniteError: a sample is NaN or infinite.
    """
    path = Path(path)
    name = name or path.name
    if not path.is_file():
        raise AudioNotFoundError(str(path))
    size = path.stat().st_size
    if size == 0:
        raise AudioEmptyError(name)
    if size > max_mb * 1e6:
        raise AudioTooLargeError(size / 1e6, max_mb)
    try:
        with path.open("rb") as file:
            kind = kind_of(file.read(12))
    except OSError as error:
        raise AudioUnreadableError(str(path), error.strerror or str(error)) from error
    if kind is None:
        raise AudioFormatError(name)
    with opened(path, kind, name) as stream:
        _check_header(stream, max_seconds)
        return _decoded(stream, max_seconds, name)


def _check_header(stream: Stream, max_seconds: float) -> None:
    if not MIN_SAMPLE_RATE <= stream.sample_rate <= MAX_SAMPLE_RATE:
        raise AudioSampleRateError(stream.sample_rate, MIN_SAMPLE_RATE, MAX_SAMPLE_RATE)
    if not 1 <= stream.channels <= MAX_CHANNELS:
        raise AudioChannelsError(stream.channels, MAX_CHANNELS)
    if stream.claimed_s is not None and stream.claimed_s > max_seconds:
        raise AudioTooLongError(stream.claimed_s, max_seconds)


def _decoded(stream: Stream, max_seconds: float, name: str) -> Audio:
    rate = stream.sample_rate
    weights = np.full(stream.channels, 1 / stream.channels, np.float32)
    kept = array("f")  # grows in place, where a list of blocks would stand in memory twice to be joined
    shrink: soxr.ResampleStream | None = None
    n_read = 0
    for block in stream.blocks:
        if not np.isfinite(block).all():
            raise AudioNotFiniteError(name)
        n_read += len(block)
        if n_read > max_seconds * rate:
            raise AudioTooLongError(n_read / rate, max_seconds)
        mono = block @ weights  # [n, channels] -> [n]
        if shrink is None and n_read > LONG_SAMPLES and rate > LONG_SAMPLE_RATE:
            shrink = soxr.ResampleStream(rate, LONG_SAMPLE_RATE, 1, dtype="float32")
            kept = array("f", shrink.resample_chunk(np.frombuffer(kept, np.float32)).tobytes())
        kept.frombytes((mono if shrink is None else shrink.resample_chunk(mono)).tobytes())
    if n_read == 0:
        raise AudioEmptyError(name)
    if shrink is not None:
        kept.frombytes(shrink.resample_chunk(np.zeros(0, np.float32), last=True).tobytes())
    samples = np.frombuffer(kept, np.float32)
    peak = max(samples.max(initial=0.0), -samples.min(initial=0.0))
    if not np.isfinite(peak):  # near float32's end, resampling can pass it
        raise AudioNotFiniteError(name)
    if peak > 1:
        samples /= peak
    return Audio(samples, rate if shrink is None else LONG_SAMPLE_RATE)
