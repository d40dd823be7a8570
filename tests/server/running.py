"""The real app in a process of its own, as `python app.py` starts it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.server.served import Visitor, free_port


class Running:
    """The process, what it has printed so far, and where it keeps things."""

    def __init__(self, folder: Path, place: Path = REPOSITORY, **variables: str) -> None:
        self.data, self.temporary = folder / "data", folder / "tmp"
        self.temporary.mkdir()
        port = free_port()
        self.address = f"http://127.0.0.1:{port}/"
        given = {
            "VOICECLONE_PORT": str(port),
            "VOICECLONE_DATA": str(self.data),
            "VOICECLONE_WEIGHTS": "embedded",
            "TMPDIR": str(self.temporary),
            "GRADIO_TEMP_DIR": "",
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",
        }
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        self.process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=place,
            env={**environment, **given, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._up = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.append(line)
            if "Running on local URL" in line:
                self._up.set()
        self._up.set()

    def visitor(self) -> Visitor:
        """Return a client, once the app is up."""
        self._up.wait(120)
        assert self.process.poll() is None, self.printed
        return Visitor(self.address)

    @property
    def printed(self) -> str:
        """Everything on its stdout and stderr."""
        return "".join(self._lines)

    def end(self, number: int, within_s: float) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(within_s)
        self._reader.join()
        return code


@contextmanager
def running(folder: Path, place: Path = REPOSITORY, **variables: str) -> Iterator[Running]:
    """Start the app that is in `place`, and make sure that it is gone in the end.

    Args:
        folder: where it keeps things.
        place: where its app.py is.
        variables: of its environment, besides this process's.
    """
    app = Running(folder, place, **variables)
    try:
        yield app
    finally:
        app.process.kill()
        app.process.wait()
        app._reader.join()
