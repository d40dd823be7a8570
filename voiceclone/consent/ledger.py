"""The ledger of consent: which sentences were asked for, which recordings handed in, what was withdrawn.

A sentence names the speaker, so it is not kept in clear: it is sealed under a key made from its own
id, of which only the hash is stored, and it is wiped when it is taken. Whoever reads the database
alone learns nothing from it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Row, Select, delete, insert, select, update

from voiceclone.consent import tombstone as tombstones
from voiceclone.consent.receipt import Receipt
from voiceclone.consent.tombstone import Tombstone
from voiceclone.database.connection import Database
from voiceclone.database.tables import CHALLENGES, RECORDINGS, TOMBSTONES, timestamp
from voiceclone.errors import (
    ChallengeExpiredError,
    ChallengeUnknownError,
    ChallengeUsedError,
    SignatureInvalidError,
    StoreUnavailableError,
    VoiceRevokedError,
)
from voiceclone.keys import SigningKey
from voiceclone.signed import canonical

KEPT_AFTER = dt.timedelta(hours=1)
"""How long it is remembered of a sentence that its time is over; after that it is unknown."""

_NONCE = bytes(12)
"""Each id seals one sentence, so its key is never used twice."""


class ConsentLedger:
    """What is known of consent on this installation. Safe between threads and processes.

    Every method raises `StoreUnavailableError` when the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_challenge(self, challenge_id: str, payload: Mapping[str, object], expires: dt.datetime) -> None:
        """Keep a sentence until it is taken.

        Args:
            challenge_id: random, and known only to who is asked: it is the key to the payload.
            payload: plain data.
            expires: until when it may be taken, with zone.

        Raises:
            ChallengeUsedError: there was a sentence with this id.
        """
        digest, key = _id_sha256(challenge_id), _key(challenge_id)
        sealed = AESGCM(key).encrypt(_NONCE, canonical(dict(payload)), digest.encode())
        old = timestamp(dt.datetime.now(dt.timezone.utc) - KEPT_AFTER)
        with self._database.writing() as connection:
            connection.execute(delete(CHALLENGES).where(CHALLENGES.c.expires < old))
            known = select(CHALLENGES.c.id_sha256).where(CHALLENGES.c.id_sha256 == digest)
            if connection.execute(known).first() is not None:
                raise ChallengeUsedError(challenge_id)
            connection.execute(
                insert(CHALLENGES).values(id_sha256=digest, expires=timestamp(expires), sealed=sealed)
            )

    def take_challenge(self, challenge_id: str, now: dt.datetime | None = None) -> dict[str, object]:
        """Return the payload of a sentence, once: of any number of takers exactly one gets it.

        Raises:
            ChallengeUnknownError: none was asked for under this id, or long ago.
            ChallengeUsedError: it was taken.
            ChallengeExpiredError: its time is over.
        """
        digest = _id_sha256(challenge_id)
        moment = timestamp(now)
        with self._database.writing() as connection:
            this = CHALLENGES.c.id_sha256 == digest
            row = connection.execute(select(CHALLENGES).where(this)).first()
            if row is None:
                raise ChallengeUnknownError(challenge_id)
            if row.used is not None:
                raise ChallengeUsedError(challenge_id)
            if row.expires <= moment:
                raise ChallengeExpiredError(challenge_id, row.expires)
            connection.execute(update(CHALLENGES).where(this).values(used=moment, sealed=b""))
        try:
            return json.loads(AESGCM(_key(challenge_id)).decrypt(_NONCE, row.sealed, digest.encode()))
        except InvalidTag as error:
            raise StoreUnavailableError("a sentence of consent in it was damaged or changed") from error

    def remember_recording(self, sha256: str) -> bool:
        """Note that a recording of consent was handed in; return whether it is the first time."""
        with self._database.writing() as connection:
            if connection.execute(_recording(sha256)).first() is not None:
                return False
            connection.execute(insert(RECORDINGS).values(sha256=sha256, seen=timestamp()))
        return True

    def revoke(
        self, receipt: Receipt, reason: str, key: SigningKey, now: dt.datetime | None = None
    ) -> Tombstone:
        """Withdraw consent for good, and return the tombstone; of several the first one stays.

        Raises:
            OptionError: the reason is too long, or not printable.
            SignatureInvalidError: there is a tombstone, and it was changed.
        """
        return self.accept(tombstones.withdraw(receipt, reason, key, now))

    def accept(self, tombstone: Tombstone) -> Tombstone:
        """Remember a withdrawal that was signed elsewhere, and return it; of several the first one stays.

        Whether who signed it had a right to is for the caller to know.

        Raises:
            SignatureInvalidError: there is a tombstone of this receipt, and it was changed.
        """
        with self._database.writing() as connection:
            row = connection.execute(_tombstone(tombstone.receipt_id)).first()
            if row is not None:
                return _checked(row)
            connection.execute(
                insert(TOMBSTONES).values(
                    receipt_id=tombstone.receipt_id,
                    voice_id=tombstone.voice_id,
                    document=tombstone.to_bytes(),
                )
            )
        return tombstone

    def tombstone(self, receipt_id: str) -> Tombstone | None:
        """Return what withdrew a receipt, if anything did.

        Raises:
            SignatureInvalidError: it was changed.
        """
        with self._database.reading() as connection:
            row = connection.execute(_tombstone(receipt_id)).first()
        return None if row is None else _checked(row)

    def check(self, receipt: Receipt, now: dt.datetime | None = None) -> None:
        """Raise unless consent holds (now by default).

        Raises:
            VoiceRevokedError: it was withdrawn.
            ReceiptExpiredError: its last day is over.
            SignatureInvalidError: there is a tombstone, and it was changed.
        """
        found = self.tombstone(receipt.id)
        if found is not None:
            raise VoiceRevokedError(receipt.voice_name, found.revoked, found.reason or "no reason was given")
        receipt.check_current(now)


def _checked(row: Row) -> Tombstone:
    """Return the tombstone in a row, if the row is as it was written."""
    found = tombstones.from_bytes(row.document)
    if (found.receipt_id, found.voice_id) != (row.receipt_id, row.voice_id):
        raise SignatureInvalidError(tombstones.KIND, "it is kept as that of another receipt")
    return found


def _tombstone(receipt_id: str) -> Select:
    return select(TOMBSTONES).where(TOMBSTONES.c.receipt_id == receipt_id)


def _recording(sha256: str) -> Select:
    return select(RECORDINGS.c.sha256).where(RECORDINGS.c.sha256 == sha256)


def _id_sha256(challenge_id: str) -> str:
    return hashlib.sha256(challenge_id.encode()).hexdigest()


def _key(challenge_id: str) -> bytes:
    """Return 32 bytes that cannot be told from the stored hash of the id."""
    return hashlib.sha256(b"voiceclone challenge key\n" + challenge_id.encode()).digest()
