"""A program that writes to a store, over and over, until it is killed.

For every line on its standard input (settings, seed) it forks a child that writes: the program is
loaded once, however many children are killed. The child says what it is about to do, does it, and
says that it is done; when it is dead its parent says so.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import alembic.command
import alembic.migration
import alembic.script  # noqa: F401  (what opening a database imports: once here, and not in every child)
import psycopg  # noqa: F401

from voiceclone.consent.ledger import ConsentLedger
from voiceclone.consent.receipt import Authority, issue
from voiceclone.database.connection import open_database
from voiceclone.keys import Keyring, SigningKey
from voiceclone.settings import Settings
from voiceclone.voices.owner import Owner
from voiceclone.voices.store import VoiceStore

OWNER = Owner.from_subject("test", "writer")
KEY = SigningKey(bytes(range(32)))
IDS = [f"{number:032x}" for number in range(3)]
ACTIONS = {"save": 4, "update": 3, "delete": 2, "revoke": 1, "voice": 1}
"""What is done, and how often."""


def noise(number: int, what: str) -> bytes:
    """Return the bytes of one part, some pages long or none, always the same for the same number."""
    draw = random.Random(f"{number} {what}")
    return draw.randbytes(draw.choice((0, 100, 5_000, 60_000)))


def card(number: int) -> dict[str, object]:
    """Return a card that tells which one it is."""
    return {"number": number, "name": f"name of {number}"}


def clips(number: int) -> list[bytes]:
    """Return no to three clips."""
    return [noise(number, f"clip {index}") for index in range(number % 4)]


def applied(kept: Mapping[str, list[int]], step: Mapping) -> dict[str, list[int]]:
    """Return what is kept after a step: per id the number of card, voice, and sample with clips."""
    voice_id, number = step.get("id"), step["number"]
    after = dict(kept)
    if step["do"] == "save":
        after[voice_id] = [number] * 3
    elif step["do"] == "update":
        after[voice_id] = [number, number, kept[voice_id][2]]
    elif step["do"] == "delete":
        del after[voice_id]
    return after


def say(**what: object) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def write(data_dir: str, database_url: str, seed: int) -> None:
    """Write until killed."""
    draw = random.Random(seed)
    database = open_database(Settings(data_dir=Path(data_dir), database_url=database_url))
    store = VoiceStore(database, Keyring(Path(data_dir)), max_voices=len(IDS))
    ledger = ConsentLedger(database)
    present = {voice.id for voice in store.list(OWNER)}
    for number in count(seed * 1_000_000):
        do = draw.choices([*ACTIONS], [*ACTIONS.values()])[0]
        if do == "revoke":
            receipt = issue(
                KEY, voice_name="A", speaker="A", clips=["a" * 64], authority=Authority("own-voice")
            )
            say(do=do, number=number, receipt=receipt.id)
            ledger.revoke(receipt, str(number), KEY)
        else:
            if do != "save" and not present:
                continue
            voice_id = draw.choice(IDS if do == "save" else sorted(present))
            say(do=do, number=number, id=voice_id)
            if do == "save":
                store.save(
                    OWNER,
                    voice_id,
                    card(number),
                    noise(number, "voice"),
                    noise(number, "sample"),
                    clips(number),
                )
                present.add(voice_id)
            elif do == "update":
                store.update(OWNER, voice_id, card(number), noise(number, "voice"))
            elif do == "voice":
                store.voice(OWNER, voice_id)
            else:
                store.delete(OWNER, voice_id)
                present.remove(voice_id)
        say(done=number)


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            say(pid=os.getpid())
            write(*json.loads(line))
        _, status = os.waitpid(child, 0)
        say(ended_by_signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)


if __name__ == "__main__":
    main()
