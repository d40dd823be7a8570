"""The *Clone* tab: from a recording, or a voice file, to speech."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from voiceclone.studio import DEFAULT_PRESET, MAX_STEPS, MIN_STEPS, PRESETS, Studio
from voiceclone.ui import engines, learning
from voiceclone.ui.components import Player, Recording, Upload
from voiceclone.ui.endpoints import HEAVY
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import (
    WAVEFORM,
    download,
    empty_card,
    engine_choice,
    heading,
    language_choice,
    lead,
)
from voiceclone.ui.tabs.consent import BUSY, QUIET, ConsentPart, build_consent, wire_consent
from voiceclone.ui.tabs.sharing import PullPart, build_pull, wire_pull
from voiceclone.ui.tabs.speech import SpeechPart, build_speech, wire_speech
from voiceclone.ui.words import I18N


@dataclass(frozen=True)
class EnginePart:
    """The choice of an engine."""

    drawer: gr.Accordion
    choice: gr.Dropdown
    note: gr.HTML


@dataclass(frozen=True)
class ReferencePart:
    """Controls of the left column: recording, report, consent, learning as it goes."""

    recording: gr.Audio
    details: gr.Column
    heard: gr.Audio
    report: gr.HTML
    figure: gr.Plot
    transcript: gr.Textbox
    language: gr.Dropdown
    consent: ConsentPart
    engine: EnginePart
    preset: gr.Radio
    steps: gr.Number
    seed: gr.Number
    learn_button: gr.Button
    panel: gr.HTML
    preview: gr.Audio
    cancel_button: gr.Button
    voice_file: gr.File
    pull: PullPart


@dataclass(frozen=True)
class VoicePart:
    """Controls of the right column's upper part: the voice that speaks."""

    card: gr.HTML
    download: gr.DownloadButton
    keep_button: gr.Button


@dataclass(frozen=True)
class ClonePart:
    """What other tabs need of this one."""

    speaking: list[Any]
    """What is shown of the voice that speaks (`learning.VoiceView`)."""
    keep_button: gr.Button
    """Keeps that voice."""
    token: gr.Textbox
    """Of the Hub."""


def build_clone(studio: Studio, session: gr.State) -> ClonePart:
    """Build the tab's contents; `session` holds the visitor's `Session`."""
    with gr.Row(elem_classes="vc-columns"):
        with gr.Column(elem_classes="vc-column"):
            reference = _reference_part(studio, session)
        with gr.Column(elem_classes="vc-column vc-right"):
            voice = _voice_part()
            speech = build_speech(studio)
    _wire_learning(studio, session, reference, voice, speech)
    _wire_engine(studio, reference)
    wire_speech(studio, session, voice.card, speech)
    shown = [voice.card, voice.download, speech.speak_button, speech.language, voice.keep_button]
    wire_pull(studio, session, reference.pull, shown)
    return ClonePart(shown, voice.keep_button, reference.pull.token)


