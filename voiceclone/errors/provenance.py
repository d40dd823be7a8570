"""Outputs that cannot be signed or marked."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


@dataclass(eq=False)
class KeyUnavailableError(VoiceCloneError):
    key: str
    place: str
    reason: str
    accepted: str
    template = (
        "The {key} key at {place} cannot be used: {reason}. Accepted: {accepted}. "
        "Without it nothing is signed or stored. "
        "Mend the file, or set VOICECLONE_DATA to a folder of your own."
    )


@dataclass(eq=False)
class CertificateError(VoiceCloneError):
    path: str
    reason: str
    accepted: str
    template = (
        "The certificate cannot be used: {path}: {reason}. Accepted: {accepted}. "
        "Mend the files, or leave both out and have one made here."
    )


@dataclass(eq=False)
class ManifestError(VoiceCloneError):
    name: str
    reason: str
    accepted: str
    template = (
        "{name} cannot be given a manifest: {reason}. Accepted: {accepted}. "
        "Nothing is saved as if it had one; save it in another format."
    )


@dataclass(eq=False)
class WatermarkUnavailableError(VoiceCloneError):
    reason: str
    template = (
        "Nothing is spoken without a watermark, and the watermarker cannot run: {reason}. "
        "Install it again with: pip install -r requirements.txt"
    )
