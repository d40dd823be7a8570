"""Handlers from an utterance to the same in another voice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import gradio as gr

from voiceclone.api.record import conversion_record
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.converting import Converted, Converting
from voiceclone.studio import Studio
from voiceclone.ui import markup
from voiceclone.ui.choosing import chosen
from voiceclone.ui.learning import SKIP, file_stem
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words, refusal


class ConvertView(NamedTuple):
    """What the page shows while an utterance is converted, and after."""

    status: Any
    stop_button: Any = SKIP
    place: Any = SKIP
    """Where the result will be."""
    result_box: Any = SKIP
    player: Any = SKIP
    scores: Any = SKIP
    audio_file: Any = SKIP
    record_file: Any = SKIP


def convert(
    studio: Studio,
    words: Words,
    session: Session,
    path: str | None,
    key: str | None,
    language: str,
    transcript: str,
    seed: float | None,
) -> Iterator[ConvertView]:
    """Convert a recording piece by piece, then show the whole with its scores.

    Args:
        studio: where it happens.
        words: of the visitor.
        session: of the visitor.
        path: the recording, as uploaded.
        key: of the voice that was chosen.
        language: of the recording; heard when empty.
        transcript: what it says; recognised when empty.
        seed: of the vocoder's noise.
    """
    if path is None:
        raise refusal("error.no_source", words)
    voice = chosen(studio, words, session, key)
    session.stop_converting.clear()
    number = int(seed or 0)
    source = studio.read(path)
    converting = Converting(studio)
    running = converting.convert(
        voice,
        source,
        language_key=language or None,
        transcript=(transcript or "").strip() or None,
        seed=number,
        cancelled=session.stop_converting.is_set,
    )
    yield ConvertView(_quiet(words("convert.listening")), gr.update(visible=True))
    pieces: list[Converted] = []
    for piece in running:
        pieces.append(piece)
        status = words("convert.piece", index=piece.index + 1, total=piece.total)
        yield ConvertView(_quiet(status))
    audio = Audio.joined([piece.audio for piece in pieces])
    file = write_audio(audio, session.place("converted", f"{file_stem(voice.name)}-converted.wav"))
    facts = converting.facts(voice, source, language_key=pieces[0].language, seed=number)
    provenance = studio.sign(file, facts)
    yield ConvertView(
        _quiet(words("convert.scoring")),
        gr.update(visible=False),
        gr.update(visible=False),
        gr.update(visible=True),
        str(file),
        "",
        str(file),
    )
    text = converting.said(source, pieces)
    scores = studio.score(voice, audio, text, pieces[0].language)
    record = conversion_record(voice, source, pieces, audio, scores, provenance, text=text, seed=number)
    record_file = session.place("converted record", f"{file.stem}.json")
    record_file.write_text(json.dumps(record, ensure_ascii=False, indent=2), encoding="utf-8")
    yield ConvertView(
        _left_silent(pieces, words),
        scores=markup.scores(scores, words),
        record_file=str(record_file),
    )


def clear_status(studio: Studio, words: Words) -> tuple[Any, Any]:
    """Hide *Stop* and clear the status of a conversion that has failed."""
    return gr.update(visible=False), ""


def stop(studio: Studio, words: Words, session: Session) -> None:
    """Ask for an end after the piece that is being converted."""
    session.stop_converting.set()


def _quiet(text: str) -> str:
    return markup.paragraph(text, "vc-quiet")


def _left_silent(pieces: list[Converted], words: Words) -> str:
    """Return which stretches were left silent; nothing where there are none."""
    silent = [words("convert.stretch", start=p.start_s, end=p.end_s) for p in pieces if p.silent]
    return markup.paragraph(words("convert.silent", where=", ".join(silent)), "vc-warn") if silent else ""
