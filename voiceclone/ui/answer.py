"""The answer to a request, as an ASGI app sends it: dressed in headers, or replaced by a refusal."""

from __future__ import annotations

import json

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send


class RefusedError(Exception):
    """The request is answered with a status and one sentence."""

    def __init__(self, status: int, sentence: str, retry_after_s: float | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.retry_after_s = status, sentence, retry_after_s


class Answer:
    """The answer to one request: the app's, with further headers, or a refusal in its place.

    Args:
        send: where it goes.
        headers: set in every answer.
        plain: say a refusal as plain text, as Gradio's page expects of uploads, and not as JSON.
    """

    def __init__(self, send: Send, headers: dict[str, str], *, plain: bool) -> None:
        self._send = send
        self._headers = headers
        self._plain = plain
        self._refused = False
        self._streaming = False
        self._held: list[Message] | None = None
        self.begun = False
        self.instead: RefusedError | None = None
        """What is answered in place of the app's own answer, when that begins."""

    async def send(self, message: Message) -> None:
        """Pass a message of the app's answer on, unless it is refused instead.

        An answer of status 500 is held back until it is known whether an exception follows, as it
        does from Starlette: then it is ours to say what happened.
        """
        if self.instead is not None:
            await self.refuse(self.instead)
        if self._refused:
            return
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers[name] = value
            if message["status"] == 500:
                self._held = []
            self._streaming = "content-length" not in headers
        elif not message.get("more_body", False):
            self._streaming = False
        if self._held is not None:
            self._held.append(message)
        else:
            self.begun = True
            await self._send(message)

    async def finish(self) -> None:
        """Send what was held back."""
        for message in self._held or ():
            await self._send(message)

    async def cut(self) -> bool:
        """End a stream where it is; returns whether there was one."""
        if self.begun and self._streaming:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        return self.begun and self._streaming

    async def refuse(self, refused: RefusedError) -> None:
        """Answer with a sentence: as JSON in `detail`, where Gradio's page looks for it, or as text."""
        if self.begun:
            return
        self.begun = self._refused = True
        body = refused.sentence if self._plain else json.dumps({"detail": refused.sentence})
        headers = {
            **self._headers,
            "Content-Type": "text/plain; charset=utf-8" if self._plain else "application/json",
            "Content-Length": str(len(body.encode())),
            "Connection": "close",
        }
        if refused.retry_after_s is not None:
            headers["Retry-After"] = f"{refused.retry_after_s:.0f}"
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": refused.status, "headers": raw})
        await self._send({"type": "http.response.body", "body": body.encode()})
