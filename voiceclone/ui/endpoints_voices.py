"""Gives the plain functions of `voiceclone.api.voices` their names and descriptions in Gradio's API."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from voiceclone.api import voices as api
from voiceclone.comparing import FEWEST, MOST
from voiceclone.converting import MAX_SOURCE_S
from voiceclone.studio import Studio
from voiceclone.ui.components import hidden_file
from voiceclone.ui.endpoints import HEAVY, add_endpoint, uploaded
from voiceclone.ui.words import Words


def convert(
    studio: Studio,
    words: Words,
    voice: str,
    source: str,
    language: str | None = None,
    transcript: str = "",
    seed: float = 0,
) -> Iterator[tuple[str, dict]]:
    yield from api.convert(
        studio, uploaded(voice, words), uploaded(source, words), language, transcript, seed
    )


def compare(
    studio: Studio,
    words: Words,
    voices: list[str],
    text: str,
    language: str | None = None,
    seed: float = 0,
) -> Iterator[tuple[list[str], list]]:
    yield from api.compare(studio, [uploaded(path, words) for path in voices or ()], text, language, seed)


def add_voices_endpoints(studio: Studio) -> None:
    """Register the endpoints inside a `gr.Blocks`."""
    languages = f"one of {', '.join(studio.languages)}"

    def seed() -> gr.Number:
        return gr.Number(label="Seed: the same gives the same samples", value=0, precision=0, visible=False)

    add_endpoint(
        studio,
        convert,
        [
            hidden_file("Voice file", [".safetensors"]),
            hidden_file("Source: speech to convert"),
            gr.Textbox(label=f"Language of the source: {languages}; heard when empty", visible=False),
            gr.Textbox(label="Transcript of the source; recognised when empty", value="", visible=False),
            seed(),
        ],
        [gr.File(label="Speech (WAV)", visible=False), gr.JSON(label="Record with scores", visible=False)],
        "Say an utterance again in a voice, with its words, timing and melody; at most "
        f"{MAX_SOURCE_S:.0f} s. The WAV carries the watermark and a signed manifest; the record names the "
        "source by its hash.",
        **HEAVY,
    )
    add_endpoint(
        studio,
        compare,
        [
            hidden_file(f"Voice files, {FEWEST} to {MOST}", [".safetensors"], file_count="multiple"),
            gr.Textbox(label="Text", visible=False),
            gr.Textbox(
                label=f"Language of the text: {languages}; the first voice's when empty", visible=False
            ),
            seed(),
        ],
        [
            gr.File(label="Speech (WAV), one for each voice", file_count="multiple", visible=False),
            gr.JSON(label="Records with scores, one for each voice", visible=False),
        ],
        f"Let {FEWEST} to {MOST} voices say one text: a WAV and a record with scores for each, in order.",
        **HEAVY,
    )
