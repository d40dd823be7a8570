"""The tables, as the migrations leave them.

What stands in clear is random or derived: ids, hashes, sizes and times. Names, consent, voices and
audio are in the columns of sealed bytes. Times are ISO 8601 in UTC to the microsecond, so that their
order is the order of their text.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
)

METADATA = MetaData()

VOICES = Table(
    "voices",
    METADATA,
    Column("owner", String(64)),
    Column("id", String(32)),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("card", LargeBinary, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner", "id", name="voices_key"),
)
"""One row per saved voice: its key, wrapped, and its card, sealed. Two owners may keep one voice's id."""

PARTS = Table(
    "parts",
    METADATA,
    Column("owner", String(64)),
    Column("voice_id", String(32)),
    Column("part", String(16)),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("owner", "voice_id", "part", name="parts_key"),
    ForeignKeyConstraint(
        ["owner", "voice_id"], ["voices.owner", "voices.id"], ondelete="CASCADE", name="parts_voice"
    ),
)
"""The large things of a voice: the voice itself, its sample, its clips."""

AUDIT = Table(
    "audit",
    METADATA,
    Column("number", BigInteger, autoincrement=False),
    Column("time", String(32), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("voice_id", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("link", String(64), nullable=False),
    PrimaryKeyConstraint("number", name="audit_key"),
    Index("audit_owner", "owner"),
)
"""What was done with saved voices. Triggers refuse to change or remove a row."""

INSTALLATION = Table(
    "installation",
    METADATA,
    Column("name", String(32)),
    Column("value", LargeBinary, nullable=False),
    PrimaryKeyConstraint("name", name="installation_key"),
)
"""What there is one of: the check of the master key, the end of the audit log."""

CHALLENGES = Table(
    "challenges",
    METADATA,
    Column("id_sha256", String(64)),
    Column("expires", String(32), nullable=False),
    Column("used", String(32)),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("id_sha256", name="challenges_key"),
)
"""Sentences of consent that were asked for, sealed under their own id; emptied when taken."""

RECORDINGS = Table(
    "recordings",
    METADATA,
    Column("sha256", String(64)),
    Column("seen", String(32), nullable=False),
    PrimaryKeyConstraint("sha256", name="recordings_key"),
)
"""Hashes of recordings of consent that were handed in."""

TOMBSTONES = Table(
    "tombstones",
    METADATA,
    Column("receipt_id", String(32)),
    Column("voice_id", String(32), nullable=False),
    Column("document", LargeBinary, nullable=False),
    PrimaryKeyConstraint("receipt_id", name="tombstones_key"),
)
"""Withdrawals of consent, signed. Triggers refuse to change or remove a row."""


def timestamp(time: dt.datetime | None = None) -> str:
    """Return a time with zone (now by default) as it is stored."""
    time = time or dt.datetime.now(dt.timezone.utc)
    return time.astimezone(dt.timezone.utc).isoformat(timespec="microseconds")
