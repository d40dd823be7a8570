"""The store of saved voices: what an owner keeps, sealed, in the database.

It deals in bytes and knows nothing of what a voice is. With the card is sealed a list of the parts
and their hashes: a part that was taken away, or put back from an earlier state, is found out.
"""

from __future__ import annotations

import builtins
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from voiceclone.database.connection import Database
from voiceclone.database.tables import INSTALLATION, PARTS, VOICES, timestamp
from voiceclone.errors import (
    MasterKeyMismatchError,
    QuotaExceededError,
    StoredVoiceDamagedError,
    VoiceNotFoundError,
)
from voiceclone.keys import Keyring
from voiceclone.signed import canonical
from voiceclone.voices.audit import AuditEntry, AuditLog
from voiceclone.voices.owner import Owner
from voiceclone.voices.vault import Vault, VoiceKey

MAX_BYTES = 256 << 20
"""What one owner may keep, unless told otherwise: some hundreds of voices with their recordings."""

VOICE, SAMPLE, CLIP, CARD = "voice", "sample", "clip", "card"
"""Names of parts; clips have a number too: `clip 0`."""

_KEY_CHECK = "key check"
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class StoredVoice:
    """One saved voice, without its parts."""

    id: str
    card: Mapping[str, object]
    """What its owner saved beside it, plain data."""
    created: str
    """ISO 8601, UTC: when it was saved whole, for the first time or over an earlier one."""
    updated: str
    """When it was changed last."""
    bytes: int
    """Of all its parts, before sealing."""
    n_clips: int
    has_sample: bool


@dataclass(frozen=True)
class _Contents:
    """What is sealed as a voice's card."""

    card: Mapping[str, object]
    created: str
    updated: str
    parts: Mapping[str, tuple[int, str]]
    """Each part's number of bytes, and their sha256."""

    @property
    def size(self) -> int:
        """Number of bytes of all parts."""
        return sum(size for size, _ in self.parts.values())

    def named(self, kind: str) -> list[str]:
        """Return the names of the parts of one kind, in order."""
        return [name for name in self.parts if name.split()[0] == kind]

    def sealed(self, key: VoiceKey) -> bytes:
        parts = [[name, *measure] for name, measure in self.parts.items()]
        return key.seal(CARD, canonical([dict(self.card), self.created, self.updated, parts]))

    @classmethod
    def opened(cls, key: VoiceKey, sealed: bytes) -> _Contents:
        card, created, updated, parts = json.loads(key.open(CARD, sealed))
        return cls(card, created, updated, {name: (size, sha256) for name, size, sha256 in parts})

    def stored(self, voice_id: str) -> StoredVoice:
        n_clips, has_sample = len(self.named(CLIP)), bool(self.named(SAMPLE))
        return StoredVoice(voice_id, self.card, self.created, self.updated, self.size, n_clips, has_sample)


