"""HTML of the engines: a choice, a note on the one that is chosen, and the panel of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voiceclone.engines.availability import FETCH, INSTALL, UNAVAILABLE, Availability, EngineStatus
from voiceclone.engines.base import EngineSpec
from voiceclone.engines.pool import DeviceStatus
from voiceclone.hub.weights import ALLOW_HUB
from voiceclone.ui.markup import esc, paragraph
from voiceclone.ui.words import Words

REMEDIES = {INSTALL: "engines.remedy.install", ALLOW_HUB: "engines.remedy.allow_hub"}
"""What is shown of a remedy in the visitor's language; others come with facts of the moment, as they are."""


def choice(engine: EngineStatus, words: Words) -> str:
    """Return how an engine is called in a list of choices: plain text, with what stands before its use."""
    title, found = engine.spec.title, engine.availability
    key = {FETCH: "learn.engine.fetch", UNAVAILABLE: "learn.engine.unavailable"}.get(found.state)
    return title if key is None else words(key, engine=title, megabytes=found.fetch_mb)


def note(
    chosen: str, engines: Sequence[EngineStatus], language_titles: Mapping[str, str], words: Words
) -> str:
    """Return whether the chosen engine can be used and what it can; and which others cannot, and why.

    Args:
        chosen: its name.
        engines: all there are.
        language_titles: by their keys.
        words: of the visitor.
    """
    shown = next(engine for engine in engines if engine.spec.name == chosen)
    others = "".join(
        paragraph(
            words("engines.other", engine=engine.spec.title, **_obstacle(engine.availability, words)),
            "vc-quiet",
        )
        for engine in engines
        if engine is not shown and engine.availability.state == UNAVAILABLE
    )
    return (
        f'<div class="vc-card" role="status">{_state(shown.availability, words)}'
        f"{paragraph(_abilities(shown.spec, language_titles, words), 'vc-quiet')}</div>"
        f'<div class="vc-others">{others}</div>'
    )


def panel(
    engines: Sequence[EngineStatus],
    devices: Sequence[DeviceStatus],
    language_titles: Mapping[str, str],
    words: Words,
) -> str:
    """Return every engine with what it is made of, and the devices with what is loaded on them."""
    items = "".join(f"<li>{_engine(engine, language_titles, words)}</li>" for engine in engines)
    runs_on = "".join(paragraph(_device(found, words), "vc-quiet") for found in devices)
    return f'<ul class="vc-weights">{items}<li><p>{esc(words("engines.devices"))}</p>{runs_on}</li></ul>'


def _device(found: DeviceStatus, words: Words) -> str:
    device = found.device
    loaded = [words("engines.loaded", engine=e.name, megabytes=e.memory_mb) for e in found.engines]
    return words(
        "engines.device",
        device=device.title,
        free=device.free_mb / 1000,
        total=device.total_mb / 1000,
        room=found.room_mb / 1000,
        loaded=", ".join(loaded) or words("engines.loaded.none"),
    )


def _engine(engine: EngineStatus, language_titles: Mapping[str, str], words: Words) -> str:
    spec = engine.spec
    voice, acoustic, vocoder = spec.pipeline
    pipeline = words("engines.pipeline", voice=voice, acoustic=acoustic, vocoder=vocoder)
    weights = " · ".join(
        f"{esc(name)} <code>{esc(revision)}</code>" for name, revision in engine.revisions.items()
    )
    return (
        f"<p>{esc(spec.title)} <code>{esc(spec.name)}</code></p>{_state(engine.availability, words)}"
        f"{paragraph(_abilities(spec, language_titles, words), 'vc-quiet')}{paragraph(pipeline, 'vc-quiet')}"
        f'<p class="vc-quiet">{esc(spec.licence)} · {weights}</p>'
    )


def _state(found: Availability, words: Words) -> str:
    if found.state == UNAVAILABLE:
        return paragraph(words("engines.unavailable", **_obstacle(found, words)), "vc-warn")
    return paragraph(words(f"engines.{found.state}", megabytes=found.fetch_mb), "vc-quiet")


def _obstacle(found: Availability, words: Words) -> dict[str, str]:
    """Return the reason and the remedy of an engine that cannot be used, in the visitor's language."""
    remedy = words(REMEDIES[found.remedy]) if found.remedy in REMEDIES else found.remedy
    return {"reason": words(f"engines.reason.{found.lacking}", names=found.names), "remedy": remedy}


def _abilities(spec: EngineSpec, language_titles: Mapping[str, str], words: Words) -> str:
    spoken = ", ".join(language_titles[key] for key in spec.languages)
    abilities = [
        words("engines.speaks", languages=spoken),
        words("engines.steps", steps=spec.steps) if spec.steps else words("engines.at_once"),
    ]
    if spec.fine_tunes:
        abilities.append(words("engines.fine_tunes"))
    if spec.converts:
        abilities.append(words("engines.converts"))
    return " · ".join(abilities)
