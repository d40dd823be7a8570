"""Gives the plain functions of `voiceclone.api.training` their names and descriptions in Gradio's API."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import gradio as gr

from voiceclone.api import training as api
from voiceclone.finetune.archive import SOUNDS
from voiceclone.finetuning import DEFAULT_MINUTES, MAX_MINUTES, MIN_MINUTES
from voiceclone.studio import Studio
from voiceclone.ui.components import hidden_file
from voiceclone.ui.endpoints import add_endpoint, uploaded
from voiceclone.ui.words import Words, refusal
from voiceclone.workshop import Workshop


def dataset(
    studio: Studio, words: Words, files: list[str], language: str | None = None
) -> Iterator[tuple[dict, str | None]]:
    if not files:
        raise refusal("error.file", words)
    yield from api.dataset(studio, [uploaded(path, words) for path in files], language)


def add_training_endpoints(studio: Studio, workshop: Workshop) -> None:
    """Register the endpoints of fine-tuning inside a `gr.Blocks`."""

    def finetune(
        studio: Studio,
        words: Words,
        dataset: str,
        receipt: dict,
        minutes: float = DEFAULT_MINUTES,
        steps: float | None = None,
        seed: float = 0,
        engine: str | None = None,
    ) -> Iterator[tuple[dict, str | None]]:
        path = uploaded(dataset, words)
        yield from api.finetune(studio, workshop, path, receipt, minutes, steps, seed, engine)

    hidden_number = functools.partial(gr.Number, visible=False)
    add_endpoint(
        studio,
        dataset,
        [
            hidden_file(
                "Recordings of one speaker, or zips of them", [*SOUNDS, ".zip"], file_count="multiple"
            ),
            gr.Textbox(
                label=f"Language: one of {', '.join(studio.languages)}; heard when empty", visible=False
            ),
        ],
        [gr.JSON(label="Event", visible=False), gr.File(label="Dataset (zip)", visible=False)],
        "Make a dataset: recordings are cut at silences, written down and judged. A stream of events; the "
        "last one, stage 'done', lists the clips and comes with the dataset, a zip that can be edited.",
    )
    add_endpoint(
        studio,
        finetune,
        [
            hidden_file("Dataset (zip)", [".zip"]),
            gr.JSON(label="Receipt: as /attest or /consent returned it for that zip", visible=False),
            hidden_number(
                label=f"Minutes that it may take: {MIN_MINUTES:g} to {MAX_MINUTES:g}", value=DEFAULT_MINUTES
            ),
            hidden_number(
                label="Steps, in place of as many as the time is enough for", value=None, precision=0
            ),
            hidden_number(label="Seed: the same gives the same voice", value=0, precision=0),
            gr.Textbox(
                label=f"Engine: one of {', '.join(spec.name for spec in studio.registry.trainable)}",
                value=studio.registry.default,
                visible=False,
            ),
        ],
        [gr.JSON(label="Event", visible=False), gr.File(label="Voice file", visible=False)],
        "Train a voice on a dataset. A stream of events with losses and, now and then, scores on clips that "
        "are held out; the last one, stage 'done', comes with the voice file. Who hangs up ends the run.",
    )