def _reference_part(studio: Studio, session: gr.State) -> ReferencePart:
    with gr.Tabs(elem_classes="vc-sources"):
        with gr.Tab(I18N("source.new"), id="new"):
            heading("reference.title")
            recording = Recording(
                label=I18N("reference.label"),
                sources=["microphone", "upload"],
                type="filepath",
                format=None,
                buttons=[],
                waveform_options=WAVEFORM,
                elem_id="reference",
            )
            with gr.Column(visible=False, elem_classes="vc-column", elem_id="reference-details") as details:
                report = gr.HTML(elem_id="reference-report")
                heard = Player(
                    label=I18N("reference.heard"),
                    interactive=False,
                    buttons=[],
                    waveform_options=WAVEFORM,
                    elem_id="reference-heard",
                )
                with gr.Accordion(I18N("reference.look"), open=False):
                    lead("reference.figure")
                    figure = gr.Plot(show_label=False, buttons=[], elem_classes="vc-figure")
                transcript = gr.Textbox(
                    label=I18N("reference.transcript"),
                    info=I18N("reference.transcript.info"),
                    lines=3,
                    max_lines=8,
                    elem_id="transcript",
                )
                language = language_choice(studio, "reference.language", "reference-language")
            consent = build_consent(studio)
            heading("learn.title")
            preset = gr.Radio(
                [(I18N(f"learn.preset.{name}"), name) for name in PRESETS],
                value=DEFAULT_PRESET,
                label=I18N("learn.preset"),
                info=I18N("learn.preset.info"),
                elem_id="preset",
            )
            with gr.Accordion(I18N("learn.advanced"), open=False, elem_id="learn-advanced") as drawer:
                engine = EnginePart(
                    drawer,
                    engine_choice(studio.registry.specs, "learn.engine", "engine"),
                    gr.HTML(elem_id="engine-note"),
                )
                steps = gr.Number(
                    None,
                    minimum=MIN_STEPS,
                    maximum=MAX_STEPS,
                    precision=0,
                    label=I18N("learn.steps"),
                    info=I18N("learn.steps.info"),
                    elem_id="steps",
                )
                seed = gr.Number(
                    0, label=I18N("learn.seed"), info=I18N("learn.seed.info"), precision=0, minimum=0
                )
            learn_button = gr.Button(
                I18N("learn.button"), variant="primary", interactive=False, elem_id="learn"
            )
            panel = gr.HTML(visible=False, elem_id="learning")
            preview = Player(
                label=I18N("learn.preview"),
                visible=False,
                interactive=False,
                buttons=[],
                waveform_options=WAVEFORM,
                elem_id="preview",
            )
            cancel_button = gr.Button(I18N("learn.cancel"), visible=False, elem_id="stop-learning")
        with gr.Tab(I18N("source.open"), id="open"):
            lead("voice.open.info")
            voice_file = Upload(
                label=I18N("voice.open.label"),
                file_types=[".safetensors"],
                type="filepath",
                height=160,
                elem_id="voice-file",
            )
            pull = build_pull(studio, session)
    return ReferencePart(
        recording, details, heard, report, figure, transcript, language, consent, engine, preset, steps, seed,
        learn_button, panel, preview, cancel_button, voice_file, pull,
    )  # fmt: skip


def _voice_part() -> VoicePart:
    heading("voice.title")
    card = empty_card("voice.none", "voice-card")
    with gr.Row(elem_classes="vc-buttons"):
        keep_button = gr.Button(I18N("voice.keep"), size="sm", interactive=False, elem_id="keep-voice")
        voice_file = download("voice.download", "download-voice", size="sm", visible=False)
    return VoicePart(card, voice_file, keep_button)


def _wire_learning(
    studio: Studio, session: gr.State, reference: ReferencePart, voice: VoicePart, speech: SpeechPart
) -> None:
    inspected = reference.recording.change(
        bound(studio, learning.take_reference),
        [session, reference.recording],
        [
            reference.details,
            reference.heard,
            reference.report,
            reference.figure,
            reference.transcript,
            reference.learn_button,
        ],
        trigger_mode="always_last",
        show_progress_on=reference.recording,
        **BUSY,
    )
    inspected.success(
        bound(studio, learning.transcribe),
        session,
        [reference.transcript, reference.language],
        show_progress_on=reference.transcript,
        **BUSY,
    )
    inspected.failure(
        bound(studio, learning.clear_reference), None, [reference.details, reference.learn_button], **QUIET
    )
    wire_consent(studio, session, reference.consent, reference.language)
    learned = reference.learn_button.click(
        bound(studio, learning.learn),
        [
            session,
            reference.transcript,
            reference.language,
            *reference.consent.stated,
            reference.preset,
            reference.steps,
            reference.seed,
            reference.engine.choice,
        ],
        [
            reference.panel,
            reference.cancel_button,
            reference.preview,
            voice.card,
            voice.download,
            speech.speak_button,
            speech.language,
            voice.keep_button,
        ],
        show_progress_on=reference.learn_button,
        **BUSY,
        **HEAVY,
    )
    learned.failure(
        bound(studio, learning.clear_progress),
        None,
        [reference.panel, reference.preview, reference.cancel_button],
        **QUIET,
    )
    reference.cancel_button.click(bound(studio, learning.stop_learning), session, None, queue=False, **QUIET)
    reference.voice_file.upload(
        bound(studio, learning.open_voice),
        [session, reference.voice_file],
        [voice.card, voice.download, speech.speak_button, speech.language, voice.keep_button],
        **BUSY,
    )


def _wire_engine(studio: Studio, reference: ReferencePart) -> None:
    engine = reference.engine
    engine.drawer.expand(bound(studio, engines.show), engine.choice, [engine.choice, engine.note], **QUIET)
    engine.choice.input(
        bound(studio, engines.choose),
        engine.choice,
        [engine.note, reference.preset, reference.steps],
        **QUIET,
    )
