"""Sealing of saved voices: AES-256-GCM under a key per voice, wrapped under the master key.

    master key ── HKDF-SHA256(owner, voice id) ──► wrapping key ── AES-GCM ──► key of one voice, random
                                                                                     │
                                              card, voice, sample, clips ◄── AES-GCM ┘

What is sealed is bound to its owner, its voice and its place: in another row it does not open.
Who destroys the wrapped key has destroyed the voice.
"""

from __future__ import annotations

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from voiceclone.errors import StoredVoiceDamagedError
from voiceclone.signed import canonical
from voiceclone.voices.owner import Owner

KEY_BYTES = 32
NONCE_BYTES = 12
"""Random per sealing (NIST SP 800-38D, 8.2.2); a voice's key seals some dozens of times, far from 2^32."""
TAG_BYTES = 16


class VoiceKey:
    """The key of one voice of one owner."""

    def __init__(self, owner: str, voice_id: str, key: bytes, wrapped: bytes) -> None:
        self.wrapped = wrapped
        """The key as it is stored."""
        self._owner = owner
        self._voice_id = voice_id
        self._cipher = AESGCM(key)

    def seal(self, part: str, data: bytes) -> bytes:
        """Return one part of the voice, sealed: 12 bytes of nonce, the ciphertext, 16 bytes of tag."""
        return _seal(self._cipher, data, self._place(part))

    def open(self, part: str, sealed: bytes) -> bytes:
        """Return what `seal` was given.

        Raises:
            StoredVoiceDamagedError: a byte was changed, or it was sealed as something else.
        """
        try:
            return _open(self._cipher, sealed, self._place(part))
        except (InvalidTag, ValueError) as error:
            raise StoredVoiceDamagedError(self._voice_id, part) from error

    def _place(self, part: str) -> bytes:
        return canonical(["voiceclone part", self._owner, self._voice_id, part])


class Vault:
    """What the master key opens."""

    def __init__(self, master: bytes) -> None:
        self._master = master

    def derived(self, *purpose: str) -> bytes:
        """Return the 32 bytes that the master key gives for one purpose (HKDF, RFC 5869)."""
        info = canonical(["voiceclone", *purpose])
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._master)

    def column(self, owner: Owner) -> str:
        """Return the owner as the database names them: 64 hex digits.

        Not the owner's own hash: names of accounts can be guessed and hashed, but not without the key.
        """
        return hmac.digest(self.derived("owners"), owner.key.encode(), "sha256").hex()

    def new_key(self, owner: str, voice_id: str) -> VoiceKey:
        """Return a new key for a voice; `owner` is the owner's column."""
        key = secrets.token_bytes(KEY_BYTES)
        return VoiceKey(owner, voice_id, key, _seal(*self._wrapping(owner, voice_id, key)))

    def open_key(self, owner: str, voice_id: str, wrapped: bytes) -> VoiceKey:
        """Return the key of a voice.

        Raises:
            StoredVoiceDamagedError: a byte was changed, or it is the key of another voice or owner.
        """
        try:
            key = _open(*self._wrapping(owner, voice_id, wrapped))
        except (InvalidTag, ValueError) as error:
            raise StoredVoiceDamagedError(voice_id, "key") from error
        return VoiceKey(owner, voice_id, key, wrapped)

    def _wrapping(self, owner: str, voice_id: str, data: bytes) -> tuple[AESGCM, bytes, bytes]:
        cipher = AESGCM(self.derived("voice key", owner, voice_id))
        return cipher, data, canonical(["voiceclone key", owner, voice_id])


def _seal(cipher: AESGCM, data: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, data, bound_to)


def _open(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
