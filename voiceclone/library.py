"""The saved voices of one owner: kept encrypted, opened only while consent holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voiceclone.audio.clip import Audio
from voiceclone.audio.write import wav_bytes
from voiceclone.cloning import PREVIEWS
from voiceclone.consent import receipt as receipts
from voiceclone.consent.receipt import Receipt
from voiceclone.consent.tombstone import Tombstone
from voiceclone.studio import Studio
from voiceclone.voices.owner import Owner
from voiceclone.voices.store import StoredVoice
from voiceclone.voices.voice import Voice, checked_name

SAMPLE_SEED = 0


@dataclass(frozen=True)
class SavedVoice:
    """One line of the list."""

    id: str
    name: str
    language: str
    created: str
    receipt: Receipt
    state: str
    """`current`, `expired` or `revoked`."""
    trusted: bool
    """Whether the receipt was issued here, or where this installation trusts."""

    @property
    def speaks(self) -> bool:
        """Whether consent holds."""
        return self.state == "current"

    def to_dict(self) -> dict[str, object]:
        """Return the line as plain data."""
        return {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "created": self.created,
            "state": self.state,
            "trusted": self.trusted,
            "consent": self.receipt.sentence,
            "receipt": self.receipt.to_dict(),
        }


class Library:
    """What one owner has saved; another owner's voices do not exist here.

    Every method raises `StoreUnavailableError` or `KeyUnavailableError` when nothing can be stored,
    and `VoiceNotFoundError` when the owner has no such voice.
    """

    def __init__(self, studio: Studio, owner: Owner) -> None:
        self.studio = studio
        self._owner = owner
        self._store = studio.services.store

    def list(self) -> list[SavedVoice]:
        """Return all saved voices, the latest first."""
        return [self._described(stored) for stored in self._store.list(self._owner)]

    def keep(self, voice: Voice, consent_recording: Audio | None = None) -> SavedVoice:
        """Save a voice, with a sample of it speaking, and the recording of consent if that may be kept.

        Raises:
            ReceiptExpiredError, VoiceRevokedError: consent has ended.
            QuotaExceededError: the owner has as many voices as one may keep.
        """
        studio = self.studio
        studio.check(voice.receipt)
        text = PREVIEWS.get(voice.language, PREVIEWS["en-us"])
        language = voice.language if voice.language in PREVIEWS else "en-us"
        spoken = studio.speak(voice, text, language_key=language, seed=SAMPLE_SEED)
        sample = Audio.joined([piece.audio for piece in spoken])
        stored = self._store.save(
            self._owner,
            voice.id,
            _card(voice),
            studio.voice_bytes(voice),
            wav_bytes(sample),
            () if consent_recording is None else (wav_bytes(consent_recording),),
        )
        return self._described(stored)

    def open(self, voice_id: str) -> Voice:
        """Return a saved voice, ready to speak.

        Raises:
            ReceiptExpiredError, VoiceRevokedError: consent has ended.
        """
        voice = self._voice(voice_id)
        self.studio.check(voice.receipt)
        return voice

    def sample(self, voice_id: str) -> bytes | None:
        """Return a WAV file of the voice speaking, watermarked.

        Raises:
            ReceiptExpiredError, VoiceRevokedError: consent has ended.
        """
        self.open(voice_id)
        return self._store.sample(self._owner, voice_id)

    def rename(self, voice_id: str, name: str) -> SavedVoice:
        """Give a saved voice another name; the receipt keeps the name that consent was given to."""
        voice = self._voice(voice_id).renamed(checked_name(name))
        stored = self._store.update(self._owner, voice_id, _card(voice), self.studio.voice_bytes(voice))
        return self._described(stored)

    def export(self, voice_id: str, path: Path) -> Path:
        """Write a saved voice to a file that can be opened elsewhere.

        Raises:
            ReceiptExpiredError, VoiceRevokedError: consent has ended.
            OutputError: it cannot be written.
        """
        return self.studio.save_voice(self._voice(voice_id), path)

    def revoke(self, voice_id: str, reason: str = "") -> Tombstone:
        """Withdraw consent, for good: the voice stays listed, and silent, until it is deleted."""
        return self.studio.revoke(self._voice(voice_id).receipt, reason)

    def delete(self, voice_id: str) -> None:
        """Destroy a saved voice and its key: nothing brings it back."""
        self._store.delete(self._owner, voice_id)

    def _voice(self, voice_id: str) -> Voice:
        return self.studio.voice_from_bytes(self._store.voice(self._owner, voice_id), voice_id)

    def _described(self, stored: StoredVoice) -> SavedVoice:
        card = stored.card
        receipt = receipts.from_dict(card["receipt"])
        state = "expired" if receipt.expired() else "current"
        if self.studio.services.ledger.tombstone(receipt.id) is not None:
            state = "revoked"
        return SavedVoice(
            id=stored.id,
            name=str(card["name"]),
            language=str(card["language"]),
            created=str(card["created"]),
            receipt=receipt,
            state=state,
            trusted=self.studio.trusts(receipt),
        )


def _card(voice: Voice) -> Mapping[str, object]:
    return {
        "name": voice.name,
        "language": voice.language,
        "created": voice.created,
        "receipt": voice.receipt.to_dict(),
    }
