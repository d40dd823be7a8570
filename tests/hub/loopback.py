"""A small hub on a loopback socket, which the real client downloads from.

It serves one revision of one repo, counts what it is asked, and can be told to fail in the
ways that networks and servers fail.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

BLOCK = 1 << 20


@dataclass(frozen=True)
class Asked:
    """One request that arrived."""

    method: str
    path: str
    range: str | None


@dataclass
class Fault:
    """How requests for some files fail."""

    kind: str
    """`status`, `slow` (no answer), `cut` (half of the bytes, then closed), `stall` (half, then
    nothing) or `wrong` (one byte differs)."""
    file: str | None = None
    """Only this file; all when None."""
    times: int | None = None
    """Only so many requests; all when None."""
    status: int = 500

    def strikes(self, file: str) -> bool:
        if self.file not in (None, file) or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class LoopbackHub:
    """The hub: a context manager, listening from the start of the block to its end."""

    def __init__(self, repo: str, revision: str, files: dict[str, Path]) -> None:
        self.repo, self.revision, self.files = repo, revision, files
        self.asked: list[Asked] = []
        self.fault: Fault | None = None
        self._etags: dict[str, str] = {}
        self._released = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(self._app(), log_level="critical", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})

    def __enter__(self) -> LoopbackHub:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._released.set()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def fail(self, kind: str, **how) -> None:
        """Fail from now on, see `Fault`; `fail("nothing")` is well again."""
        self.fault = None if kind == "nothing" else Fault(kind, **how)

    def count(self, method: str) -> int:
        return sum(asked.method == method for asked in self.asked)

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.api_route("/{path:path}", methods=["GET", "HEAD"])
        async def answer(path: str, request: Request) -> Response:
            self.asked.append(Asked(request.method, path, request.headers.get("range")))
            prefix = f"{self.repo}/resolve/{self.revision}/"
            name = path.removeprefix(prefix)
            if not path.startswith(prefix) or name not in self.files:
                code = "EntryNotFound" if path.startswith(prefix) else "RepoNotFound"
                return JSONResponse({"error": code}, 404, {"X-Error-Code": code})
            return await self._serve(name, request)

        return app

    async def _serve(self, name: str, request: Request) -> Response:
        kind = self.fault.kind if self.fault is not None else ""
        asks_bytes = request.method == "GET"
        struck = (asks_bytes or kind in ("status", "slow")) and self.fault and self.fault.strikes(name)
        if struck and kind == "status":
            return JSONResponse({"error": "told to fail"}, self.fault.status)
        if struck and kind == "slow":
            await asyncio.to_thread(self._released.wait)
        size = self.files[name].stat().st_size
        start = int(re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", "bytes=0-"))[1])
        headers = {
            "X-Repo-Commit": self.revision,
            "ETag": f'"{self._etag(name)}"',
            "X-Linked-Etag": f'"{self._etag(name)}"',
            "X-Linked-Size": str(size),
            "Accept-Ranges": "bytes",
            "Content-Length": str(size - start),
        }
        if not asks_bytes:
            return Response(headers=headers)
        if start:
            headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        body = self._body(name, start, kind if struck else "")
        return StreamingResponse(body, 206 if start else 200, headers, "application/octet-stream")

    async def _body(self, name: str, start: int, fault: str) -> AsyncIterator[bytes]:
        size = self.files[name].stat().st_size
        end = start + (size - start) // 2 if fault in ("cut", "stall") else size
        with self.files[name].open("rb") as file:
            file.seek(start)
            while (left := end - file.tell()) > 0:
                block = file.read(min(BLOCK, left))
                if fault == "wrong" and file.tell() == size:
                    block = block[:-1] + bytes([block[-1] ^ 1])
                yield block
        if fault == "stall":
            await asyncio.to_thread(self._released.wait)
        if fault in ("cut", "stall"):
            raise ConnectionError("told to hang up")

    def _etag(self, name: str) -> str:
        if name not in self._etags:
            self._etags[name] = hashlib.sha256(self.files[name].read_bytes()).hexdigest()
        return self._etags[name]
