"""Signed documents: plain data that cannot be changed unseen.

A document is `{"payload": …, "public_key": hex, "signature": hex}`, written as canonical JSON:
sorted keys, no blanks, nothing but ASCII (so that even a lone surrogate has one form). What was
read is written again and compared, so not even white space or the case of a digit can differ.
The signature covers the document's kind too: a tombstone is never taken for a receipt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from voiceclone.errors import SignatureInvalidError
from voiceclone.keys import SigningKey, key_id, signed_by

MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Signed:
    """A payload, and by whom it was signed; it exists only with a valid signature.

    Raises:
        SignatureInvalidError: payload, key, signature and kind do not belong together.
    """

    kind: str
    payload: Mapping[str, object]
    public_key: bytes
    signature: bytes

    def __post_init__(self) -> None:
        if not signed_by(self.public_key, self.signature, _message(self.kind, self.payload)):
            raise SignatureInvalidError(self.kind, "its signature does not fit its contents")

    @property
    def key_id(self) -> str:
        """Name of the key that signed."""
        return key_id(self.public_key)

    def to_dict(self) -> dict[str, object]:
        """Return the document as plain data."""
        return {
            "payload": dict(self.payload),
            "public_key": self.public_key.hex(),
            "signature": self.signature.hex(),
        }

    def to_bytes(self) -> bytes:
        """Return the document as canonical JSON."""
        return canonical(self.to_dict())


def canonical(data: object) -> bytes:
    """Return plain data as canonical JSON: the same data always gives the same bytes.

    Raises:
        ValueError: a number is not finite.
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sign(kind: str, payload: Mapping[str, object], key: SigningKey) -> Signed:
    """Return the signed document of a payload of plain data."""
    return Signed(kind, payload, key.public, key.sign(_message(kind, payload)))


def from_dict(kind: str, document: object) -> Signed:
    """Return the signed document in plain data from anyone.

    Raises:
        SignatureInvalidError: it is not whole, or was changed.
    """
    if not isinstance(document, Mapping) or set(document) != {"payload", "public_key", "signature"}:
        raise SignatureInvalidError(kind, "it is not a signed document")
    payload = document["payload"]
    if not isinstance(payload, Mapping):
        raise SignatureInvalidError(kind, "it has no contents")
    return Signed(
        kind, payload, _hex(kind, document["public_key"], 32), _hex(kind, document["signature"], 64)
    )


def from_bytes(kind: str, raw: bytes) -> Signed:
    """Return the signed document in a file from anyone.

    Raises:
        SignatureInvalidError: it is not whole, or a byte of it was changed.
    """
    if len(raw) > MAX_BYTES:
        raise SignatureInvalidError(kind, f"it has more than {MAX_BYTES >> 20} MB")
    try:
        document = json.loads(raw)
        same = canonical(document) == raw
    except (ValueError, RecursionError) as error:
        raise SignatureInvalidError(kind, "it is no JSON") from error
    if not same:
        raise SignatureInvalidError(kind, "it is not written as it was signed")
    return from_dict(kind, document)


def _message(kind: str, payload: Mapping[str, object]) -> bytes:
    try:
        return b"voiceclone " + kind.encode() + b"\n" + canonical(dict(payload))
    except (ValueError, TypeError, RecursionError) as error:
        raise SignatureInvalidError(kind, "it holds what JSON cannot") from error


def _hex(kind: str, text: object, n_bytes: int) -> bytes:
    try:
        raw = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        raw = b""
    if len(raw) != n_bytes or raw.hex() != text:
        raise SignatureInvalidError(kind, "its key or signature is not whole")
    return raw
