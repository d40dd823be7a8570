"""Handlers that let several voices say one text, side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import gradio as gr

from voiceclone.api.record import signed_take, take_record
from voiceclone.audio.write import write_audio
from voiceclone.comparing import MOST, Comparing, Rendition
from voiceclone.studio import Studio
from voiceclone.ui import markup
from voiceclone.ui.choosing import chosen
from voiceclone.ui.learning import SKIP, file_stem
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words


class Place(NamedTuple):
    """What the page shows of one of the voices."""

    box: Any = SKIP
    card: Any = SKIP
    player: Any = SKIP
    audio_file: Any = SKIP
    record_file: Any = SKIP


EMPTY = Place(gr.update(visible=False), "", gr.update(value=None))


def compare(
    studio: Studio, words: Words, session: Session, keys: list[str], text: str, language: str
) -> Iterator[tuple[Any, ...]]:
    """Let each of the chosen voices say the text; one after the other is shown with its scores.

    Yields:
        Status and *Stop*, then a `Place` for each of the `MOST` voices that there is room for.
    """
    voices = [chosen(studio, words, session, key) for key in keys or ()]
    session.stop_comparing.clear()
    renditions = Comparing(studio).compare(
        voices, text, language_key=language, cancelled=session.stop_comparing.is_set
    )
    status = markup.paragraph(words("compare.speaking", name=voices[0].name), "vc-quiet")
    yield _view(status, gr.update(visible=True), [EMPTY] * MOST)
    for rendition in renditions:
        name = f"{file_stem(rendition.voice.name)}-compared.wav"
        file = write_audio(rendition.audio, session.place(f"compared {rendition.index}", name))
        settings: dict[str, Any] = {"text": text, "language": language, "speed": 1.0, "seed": 0}
        provenance = signed_take(studio, rendition.voice, file, **settings)
        record = take_record(rendition.voice, rendition.audio, rendition.scores, provenance, **settings)
        record_file = session.place(f"compared record {rendition.index}", f"{file.stem}.json")
        record_file.write_text(json.dumps(record, ensure_ascii=False, indent=2), encoding="utf-8")
        places = [Place()] * MOST
        places[rendition.index] = Place(
            gr.update(visible=True), card(studio, rendition, words), str(file), str(file), str(record_file)
        )
        following = voices[rendition.index + 1 :]
        status = words("compare.speaking", name=following[0].name) if following else ""
        yield _view(markup.paragraph(status, "vc-quiet") if status else "", SKIP, places)
    yield _view("", gr.update(visible=False), [Place()] * MOST)


def clear_status(studio: Studio, words: Words) -> tuple[Any, Any]:
    """Clear the status and hide *Stop* of a comparison that has failed."""
    return "", gr.update(visible=False)


def stop(studio: Studio, words: Words, session: Session) -> None:
    """Ask for an end after the voice that is speaking."""
    session.stop_comparing.set()


def card(studio: Studio, rendition: Rendition, words: Words) -> str:
    """Return a voice's name, its engine, and its scores in a list."""
    scores = rendition.scores
    likeness = round(min(max(scores.similarity_percent, 0.0), 100.0))
    understood = 100 * max(0.0, 1.0 - scores.words.error_rate)
    rows = (
        (words("score.similarity"), words("score.similarity.value", score=likeness)),
        (words("score.words"), words("score.words.some", percent=understood)),
        (words("score.naturalness"), words("compare.mos", mos=scores.naturalness)),
        (words("compare.work"), words("compare.rtf", seconds=rendition.real_time_factor)),
    )
    facts = "".join(
        f"<div><dt>{markup.esc(name)}</dt><dd>{markup.esc(value)}</dd></div>" for name, value in rows
    )
    title = studio.registry.spec(rendition.voice.engine).title
    return (
        f'<div class="vc-card"><p class="vc-name">{markup.esc(rendition.voice.name)}</p>'
        f'{markup.paragraph(title, "vc-quiet")}<dl class="vc-facts">{facts}</dl></div>'
    )


def _view(status: Any, stop_button: Any, places: list[Place]) -> tuple[Any, ...]:
    return (status, stop_button, *(part for place in places for part in place))
