"""Handlers of the choice of an engine, and of the panel that tells what engines there are."""

from __future__ import annotations

from typing import Any, NamedTuple

import gradio as gr

from voiceclone.engines.base import EngineSpec
from voiceclone.studio import Studio
from voiceclone.ui import markup_engines
from voiceclone.ui.words import Words


class EngineView(NamedTuple):
    """What the page shows of the engine that is chosen."""

    note: Any
    preset: Any
    steps: Any


class EnginesView(NamedTuple):
    """What the page shows of the choice of an engine once it is looked at."""

    engine: Any
    note: Any


def show(studio: Studio, words: Words, name: str | None) -> EnginesView:
    """Say of each engine whether it can be used here, and what the chosen one is like."""
    engines = studio.engine_status()
    choices = [(markup_engines.choice(engine, words), engine.spec.name) for engine in engines]
    name = name or studio.registry.default
    return EnginesView(
        gr.update(choices=choices, value=name),
        markup_engines.note(name, engines, studio.languages, words),
    )


def choose(studio: Studio, words: Words, name: str) -> EngineView:
    """Say what an engine is like; how much is learned is shown as ignored where it learns at once."""
    spec = studio.registry.spec(name)

    def asked(info: str) -> Any:
        told = words(info) if spec.steps else words("learn.steps.ignored", engine=spec.title)
        return gr.update(info=told, interactive=bool(spec.steps))

    note = markup_engines.note(name, studio.engine_status(), studio.languages, words)
    return EngineView(note, asked("learn.preset.info"), asked("learn.steps.info"))


def language_choices(studio: Studio, words: Words, spec: EngineSpec) -> list[tuple[str, str]]:
    """Return the languages as choices, those that an engine lacks shown as such."""
    return [
        (title if key in spec.languages else words("speak.language.lacking", language=title), key)
        for key, title in studio.languages.items()
    ]


def panel(studio: Studio, words: Words) -> str:
    """Return what engines there are, whether each can be used, and what they run on."""
    return markup_engines.panel(studio.engine_status(), studio.devices(), studio.languages, words)
