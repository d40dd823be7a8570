"""The *Convert* tab: an utterance in, the same words in another voice out."""

from __future__ import annotations

import gradio as gr

from voiceclone.studio import Studio
from voiceclone.ui import converting
from voiceclone.ui.components import Recording
from voiceclone.ui.endpoints import HEAVY
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import WAVEFORM, download, empty_card, heading, lead, player
from voiceclone.ui.tabs.consent import BUSY, QUIET
from voiceclone.ui.words import I18N


def build_convert(studio: Studio, session: gr.State) -> gr.Dropdown:
    """Build the tab's contents; returns the choice of voices, to be filled when there may be others."""
    with gr.Row(elem_classes="vc-columns"):
        with gr.Column(elem_classes="vc-column"):
            heading("convert.title")
            lead("convert.sentence")
            source = Recording(
                label=I18N("convert.source"),
                sources=["microphone", "upload"],
                type="filepath",
                format=None,
                buttons=[],
                waveform_options=WAVEFORM,
                elem_id="convert-source",
            )
            voice = gr.Dropdown(
                [],
                label=I18N("convert.voice"),
                info=I18N("choose.info"),
                filterable=False,
                elem_id="convert-voice",
            )
            with gr.Accordion(I18N("convert.settings"), open=False, elem_id="convert-settings"):
                language = gr.Dropdown(
                    [(I18N("convert.heard"), ""), *((t, key) for key, t in studio.languages.items())],
                    value="",
                    label=I18N("reference.language"),
                    filterable=False,
                    elem_id="convert-language",
                )
                transcript = gr.Textbox(
                    label=I18N("reference.transcript"),
                    info=I18N("convert.transcript.info"),
                    lines=2,
                    max_lines=6,
                    elem_id="convert-transcript",
                )
                seed = gr.Number(
                    0, label=I18N("speak.seed"), info=I18N("convert.seed.info"), precision=0, minimum=0
                )
            button = gr.Button(I18N("convert.button"), variant="primary", elem_id="convert")
            stop_button = gr.Button(I18N("speak.stop"), visible=False, elem_id="stop-converting")
            status = gr.HTML(elem_id="convert-status")
        with gr.Column(elem_classes="vc-column vc-beside"):
            place = empty_card("convert.empty")
            with gr.Column(visible=False, elem_classes="vc-column", elem_id="converted-box") as result_box:
                converted = player("convert.result", "converted")
                scores = gr.HTML(elem_id="convert-scores")
                with gr.Row(elem_classes="vc-buttons"):
                    audio_file = download("take.download", "download-converted", size="sm")
                    record_file = download("take.record", "download-converted-record", size="sm")
    running = button.click(
        bound(studio, converting.convert),
        [session, source, voice, language, transcript, seed],
        [status, stop_button, place, result_box, converted, scores, audio_file, record_file],
        show_progress_on=status,
        **BUSY,
        **HEAVY,
    )
    running.failure(bound(studio, converting.clear_status), None, [stop_button, status], **QUIET)
    stop_button.click(bound(studio, converting.stop), session, None, queue=False, **QUIET)
    return voice
