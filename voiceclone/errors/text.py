"""Text that cannot be spoken."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


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
class LanguageNotSpokenError(TextError):
    language: str
    engine: str
    available: tuple[str, ...]
    template = "The engine '{engine}' does not speak {language}. Engines that do: {choices}. Choose one."

    def __str__(self) -> str:
        choices = ", ".join(self.available) or "none"
        return self.template.format(language=self.language, engine=self.engine, choices=choices)


@dataclass(eq=False)
class LanguageUnknownError(TextError):
    language: str
    available: tuple[str, ...]

    template = "Unknown language '{language}'. Available: {choices}."

    def __str__(self) -> str:
        return self.template.format(language=self.language, choices=", ".join(self.available))
