"""The owner of saved voices: whoever has a key, or an account. What is kept is a hash of it."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from voiceclone.errors import LibraryKeyError

_PREFIX = "vc_"
_RANDOM_BYTES = 32
_CAPABILITY = re.compile(rf"{_PREFIX}[A-Za-z0-9_-]{{43}}")  # 43 characters of base64 carry 32 bytes
_ACCEPTED = f"'{_PREFIX}' and 43 letters, digits, '-' or '_', as voiceclone showed it"


@dataclass(frozen=True)
class Owner:
    """Who owns saved voices; equal for the same key or account."""

    key: str
    """64 hex digits: a hash, from which nobody finds the way back to the owner's key."""

    @classmethod
    def from_capability(cls, text: str) -> Owner:
        """Return the owner that a library key makes of whoever has it.

        Raises:
            LibraryKeyError: it is not a key as `new_capability` makes them.
        """
        if not _CAPABILITY.fullmatch(text):
            raise LibraryKeyError(len(text), _ACCEPTED)
        return cls(_hashed("capability", text))

    @classmethod
    def from_secret(cls, secret: bytes) -> Owner:
        """Return the owner that a secret of the installation makes of whoever may read it."""
        return cls(_hashed("secret", secret.hex()))

    @classmethod
    def from_subject(cls, provider: str, subject: str) -> Owner:
        """Return the owner that an account is, by the provider's name and its lasting id of the account."""
        return cls(_hashed("subject", provider, subject))


def new_capability() -> str:
    """Return a new library key: 256 random bits, to be kept by the owner alone."""
    return _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def _hashed(*words: str) -> str:
    """Return a hash of the words, each with its length: no two lists of words are one."""
    framed = "".join(f"{len(word)}:{word}," for word in ("voiceclone owner", *words))
    return hashlib.sha256(framed.encode()).hexdigest()
