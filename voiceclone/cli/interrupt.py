"""What Ctrl-C does to a command that learns."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from voiceclone.console import Console


@contextmanager
def stopped_by_ctrl_c(console: Console, words: str) -> Iterator[threading.Event]:
    """Yield a flag that the first Ctrl-C sets, saying so; the second one interrupts as ever."""
    stop = threading.Event()

    def on_interrupt(signum: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        console.at_once(words)

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
