"""The audit log: what was done with saved voices, in a chain that cannot be changed unseen.

Every row's link is an HMAC of the row and of the link before, and the last link is kept, with its
number and an HMAC of both, beside the log. Who can write to the database but has no master key can
neither change nor forge a row, take one away (the last one included) or put one between.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass

from sqlalchemy import Connection, Row, insert, select, update

from voiceclone.database.tables import AUDIT, INSTALLATION, timestamp
from voiceclone.errors import AuditBrokenError
from voiceclone.signed import canonical
from voiceclone.voices.vault import Vault

_END = "audit end"
_FIRST_LINK = "0" * 64


@dataclass(frozen=True)
class AuditEntry:
    """One thing that was done, or refused."""

    time: str
    """ISO 8601, UTC."""
    action: str
    """`save`, `open`, `update` or `delete`."""
    voice_id: str
    outcome: str
    """`done`, `quota` (the library is full) or `damaged`."""


class AuditLog:
    """The log, on connections that its caller opens; `owner` is the owner's column."""

    def __init__(self, vault: Vault) -> None:
        self._key = vault.derived("audit log")

    def begin(self, connection: Connection) -> None:
        """Write the end of a log that has no rows yet."""
        connection.execute(insert(INSTALLATION).values(name=_END, value=self._end(0, _FIRST_LINK)))

    def append(
        self, connection: Connection, owner: str, action: str, voice_id: str, outcome: str
    ) -> AuditEntry:
        """Add what happens now, and return it.

        Raises:
            AuditBrokenError: the end of the log was changed.
        """
        entry = AuditEntry(timestamp(), action, voice_id, outcome)
        number, before = self._found_end(connection)
        number += 1
        link = self._link(before, number, owner, entry)
        connection.execute(insert(AUDIT).values(number=number, owner=owner, link=link, **vars(entry)))
        this = INSTALLATION.c.name == _END
        connection.execute(update(INSTALLATION).where(this).values(value=self._end(number, link)))
        return entry

    def entries(self, connection: Connection, owner: str) -> list[AuditEntry]:
        """Return what was done in the name of an owner, the first first."""
        query = select(AUDIT).where(AUDIT.c.owner == owner).order_by(AUDIT.c.number)
        return [_entry(row) for row in connection.execute(query)]

    def verify(self, connection: Connection) -> int:
        """Return how many rows the log has, all of them as they were written.

        Raises:
            AuditBrokenError: with the first row that was changed, taken away or put in.
        """
        end = self._found_end(connection)
        number, link = 0, _FIRST_LINK
        for row in connection.execute(select(AUDIT).order_by(AUDIT.c.number)):
            number += 1
            link = self._link(link, number, row.owner, _entry(row))
            if row.number != number or row.link != link:
                raise AuditBrokenError(number)
        if (number, link) != end:
            raise AuditBrokenError(number + 1)
        return number

    def _link(self, before: str, number: int, owner: str, entry: AuditEntry) -> str:
        return self._mac("row", before, number, owner, *vars(entry).values())

    def _end(self, number: int, link: str) -> bytes:
        return canonical([number, link, self._mac("end", number, link)])

    def _found_end(self, connection: Connection) -> tuple[int, str]:
        """Return number and link of the last row, as they were noted when it was written."""
        query = select(INSTALLATION.c.value).where(INSTALLATION.c.name == _END)
        value = connection.execute(query).scalar() or b""
        try:
            number, link, _ = json.loads(value)
            genuine = hmac.compare_digest(value, self._end(number, link))
        except (ValueError, TypeError) as error:
            raise AuditBrokenError(0) from error
        if not genuine:
            raise AuditBrokenError(0)
        return number, link

    def _mac(self, *fields: object) -> str:
        return hmac.digest(self._key, canonical(list(fields)), "sha256").hex()


def _entry(row: Row) -> AuditEntry:
    return AuditEntry(row.time, row.action, row.voice_id, row.outcome)
