"""The first steps of the *Fine-tune* tab: material is gathered, and reviewed clip by clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from voiceclone.ui import material
from voiceclone.ui.bench import Bench
from voiceclone.ui.components import Recording, Upload
from voiceclone.ui.endpoints import HEAVY
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import WAVEFORM, heading, language_choice, lead, player
from voiceclone.ui.markup_material import TABLE_SCRIPT
from voiceclone.ui.tabs.consent import BUSY, QUIET
from voiceclone.ui.words import I18N

TABLE_HEIGHT = 460
"""Pixels, at most; longer tables scroll."""
SUFFIXES = [".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".webm", ".mp4", ".zip"]


@dataclass(frozen=True)
class GatherPart:
    """Controls of the material: files, or sentences to read."""

    files: gr.File
    status: gr.HTML
    stop_button: gr.Button
    language: gr.Dropdown
    sentence: gr.HTML
    take: gr.Audio
    take_status: gr.HTML
    next_button: gr.Button
    skip_button: gr.Button
    guided: gr.Tab


@dataclass(frozen=True)
class ReviewPart:
    """Controls of the review: totals, the table, the clip that is looked at."""

    box: gr.Column
    totals: gr.HTML
    table: gr.HTML
    clip_box: gr.Column
    player: gr.Audio
    about: gr.HTML
    text: gr.Textbox
    save_button: gr.Button
    drop_button: gr.Button
    restore_button: gr.Button
    export_button: gr.Button
    dataset_file: gr.File
    forget_button: gr.Button
    confirm_box: gr.Column
    confirm_button: gr.Button
    decline_button: gr.Button


def build_gathering(bench: Bench) -> GatherPart:
    """Build the first step: where material comes from."""
    heading("material.title")
    lead("material.lead")
    with gr.Tabs(elem_classes="vc-sources"):
        with gr.Tab(I18N("material.from_files"), id="files"):
            files = Upload(
                label=I18N("material.files"),
                file_count="multiple",
                file_types=SUFFIXES,
                type="filepath",
                height=160,
                elem_id="material-files",
            )
            lead("material.files.info")
            status = gr.HTML(elem_id="material-status")
            stop_button = gr.Button(I18N("material.stop"), visible=False, elem_id="material-stop")
        with gr.Tab(I18N("material.guided"), id="guided") as guided:
            lead("guided.lead")
            language = language_choice(bench.studio, "guided.language", "guided-language")
            sentence = gr.HTML(elem_id="guided-sentence")
            take = Recording(
                label=I18N("guided.take"),
                sources=["microphone", "upload"],
                type="filepath",
                format=None,
                buttons=[],
                waveform_options=WAVEFORM,
                elem_id="guided-take",
            )
            take_status = gr.HTML(elem_id="guided-status")
            with gr.Row(elem_classes="vc-buttons"):
                next_button = gr.Button(I18N("guided.next"), variant="primary", elem_id="guided-next")
                skip_button = gr.Button(I18N("guided.skip"), elem_id="guided-skip")
    return GatherPart(
        files, status, stop_button, language, sentence, take, take_status, next_button, skip_button, guided
    )


def build_review() -> ReviewPart:
    """Build the second step; hidden until there is material."""
    with gr.Column(visible=False, elem_classes="vc-column", elem_id="review") as box:
        heading("review.title")
        lead("review.lead")
        totals = gr.HTML(elem_id="material-totals")
        table = gr.HTML(
            js_on_load=TABLE_SCRIPT, max_height=TABLE_HEIGHT, elem_id="clips", elem_classes="vc-table"
        )
        with gr.Column(visible=False, elem_classes="vc-column", elem_id="clip") as clip_box:
            sound = player("clip.player", "clip-player", autoplay=True)
            about = gr.HTML(elem_id="clip-about")
            text = gr.Textbox("", label=I18N("clip.text"), lines=2, max_lines=6, elem_id="clip-text")
            with gr.Row(elem_classes="vc-buttons"):
                save_button = gr.Button(I18N("clip.save"), size="sm", elem_id="clip-save")
                drop_button = gr.Button(I18N("clip.drop"), size="sm", elem_id="clip-drop")
                restore_button = gr.Button(
                    I18N("clip.restore"), size="sm", visible=False, elem_id="clip-restore"
                )
        with gr.Row(elem_classes="vc-buttons"):
            export_button = gr.Button(I18N("review.export"), size="sm", elem_id="review-export")
            forget_button = gr.Button(I18N("review.forget"), size="sm", elem_id="review-forget")
        dataset_file = gr.File(
            label=I18N("review.file"), visible=False, interactive=False, elem_id="review-file"
        )
        with gr.Column(visible=False, elem_classes="vc-column") as confirm_box:
            lead("review.forget.question")
            with gr.Row(elem_classes="vc-buttons"):
                confirm_button = gr.Button(
                    I18N("saved.confirm"), variant="stop", size="sm", elem_id="review-confirm"
                )
                decline_button = gr.Button(I18N("saved.decline"), size="sm", elem_id="review-decline")
    return ReviewPart(
        box, totals, table, clip_box, sound, about, text, save_button, drop_button, restore_button,
        export_button, dataset_file, forget_button, confirm_box, confirm_button, decline_button,
    )  # fmt: skip


def review_outputs(part: ReviewPart, checked: gr.HTML, start_button: gr.Button) -> list[Any]:
    """Return the outputs of `material.ReviewView`, in its order."""
    return [
        part.box, part.totals, part.table, part.clip_box, part.player, part.about, part.text,
        part.drop_button, part.restore_button, part.dataset_file, part.confirm_box, checked, start_button,
    ]  # fmt: skip


def wire_material(
    bench: Bench, session: gr.State, gathering: GatherPart, review: ReviewPart, shown: list[Any]
) -> None:
    """Connect both steps; `shown` is from `review_outputs`."""
    gathered = gathering.files.upload(
        bound(bench, material.gather),
        [session, gathering.files],
        [gathering.status, gathering.stop_button, gathering.files, *shown],
        show_progress_on=gathering.status,
        **BUSY,
        **HEAVY,
    )
    gathered.failure(
        bound(bench, material.clear_status),
        None,
        [gathering.status, gathering.stop_button, gathering.files],
        **QUIET,
    )
    gathering.stop_button.click(bound(bench, material.stop_gathering), session, None, queue=False, **QUIET)
    gr.on(
        [gathering.guided.select, gathering.language.input],
        bound(bench, material.show_sentence),
        [session, gathering.language],
        gathering.sentence,
        **QUIET,
    )
    gathering.skip_button.click(
        bound(bench, material.skip_sentence),
        [session, gathering.language],
        [gathering.sentence, gathering.take],
        **QUIET,
    )
    added = gathering.next_button.click(
        bound(bench, material.add_take),
        [session, gathering.language, gathering.take],
        [gathering.take_status, gathering.sentence, gathering.take, *shown],
        show_progress_on=gathering.take_status,
        **BUSY,
    )
    added.failure(bound(bench, material.clear_take), None, gathering.take_status, **QUIET)
    review.table.select(bound(bench, material.choose), session, shown, **QUIET)
    review.save_button.click(bound(bench, material.save_text), [session, review.text], shown, **BUSY)
    review.drop_button.click(bound(bench, material.drop), session, shown, **BUSY)
    review.restore_button.click(bound(bench, material.restore), session, shown, **BUSY)
    review.export_button.click(bound(bench, material.export), session, review.dataset_file, **BUSY)
    review.forget_button.click(bound(bench, material.ask_forget), session, review.confirm_box, **QUIET)
    review.decline_button.click(bound(bench, material.decline), session, review.confirm_box, **QUIET)
