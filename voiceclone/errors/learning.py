"""Learning that ended before there was a voice."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


@dataclass(eq=False)
class CancelledError(VoiceCloneError):
    step: int
    template = "Learning was cancelled at step {step}, before there was a voice to keep."
