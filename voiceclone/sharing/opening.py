"""What a repository holds, with every signature and hash of it checked before anything is made of it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass

from voiceclone import signed
from voiceclone.consent import receipt as receipts
from voiceclone.consent import tombstone as tombstones
from voiceclone.consent.receipt import Receipt
from voiceclone.consent.tombstone import Tombstone
from voiceclone.errors import (
    AudioError,
    ConsentMissingError,
    HubVoiceError,
    SignatureInvalidError,
    VoiceRevokedError,
)
from voiceclone.hub.account import Ref
from voiceclone.hub.card import CARD
from voiceclone.hub.client import Access
from voiceclone.hub.pull import Snapshot, read, resolve
from voiceclone.sharing.parcel import GITS_OWN, RECEIPT, SAMPLE, TOMBSTONE, VOICE
from voiceclone.studio import Studio
from voiceclone.voices.voice import MAX_BYTES, Voice

MAX_SAMPLE_BYTES = 8 << 20


@dataclass(frozen=True, eq=False)
class Opened:
    """A repository at one commit: its voice, or what withdrew it."""

    snapshot: Snapshot
    receipt: Receipt
    voice: Voice | None
    tombstone: Tombstone | None


def open_repo(studio: Studio, access: Access, ref: Ref) -> Opened:
    """Return what a repository holds.

    Raises:
        HubVoiceError, VoiceError: it is no voice of this program, or not whole.
        HubError: the Hub refuses, or cannot be asked.
    """
    snapshot = resolve(access, ref)
    if RECEIPT not in snapshot.files:
        names = [name for name in sorted(snapshot.files) if name not in (GITS_OWN, CARD)]
        found = f"{names[0]} is there, which is never opened" if names else "there are no files"
        raise HubVoiceError(snapshot.repo_id, f"it has no {RECEIPT} ({found})")
    receipt = receipt_in(access, snapshot)
    tombstone = tombstone_in(studio, access, snapshot, receipt)
    if tombstone is not None:
        return Opened(snapshot, receipt, None, tombstone)
    raw = read(access, snapshot, VOICE, MAX_BYTES)
    voice = studio.voice_from_bytes(raw, f"{snapshot.repo_id}/{VOICE}")
    if voice.receipt.to_bytes() != receipt.to_bytes():
        raise HubVoiceError(snapshot.repo_id, f"its {RECEIPT} is not the receipt inside the voice")
    return Opened(snapshot, receipt, voice, None)


def receipt_in(access: Access, snapshot: Snapshot) -> Receipt:
    """Return the receipt that a repository carries."""
    raw = read(access, snapshot, RECEIPT, signed.MAX_BYTES)
    try:
        return receipts.from_dict(signed.from_bytes(receipts.KIND, raw).to_dict())
    except (SignatureInvalidError, ConsentMissingError) as error:
        raise HubVoiceError(snapshot.repo_id, f"its {RECEIPT} is not valid ({error})") from error


def tombstone_in(studio: Studio, access: Access, snapshot: Snapshot, receipt: Receipt) -> Tombstone | None:
    """Return what withdrew a repository's voice, if anything did.

    It counts in this repository whoever signed it. That the receipt ends everywhere here is
    remembered only when who issued it, this installation, or one that it trusts has signed:
    anybody could write a tombstone for somebody else's voice.
    """
    if TOMBSTONE not in snapshot.files:
        return None
    try:
        found = tombstones.from_bytes(read(access, snapshot, TOMBSTONE, signed.MAX_BYTES))
    except SignatureInvalidError as error:
        raise HubVoiceError(snapshot.repo_id, f"its {TOMBSTONE} is not valid ({error})") from error
    if (found.receipt_id, found.voice_id) != (receipt.id, receipt.voice_id):
        raise HubVoiceError(snapshot.repo_id, f"its {TOMBSTONE} is that of another receipt")
    own = studio.services.keys.signing_key().id
    if found.key_id in (receipt.key_id, own, *studio.settings.trusted_keys):
        studio.services.ledger.accept(found)
    return found


def sample_in(studio: Studio, access: Access, snapshot: Snapshot) -> bytes:
    """Return the sample that a repository carries: a sound that can be read."""
    raw = read(access, snapshot, SAMPLE, MAX_SAMPLE_BYTES)
    with tempfile.NamedTemporaryFile(prefix="voiceclone-", suffix=".wav") as file:
        file.write(raw)
        file.flush()
        try:
            studio.read(file.name, SAMPLE)
        except AudioError as error:
            raise HubVoiceError(snapshot.repo_id, f"its {SAMPLE} is not a sound ({error})") from error
    return raw


def revoked(receipt: Receipt, tombstone: Tombstone) -> VoiceRevokedError:
    """Return the error that says so."""
    return VoiceRevokedError(receipt.voice_name, tombstone.revoked, tombstone.reason or "no reason was given")
