"""Requests that the server does not take."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


class ServerError(VoiceCloneError):
    """Base: the server cannot take this request now, or not at all."""


@dataclass(eq=False)
class QueueFullError(ServerError):
    waiting: int
    max_waiting: int
    template = (
        "The queue is full: {waiting} requests wait to learn or speak, and at most {max_waiting} may. "
        "Try again in a minute."
    )


@dataclass(eq=False)
class VisitorQueueFullError(ServerError):
    waiting: int
    max_waiting: int
    template = (
        "The queue is full for you: {waiting} of your requests wait to learn or speak, and at most "
        "{max_waiting} of one visitor may. Wait until one of them is done, then try again."
    )


@dataclass(eq=False)
class TooManyRequestsError(ServerError):
    accepted: float
    unit: str
    retry_after_s: float
    template = (
        "Too many requests: at most {accepted:g} {unit} a minute are accepted from one visitor. "
        "Try again in {retry_after_s:.0f} s."
    )


@dataclass(eq=False)
class RequestTooLargeError(ServerError):
    max_mb: float
    template = (
        "The request is larger than {max_mb:.1f} MB, which is the most that is accepted. "
        "Send less text, or a shorter or compressed recording."
    )


@dataclass(eq=False)
class ServerStoppingError(ServerError):
    template = "The server is being stopped, so nothing new is begun. Try again in a minute."
