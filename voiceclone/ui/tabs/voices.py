"""The *Voices* tab: what this owner has saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from voiceclone.studio import Studio
from voiceclone.ui import saved
from voiceclone.ui.components import Player, Upload
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import heading, lead
from voiceclone.ui.tabs.consent import BUSY, QUIET
from voiceclone.ui.tabs.sharing import build_share, build_withdraw, wire_share_saved
from voiceclone.ui.words import I18N


@dataclass(frozen=True)
class VoicesPart:
    """Controls that other tabs fill: the list, and what is shown of the chosen voice."""

    voices: gr.Radio
    details: gr.Column
    card: gr.HTML
    sample: gr.Audio
    name: gr.Textbox
    download: gr.File
    confirm_box: gr.Column
    status: gr.HTML
    tokens: list[gr.Textbox]
    """Of the Hub."""

    @property
    def shown(self) -> list[Any]:
        """The outputs of `saved.ListView`, in its order."""
        return [
            self.voices, self.details, self.card, self.sample, self.name, self.download, self.confirm_box,
            self.status,
        ]  # fmt: skip


def build_voices(
    studio: Studio, session: gr.State, capability: gr.BrowserState, tabs: gr.Tabs, speaking: list[Any]
) -> VoicesPart:
    """Build the tab's contents.

    Args:
        studio: where it happens.
        session: the visitor's `Session`.
        capability: the browser's key to its library.
        tabs: of the page.
        speaking: what the *Clone* tab shows of the voice that speaks (`learning.VoiceView`).
    """
    with gr.Row(elem_classes="vc-columns"):
        with gr.Column(elem_classes="vc-column"):
            heading("saved.title")
            lead("saved.sentence")
            status = gr.HTML(elem_id="saved-status")
            voices = gr.Radio([], label=I18N("saved.list"), elem_id="saved-voices", elem_classes="vc-takes")
            refresh = gr.Button(I18N("saved.refresh"), size="sm", elem_id="saved-refresh")
            file = Upload(
                label=I18N("saved.import"),
                file_types=[".safetensors"],
                type="filepath",
                height=140,
                elem_id="saved-import",
            )
            with gr.Accordion(I18N("saved.key.title"), open=False, elem_id="saved-key"):
                lead("saved.key.info")
                reveal = gr.Button(I18N("saved.key.show"), size="sm", elem_id="saved-key-show")
                key = gr.Textbox(
                    label=I18N("saved.key"), visible=False, interactive=False, elem_id="saved-key-value"
                )
                other = gr.Textbox(
                    label=I18N("saved.key.other"), type="password", max_lines=1, elem_id="saved-key-other"
                )
                use_key = gr.Button(I18N("saved.key.use"), size="sm", elem_id="saved-key-use")
            withdraw_token = build_withdraw(studio, session)
        with gr.Column(elem_classes="vc-column vc-beside"):
            with gr.Column(visible=False, elem_classes="vc-column", elem_id="saved-details") as details:
                card = gr.HTML(elem_id="saved-card")
                sample = Player(
                    label=I18N("saved.sample"), interactive=False, buttons=[], elem_id="saved-sample"
                )
                with gr.Row(elem_classes="vc-buttons"):
                    use = gr.Button(I18N("saved.use"), variant="primary", elem_id="saved-use")
                    export = gr.Button(I18N("saved.export"), elem_id="saved-export")
                download = gr.File(
                    label=I18N("saved.file"), visible=False, interactive=False, elem_id="saved-file"
                )
                name = gr.Textbox(label=I18N("saved.name"), max_lines=1, elem_id="saved-name")
                rename = gr.Button(I18N("saved.rename"), size="sm", elem_id="saved-rename")
                with gr.Row(elem_classes="vc-buttons"):
                    revoke = gr.Button(I18N("saved.revoke"), size="sm", elem_id="saved-revoke")
                    delete = gr.Button(I18N("saved.delete"), size="sm", elem_id="saved-delete")
                with gr.Column(visible=False, elem_classes="vc-column") as confirm_box:
                    question = gr.HTML(elem_id="saved-question")
                    reason = gr.Textbox(label=I18N("saved.reason"), max_lines=1, elem_id="saved-reason")
                    with gr.Row(elem_classes="vc-buttons"):
                        confirm = gr.Button(
                            I18N("saved.confirm"), variant="stop", size="sm", elem_id="saved-confirm"
                        )
                        decline = gr.Button(I18N("saved.decline"), size="sm", elem_id="saved-decline")
                share = build_share("saved-", recordings=False)
    tokens = [share.token, withdraw_token]
    part = VoicesPart(voices, details, card, sample, name, download, confirm_box, status, tokens)
    wire_share_saved(studio, session, share, voices)

    def on(event: Callable[..., Any], fn: Callable[..., Any], inputs: list, outputs: list, how: dict) -> Any:
        return event(bound(studio, fn), [session, *inputs], outputs, **how)

    on(refresh.click, saved.show, [voices], part.shown, QUIET)
    on(voices.input, saved.choose, [voices], part.shown, BUSY)
    on(file.upload, saved.take_in, [file], part.shown, BUSY)
    used = on(use.click, saved.use, [voices], speaking, BUSY)
    used.success(bound(studio, saved.to_clone), None, tabs, **QUIET)
    on(export.click, saved.export, [voices], [download], BUSY)
    on(rename.click, saved.rename, [voices, name], part.shown, BUSY)
    on(revoke.click, saved.ask_revoke, [], [confirm_box, question], QUIET)
    on(delete.click, saved.ask_delete, [], [confirm_box, question], QUIET)
    on(confirm.click, saved.confirm, [voices, reason], part.shown, BUSY)
    on(decline.click, saved.decline, [], [confirm_box], QUIET)
    on(reveal.click, saved.show_key, [], [key], QUIET)
    on(use_key.click, saved.use_key, [other], [capability, other, *part.shown], QUIET)
    return part
