"""Write clips to files: whole, or phrase by phrase; nothing half-written is ever seen."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
import soundfile

from voiceclone.audio.clip import Audio
from voiceclone.errors import OutputError

FOLDER = "an existing folder that can be written to, on a disk with room"

BLOCK_SAMPLES = 65_536
"""Written at once: libsndfile's Vorbis and Opus encoders put a whole call on the stack."""


@dataclass(frozen=True)
class _Format:
    container: str
    subtype: str
    rates: tuple[int, ...] = ()
    """Sample rates in Hz that the codec has, rising; empty for any."""

    def rate_for(self, sample_rate: int) -> int:
        """Return the lowest of its rates that loses nothing of `sample_rate`, or its highest."""
        if not self.rates:
            return sample_rate
        return next((rate for rate in self.rates if rate >= sample_rate), self.rates[-1])


FORMATS = {
    ".wav": _Format("WAV", "PCM_16"),
    ".flac": _Format("FLAC", "PCM_16"),
    ".mp3": _Format(
        "MP3", "MPEG_LAYER_III", (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
    ),
    # Opus has 8, 12 and 16 kHz too, coded another way: there a sine of 0.5 came back with a peak of 1.13.
    ".ogg": _Format("OGG", "OPUS", (24_000, 48_000)),
}
"""What a file's suffix says: `.wav` and `.flac` hold 16-bit samples, `.ogg` holds Opus."""


def write_audio(audio: Audio, path: Path) -> Path:
    """Write a clip in the format that the path's suffix names, and return the path.

    The rate is the clip's own, or the next one that the codec has. The file appears under
    its name only when it is complete; one that was there before is replaced at once.

    Raises:
        OutputError: a suffix other than .wav, .flac, .mp3, .ogg, or a place that cannot be written to.
    """
    path = Path(path)
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        suffix = f"'{path.suffix}'" if path.suffix else "a name without a suffix"
        raise OutputError(str(path), f"{suffix} names no format", ", ".join(FORMATS))
    audio = audio.resampled(form.rate_for(audio.sample_rate))
    with _writing(path, audio.sample_rate, form) as write:
        write(audio.samples)
    return path


class WavStream:
    """A 16-bit WAV file written phrase by phrase.

    A context manager: nothing is at `path` until the block ends, and nothing is left if it
    ends by an exception.

        with WavStream(path, 24_000) as stream:
            for phrase in phrases:
                stream.write(phrase)
    """

    def __init__(self, path: Path, sample_rate: int) -> None:
        """Take note of where to write, at how many Hz.

        Raises:
            OutputError: a suffix other than .wav.
        """
        self.path = Path(path)
        self.sample_rate = sample_rate
        self.duration_s = 0.0
        if self.path.suffix.lower() != ".wav":
            raise OutputError(str(path), "only WAV is written phrase by phrase", ".wav")
        self._writing = _writing(self.path, sample_rate, FORMATS[".wav"])
        self._write: Callable[[np.ndarray], None] | None = None

    def __enter__(self) -> WavStream:
        """Begin the file.

        Raises:
            OutputError: the folder cannot be written to.
        """
        self._write = self._writing.__enter__()
        return self

    def write(self, audio: Audio) -> None:
        """Append a clip; one of another rate is resampled to the file's.

        Raises:
            OutputError: the disk is full or gone.
        """
        assert self._write is not None, "write inside the with block"
        audio = audio.resampled(self.sample_rate)
        self._write(audio.samples)
        self.duration_s += audio.duration_s

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the file its name, or remove what was written if the block failed.

        Raises:
            OutputError: the file could not be finished.
        """
        self._write = None
        self._writing.__exit__(kind, error, trace)


@contextmanager
def _writing(path: Path, sample_rate: int, form: _Format) -> Iterator[Callable[[np.ndarray], None]]:
    """Yield a function that appends samples to a file, which appears at `path` if the block ends well.

    Until then it lies beside it, so that naming it is one step of the file system. Only
    errors of writing become `OutputError`; what else fails in the block passes through.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with _as_output_error(path):
        part.open("xb").close()  # gives the system's reason, where libsndfile says "System error"
    try:
        with _as_output_error(path):
            file = soundfile.SoundFile(part, "w", sample_rate, 1, form.subtype, format=form.container)

        def write(samples: np.ndarray) -> None:
            with _as_output_error(path):
                for start in range(0, len(samples), BLOCK_SAMPLES):
                    file.write(samples[start : start + BLOCK_SAMPLES])

        try:
            yield write
        finally:
            with _as_output_error(path):
                file.close()
        with _as_output_error(path):
            os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _as_output_error(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, soundfile.LibsndfileError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(str(path), reason, FOLDER) from error


def wav_bytes(audio: Audio) -> bytes:
    """Return a WAV file of 16-bit samples, in memory."""
    file = io.BytesIO()
    soundfile.write(file, audio.samples, audio.sample_rate, format="WAV", subtype="PCM_16")
    return file.getvalue()
