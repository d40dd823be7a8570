"""Voice files that cannot be opened."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


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
        "{name} has voice format {version}; this program reads format {supported}. "
        "A newer one needs a newer voiceclone; an older one carries no receipt: learn that voice again."
    )
