"""Saved voices, their audit log, and what is known of consent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit", "tombstones")
KEYS = {"audit": "number", "tombstones": "receipt_id"}


def upgrade() -> None:
    op.create_table(
        "voices",
        sa.Column("owner", sa.String(64)),
        sa.Column("id", sa.String(32)),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sa.Column("card", sa.LargeBinary, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("owner", "id", name="voices_key"),
    )
    op.create_table(
        "parts",
        sa.Column("owner", sa.String(64)),
        sa.Column("voice_id", sa.String(32)),
        sa.Column("part", sa.String(16)),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("owner", "voice_id", "part", name="parts_key"),
        sa.ForeignKeyConstraint(
            ["owner", "voice_id"], ["voices.owner", "voices.id"], ondelete="CASCADE", name="parts_voice"
        ),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger, autoincrement=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("voice_id", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("link", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="audit_key"),
    )
    op.create_index("audit_owner", "audit", ["owner"])
    op.create_table(
        "installation",
        sa.Column("name", sa.String(32)),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="installation_key"),
    )
    op.create_table(
        "challenges",
        sa.Column("id_sha256", sa.String(64)),
        sa.Column("expires", sa.String(32), nullable=False),
        sa.Column("used", sa.String(32)),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id_sha256", name="challenges_key"),
    )
    op.create_table(
        "recordings",
        sa.Column("sha256", sa.String(64)),
        sa.Column("seen", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="recordings_key"),
    )
    op.create_table(
        "tombstones",
        sa.Column("receipt_id", sa.String(32)),
        sa.Column("voice_id", sa.String(32), nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("receipt_id", name="tombstones_key"),
    )
    _keep_append_only()


def _keep_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
            for event in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} BEGIN {refuse}; END"
                )
            # REPLACE removes the old row without a word to the trigger above
            taken = f"EXISTS (SELECT 1 FROM {table} WHERE {KEYS[table]} = NEW.{KEYS[table]})"
            op.execute(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} BEGIN {refuse}; END"
            )
        return
    op.execute(
        "CREATE FUNCTION voiceclone_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION voiceclone_append_only()"
        )


def downgrade() -> None:
    names = ("tombstones", "recordings", "challenges", "installation", "audit", "parts", "voices")
    for name in names:
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION voiceclone_append_only()")
