"""Keeps secrets, and what visitors typed, out of everything that is logged or printed.

Two layers: records of `logging` are cleaned when they are made, whichever logger or handler
they belong to (uvicorn, gradio, httpx, ours); and the process's two output streams are cleaned
on their way out, for libraries also print.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterable, Mapping
from typing import Any, TextIO
from urllib.parse import unquote, urlsplit

from voiceclone.settings import Settings

HIDDEN = "[hidden]"

SECRET_VARIABLE = re.compile(r"(TOKEN|SECRET|KEY|PASSWORD)$", re.IGNORECASE)
"""Environment variables whose values are secrets, by the end of their names."""

MIN_SECRET_CHARS = 6
"""A shorter value is no secret worth hiding, and hiding it would spoil ordinary words."""

PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bhf_[A-Za-z0-9]{8,}",  # tokens of the Hub
        r"\bvc_[A-Za-z0-9_-]{16,}",  # tokens of owners of saved voices
        r"(?<=bearer )[^\s'\",;]{6,}",  # headers of HTTP
        r"(?<=basic )[A-Za-z0-9+/=]{12,}",
        r"(?<=://)[^\s/@:]+:[^\s/@]+(?=@)",  # user and password in an address
    )
)

_TRACE = "Traceback (most recent call last):"
_CHAIN = re.compile(r"The above exception was|During handling of the above")


class Redactor:
    """Replaces known secrets, and what looks like one, in text.

    Args:
        secrets: values that must never be seen.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        values = {value for value in secrets if len(value) >= MIN_SECRET_CHARS}
        longest_first = sorted(values, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if values else None

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for pattern in PATTERNS:
            text = pattern.sub(HIDDEN, text)
        return text


def secrets_of(settings: Settings, env: Mapping[str, str]) -> set[str]:
    """Return all values that must not be seen: of settings, and of variables that are named as secrets."""
    found = {settings.master_key, settings.signing_key, settings.library_key}
    if password := urlsplit(settings.database_url).password:
        found |= {password, unquote(password)}
    found |= {value for name, value in env.items() if SECRET_VARIABLE.search(name)}
    return found - {""}


def keep_secrets(settings: Settings) -> None:
    """Clean whatever this process logs or prints from now on; called once, before anything is served."""
    redact = Redactor(secrets_of(settings, os.environ))
    make = logging.getLogRecordFactory()

    def cleaned(*args: Any, **kwargs: Any) -> logging.LogRecord:
        return clean(make(*args, **kwargs), redact)

    logging.setLogRecordFactory(cleaned)
    sys.stdout, sys.stderr = CleanStream(sys.stdout, redact), CleanStream(sys.stderr, redact)


def clean(record: logging.LogRecord, redact: Redactor) -> logging.LogRecord:
    """Return the record without secrets in its message, its arguments and its trace.

    A trace keeps its places and the types of its errors; what an error says is left out, for
    it may repeat what a visitor typed.
    """
    if isinstance(record.args, tuple):
        record.args = tuple(redact(arg) if isinstance(arg, str) else arg for arg in record.args)
    message = record.getMessage()
    if redact(message) != message:
        record.msg, record.args = redact(message), ()
    if record.exc_info and record.exc_info[1] is not None:
        record.exc_text = redact(trace_of(record.exc_info[1]))
    return record


def trace_of(error: BaseException) -> str:
    """Return an error's trace, and those of its causes, with types in place of messages."""
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        places = traceback.format_list(traceback.extract_tb(error.__traceback__))
        kind = f"{type(error).__module__}.{type(error).__qualname__}"
        lines[:0] = [f"{_TRACE}\n", *places, f"{kind}\n"]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)  # type: ignore
    return "".join(lines).rstrip("\n")


class CleanStream:
    """An output stream that lets no secret through; everything else is the stream's own.

    In a trace that a thread of the server prints, as Gradio does, the messages of errors are
    left out too. The main thread's own errors concern whoever started the program and are
    shown whole.
    """

    def __init__(self, stream: TextIO, redact: Redactor) -> None:
        self._stream = stream
        self._redact = redact
        self._trace = threading.local()

    def write(self, text: str) -> int:
        """Write the text without secrets; returns the length of what was given."""
        told = text if threading.current_thread() is threading.main_thread() else self._told(text)
        self._stream.write(self._redact(told))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write lines without secrets."""
        for line in lines:
            self.write(line)

    def _told(self, text: str) -> str:
        """Return the text with the type of an error in place of what it says at the end of a trace."""
        told, in_message = [], False
        for line in text.splitlines(keepends=True):
            if _TRACE in line or _CHAIN.match(line):
                self._trace.open, in_message = _TRACE in line, False
            elif in_message:  # the message goes on
                continue
            elif getattr(self._trace, "open", False) and not line.startswith((" ", "\n")):
                self._trace.open, in_message = False, True
                line = line.partition(":")[0].rstrip("\n") + "\n"
            told.append(line)
        return "".join(told)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
