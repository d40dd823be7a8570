"""What every request passes before Gradio sees it: who may ask, how often, how much, and for what.

An ASGI middleware. It closes routes that this app does not use, refuses the pages of other
sites, limits requests and bodies, and dresses every answer in security headers.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import unquote

import gradio as gr
from fastapi import Request
from gradio.route_utils import FnIndexInferError
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voiceclone.errors import (
    RequestTooLargeError,
    ServerStoppingError,
    TooManyRequestsError,
    VoiceCloneError,
)
from voiceclone.settings import Settings
from voiceclone.ui.answer import Answer, RefusedError
from voiceclone.ui.limits import Limits, visitor_of
from voiceclone.ui.words import Words, words_for

log = logging.getLogger(__name__)

API = "/gradio_api"
UPLOAD = f"{API}/upload"
CLOSED = re.compile(
    rf"{API}/(proxy=|file/|file=\s*[a-z][a-z0-9+.-]+:|component_server|custom_component|deep_link|dev/"
    rf"|process_recording|profiling|run-history|runs|undo-vibe|vibe|mcp)"
    r"|/(monitoring|pwa_icon|svelte)",
    re.IGNORECASE,
)
"""Routes of Gradio that this app has no use for. They fetch what a client names (CVE-2024-2206), call
what it names (CVE-2024-1561), write files, or start ffmpeg."""

TAKEN_APART = re.compile(rf"{API}/(call|run|api)/|{API}/queue/join|{API}/cancel|{UPLOAD}")
"""Routes that take a body apart, and begin what it asks for afterwards."""

FILES = re.compile(rf"{API}/(file=|stream/)")
STATIC = re.compile(r"/(assets|static|theme\.css|favicon\.ico|manifest\.json|robots\.txt)")

OPEN_PER_VISITOR = 200
"""Requests of one visitor at the same time. A page keeps three open; a process may have about a thousand."""

JSON_MB = 1.0
"""Largest body that is no upload: the longest text, every character escaped, several times over."""
MULTIPART_MB = 0.1
"""What multipart adds to a file."""
BYTES_PER_MB = 1e6

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

UNTRUSTED_HEADERS = frozenset({b"x-gradio-server", b"x-direct-url"})
"""Headers by which Gradio's own front server speaks; there is none here."""

PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio's page carries its configuration in inline scripts, and its HTML component
        # compiles its template: both need the permission.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' data: blob:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
"""No other host is ever asked for anything."""

FILE_POLICY = "default-src 'none'; sandbox"
"""A file that is opened by itself runs nothing, whatever is in it."""


