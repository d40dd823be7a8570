"""A command of the program as a user runs it: a process of its own, its seconds and memory measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence

LICENSED = ("--consent", "licence", "--document", "CC BY 4.0", "--stated-by", "the benchmark")
"""By what right readers of LibriSpeech are learned."""


def run(arguments: Sequence[str]) -> dict:
    """Run `python -m voiceclone` with `--json`; return its JSON with `wall_s` and `peak_mb`."""
    command = [sys.executable, "-m", "voiceclone", *arguments, "--json"]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)}: {printed}")
    return json.loads(printed) | {
        "wall_s": time.perf_counter() - started,
        "peak_mb": usage.ru_maxrss / 1024,
    }
