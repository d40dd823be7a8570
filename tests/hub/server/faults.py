"""Ways in which networks and servers fail, put around any server application."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Application = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """One request that arrived."""

    method: str
    path: str
    range: str | None
    token: str | None = None


@dataclass
class Fault:
    """How requests fail."""

    kind: str
    """`status`, `slow` (no answer), `cut` (half of the bytes, then closed), `lost` (it is done, and the
    answer is cut), `stall` (half, then nothing) or `wrong` (the last byte differs)."""
    file: str | None = None
    """Only requests whose path ends so; all when None."""
    times: int | None = None
    """Only so many requests; all when None."""
    status: int = 500
    retry_after: int | None = None
    method: str | None = None

    def strikes(self, method: str, path: str) -> bool:
        reads_bytes = method == "GET" and "/resolve/" in path
        if self.kind in ("stall", "wrong") and not reads_bytes or self.kind == "cut" and method == "HEAD":
            return False
        if self.method not in (None, method) or not path.endswith(self.file or "") or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faulty:
    """A server application that keeps count of what it is asked, and fails as it is told."""

    def __init__(self, app: Application, released: threading.Event) -> None:
        self.asked: list[Asked] = []
        self.fault: Fault | None = None
        self._app, self._released = app, released

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = {key.decode(): value.decode() for key, value in scope["headers"]}
        method, path = scope["method"], scope["path"].lstrip("/")
        token = headers.get("authorization", "").removeprefix("Bearer ") or None
        self.asked.append(Asked(method, path, headers.get("range"), token))
        fault = self.fault
        if fault is None or not fault.strikes(method, path):
            return await self._app(scope, receive, send)
        if fault.kind == "slow":
            await asyncio.to_thread(self._released.wait)
            raise ConnectionError("told to say nothing")
        if fault.kind == "status":
            return await _refuse(send, fault)
        if fault.kind == "lost":
            await self._app(scope, receive, _nowhere)
            return await _cut(send)
        if fault.kind == "cut" and "/resolve/" not in path:
            await receive()  # some of it
            return await _cut(send)
        return await self._app(scope, receive, _Damaging(send, fault.kind, self._released))


async def _nowhere(message: Any) -> None:
    """Send nothing of an answer."""


class _Damaging:
    """Sends an answer, but not as it is."""

    def __init__(self, send: Any, kind: str, released: threading.Event) -> None:
        self._send, self._kind, self._released = send, kind, released
        self._sent, self._size = 0, 0

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._size = int(dict(message["headers"]).get(b"content-length", b"0"))
            return await self._send(message)
        body = message.get("body", b"")
        self._sent += len(body)
        if self._kind == "wrong" and body and self._sent == self._size:
            message = message | {"body": body[:-1] + bytes([body[-1] ^ 1])}
        half = self._size // 2
        if self._kind in ("cut", "stall") and self._sent >= half:
            rest = body[: len(body) - (self._sent - half)]
            await self._send(message | {"body": rest, "more_body": True})
            if self._kind == "stall":
                await asyncio.to_thread(self._released.wait)
            raise ConnectionError("told to hang up")
        await self._send(message)


async def _refuse(send: Any, fault: Fault) -> None:
    body = json.dumps({"error": "told to fail"}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if fault.retry_after is not None:
        headers.append((b"retry-after", str(fault.retry_after).encode()))
    await send({"type": "http.response.start", "status": fault.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _cut(send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
    raise ConnectionError("told to hang up")
