"""Handlers from a text to takes that can be heard, judged, downloaded and repeated."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any, NamedTuple

import gradio as gr

from voiceclone.api.record import signed_take, take_record
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.errors import TextEmptyError, TextError
from voiceclone.studio import Spoken, Studio
from voiceclone.ui import markup
from voiceclone.ui.learning import SKIP, file_stem
from voiceclone.ui.session import Session, Take
from voiceclone.ui.words import Words, refusal

SEEDS = 2**31
LABEL_CHARS = 32
"""Characters of the text that name a take in the list."""


class SpeakView(NamedTuple):
    """What the page shows while a text is spoken, and after."""

    status: Any
    live: Any = SKIP
    live_box: Any = SKIP
    stop_button: Any = SKIP
    seed: Any = SKIP
    takes_box: Any = SKIP
    takes: Any = SKIP
    player: Any = SKIP
    scores: Any = SKIP
    audio_file: Any = SKIP
    record_file: Any = SKIP


class TakeView(NamedTuple):
    """What the page shows of a take that was chosen from the list."""

    player: Any
    scores: Any
    audio_file: Any
    record_file: Any


class TakeSettings(NamedTuple):
    """What a take was made from, back in the controls."""

    text: Any
    language: Any
    speed: Any
    seed: Any
    fresh: Any


def read_text(
    studio: Studio, words: Words, session: Session | None, text: str, language: str
) -> tuple[str, str]:
    """Return the character count, and how the text will be read by the engine of the voice that speaks.

    An error is a line in its place.
    """
    counted = markup.count(text, studio.settings.max_text_chars, words)
    voice = session.voice if session is not None else None
    engine = studio.registry.default if voice is None else voice.engine
    try:
        return counted, markup.phrases(studio.preview_text(text, language, engine))
    except TextEmptyError:
        return counted, markup.paragraph(words("speak.read.empty"), "vc-quiet")
    except TextError as error:
        return counted, markup.paragraph(words.error(error), "vc-quiet")


def speak(
    studio: Studio,
    words: Words,
    session: Session,
    text: str,
    language: str,
    speed: float,
    seed: float | None,
    fresh: bool,
    disclose: bool,
) -> Iterator[SpeakView]:
    """Speak the text phrase by phrase, then keep the whole as a take with its scores.

    `live` gets each phrase as WAV bytes as soon as it is spoken. With `fresh` the seed is a
    new one; either way it is written back.
    """
    voice = session.voice
    if voice is None:
        raise refusal("error.no_voice", words)
    session.stop_speaking.clear()
    number = secrets.randbelow(SEEDS) if fresh else int(seed or 0)
    if disclose:
        text = studio.disclosed(text, language)
    phrases = studio.speak(
        voice,
        text,
        language_key=language,
        speed=speed,
        seed=number,
        cancelled=session.stop_speaking.is_set,
    )
    yield SpeakView("", live_box=gr.update(visible=True), stop_button=gr.update(visible=True), seed=number)
    chunk = session.path("phrase.wav")
    spoken: list[Spoken] = []
    for piece in phrases:
        spoken.append(piece)
        status = words("speak.phrase", index=piece.index + 1, total=piece.total)
        yield SpeakView(
            markup.paragraph(status, "vc-quiet"), live=write_audio(piece.audio, chunk).read_bytes()
        )
    audio = Audio.joined([piece.audio for piece in spoken])
    said = text if len(spoken) == spoken[-1].total else " ".join(piece.phrase.text for piece in spoken)
    file = write_audio(audio, session.path(f"{file_stem(voice.name)}-{session.next_take_number()}.wav"))
    provenance = signed_take(studio, voice, file, text=said, language=language, speed=speed, seed=number)
    yield SpeakView(
        markup.paragraph(words("speak.scoring"), "vc-quiet"),
        stop_button=gr.update(visible=False),
        takes_box=gr.update(visible=True),
        player=str(file),
        scores="",
        audio_file=str(file),
    )
    scores = studio.score(voice, audio, said, language)
    record = take_record(
        voice, audio, scores, provenance, text=said, language=language, speed=speed, seed=number
    )
    record_file = file.with_suffix(".json")
    record_file.write_text(json.dumps(record, ensure_ascii=False, indent=2), encoding="utf-8")
    take = Take(
        session.next_take_number(), voice.name, said, language, speed, number, file, record_file, scores
    )
    session.keep(take)
    yield SpeakView(
        "",
        takes=gr.update(choices=_choices(session, words), value=take.number),
        scores=markup.scores(scores, words),
        record_file=str(record_file),
    )


def clear_status(studio: Studio, words: Words) -> tuple[Any, Any]:
    """Hide *Stop* and clear the status of a speaking that has failed."""
    return gr.update(visible=False), ""


def stop_speaking(studio: Studio, words: Words, session: Session) -> None:
    """Ask for an end after the phrase that is being spoken."""
    session.stop_speaking.set()


def choose_take(studio: Studio, words: Words, session: Session, number: int | None) -> TakeView:
    """Show an earlier take."""
    take = session.take(number) if number is not None else None
    if take is None:
        return TakeView(SKIP, SKIP, SKIP, SKIP)
    return TakeView(str(take.audio), markup.scores(take.scores, words), str(take.audio), str(take.record))


def repeat_take(studio: Studio, words: Words, session: Session, number: int | None) -> TakeSettings:
    """Put a take's text and settings back into the controls, with its seed."""
    take = session.take(number) if number is not None else None
    if take is None:
        return TakeSettings(SKIP, SKIP, SKIP, SKIP, SKIP)
    return TakeSettings(take.text, take.language, take.speed, take.seed, False)


def _choices(session: Session, words: Words) -> list[tuple[str, int]]:
    return [(_label(take, words), take.number) for take in session.takes]


def _label(take: Take, words: Words) -> str:
    text = " ".join(take.text.split())
    if len(text) > LABEL_CHARS:
        text = text[: LABEL_CHARS - 1].rstrip() + "…"
    return words("take.label", number=take.number, voice=take.voice_name, text=text, seed=take.seed)
