"""The databases that the tests run on: SQLite files, and a PostgreSQL server of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from voiceclone.database.connection import Database, open_database
from voiceclone.keys import Keyring
from voiceclone.settings import Settings

BACKENDS = ("sqlite", "postgresql")


class PostgresServer:
    """A server on a socket in its own folder; it trusts whoever may open the socket, and syncs nothing."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="voiceclone-postgresql-"))
        self._as_user: tuple[str, ...] = ()
        if os.geteuid() == 0:  # as whom it refuses to run
            self._as_user = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups")
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8")
        options = {"listen_addresses": "", "fsync": "off", "unix_socket_directories": self.folder}
        self._run(
            "pg_ctl",
            "start",
            "--wait",
            f"--log={self.folder / 'log'}",
            "--options=" + " ".join(f"-c {name}='{value}'" for name, value in options.items()),
        )

    def empty_database(self) -> str:
        """Return the address of a database with nothing in it: the same one, emptied. Nobody has it open."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="postgres", autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--mode=immediate", "--wait")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, self._programs / program, f"--pgdata={self.folder / 'data'}", *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """The server; skips where PostgreSQL is not installed."""
    found = shutil.which("initdb") or max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)
    if found is None:
        pytest.skip("PostgreSQL is not installed: no initdb on the path or in /usr/lib/postgresql")
    server = PostgresServer(Path(found).parent)
    yield server
    server.stop()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Which database: everything must hold on both."""
    return request.param


@pytest.fixture
def database_settings(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings with an empty folder and a database that nobody has opened yet."""
    url = request.getfixturevalue("postgresql").empty_database() if backend == "postgresql" else ""
    return Settings(data_dir=tmp_path / "data", database_url=url)


@pytest.fixture
def database(database_settings: Settings) -> Iterator[Database]:
    """An open database with nothing in it."""
    database = open_database(database_settings)
    yield database
    database.close()


@pytest.fixture
def keyring(database_settings: Settings) -> Keyring:
    """The keys of a new installation."""
    return Keyring(database_settings.data_dir)
