"""Opening the database, and the two kinds of transaction: one that reads, one that writes."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from voiceclone.errors import StoreUnavailableError
from voiceclone.settings import Settings

FILE_NAME = "voices.db"
MIGRATIONS = Path(__file__).with_name("migrations")
WAIT_S = 30
"""How long one process waits for another to end its transaction."""
CONNECT_S = 10
"""How long a PostgreSQL server has to answer."""
WRITER_LOCK = int.from_bytes(b"voicecln", "big")
"""Number of the PostgreSQL lock that every transaction that writes holds."""

_POSTGRESQL = "postgresql+psycopg"
_ACCEPTED = "accepted are sqlite:///PATH and postgresql://USER:PASSWORD@HOST/NAME"
_MIGRATING = threading.Lock()
"""Alembic keeps the migration that runs in globals of its own."""

_SQLITE = (
    f"PRAGMA busy_timeout = {WAIT_S * 1000}",
    # A rollback journal and no write-ahead log: what is deleted must be gone when the transaction
    # ends, and a log would hold it until the next checkpoint. EXTRA syncs the folder too, so that a
    # journal that was removed does not come back after a power cut and undo what was confirmed.
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = EXTRA",
    "PRAGMA secure_delete = ON",  # overwrites with zeros what is deleted
    "PRAGMA temp_store = MEMORY",  # no copies in temporary files
    "PRAGMA foreign_keys = ON",
)


class Database:
    """A database with the present schema. Safe between threads, and several processes may have it open.

    Made by `open_database`. One transaction writes at a time, and one that reads sees the state of
    one moment, whatever else goes on.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        sqlite = engine.dialect.name == "sqlite"
        self._to_read: dict[str, object] = (
            {"begin": "BEGIN"} if sqlite else {"isolation_level": "REPEATABLE READ"}
        )
        self._to_write: dict[str, object] = (
            {"begin": "BEGIN IMMEDIATE"} if sqlite else {"isolation_level": "READ COMMITTED"}
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database.

        Raises:
            StoreUnavailableError: the database cannot be used.
        """
        with self._answering():
            with self.engine.connect().execution_options(**self._to_read) as connection:
                with connection.begin():
                    yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that alone may write; all of it is kept at the end, or, on an error, nothing.

        Raises:
            StoreUnavailableError: the database cannot be used.
        """
        with self._answering():
            with self.engine.connect().execution_options(**self._to_write) as connection:
                with connection.begin():
                    if connection.dialect.name == "postgresql":
                        connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"))
                    yield connection

    def close(self) -> None:
        """Close all connections; the next transaction opens new ones."""
        self.engine.dispose()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeoutError) as error:
            raise StoreUnavailableError(_reason(error, self.engine.url)) from error


def open_database(settings: Settings) -> Database:
    """Return the database that the settings name, made or brought up to date where needed.

    Raises:
        StoreUnavailableError: it cannot be reached, is damaged, or was made by a newer program.
    """
    url = _url(settings)
    database = Database(_sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url))
    try:
        _migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _url(settings: Settings) -> URL:
    """Return the address of the database. What is no address is not repeated: a password may be in it."""
    if not settings.database_url:
        return URL.create("sqlite", database=str(settings.data_dir / FILE_NAME))
    try:
        url = make_url(settings.database_url)
    except (ArgumentError, ValueError):
        raise StoreUnavailableError(
            f"VOICECLONE_DATABASE_URL is not an address of a database ({_ACCEPTED})"
        ) from None
    if url.drivername in ("postgresql", "postgres", _POSTGRESQL):
        return url.set(drivername=_POSTGRESQL)
    if url.drivername != "sqlite":
        raise StoreUnavailableError(f"VOICECLONE_DATABASE_URL names '{url.drivername}' ({_ACCEPTED})")
    if not url.database or url.database.startswith((":", "file:")):
        raise StoreUnavailableError(f"VOICECLONE_DATABASE_URL names no file ({_ACCEPTED})")
    return url


def _sqlite(url: URL) -> Engine:
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # the journal takes the mode of the file
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise StoreUnavailableError(f"{path}: {error.strerror or error}") from error
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # transactions begin below, and nowhere by themselves
        for pragma in _SQLITE:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options()["begin"])

    return engine


def _postgresql(url: URL) -> Engine:
    arguments = {"connect_timeout": CONNECT_S, "options": f"-c lock_timeout={WAIT_S}s"}
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=arguments)


def _migrate(database: Database) -> None:
    """Bring the schema up to date; a process that comes second waits, and finds it done.

    Raises:
        StoreUnavailableError: the database cannot be used, or was made by a newer program.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    known = {entry.revision for entry in script.walk_revisions()}
    with _MIGRATING, database.writing() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
        if unknown := sorted(set(found) - known):
            raise StoreUnavailableError(
                f"it was made by a newer voiceclone (revision {unknown[0]}; "
                f"known up to {script.get_current_head()})"
            )
        if found != (script.get_current_head(),):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _reason(error: DBAPIError | PoolTimeoutError, url: URL) -> str:
    """Return what the database said, in one line, and never its password."""
    said = str(error.orig) if isinstance(error, DBAPIError) else "too many requests use it at once"
    line = " ".join(said.split()) or type(error).__name__
    return line.replace(url.password, "***") if url.password else line
