"""How long the app takes to its first page, and what it then holds: `python -m benchmarks.start`.

Prints the table of docs/spaces.md. The app runs as `python app.py` does, in a folder for data of its own;
the caches are as they are, so the first of several starts may be colder than the others.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).resolve().parents[1]
IDLE_S = 5.0
POLL_S = 0.02
GIVE_UP_S = 300.0


@dataclass(frozen=True)
class Start:
    """One start."""

    first_page_s: float
    cpu_s: float
    """Of the process, on all cores, until then: what is left of other programs on the machine."""
    idle_mb: float
    """Resident, some seconds later."""


def start(place: Path, python: str) -> Start:
    """Start the app that is in a folder, and stop it again."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        variables = {"VOICECLONE_PORT": str(port), "VOICECLONE_DATA": data}
        begun = time.monotonic()
        process = subprocess.Popen(
            [python, "app.py"], cwd=place, env={**os.environ, **variables}, stdout=subprocess.DEVNULL
        )
        try:
            while not _answers(port):
                if process.poll() is not None or time.monotonic() - begun > GIVE_UP_S:
                    raise SystemExit("the app did not start")
                time.sleep(POLL_S)
            first_page_s = time.monotonic() - begun
            watched = psutil.Process(process.pid)
            times = watched.cpu_times()
            time.sleep(IDLE_S)
            return Start(first_page_s, times.user + times.system, watched.memory_info().rss / 1e6)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=GIVE_UP_S) as page:
            return bool(page.read())
    except (URLError, ConnectionError):
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--place", type=Path, default=ROOT, help="folder with app.py (this repository)")
    parser.add_argument("--python", default=sys.executable, help="interpreter to start it with")
    args = parser.parse_args()
    out = sys.stdout
    out.write("| start | to the first page, s | processor time, s | idle, MB |\n|---|---|---|---|\n")
    for number in range(1, args.times + 1):
        found = start(args.place, args.python)
        out.write(f"| {number} | {found.first_page_s:.1f} | {found.cpu_s:.1f} | {found.idle_mb:.0f} |\n")
        out.flush()


if __name__ == "__main__":
    main()
