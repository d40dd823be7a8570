"""Gives the plain functions of `voiceclone.api.endpoints` their names and descriptions in Gradio's API."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from voiceclone.api import endpoints as api
from voiceclone.api import engines as engines_api
from voiceclone.consent.receipt import BASES, SCOPES
from voiceclone.studio import DEFAULT_PRESET, MAX_SPEED, MAX_STEPS, MIN_SPEED, MIN_STEPS, PRESETS, Studio
from voiceclone.ui.components import hidden_file
from voiceclone.ui.gate import HEAVY_ID
from voiceclone.ui.handler import bound
from voiceclone.ui.words import Words, refusal

HEAVY: dict[str, Any] = {"concurrency_id": HEAVY_ID, "concurrency_limit": None}
"""Learning and speaking, the page's and the API's: they wait for their turn at the gate, not in Gradio."""


def inspect(studio: Studio, words: Words, reference: str) -> dict:
    return api.inspect(studio, uploaded(reference, words))


def transcribe(studio: Studio, words: Words, reference: str, language: str | None = None) -> dict:
    return api.transcribe(studio, uploaded(reference, words), language)


def preview_text(studio: Studio, words: Words, text: str, language: str = "en-us") -> list:
    return api.preview_text(studio, text, language)


def attest(
    studio: Studio,
    words: Words,
    reference: str,
    speaker: str,
    basis: str,
    name: str = "",
    document: str = "",
    stated_by: str = "",
    scope: str = "personal",
    expires: str = "",
) -> dict:
    return api.attest(
        studio, uploaded(reference, words), speaker, basis, name, document, stated_by, scope, expires
    )


def challenge(
    studio: Studio,
    words: Words,
    reference: str,
    speaker: str,
    name: str = "",
    scope: str = "personal",
    language: str = "en-us",
) -> dict:
    return api.challenge(studio, uploaded(reference, words), speaker, name, scope, language)


def consent(
    studio: Studio, words: Words, challenge_id: str, recording: str, reference: str, expires: str = ""
) -> dict:
    return api.consent(studio, challenge_id, uploaded(recording, words), uploaded(reference, words), expires)


def clone(
    studio: Studio,
    words: Words,
    reference: str,
    receipt: dict,
    transcript: str = "",
    language: str | None = None,
    steps: float | None = None,
    seed: float = 0,
    engine: str | None = None,
    preset: str | None = None,
) -> Iterator[tuple[dict, str | None]]:
    path = uploaded(reference, words)
    yield from api.clone(studio, path, receipt, transcript, language, steps, seed, engine, preset)


def speak(
    studio: Studio,
    words: Words,
    voice: str,
    text: str,
    language: str | None = None,
    speed: float = 1.0,
    seed: float = 0,
    disclose: bool = False,
) -> Iterator[tuple[str, dict]]:
    yield from api.speak(studio, uploaded(voice, words), text, language, speed, seed, disclose)


def verify(studio: Studio, words: Words, recording: str, record: dict | None = None) -> dict:
    return api.verify(studio, uploaded(recording, words), record)


def weights(studio: Studio, words: Words) -> list:
    return api.weights(studio)


def engines(studio: Studio, words: Words) -> dict:
    return engines_api.engines(studio)


def uploaded(path: str | None, words: Words) -> Path:
    """Return the path of an upload; Gradio has seen to it that it is one."""
    if path is None:
        raise refusal("error.file", words)
    return Path(path)


def add_endpoint(
    studio: Studio,
    fn: Callable[..., Any],
    inputs: list,
    outputs: list,
    description: str,
    **options: Any,
) -> None:
    """Register a function under its own name inside a `gr.Blocks`."""
    gr.on(
        [],
        bound(studio, fn),
        inputs,
        outputs,
        api_name=fn.__name__,
        api_description=description,
        api_visibility="public",
        **options,
    )


def add_endpoints(studio: Studio) -> None:
    """Register the endpoints inside a `gr.Blocks`."""
    languages = ", ".join(studio.languages)
    one_of = f"one of {languages}"
    names = [spec.name for spec in studio.registry.specs]
    hidden_text = functools.partial(gr.Textbox, visible=False)
    hidden_number = functools.partial(gr.Number, visible=False)

    add = functools.partial(add_endpoint, studio)
    add(
        inspect,
        [hidden_file("Reference")],
        [gr.JSON(label="Report", visible=False)],
        "What a recording is like as a reference: facts in units, grade, faults with advice.",
    )
    add(
        transcribe,
        [hidden_file("Reference"), hidden_text(label=f"Language: {one_of}; heard when empty")],
        [gr.JSON(label="Transcript", visible=False)],
        "What a recording says, in which language, and how sure the language is.",
    )
    add(
        preview_text,
        [hidden_text(label="Text"), hidden_text(label=f"Language: {one_of}", value="en-us")],
        [gr.JSON(label="Phrases", visible=False)],
        "How a text will be read: its phrases, written out, with phonemes and pauses in seconds.",
    )
    add(
        attest,
        [
            hidden_file("Reference"),
            hidden_text(label="Speaker: who speaks"),
            hidden_text(label=f"Basis of the consent: one of {', '.join(BASES)}"),
            hidden_text(label="Name of the voice; the speaker's when empty", value=""),
            hidden_text(label="Document that shows the consent; not for own-voice", value=""),
            hidden_text(label="Who states it; not for own-voice", value=""),
            hidden_text(label=f"Scope: one of {', '.join(SCOPES)}", value="personal"),
            hidden_text(label="Last day, such as 2027-11-23; no end when empty", value=""),
        ],
        [gr.JSON(label="Receipt", visible=False)],
        "A receipt on somebody's word that a voice may be learned from a recording; nothing is checked.",
    )
    add(
        challenge,
        [
            hidden_file("Reference"),
            hidden_text(label="Speaker: who will read the sentence"),
            hidden_text(label="Name of the voice; the speaker's when empty", value=""),
            hidden_text(label=f"Scope: one of {', '.join(SCOPES)}", value="personal"),
            hidden_text(label=f"Language to read it in: {one_of}", value="en-us"),
        ],
        [gr.JSON(label="Challenge", visible=False)],
        "A sentence of consent for the speaker to read aloud: good for ten minutes and one recording.",
    )
    add(
        consent,
        [
            hidden_text(label="Id of the challenge"),
            hidden_file("Recording of the sentence, read aloud"),
            hidden_file("Reference: the recording that consent was asked for"),
            hidden_text(label="Last day, such as 2027-11-23; no end when empty", value=""),
        ],
        [gr.JSON(label="Receipt", visible=False)],
        "Check spoken consent against the sentence and the reference; the signed receipt when all is right.",
    )
    add(
        clone,
        [
            hidden_file("Reference"),
            gr.JSON(label="Receipt: as /attest or /consent returned it", visible=False),
            hidden_text(label="Transcript of the reference; recognised when empty", value=""),
            hidden_text(label=f"Language of the reference: {one_of}; heard when empty"),
            hidden_number(
                label=f"Steps: {MIN_STEPS} to {MAX_STEPS}; the preset's when empty", value=None, precision=0
            ),
            hidden_number(label="Seed: the same gives the same voice", value=0, precision=0),
            hidden_text(label=f"Engine: one of {', '.join(names)}", value=studio.registry.default),
            hidden_text(label=f"Preset: {', '.join(PRESETS)}; {DEFAULT_PRESET} when empty"),
        ],
        [gr.JSON(label="Event", visible=False), gr.File(label="Voice file", visible=False)],
        "Learn a voice. A stream of events (stage, step, steps, seconds, seconds_left, similarity); the last "
        "one, stage 'done', comes with the voice file.",
        **HEAVY,
    )
    add(
        speak,
        [
            hidden_file("Voice file", [".safetensors"]),
            hidden_text(label="Text"),
            hidden_text(label=f"Language of the text: {one_of}; the voice's own when empty"),
            hidden_number(label=f"Speed: {MIN_SPEED} to {MAX_SPEED}", value=1.0),
            hidden_number(label="Seed: the same gives the same samples", value=0, precision=0),
            gr.Checkbox(False, label="Disclose: begin by saying that it is synthetic", visible=False),
        ],
        [gr.File(label="Speech (WAV)", visible=False), gr.JSON(label="Record with scores", visible=False)],
        "Speak a text in a voice. The WAV carries the watermark and a signed manifest; the record says how "
        "to make it again.",
        **HEAVY,
    )
    add(
        verify,
        [
            hidden_file("Recording"),
            gr.JSON(label="Record: the provenance that /speak gave with it", visible=False),
        ],
        [gr.JSON(label="Verdict", visible=False)],
        "What a recording is, by its signed manifest and by the watermark of this program's speech, and how "
        "sure that is.",
    )
    add(
        weights,
        [],
        [gr.JSON(label="Weights", visible=False)],
        "Which model weights are in use, and where they come from.",
    )
    add(
        engines,
        [],
        [gr.JSON(label="Engines", visible=False)],
        "Which engines there are, whether each can be used here and what would mend that, what they are made "
        "of and can do; and the devices that models run on.",
    )
