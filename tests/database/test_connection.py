import multiprocessing
import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, select, text

from voiceclone.database import connection as room
from voiceclone.database.connection import Database, open_database
from voiceclone.database.tables import METADATA, RECORDINGS
from voiceclone.errors import StoreUnavailableError
from voiceclone.settings import Settings

N_PROCESSES = 4
N_THREADS = 8
SECRET = "pa55w0rd"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def remember(connection: Connection, sha256: str) -> None:
    connection.execute(insert(RECORDINGS).values(sha256=sha256, seen="now"))


def remembered(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted(connection.execute(select(RECORDINGS.c.sha256)).scalars())


def open_and_write(settings: Settings, start, name: str) -> None:
    """Run in a process of its own."""
    start.wait()
    database = open_database(settings)
    with database.writing() as connection:
        remember(connection, name)
    database.close()


# --- the schema --------------------------------------------------------------------------


def test_the_migrations_make_the_tables_that_the_program_names(database):
    with database.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_what_was_kept_is_there_when_opened_again(database_settings):
    first = open_database(database_settings)
    with first.writing() as connection:
        remember(connection, "kept")
    first.close()
    second = open_database(database_settings)
    assert remembered(second) == ["kept"]
    second.close()


def test_processes_that_open_an_empty_database_at_once_all_get_it(database_settings):
    context = multiprocessing.get_context("spawn")
    start = context.Event()
    names = [f"process {number}" for number in range(N_PROCESSES)]
    processes = [context.Process(target=open_and_write, args=(database_settings, start, n)) for n in names]
    for process in processes:
        process.start()
    start.set()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * N_PROCESSES
    database = open_database(database_settings)
    assert remembered(database) == names
    database.close()


def test_threads_that_open_databases_at_once_all_get_theirs(database_settings, tmp_path):
    """Four the same one, four one each: Alembic itself runs one migration at a time in a process."""
    folders = [tmp_path / f"folder {number}" for number in range(N_THREADS // 2)]
    each = [Settings(data_dir=folder) for folder in folders]
    together = threading.Barrier(N_THREADS)

    def tables(settings: Settings) -> set[str]:
        together.wait()
        database = open_database(settings)
        with database.reading() as connection:
            found = set(inspect(connection).get_table_names())
        database.close()
        return found

    with ThreadPoolExecutor(N_THREADS) as pool:
        for found in pool.map(tables, [database_settings] * (N_THREADS // 2) + each):
            assert found == {*METADATA.tables, "alembic_version"}


def test_a_database_of_a_newer_program_is_left_alone(database, database_settings):
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailableError, match=r"newer voiceclone \(revision 9999"):
        open_database(database_settings)
    with database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_every_migration_can_be_undone(database):
    """And made again: `downgrade` leaves nothing behind that is in the way."""
    config = Config()
    config.set_main_option("script_location", str(room.MIGRATIONS))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(config, "head")
        assert set(METADATA.tables) <= set(inspect(connection).get_table_names())


def test_there_is_one_line_of_migrations():
    config = Config()
    config.set_main_option("script_location", str(room.MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


# --- transactions ------------------------------------------------------------------------


def test_of_a_transaction_that_fails_nothing_stays(database):
    with pytest.raises(ZeroDivisionError):
        with database.writing() as connection:
            remember(connection, "half")
            raise ZeroDivisionError
    assert remembered(database) == []


def test_one_transaction_writes_at_a_time(database):
    """Each reads the number of rows and writes one more: with two at once a number would come twice."""

    def count_on() -> None:
        for _ in range(10):
            with database.writing() as connection:
                n_rows = len(connection.execute(select(RECORDINGS.c.sha256)).all())
                remember(connection, f"{n_rows:03d}")

    threads = [threading.Thread(target=count_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert remembered(database) == [f"{number:03d}" for number in range(40)]


def test_a_transaction_that_reads_sees_one_state(postgresql):
    """SQLite lets nobody write while it is read; PostgreSQL does, and the reader must not notice."""
    database = open_database(Settings(database_url=postgresql.empty_database()))
    n_rows = text("SELECT count(*) FROM recordings")
    with database.reading() as connection:
        assert connection.execute(n_rows).scalar() == 0
        with database.writing() as writer:
            remember(writer, "meanwhile")
        assert connection.execute(n_rows).scalar() == 0
    assert remembered(database) == ["meanwhile"]
    database.close()


# --- SQLite ------------------------------------------------------------------------------


def test_only_its_owner_can_read_the_file(tmp_path):
    database = open_database(Settings(data_dir=tmp_path / "new"))
    with database.writing() as connection:
        remember(connection, "private")
        assert mode(tmp_path / "new" / "voices.db-journal") == 0o600
    assert mode(tmp_path / "new") == 0o700
    assert mode(tmp_path / "new" / "voices.db") == 0o600
    database.close()


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path):
    path = tmp_path / "voices.db"
    path.touch(mode=0o644)
    path.chmod(0o644)
    open_database(Settings(data_dir=tmp_path)).close()
    assert mode(path) == 0o600


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "delete"),
        ("synchronous", 3),
        ("secure_delete", 1),
        ("foreign_keys", 1),
        ("temp_store", 2),
    ],
)
def test_every_connection_is_set_up(tmp_path, pragma, value):
    database = open_database(Settings(data_dir=tmp_path))
    for _ in range(2):
        with database.reading() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
        database.close()  # the next one is new


def test_a_sqlite_address_names_its_file(tmp_path):
    settings = Settings(data_dir=tmp_path / "unused", database_url=f"sqlite:///{tmp_path}/other.db")
    open_database(settings).close()
    assert (tmp_path / "other.db").exists() and not (tmp_path / "unused").exists()


# --- what cannot be used -----------------------------------------------------------------


@pytest.mark.parametrize(
    "contents",
    [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 4096],
    ids=["text", "header only"],
)
def test_a_damaged_file_is_refused(tmp_path, contents):
    (tmp_path / "voices.db").write_bytes(contents)
    with pytest.raises(StoreUnavailableError):
        open_database(Settings(data_dir=tmp_path))
    assert (tmp_path / "voices.db").read_bytes() == contents


def test_a_file_that_was_cut_short_is_refused(tmp_path):
    """Cut while it was closed: the header counts more pages than there are."""
    open_database(Settings(data_dir=tmp_path)).close()
    path = tmp_path / "voices.db"
    path.write_bytes(path.read_bytes()[:8192])
    with pytest.raises(StoreUnavailableError):
        database = open_database(Settings(data_dir=tmp_path))
        remembered(database)


def test_a_table_that_is_missing_is_said(database):
    with database.writing() as connection:
        connection.execute(text("DROP TABLE recordings"))
    with pytest.raises(StoreUnavailableError, match="recordings"):
        remembered(database)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match="file/voices.db"):
        open_database(Settings(data_dir=tmp_path / "file"))


def test_a_database_that_is_locked_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_SQLITE", ("PRAGMA busy_timeout = 1",))
    database = open_database(Settings(data_dir=tmp_path))
    other = sqlite3.connect(tmp_path / "voices.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailableError, match="locked"):
        remembered(database)
    other.close()
    database.close()


def test_a_server_that_is_not_there_is_said_without_the_password():
    url = f"postgresql://someone:{SECRET}@127.0.0.1:1/voices"
    with pytest.raises(StoreUnavailableError, match="refused") as caught:
        open_database(Settings(database_url=url))
    assert SECRET not in str(caught.value)


def test_a_password_that_the_server_repeats_is_not_shown(postgresql):
    """Whatever a server puts into its message: here the name of a database that is the password too."""
    url = f"postgresql://postgres:{SECRET}@/{SECRET}?host={postgresql.folder}"
    with pytest.raises(StoreUnavailableError, match=r"\*\*\*") as caught:
        open_database(Settings(database_url=url))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://someone:{SECRET}@127.0.0.1/voices",
        f"someone:{SECRET}@127.0.0.1",
        f"postgresql://someone:{SECRET}@127.0.0.1:{SECRET}/voices",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:memory?mode=memory&uri=true",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(url):
    with pytest.raises(StoreUnavailableError, match="VOICECLONE_DATABASE_URL") as caught:
        open_database(Settings(database_url=url))
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_addresses_of_postgresql_lead_to_psycopg_3(postgresql, scheme):
    url = postgresql.empty_database().replace("postgresql", scheme, 1)
    database = open_database(Settings(database_url=url))
    assert database.engine.driver == "psycopg"
    database.close()


# --- what may not be changed -------------------------------------------------------------


@pytest.mark.parametrize(
    ("insert_row", "changes"),
    [
        (
            "INSERT INTO audit VALUES (1, 'now', 'o', 'save', 'v', 'done', 'l')",
            ("UPDATE audit SET outcome = 'x'", "DELETE FROM audit"),
        ),
        (
            "INSERT INTO tombstones VALUES ('r', 'v', '')",
            ("UPDATE tombstones SET voice_id = 'x'", "DELETE FROM tombstones"),
        ),
    ],
    ids=["audit", "tombstones"],
)
def test_rows_that_are_for_good_cannot_be_changed_or_removed(database, backend, insert_row, changes):
    table = insert_row.split()[2]
    replacing = (
        insert_row.replace("INSERT", "INSERT OR REPLACE") if backend == "sqlite" else f"TRUNCATE {table}"
    )
    with database.writing() as connection:
        connection.execute(text(insert_row))
    with database.reading() as connection:
        before = connection.execute(text(f"SELECT * FROM {table}")).all()
    for change in (*changes, replacing):
        with pytest.raises(StoreUnavailableError, match="append-only"):
            with database.writing() as connection:
                connection.execute(text(change))
    with database.reading() as connection:
        assert connection.execute(text(f"SELECT * FROM {table}")).all() == before
