"""The tombstone: the signed record that consent was withdrawn. There is no way back from it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from voiceclone import signed
from voiceclone.consent.receipt import MAX_TEXT_LENGTH, Receipt
from voiceclone.errors import OptionError, SignatureInvalidError
from voiceclone.keys import SigningKey
from voiceclone.signed import Signed

KIND = "tombstone"
"""What a tombstone's signature says it is."""

FORMAT_VERSION = 1
_FIELDS = {"format_version", "receipt_id", "voice_id", "revoked", "reason"}
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Tombstone:
    """Which receipt no longer holds, since when, and why.

    Made by `withdraw`, or read by `from_dict` and `from_bytes`, which check the signature.
    """

    receipt_id: str
    voice_id: str
    revoked: str
    """ISO 8601, UTC, to the second."""
    reason: str
    """In the words of who withdrew it; may be empty."""
    document: Signed = field(repr=False, compare=False)

    @property
    def key_id(self) -> str:
        """Name of the key that signed it."""
        return self.document.key_id

    def to_dict(self) -> dict[str, object]:
        """Return the signed document as plain data."""
        return self.document.to_dict()

    def to_bytes(self) -> bytes:
        """Return the signed document as canonical JSON."""
        return self.document.to_bytes()


def withdraw(receipt: Receipt, reason: str, key: SigningKey, now: dt.datetime | None = None) -> Tombstone:
    """Return the tombstone of a receipt, signed.

    Raises:
        OptionError: the reason is too long, or not printable.
    """
    reason = " ".join(reason.split())
    if len(reason) > MAX_TEXT_LENGTH or (reason and not reason.isprintable()):
        raise OptionError(
            "The reason", f"{len(reason)} characters", f"at most {MAX_TEXT_LENGTH} printable ones"
        )
    now = now or dt.datetime.now(dt.timezone.utc)
    payload = {
        "format_version": FORMAT_VERSION,
        "receipt_id": receipt.id,
        "voice_id": receipt.voice_id,
        "revoked": now.astimezone(dt.timezone.utc).isoformat(timespec="seconds"),
        "reason": reason,
    }
    return _from_signed(signed.sign(KIND, payload, key))


def from_dict(document: object) -> Tombstone:
    """Return the tombstone in plain data from anyone.

    Raises:
        SignatureInvalidError: it is no tombstone, or was changed.
    """
    return _from_signed(signed.from_dict(KIND, document))


def from_bytes(raw: bytes) -> Tombstone:
    """Return the tombstone in canonical JSON from anyone.

    Raises:
        SignatureInvalidError: it is no tombstone, or a byte of it was changed.
    """
    return _from_signed(signed.from_bytes(KIND, raw))


def _from_signed(document: Signed) -> Tombstone:
    payload = document.payload
    if not _is_whole(payload):
        raise SignatureInvalidError(KIND, "it is signed, but says what no tombstone says")
    return Tombstone(
        receipt_id=str(payload["receipt_id"]),
        voice_id=str(payload["voice_id"]),
        revoked=str(payload["revoked"]),
        reason=str(payload["reason"]),
        document=document,
    )


def _is_whole(payload: Mapping[str, object]) -> bool:
    if set(payload) != _FIELDS or payload["format_version"] != FORMAT_VERSION:
        return False
    texts = [payload[name] for name in ("receipt_id", "voice_id", "revoked", "reason")]
    if not all(isinstance(value, str) for value in texts):
        return False
    receipt_id, voice_id, revoked, reason = map(str, texts)
    try:
        dated = dt.datetime.fromisoformat(revoked).tzinfo is not None
    except ValueError:
        return False
    ids = _ID.fullmatch(receipt_id) and _ID.fullmatch(voice_id)
    return bool(ids) and dated and len(reason) <= MAX_TEXT_LENGTH