class Guard:
    """The middleware.

    Args:
        app: what is guarded.
        settings: limits on bodies, the address served on, who may frame the page.
        limits: how often one visitor may ask.
        stopping: whether no new job is begun.
    """

    def __init__(
        self, app: ASGIApp, *, settings: Settings, limits: Limits, stopping: Callable[[], bool]
    ) -> None:
        self._app = app
        self._settings = settings
        self._limits = limits
        self._stopping = stopping
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # no WebSocket is served
        path = scope["path"]
        answer = Answer(send, self._headers(path), plain=path.startswith(UPLOAD))
        visitor = visitor_of(scope, self._settings.forwarded)
        self._open[visitor] += 1
        try:
            if self._open[visitor] > OPEN_PER_VISITOR:
                raise RefusedError(429, "Too many connections are open. Close some, then try again.")
            self._distrust(scope)
            self._check_route(scope)
            self._check_site(Headers(scope=scope))
            receive = self._counted(scope, receive, answer, visitor)
            await self._app(scope, receive, answer.send)
            await answer.finish()
        except VoiceCloneError as error:
            await answer.refuse(_refusal(error, scope))
        except RefusedError as refused:
            await answer.refuse(refused)
        except FnIndexInferError:
            await answer.refuse(RefusedError(404, "There is no endpoint of this name."))
        except asyncio.CancelledError:
            if not self._stopping():
                raise
            await answer.cut()
        except Exception as error:
            if answer.begun:  # as Gradio ends a stream whose session it does not know, having said so in it
                log.info("an answer was cut short by %s", type(error).__name__)
                if await answer.cut():
                    return
                raise
            log.error("a request failed", exc_info=error)
            if TAKEN_APART.match(scope["path"]):  # Gradio stumbled over what it was sent, and did nothing
                await answer.refuse(RefusedError(400, "The request is not of a form that is accepted."))
            else:
                await answer.refuse(RefusedError(500, _words(scope)("error.unexpected")))
        finally:
            self._open[visitor] -= 1
            if not self._open[visitor]:
                del self._open[visitor]

    # --- who, and for what -------------------------------------------------------------------

    def _distrust(self, scope: Scope) -> None:
        """Take away headers by which a client would choose the app's own address for others."""
        trusted = self._settings.forwarded != "none"
        scope["headers"] = [
            (name, value)
            for name, value in scope["headers"]
            if name not in UNTRUSTED_HEADERS
            and (trusted or not name.startswith((b"x-forwarded-", b"forwarded")))
        ]
        if scope["path"].rstrip("/") == f"{API}/info" and b"page=" not in scope["query_string"]:
            # Without a page Gradio answers all with what it made for the first who asked, under the
            # address that they said they came to; with one, each gets their own.
            scope["query_string"] = b"&".join(filter(None, (scope["query_string"], b"page=")))

    def _check_route(self, scope: Scope) -> None:
        if CLOSED.match(unquote(scope["path"])):
            raise RefusedError(404, "There is nothing here.")

    def _check_site(self, headers: Headers) -> None:
        """Refuse the page of another site: only this app's own page and programs may ask.

        Gradio's own check trusts any site as soon as the Host header is not a local name.
        """
        host = headers.get("host", "")
        if self._settings.host in LOCAL_HOSTS and self._settings.forwarded == "none":
            # Else a page of another site could be given a name that resolves to this machine.
            if _name(host) not in LOCAL_HOSTS:
                raise RefusedError(403, "The app answers under the name localhost only.")
        # Taken away before, unless a proxy in front is trusted to say under which name it was asked.
        hosts = {host.lower(), headers.get("x-forwarded-host", host).split(",")[0].strip().lower()}
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() not in hosts:
            raise RefusedError(403, "The page of another site may not use this app.")
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            raise RefusedError(403, "The page of another site may not use this app.")

    # --- how often, and how much -------------------------------------------------------------

    def _counted(self, scope: Scope, receive: Receive, answer: Answer, visitor: str) -> Receive:
        """Count the request, and return what receives its body: no more of it than is accepted.

        Raises:
            VoiceCloneError: too many requests or uploads, too large a body, or no time for it.
        """
        path, method = scope["path"], scope["method"]
        if STATIC.match(path) or FILES.match(path):
            return receive
        self._limits.requests.take(visitor)
        if method not in ("POST", "PUT", "PATCH", "DELETE"):
            return receive
        if self._stopping():
            raise ServerStoppingError()
        uploads = path.startswith(UPLOAD)
        max_mb = self._settings.max_upload_mb + MULTIPART_MB if uploads else JSON_MB
        length = _content_length(Headers(scope=scope))
        if length is not None and length > max_mb * BYTES_PER_MB:
            raise RequestTooLargeError(max_mb)
        if uploads:
            self._limits.uploads.take(visitor)
            if length is not None:
                self._limits.upload_mb.take(visitor, length / BYTES_PER_MB)
        received, whole = 0, False

        async def counted() -> Message:
            # The parser of uploads removes what it has written when it meets its own exception, and
            # only then: so whatever ends an upload early is raised as that one.
            nonlocal received, whole
            try:
                message = await receive()
            except asyncio.CancelledError as error:
                if uploads and not whole:
                    raise MultiPartException("The server is being stopped.") from error
                raise
            if uploads and not whole and message["type"] == "http.disconnect":
                raise MultiPartException("The upload was not finished.")
            size = len(message.get("body", b""))
            received += size
            whole = whole or not message.get("more_body", False)
            try:
                if received > max_mb * BYTES_PER_MB:
                    raise RequestTooLargeError(max_mb)
                if uploads and length is None:
                    self._limits.upload_mb.take(visitor, size / BYTES_PER_MB)
            except VoiceCloneError as error:
                answer.instead = _refusal(error, scope)
                raise MultiPartException(str(error)) from error
            return message

        return counted

    def _headers(self, path: str) -> dict[str, str]:
        """Return the security headers of an answer."""
        frames = f"frame-ancestors 'self' {self._settings.framed_by}".strip()
        policy = f"{FILE_POLICY}; {frames}" if FILES.match(path) else f"{PAGE_POLICY}; {frames}"
        headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
        }
        if not STATIC.match(path):
            headers["Cache-Control"] = "private, no-store" if not FILES.match(path) else "private"
        return headers


STATUS: tuple[tuple[type[VoiceCloneError], int], ...] = (
    (RequestTooLargeError, 413),
    (TooManyRequestsError, 429),
    (ServerStoppingError, 429),
)
"""Gradio's page shows the sentence of any status but 503, for which it has its own."""


def _refusal(error: VoiceCloneError, scope: Scope) -> RefusedError:
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 400)
    retry_after_s = getattr(error, "retry_after_s", None)
    return RefusedError(status, _words(scope).error(error), retry_after_s)


def _words(scope: Scope) -> Words:
    return words_for(gr.Request(Request(scope)))


def _content_length(headers: Headers) -> int | None:
    try:
        return int(headers["content-length"])
    except (KeyError, ValueError):
        return None


def _name(host: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    return re.sub(r":\d*$", "", host).strip("[]").lower()
