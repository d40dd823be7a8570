"""What is asked of whoever has the device: plain data, which another process can be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from voiceclone.consent.receipt import Receipt
from voiceclone.engines.base import Preset, SpeakOptions
from voiceclone.listen.reference import Reference
from voiceclone.text.reading import Reading
from voiceclone.voices.voice import Voice


@dataclass(frozen=True)
class Learning:
    """To learn a voice: the arguments of `Studio.clone`, checked."""

    reference: Reference
    receipt: Receipt
    transcript: str | None
    language_key: str | None
    preset: Preset
    """How much is learned; nothing by an engine that learns at once."""
    seed: int
    engine: str


@dataclass(frozen=True)
class Speaking:
    """To speak phrases in a voice whose consent holds."""

    voice: Voice
    phrases: Reading
    options: SpeakOptions


Order = Learning | Speaking


class Heavy(Protocol):
    """Does an order; yields what `Studio.clone` or `Studio.speak` promise."""

    def __call__(self, order: Order, cancelled: Callable[[], bool]) -> Iterator[Any]: ...
