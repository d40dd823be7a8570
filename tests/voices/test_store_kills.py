"""A process that writes is killed at any moment: what it confirmed is there, and nothing is half there."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.voices.writer import IDS, KEY, OWNER, applied, card, clips, noise
from voiceclone.consent.ledger import ConsentLedger
from voiceclone.database.connection import open_database
from voiceclone.keys import Keyring
from voiceclone.settings import Settings
from voiceclone.voices.store import VoiceStore

ROOT = Path(__file__).parents[2]
KILLS = {"sqlite": 200, "postgresql": 20}
MOST_STEPS = 5
MOST_WAIT_S = 0.004
"""About as long as one step takes, so that the signal comes anywhere in it."""


class Writer:
    """The program that writes, and the life of each of its children."""

    def __init__(self, settings: Settings) -> None:
        self._arguments = [str(settings.data_dir), settings.database_url]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.voices.writer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )

    def write_and_die(self, seed: int, n_steps: int, wait_s: float) -> tuple[list[dict], dict | None]:
        """Kill a child after so many steps; return the steps that it confirmed, and the one it had begun."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([*self._arguments, seed]).encode() + b"\n")
        self._process.stdin.flush()
        pid = self._heard()["pid"]
        confirmed: list[dict] = []
        begun: dict | None = None
        while len(confirmed) < n_steps:
            begun, confirmed = self._next(self._heard(), begun, confirmed)
        time.sleep(wait_s)  # the signal may come at any moment; nothing is expected to have happened by then
        os.kill(pid, signal.SIGKILL)
        while "ended_by_signal" not in (said := self._heard()):
            begun, confirmed = self._next(said, begun, confirmed)
        assert said["ended_by_signal"] == signal.SIGKILL
        return confirmed, begun

    def close(self) -> None:
        self._process.communicate()
        assert self._process.returncode == 0

    def _heard(self) -> dict:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the writer ended by itself"
        return json.loads(line)

    @staticmethod
    def _next(said: dict, begun: dict | None, confirmed: list[dict]) -> tuple[dict | None, list[dict]]:
        if "do" in said:
            return said, confirmed
        assert begun is not None and said["done"] == begun["number"], said
        return None, [*confirmed, begun]


def expected(kept: Mapping[str, list[int]]) -> dict:
    """Return every byte that is to be kept."""
    return {
        voice_id: (card(first), noise(second, "voice"), noise(third, "sample"), clips(third))
        for voice_id, (first, second, third) in kept.items()
    }


def found(store: VoiceStore) -> dict:
    """Return every byte that is kept."""
    return {
        voice.id: (
            voice.card,
            store.voice(OWNER, voice.id),
            store.sample(OWNER, voice.id),
            store.clips(OWNER, voice.id),
        )
        for voice in store.list(OWNER)
    }


def test_a_writer_may_be_killed_at_any_moment(database_settings, backend):
    draw = random.Random(20261123)
    writer = Writer(database_settings)
    kept: dict[str, list[int]] = {}
    revoked: set[str] = set()
    n_lost = 0
    for seed in range(1, KILLS[backend] + 1):
        confirmed, begun = writer.write_and_die(
            seed, draw.randint(0, MOST_STEPS), draw.uniform(0, MOST_WAIT_S)
        )
        for step in confirmed:
            kept = applied(kept, step)
        database = open_database(database_settings)
        with database.writing():
            pass  # a server may still be busy with the end of what the dead process had sent
        store = VoiceStore(database, Keyring(database_settings.data_dir), max_voices=len(IDS))
        ledger = ConsentLedger(database)
        is_there = found(store)
        if is_there != expected(kept):  # then it is what was begun, and all of it
            assert begun is not None, f"kill {seed}: what was confirmed is not there"
            kept = applied(kept, begun)
            assert is_there == expected(kept), f"kill {seed}: half of {begun} is there"
        elif begun is not None:
            n_lost += 1
        withdrawn = {step["receipt"] for step in confirmed if step["do"] == "revoke"}
        assert all(ledger.tombstone(receipt) for receipt in withdrawn)
        revoked |= withdrawn
        store.verify_audit()
        database.close()
    writer.close()
    database = open_database(database_settings)
    ledger = ConsentLedger(database)
    assert revoked and all(ledger.tombstone(receipt).key_id == KEY.id for receipt in revoked)
    assert n_lost > 0, "no writer was killed while it wrote"
    database.close()
