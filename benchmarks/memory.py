"""What two engines that are used in turn take of the memory, with room for one of them or for both.

Kokoro stands for both, under two names, so that nothing has to be fetched.
Usage: python -m benchmarks.memory [--room MB] [--turns N]
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import psutil

from voiceclone.engines.base import SpeakOptions
from voiceclone.engines.kokoro.convert import load_packs
from voiceclone.engines.kokoro.packs import stock_voice
from voiceclone.engines.kokoro.spec import KOKORO, PROSODY_PACK
from voiceclone.engines.registry import REGISTRY, Registry, Row
from voiceclone.settings import Settings
from voiceclone.studio import Studio

TEXT = "The harbour lights went out one by one."
NAMES = ("kokoro", "another")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--room", type=int, default=KOKORO.memory_mb, help="for engines, in MB (%(default)s)")
    parser.add_argument("--turns", type=int, default=6)
    args = parser.parse_args()
    build = REGISTRY.row("kokoro").build
    registry = Registry([Row(replace(KOKORO, name=name), build) for name in NAMES])
    studio = Studio(replace(Settings.from_env(), engine_memory_mb=args.room), registry=registry)
    voice = stock_voice(load_packs(studio.services.weights)[PROSODY_PACK])
    phrases = studio.preview_text(TEXT, "en-us")
    print(f"Room for engines: {args.room} MB\n\n| turn | engine | loaded | resident | seconds |")
    print("|---|---|---|---|---|")
    for turn in range(args.turns):
        name = NAMES[turn % len(NAMES)]
        begun = time.perf_counter()
        list(studio.services.engine(name).speak(voice, phrases, SpeakOptions()))
        seconds = time.perf_counter() - begun
        loaded = ", ".join(e.name for status in studio.devices() for e in status.engines)
        resident_mb = psutil.Process().memory_info().rss / 1e6
        print(f"| {turn + 1} | {name} | {loaded} | {resident_mb:.0f} MB | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
