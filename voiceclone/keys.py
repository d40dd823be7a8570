"""The secrets of one installation: made on first use, kept in files that only their owner reads.

A secret comes from the environment (64 hex digits), or from a file of mode 0600 in the data
folder. Without one nothing is signed and nothing is stored.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from voiceclone.errors import KeyUnavailableError

SECRET_BYTES = 32
MODE = 0o600
_SECRET = re.compile(rf"[0-9a-f]{{{2 * SECRET_BYTES}}}")
_ACCEPTED = f"{2 * SECRET_BYTES} hex digits, in a file that only its owner may read (mode 0600)"


class SigningKey:
    """An Ed25519 key (RFC 8032) that signs receipts, tombstones and records."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        """32 bytes, for anyone."""

    @property
    def id(self) -> str:
        """Name of the key: see `key_id`."""
        return key_id(self.public)

    def sign(self, data: bytes) -> bytes:
        """Return the signature: 64 bytes, the same for the same data."""
        return self._key.sign(data)


def key_id(public: bytes) -> str:
    """Return what a public key is called: the first 16 hex digits of its sha256."""
    return hashlib.sha256(public).hexdigest()[:16]


def signed_by(public: bytes, signature: bytes, data: bytes) -> bool:
    """Return whether the key made this signature of this data."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


class Keyring:
    """The signing key and the master key of one installation.

    Args:
        folder: where key files lie; made when the first one is.
        signing: the signing key's seed as hex, when it does not come from a file.
        master: the master key as hex, likewise.
    """

    def __init__(self, folder: Path, *, signing: str = "", master: str = "") -> None:
        self._folder = folder
        self._given = {"signing": signing, "master": master}

    def signing_key(self) -> SigningKey:
        """Return the key that signs.

        Raises:
            KeyUnavailableError: it can be neither read nor made.
        """
        return SigningKey(self.secret("signing"))

    def master_key(self) -> bytes:
        """Return the 32 bytes under which every voice's own key is wrapped.

        Raises:
            KeyUnavailableError: it can be neither read nor made.
        """
        return self.secret("master")

    def secret(self, name: str) -> bytes:
        """Return the 32 bytes of a named secret: given, read, or made now.

        Raises:
            KeyUnavailableError: it can be neither read nor made, or others may read its file.
        """
        if given := self._given.get(name):
            return _decoded(name, given, "the environment")
        path = self._folder / f"{name}.key"
        try:
            if not path.exists():
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                _create(path, secrets.token_hex(SECRET_BYTES))
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                raise KeyUnavailableError(name, str(path), f"its mode is {mode:04o}", _ACCEPTED)
            return _decoded(name, path.read_text("ascii"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise KeyUnavailableError(name, str(path), reason, _ACCEPTED) from error


def _decoded(name: str, text: str, place: str) -> bytes:
    text = text.strip()
    if not _SECRET.fullmatch(text):
        raise KeyUnavailableError(name, place, "it is not whole", _ACCEPTED)
    return bytes.fromhex(text)


def _create(path: Path, text: str) -> None:
    """Write a key file, whole or not at all; one that another process made meanwhile stays."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        Path(temporary).unlink(missing_ok=True)
