"""The *Verify* tab: was a recording spoken here?"""

from __future__ import annotations

import gradio as gr

from voiceclone.studio import Studio
from voiceclone.ui import markup
from voiceclone.ui.components import Recording
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import empty_card, heading, lead
from voiceclone.ui.words import I18N, Words


def verify(studio: Studio, words: Words, path: str | None) -> str:
    """Return what the manifest and the watermark of a recording say."""
    if path is None:
        return words("verify.empty")
    return markup.verdict(studio.verify(path), words)


def build_verify(studio: Studio) -> None:
    """Build the tab's contents."""
    with gr.Row(elem_classes="vc-columns"):
        with gr.Column(elem_classes="vc-column"):
            heading("verify.title")
            lead("verify.sentence")
            recording = Recording(
                label=I18N("verify.label"),
                sources=["upload"],
                type="filepath",
                editable=False,
                buttons=[],
                elem_id="verify-recording",
            )
        with gr.Column(elem_classes="vc-column vc-beside"):
            answer = empty_card("verify.empty", "verify-answer")
    recording.change(
        bound(studio, verify), recording, answer, api_visibility="private", show_progress="minimal"
    )
