"""Sound that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


class AudioError(VoiceCloneError):
    """Base: the audio that was given cannot be used."""


@dataclass(eq=False)
class AudioNotFoundError(AudioError):
    path: str
    template = "There is no file at {path}. Check the path and try again."


@dataclass(eq=False)
class AudioUnreadableError(AudioError):
    path: str
    reason: str
    template = (
        "{path} cannot be opened ({reason}). A file that this program may read is needed. "
        "Change its permissions or copy it elsewhere, then try again."
    )


@dataclass(eq=False)
class AudioEmptyError(AudioError):
    name: str
    template = "{name} is empty (0 bytes of audio). Record or export it again, then give it once more."


@dataclass(eq=False)
class AudioTooLargeError(AudioError):
    size_mb: float
    max_mb: float
    template = (
        "The file has {size_mb:.1f} MB; at most {max_mb:.0f} MB is accepted. "
        "Cut it to the part with speech, or save it as MP3 or FLAC."
    )


@dataclass(eq=False)
class AudioFormatError(AudioError):
    name: str
    template = (
        "{name} is not audio that can be read. "
        "Accepted: WAV, FLAC, OGG/Opus, MP3, M4A/AAC, WebM. Save it as one of these and try again."
    )


@dataclass(eq=False)
class AudioDamagedError(AudioError):
    name: str
    reason: str
    template = "{name} is damaged ({reason}). Export it again from the original, as WAV or FLAC."


@dataclass(eq=False)
class AudioTooLongError(AudioError):
    duration_s: float
    max_s: float
    template = (
        "The file claims {duration_s:.0f} s of audio; at most {max_s:.0f} s is read. "
        "Cut it to the part with speech: 10 to 30 s are enough."
    )


@dataclass(eq=False)
class SourceTooLongError(AudioError):
    duration_s: float
    max_s: float
    template = (
        "The speech to convert has {duration_s:.0f} s; at most {max_s:.0f} s are converted in one go. "
        "Cut it into parts."
    )


@dataclass(eq=False)
class AudioSampleRateError(AudioError):
    sample_rate: int
    min_hz: int
    max_hz: int
    template = (
        "The file has a sample rate of {sample_rate} Hz; {min_hz} to {max_hz} Hz is accepted. "
        "Save it at 16, 24, 44.1 or 48 kHz."
    )


@dataclass(eq=False)
class AudioChannelsError(AudioError):
    channels: int
    max_channels: int
    template = (
        "The file has {channels} channels; at most {max_channels} are accepted. Save it as mono or stereo."
    )


@dataclass(eq=False)
class AudioNotFiniteError(AudioError):
    name: str
    template = (
        "{name} has samples that are no numbers (NaN or infinite). Export it again as 16-bit WAV or FLAC."
    )


@dataclass(eq=False)
class AudioTooShortError(AudioError):
    speech_s: float
    min_s: float
    template = (
        "The reference has {speech_s:.1f} s of speech; at least {min_s:.1f} s is needed. "
        "Record a longer clip: 10 to 30 s give the best voice."
    )


@dataclass(eq=False)
class SpeakersDifferError(AudioError):
    first: str
    second: str
    similarity: float
    least: float
    template = (
        "{first} and {second} are of two people: their voices are {similarity:.2f} alike, and two recordings "
        "of one person at least {least:.2f}. Give recordings of one speaker only."
    )


@dataclass(eq=False)
class NoSpeechError(AudioError):
    duration_s: float
    peak_dbfs: float
    template = (
        "No speech could be heard in {duration_s:.1f} s of audio (peak {peak_dbfs:.0f} dBFS). "
        "Check that the right microphone is chosen and that only a voice is heard, then record again."
    )
