"""What the command line says, and where: results to stdout, progress and complaints to stderr."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TextIO

from voiceclone.errors import (
    CancelledError,
    EngineUnavailableError,
    VoiceCloneError,
    WatermarkUnavailableError,
    WeightsError,
)

EXITS: tuple[tuple[type[BaseException], int], ...] = (
    (KeyboardInterrupt, 130),
    (CancelledError, 130),
    (WeightsError, 3),
    (EngineUnavailableError, 3),
    (WatermarkUnavailableError, 3),
    (VoiceCloneError, 2),
)
"""The first type that fits gives the exit code: 2 for what was given, 3 for what is not installed."""

REFUSALS = tuple(kind for kind, _ in EXITS)
"""What is answered with a sentence; anything else is a fault of the program's own."""


class Console:
    """Our own words, and nobody else's: one JSON document or sentences, and progress beside them."""

    def __init__(self, out: TextIO, err: TextIO, as_json: bool) -> None:
        self._out, self._err, self._json = out, err, as_json
        self._line_open = False
        self._last: tuple[str, int] | None = None

    def result(self, data: object, *lines: str) -> None:
        """Write what a command found: `data` as JSON, or `lines`."""
        self._end_line()
        text = json.dumps(_plain(data), indent=2, allow_nan=False) if self._json else "\n".join(lines)
        _put(self._out, text + "\n")

    def refuse(self, error: BaseException) -> int:
        """Write why a command ended, and return its exit code."""
        self._end_line()
        sentence = str(error) or "Interrupted. Nothing was written."
        _put(self._err, sentence + "\n")
        if self._json:
            facts = {"type": type(error).__name__, "message": sentence, **vars(error)}
            _put(self._out, json.dumps({"error": _plain(facts)}, indent=2, allow_nan=False) + "\n")
        return next(code for kind, code in EXITS if isinstance(error, kind))

    def progress(self, text: str, done: int, total: int) -> None:
        """Say how far it is: one line that is kept up to date on a terminal, about ten lines elsewhere."""
        if self._json:
            return
        if self._err.isatty():
            columns = shutil.get_terminal_size().columns
            _put(self._err, f"\r{text[: columns - 1]}\x1b[K")
            self._line_open = True
            return
        place = (text.split(" ", 1)[0], done * 10 // total)
        if place != self._last:
            self._last = place
            _put(self._err, text + "\n")

    def note(self, text: str) -> None:
        """Say something that stays, beside the result."""
        if not self._json:
            self._end_line()
            _put(self._err, text + "\n")

    def at_once(self, text: str) -> None:
        """Say something from a signal handler, which may have cut into a write of the buffered stream."""
        if not self._json:
            os.write(self._err.fileno(), f"\n{text}\n".encode())

    def _end_line(self) -> None:
        if self._line_open:
            _put(self._err, "\n")
            self._line_open = False


def _put(stream: TextIO, text: str) -> None:
    """Write text, with escapes for what the stream's encoding lacks."""
    stream.write(text.encode(stream.encoding, "backslashreplace").decode(stream.encoding))
    stream.flush()


def _plain(value: object) -> object:
    """Return what JSON can hold: None for NaN and infinity, text for what is no data."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


@contextmanager
def own_console(as_json: bool, quiet: bool = True) -> Iterator[Console]:
    """Yield a console on stdout and stderr that no library's chatter gets into.

    Whatever else is printed meanwhile goes to stderr; with `quiet` it is kept aside, and
    shown only if the block ends by an exception. Descriptors are turned, not `sys.stdout`,
    for native libraries print too.
    """
    with ExitStack() as stack:
        out, err = (stack.enter_context(os.fdopen(os.dup(n), "w", encoding="utf-8")) for n in (1, 2))
        aside = stack.enter_context(tempfile.TemporaryFile("w+", errors="replace"))

        def restore() -> None:
            for number, stream, own in ((1, sys.stdout, out), (2, sys.stderr, err)):
                stream.flush()
                os.dup2(own.fileno(), number)

        sys.stdout.flush()
        stack.callback(restore)
        for number in (1, 2):
            os.dup2((aside if quiet else err).fileno(), number)
        try:
            yield Console(out, err, as_json)
        except BaseException:
            aside.seek(0)
            shutil.copyfileobj(aside, err)
            raise
