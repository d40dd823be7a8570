"""The *Compare* section of the *Voices* tab: several voices say one text, player beside player."""

from __future__ import annotations

from typing import Any

import gradio as gr

from voiceclone.comparing import MOST
from voiceclone.studio import Studio
from voiceclone.ui import comparing
from voiceclone.ui.endpoints import HEAVY
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import download, heading, language_choice, lead, player
from voiceclone.ui.tabs.consent import BUSY, QUIET
from voiceclone.ui.words import I18N


def build_compare(studio: Studio, session: gr.State) -> gr.CheckboxGroup:
    """Build the section; returns the choice of voices, to be filled when there may be others."""
    with gr.Column(elem_classes="vc-column"):
        heading("compare.title")
        lead("compare.sentence")
        voices = gr.CheckboxGroup(
            [], label=I18N("compare.voices"), info=I18N("choose.info"), elem_id="compare-voices"
        )
        text = gr.Textbox(label=I18N("speak.text"), lines=2, elem_id="compare-text")
        language = language_choice(studio, "speak.language", "compare-language")
        button = gr.Button(I18N("compare.button"), variant="primary", elem_id="compare")
        stop_button = gr.Button(I18N("speak.stop"), visible=False, elem_id="stop-comparing")
        status = gr.HTML(elem_id="compare-status")
        places: list[Any] = []
        with gr.Row(elem_classes="vc-players"):
            for number in range(1, MOST + 1):
                with gr.Column(visible=False, elem_classes="vc-column") as box:
                    card = gr.HTML(elem_id=f"compared-card-{number}")
                    sound = player("compare.player", f"compared-{number}")
                    with gr.Row(elem_classes="vc-buttons"):
                        audio_file = download("take.download", f"download-compared-{number}", size="sm")
                        record_file = download("take.record", f"download-compared-record-{number}", size="sm")
                places += [box, card, sound, audio_file, record_file]
    running = button.click(
        bound(studio, comparing.compare),
        [session, voices, text, language],
        [status, stop_button, *places],
        show_progress_on=status,
        **BUSY,
        **HEAVY,
    )
    running.failure(bound(studio, comparing.clear_status), None, [status, stop_button], **QUIET)
    stop_button.click(bound(studio, comparing.stop), session, None, queue=False, **QUIET)
    return voices
