"""Whether an engine can be used here: which of its weights and libraries are at hand."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voiceclone.engines.base import EngineSpec
from voiceclone.hub.weights import WeightStatus

READY, FETCH, UNAVAILABLE = "ready", "fetch", "unavailable"
LIBRARIES, WEIGHTS = "libraries", "weights"
INSTALL = "Install it with: pip install -r requirements.txt"


@dataclass(frozen=True)
class Availability:
    """What stands between an engine and its use."""

    state: str
    """`ready`; `fetch`: its weights come from the Hub when it is first used; or `unavailable`."""
    fetch_mb: int = 0
    reason: str = ""
    """Why it is unavailable."""
    remedy: str = ""
    """What mends that: a sentence, with the command where there is one."""
    lacking: str = ""
    """`libraries` or `weights`."""
    names: str = ""
    """Of those."""


@dataclass(frozen=True)
class EngineStatus:
    """What `voiceclone engines` and the app show of one engine."""

    spec: EngineSpec
    availability: Availability
    revisions: Mapping[str, str]
    """Of its weights, by their names: in use or, where they are still on the Hub, to be fetched."""


def engine_status(spec: EngineSpec, weights: Sequence[WeightStatus]) -> EngineStatus:
    """Return what is shown of an engine; arguments as of `availability`."""
    revisions = {status.name: status.revision for status in weights if status.name in spec.weights}
    return EngineStatus(spec, availability(spec, weights), revisions)


def availability(spec: EngineSpec, weights: Iterable[WeightStatus]) -> Availability:
    """Return whether an engine can be used, without loading or fetching anything.

    Args:
        spec: the engine.
        weights: what is known of all rows of the table of weights.
    """
    lacking = [name for name in spec.modules if importlib.util.find_spec(name) is None]
    if lacking:
        libraries = ", ".join(lacking)
        return Availability(
            UNAVAILABLE,
            reason=f"it needs what is not installed ({libraries})",
            remedy=INSTALL,
            lacking=LIBRARIES,
            names=libraries,
        )
    needed = [status for status in weights if status.name in spec.weights]
    for status in needed:
        if status.source == "missing":
            return Availability(
                UNAVAILABLE,
                reason=f"the weights '{status.name}' are not here",
                remedy=status.note,
                lacking=WEIGHTS,
                names=status.name,
            )
    fetched = sum(status.bytes for status in needed if status.source == "fetch")
    return Availability(FETCH, round(fetched / 1e6)) if fetched else Availability(READY)
