"""The later steps of the *Fine-tune* tab: the check, the run as it goes on, what came of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from voiceclone.finetuning import DEFAULT_MINUTES, MIN_MINUTES
from voiceclone.studio import Studio
from voiceclone.ui import training
from voiceclone.ui.bench import Bench
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import download, empty_card, engine_choice, heading, lead, player
from voiceclone.ui.tabs.consent import BUSY, QUIET, ConsentPart
from voiceclone.ui.words import I18N

MAX_MINUTES = 60
"""Of the slider; nobody waits for longer in front of a page."""


@dataclass(frozen=True)
class StartPart:
    """Controls of the check and the start."""

    minutes: gr.Slider
    text: gr.Textbox
    engine: gr.Dropdown
    seed: gr.Number
    check_button: gr.Button
    found: gr.HTML
    start_button: gr.Button


@dataclass(frozen=True)
class RunPart:
    """Controls of the run and its result: the outputs of `training.RunView`, in its order."""

    panel: gr.HTML
    timer: gr.Timer
    heard_box: gr.Row
    preview: gr.Audio
    original: gr.Audio
    stop_button: gr.Button
    finish_button: gr.Button
    resume_button: gr.Button
    start_button: gr.Button
    result_box: gr.Column
    compared: gr.HTML
    before: gr.Audio
    after: gr.Audio
    held_out: gr.Audio
    voice_file: gr.DownloadButton

    @property
    def shown(self) -> list[Any]:
        """All of them."""
        return [getattr(self, field.name) for field in fields(self)]


@dataclass(frozen=True)
class ResultPart:
    """What can be done with the result."""

    keep_button: gr.Button
    use_button: gr.Button
    status: gr.HTML


def build_start(studio: Studio, *, offered: bool) -> StartPart:
    """Build the step that checks and starts; says why not where runs are not `offered`.

    The engine is a choice where more than one can be trained.
    """
    heading("tune.title")
    if not offered:
        lead("tune.not_here")
    minutes = gr.Slider(
        MIN_MINUTES,
        MAX_MINUTES,
        DEFAULT_MINUTES,
        step=1,
        label=I18N("tune.minutes"),
        info=I18N("tune.minutes.info"),
        elem_id="tune-minutes",
    )
    text = gr.Textbox(
        "", label=I18N("tune.text"), info=I18N("tune.text.info"), max_lines=2, elem_id="tune-text"
    )
    with gr.Accordion(I18N("tune.advanced"), open=False, elem_id="tune-advanced"):
        trainable = studio.registry.trainable
        engine = engine_choice(trainable, "tune.engine", "tune-engine", visible=len(trainable) > 1)
        seed = gr.Number(
            0,
            label=I18N("tune.seed"),
            info=I18N("tune.seed.info"),
            precision=0,
            minimum=0,
            elem_id="tune-seed",
        )
    check_button = gr.Button(I18N("tune.check"), interactive=offered, elem_id="tune-check")
    found = gr.HTML(visible=False, elem_id="tune-found")
    start_button = gr.Button(I18N("tune.start"), variant="primary", interactive=False, elem_id="tune-start")
    return StartPart(minutes, text, engine, seed, check_button, found, start_button)


def build_run(start_button: gr.Button) -> RunPart:
    """Build the step that shows the run, and the place of its result."""
    heading("run.title")
    panel = empty_card("run.none", "run")
    timer = gr.Timer(training.WATCH_EVERY_S, active=False)
    with gr.Row(visible=False, elem_classes="vc-players") as heard_box:
        preview = player("run.preview", "run-preview")
        original = player("run.original", "run-original")
    with gr.Row(elem_classes="vc-buttons"):
        stop_button = gr.Button(I18N("run.stop"), visible=False, elem_id="run-stop")
        finish_button = gr.Button(I18N("run.finish"), visible=False, elem_id="run-finish")
        resume_button = gr.Button(I18N("run.resume"), variant="primary", visible=False, elem_id="run-resume")
    with gr.Column(visible=False, elem_classes="vc-column", elem_id="result") as result_box:
        heading("result.title")
        compared = gr.HTML(elem_id="compared")
        before = player("result.before.player", "result-before")
        after = player("result.after.player", "result-after")
        held_out = player("result.held_out.player", "result-original")
        voice_file = download("result.download", "result-download", visible=False)
    return RunPart(
        panel, timer, heard_box, preview, original, stop_button, finish_button, resume_button, start_button,
        result_box, compared, before, after, held_out, voice_file,
    )  # fmt: skip


def build_result() -> ResultPart:
    """Build what can be done with the result; inside its place."""
    with gr.Row(elem_classes="vc-buttons"):
        keep_button = gr.Button(I18N("result.keep"), variant="primary", elem_id="result-keep")
        use_button = gr.Button(I18N("result.use"), elem_id="result-use")
    status = gr.HTML(elem_id="result-status")
    return ResultPart(keep_button, use_button, status)


def wire_start(bench: Bench, session: gr.State, start: StartPart, consent: ConsentPart) -> None:
    """Connect the check; whatever it was made with, a change of that takes it back."""
    checked = [start.found, start.start_button]
    start.check_button.click(
        bound(bench, training.check),
        [session, start.minutes, *consent.stated, start.engine],
        checked,
        **BUSY,
    )
    for control in consent.stated:
        control.input(bound(bench, training.uncheck), session, checked, **QUIET)  # type: ignore[attr-defined]
    for control in (start.minutes, start.engine):
        control.input(bound(bench, training.uncheck), session, checked, **QUIET)


def wire_run(bench: Bench, session: gr.State, start: StartPart, run: RunPart) -> None:
    """Connect the start, what is watched, and the buttons that stop and go on."""
    start.start_button.click(
        bound(bench, training.start),
        [session, start.minutes, start.seed, start.text, start.engine],
        run.shown,
        **BUSY,
    )
    run.timer.tick(
        bound(bench, training.watch), session, run.shown, queue=False, trigger_mode="once", **QUIET
    )
    run.stop_button.click(bound(bench, training.stop), session, run.shown, queue=False, **QUIET)
    run.finish_button.click(bound(bench, training.finish), session, run.shown, queue=False, **QUIET)
    run.resume_button.click(bound(bench, training.resume), session, run.shown, **BUSY)


def wire_result(
    bench: Bench,
    session: gr.State,
    result: ResultPart,
    tabs: gr.Tabs,
    speaking: list[Any],
    voices: list[Any],
) -> None:
    """Connect what can be done with the result.

    Args:
        bench: where it happens.
        session: the visitor's `Session`.
        result: from `build_result`.
        tabs: of the page.
        speaking: what the *Clone* tab shows of the voice that speaks (`learning.VoiceView`).
        voices: what the *Voices* tab shows (`saved.ListView`).
    """
    result.keep_button.click(bound(bench, training.keep), session, [result.status, *voices], **BUSY)
    used = result.use_button.click(bound(bench, training.use), session, speaking, **BUSY)
    used.success(bound(bench, training.to_clone), None, tabs, **QUIET)
