"""Handlers from a recording, or a voice file, to a voice that can speak."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from voiceclone.audio.plots import plot_reference
from voiceclone.audio.write import write_audio
from voiceclone.studio import Studio
from voiceclone.ui import consenting, markup
from voiceclone.ui.curve import similarity_svg
from voiceclone.ui.engines import language_choices
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words, refusal
from voiceclone.voices.voice import Voice

SKIP = gr.skip()
"""Leaves an output as it is."""


class ReferenceView(NamedTuple):
    """What the page shows of a reference."""

    details: Any
    heard: Any = SKIP
    report: Any = SKIP
    figure: Any = SKIP
    transcript: Any = SKIP
    learn_button: Any = SKIP


class VoiceView(NamedTuple):
    """What the page shows of the voice that speaks."""

    card: Any = SKIP
    download: Any = SKIP
    speak_button: Any = SKIP
    text_language: Any = SKIP
    keep_button: Any = SKIP


class LearnView(NamedTuple):
    """What the page shows of a running or finished learning."""

    panel: Any
    cancel_button: Any = SKIP
    preview: Any = SKIP
    card: Any = SKIP
    download: Any = SKIP
    speak_button: Any = SKIP
    text_language: Any = SKIP
    keep_button: Any = SKIP


def take_reference(studio: Studio, words: Words, session: Session, path: str | None) -> ReferenceView:
    """Inspect a recording: what of it is used, how good it is, what it looks like."""
    session.forget_reference()
    if path is None:
        return ReferenceView(gr.update(visible=False), None, "", None, "", gr.update(interactive=False))
    reference = studio.inspect([path])
    session.reference, session.reference_files = reference, (path,)
    heard = write_audio(reference.audio, session.path("reference.wav"))
    return ReferenceView(
        gr.update(visible=True),
        str(heard),
        markup.reference_report(reference, words),
        plot_reference(reference.audio),
        gr.update(value="", placeholder=words("reference.listening")),
        gr.update(interactive=True),
    )


def clear_reference(studio: Studio, words: Words) -> tuple[Any, Any]:
    """Hide what is shown of the recording before: the new one could not be used."""
    return gr.update(visible=False), gr.update(interactive=False)


def transcribe(studio: Studio, words: Words, session: Session) -> tuple[Any, Any]:
    """Return what the reference says and in which language, for the visitor to mend."""
    if session.reference is None:
        return SKIP, SKIP
    heard = studio.transcribe(session.reference)
    return gr.update(value=heard.text, placeholder=""), heard.language


def learn(
    studio: Studio,
    words: Words,
    session: Session,
    transcript: str,
    language: str,
    name: str,
    speaker: str,
    kind: str | None,
    basis: str | None,
    document: str,
    stated_by: str,
    scope: str,
    expires: str,
    preset: str,
    steps: float | None,
    seed: float,
    engine: str | None = None,
) -> Iterator[LearnView]:
    """Learn the voice, reporting every step; `stop_learning` keeps the best so far."""
    if session.reference is None:
        raise refusal("error.no_reference", words)
    session.stop_learning.clear()
    events = studio.clone(
        session.reference,
        consenting.receipt(
            studio, words, session, name, speaker, kind, basis, document, stated_by, scope, expires
        ),
        transcript=transcript.strip() or None,
        language_key=language,
        preset=preset,
        steps=int(steps) if steps else None,
        seed=int(seed or 0),
        engine=engine or studio.registry.default,
        cancelled=session.stop_learning.is_set,
    )
    points: list[tuple[int, float]] = []
    for event in events:
        if event.similarity is not None and event.stage == "learning":
            points.append((event.step, event.similarity))
        curve = similarity_svg(points, event.steps, event.anchor_stranger, event.anchor_self, words)
        panel = gr.update(
            value=markup.progress(event, curve, words, session.stop_learning.is_set()), visible=True
        )
        preview = SKIP
        if event.preview is not None:
            sound = write_audio(event.preview, session.path(f"preview-{event.step}.wav"))
            preview = gr.update(value=str(sound), visible=True)
        if event.voice is None:
            yield LearnView(panel, gr.update(visible=True), preview)
            continue
        # Said to be learned only when it is on disk and has been loaded again.
        file = studio.save_voice(event.voice, session.path(f"{file_stem(event.voice.name)}.safetensors"))
        session.voice = studio.load_voice(file)
        yield LearnView(
            panel,
            gr.update(visible=False),
            preview,
            voice_card(studio, words, session.voice),
            gr.update(value=str(file), visible=True),
            gr.update(interactive=True),
            text_languages(studio, words, session.voice),
            gr.update(interactive=True),
        )


def clear_progress(studio: Studio, words: Words) -> tuple[Any, Any, Any]:
    """Hide progress, preview and *Stop* of a learning that has failed."""
    return gr.update(visible=False), gr.update(visible=False), gr.update(visible=False)


def stop_learning(studio: Studio, words: Words, session: Session) -> None:
    """Ask the running learning to stop after its step."""
    session.stop_learning.set()


def open_voice(studio: Studio, words: Words, session: Session, path: str | None) -> VoiceView:
    """Open a voice file, so that its voice can speak at once."""
    if path is None:
        return VoiceView()
    return let_speak(studio, words, session, studio.load_voice(Path(path)))


def let_speak(studio: Studio, words: Words, session: Session, voice: Voice) -> VoiceView:
    """Make a voice the one that speaks on the page."""
    session.voice = voice
    return VoiceView(
        voice_card(studio, words, voice),
        gr.update(visible=False),
        gr.update(interactive=True),
        text_languages(studio, words, voice),
        gr.update(interactive=True),
    )


def voice_card(studio: Studio, words: Words, voice: Voice) -> str:
    """Return what the page shows of a voice; its language by its key when that is not in the table."""
    title = studio.languages.get(voice.language, voice.language)
    engine = studio.registry.spec(voice.engine).title
    return markup.voice_card(voice, title, engine, studio.trusts(voice.receipt), words)


def text_languages(studio: Studio, words: Words, voice: Voice) -> Any:
    """Return the choice of a text's language for a voice: its own, and what else its engine speaks."""
    spec = studio.registry.spec(voice.engine)
    value = voice.language if voice.language in spec.languages else spec.languages[0]
    return gr.update(choices=language_choices(studio, words, spec), value=value)


def file_stem(name: str) -> str:
    """Return a voice's name as the stem of a file name: letters, digits, `-` and `_`."""
    return re.sub(r"[^\w-]+", "-", name).strip("-")[:60] or "voice"