class VoiceStore:
    """The saved voices of all owners. Safe between threads and processes.

    A voice that is another owner's is not there: nothing tells it from one that never was. Every
    method raises `StoreUnavailableError` when the database cannot be used, `KeyUnavailableError` or
    `MasterKeyMismatchError` when the master key cannot, and stores nothing then.

    Args:
        database: where they are kept.
        keyring: has the master key.
        max_voices: how many one owner may keep.
        max_bytes: how much one owner may keep, before sealing.
    """

    def __init__(
        self, database: Database, keyring: Keyring, *, max_voices: int, max_bytes: int = MAX_BYTES
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._max_voices = max_voices
        self._max_bytes = max_bytes
        self._checked: Vault | None = None

    def save(
        self,
        owner: Owner,
        voice_id: str,
        card: Mapping[str, object],
        voice: bytes,
        sample: bytes | None = None,
        clips: Sequence[bytes] = (),
    ) -> StoredVoice:
        """Save a voice whole, or replace whole what its owner has under this id.

        Args:
            owner: whose it is.
            voice_id: 32 hex digits.
            card: plain data, small; it is all that `list` opens.
            voice: what `voice` returns.
            sample: what `sample` returns.
            clips: what `clips` returns.

        Raises:
            QuotaExceededError: the owner would keep more than one may; nothing is changed.
            ValueError: the id is no id.
        """
        if not _ID.fullmatch(voice_id):
            raise ValueError(f"a voice's id has 32 hex digits, this is {voice_id!r}")
        parts = {VOICE: voice} | ({} if sample is None else {SAMPLE: sample})
        parts |= {f"{CLIP} {number}": clip for number, clip in enumerate(clips)}
        now = timestamp()
        contents = _Contents(card, now, now, {name: _measure(data) for name, data in parts.items()})
        with self._changing(owner, "save", voice_id) as (connection, column):
            _remove(connection, column, voice_id)
            key = self._vault.new_key(column, voice_id)
            row = {"wrapped_key": key.wrapped, "card": contents.sealed(key), "bytes": contents.size}
            connection.execute(insert(VOICES).values(owner=column, id=voice_id, **row))
            place = {"owner": column, "voice_id": voice_id}
            rows = [place | {"part": name, "sealed": key.seal(name, data)} for name, data in parts.items()]
            connection.execute(insert(PARTS), rows)
            self._check_quota(connection, column)
        return contents.stored(voice_id)

    def list(self, owner: Owner) -> list[StoredVoice]:
        """Return what an owner keeps, the latest first.

        Raises:
            StoredVoiceDamagedError: one of them was changed from outside.
        """
        column = self._vault.column(owner)
        with self._database.reading() as connection:
            rows = connection.execute(select(VOICES).where(VOICES.c.owner == column)).all()
        found = [self._opened(row)[1].stored(row.id) for row in rows]
        return sorted(found, key=lambda voice: (voice.created, voice.id), reverse=True)

    def voice(self, owner: Owner, voice_id: str) -> bytes:
        """Return a voice as it was saved.

        Raises:
            VoiceNotFoundError: the owner has none with this id.
            StoredVoiceDamagedError: it was changed from outside.
        """
        (found,) = self._parts(owner, voice_id, VOICE)
        return found

    def sample(self, owner: Owner, voice_id: str) -> bytes | None:
        """Return a voice's sample as it was saved, or None where it has none.

        Raises:
            VoiceNotFoundError: the owner has none with this id.
            StoredVoiceDamagedError: it was changed from outside.
        """
        return next(iter(self._parts(owner, voice_id, SAMPLE)), None)

    def clips(self, owner: Owner, voice_id: str) -> builtins.list[bytes]:
        """Return a voice's clips as they were saved, in their order.

        Raises:
            VoiceNotFoundError: the owner has none with this id.
            StoredVoiceDamagedError: one was changed from outside.
        """
        return self._parts(owner, voice_id, CLIP)

    def update(self, owner: Owner, voice_id: str, card: Mapping[str, object], voice: bytes) -> StoredVoice:
        """Give a voice another card and other bytes; sample and clips stay.

        Raises:
            VoiceNotFoundError: the owner has none with this id.
            StoredVoiceDamagedError: it was changed from outside.
            QuotaExceededError: the owner would keep more than one may; nothing is changed.
        """
        with self._changing(owner, "update", voice_id) as (connection, column):
            key, contents = self._opened(_row(connection, column, voice_id))
            parts = {**contents.parts, VOICE: _measure(voice)}
            contents = replace(contents, card=card, updated=timestamp(), parts=parts)
            _rewrite(connection, column, voice_id, key, contents)
            this = (PARTS.c.owner == column) & (PARTS.c.voice_id == voice_id) & (PARTS.c.part == VOICE)
            connection.execute(update(PARTS).where(this).values(sealed=key.seal(VOICE, voice)))
            self._check_quota(connection, column)
        return contents.stored(voice_id)

    def delete(self, owner: Owner, voice_id: str) -> None:
        """Destroy a voice, its parts and its key, damaged or not.

        Raises:
            VoiceNotFoundError: the owner has none with this id.
        """
        with self._changing(owner, "delete", voice_id) as (connection, column):
            _row(connection, column, voice_id)
            _remove(connection, column, voice_id)

    def audit(self, owner: Owner) -> builtins.list[AuditEntry]:
        """Return what was done with an owner's voices, the first first."""
        vault = self._vault
        with self._database.reading() as connection:
            return AuditLog(vault).entries(connection, vault.column(owner))

    def verify_audit(self) -> int:
        """Return how many rows the audit log has, all of them as they were written.

        Raises:
            AuditBrokenError: a row was changed, taken away or put in.
        """
        log = AuditLog(self._vault)
        with self._database.reading() as connection:
            return log.verify(connection)

    @property
    def _vault(self) -> Vault:
        """The vault, once it is known that the master key is the one that this database knows."""
        if self._checked is None:
            vault = Vault(self._keyring.master_key())
            check = vault.derived(_KEY_CHECK)
            with self._database.writing() as connection:
                query = select(INSTALLATION.c.value).where(INSTALLATION.c.name == _KEY_CHECK)
                known = connection.execute(query).scalar()
                if known is None:
                    connection.execute(insert(INSTALLATION).values(name=_KEY_CHECK, value=check))
                    AuditLog(vault).begin(connection)
                elif known != check:
                    raise MasterKeyMismatchError(check.hex()[:16], known.hex()[:16])
            self._checked = vault
        return self._checked

    @contextmanager
    def _changing(self, owner: Owner, action: str, voice_id: str) -> Iterator[tuple[Connection, str]]:
        """Give a connection that writes, and the owner's column; what became of it is logged.

        A voice that is not there leaves no trace in the log.
        """
        vault = self._vault
        log, column = AuditLog(vault), vault.column(owner)
        try:
            with self._database.writing() as connection:
                yield connection, column
                log.append(connection, column, action, voice_id, "done")
        except (QuotaExceededError, StoredVoiceDamagedError) as error:
            outcome = "quota" if isinstance(error, QuotaExceededError) else "damaged"
            with self._database.writing() as connection:
                log.append(connection, column, action, voice_id, outcome)
            raise

    def _parts(self, owner: Owner, voice_id: str, kind: str) -> builtins.list[bytes]:
        """Return all parts of one kind, opened."""
        with self._changing(owner, "open", voice_id) as (connection, column):
            key, contents = self._opened(_row(connection, column, voice_id))
            names = contents.named(kind)
            this = (PARTS.c.owner == column) & (PARTS.c.voice_id == voice_id) & PARTS.c.part.in_(names)
            rows = connection.execute(select(PARTS.c.part, PARTS.c.sealed).where(this))
            sealed = {row.part: row.sealed for row in rows}
            opened = {name: key.open(name, sealed.get(name, b"")) for name in names}
            for name, data in opened.items():
                if _measure(data) != contents.parts[name]:  # genuine, but of an earlier state
                    raise StoredVoiceDamagedError(voice_id, name)
        return builtins.list(opened.values())

    def _opened(self, row: Row) -> tuple[VoiceKey, _Contents]:
        """Return the key and the card of a voice."""
        key = self._vault.open_key(row.owner, row.id, row.wrapped_key)
        contents = _Contents.opened(key, row.card)
        if contents.size != row.bytes:
            raise StoredVoiceDamagedError(row.id, "size")
        return key, contents

    def _check_quota(self, connection: Connection, column: str) -> None:
        """Raise `QuotaExceededError` when what an owner keeps, as it is now, is too much."""
        used = func.coalesce(func.sum(VOICES.c.bytes), 0)
        query = select(func.count(), used).where(VOICES.c.owner == column)
        voices, size = connection.execute(query).one()
        if voices > self._max_voices or size > self._max_bytes:
            raise QuotaExceededError(voices, int(size) / 1e6, self._max_voices, self._max_bytes / 1e6)


def _row(connection: Connection, column: str, voice_id: str) -> Row:
    """Return a voice's row, or raise `VoiceNotFoundError`."""
    query = select(VOICES).where(VOICES.c.owner == column, VOICES.c.id == voice_id)
    row = connection.execute(query).first() if _ID.fullmatch(voice_id) else None
    if row is None:
        raise VoiceNotFoundError(voice_id)
    return row


def _rewrite(connection: Connection, column: str, voice_id: str, key: VoiceKey, contents: _Contents) -> None:
    this = (VOICES.c.owner == column) & (VOICES.c.id == voice_id)
    values = {"card": contents.sealed(key), "bytes": contents.size}
    connection.execute(update(VOICES).where(this).values(values))


def _remove(connection: Connection, column: str, voice_id: str) -> None:
    connection.execute(delete(PARTS).where(PARTS.c.owner == column, PARTS.c.voice_id == voice_id))
    connection.execute(delete(VOICES).where(VOICES.c.owner == column, VOICES.c.id == voice_id))


def _measure(data: bytes) -> tuple[int, str]:
    """Return the number of bytes, and their sha256."""
    return len(data), hashlib.sha256(data).hexdigest()
