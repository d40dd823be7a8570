"""The consent part of a tab: who speaks, by whose word, and the sentence read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from voiceclone.consent.receipt import SCOPES
from voiceclone.studio import Studio
from voiceclone.ui import consenting
from voiceclone.ui.components import Recording
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import heading, lead
from voiceclone.ui.session import REFERENCE
from voiceclone.ui.words import I18N

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
BUSY: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}


@dataclass(frozen=True)
class ConsentPart:
    """Controls of consent."""

    name: gr.Textbox
    speaker: gr.Textbox
    kind: gr.Radio
    spoken_box: gr.Column
    ask_button: gr.Button
    sentence: gr.HTML
    recording: gr.Audio
    keep: gr.Checkbox
    answer: gr.HTML
    authority_box: gr.Column
    basis: gr.Dropdown
    document: gr.Textbox
    stated_by: gr.Textbox
    scope_box: gr.Column
    scope: gr.Dropdown
    expires: gr.Textbox

    @property
    def stated(self) -> list[gr.components.Component]:
        """What `consenting.receipt` takes, after the session, in its order."""
        return [
            self.name, self.speaker, self.kind, self.basis, self.document, self.stated_by, self.scope,
            self.expires,
        ]  # fmt: skip


def build_consent(studio: Studio, title: str = "consent.title", ids: str = "") -> ConsentPart:
    """Build the controls; only spoken consent is offered where nothing else is accepted.

    Args:
        studio: where it happens.
        title: key of the heading.
        ids: what the ids of the controls begin with: a page has several of this part.
    """
    heading(title)
    lead("consent.sentence")
    kinds = consenting.KINDS if studio.settings.consent == "stated" else (consenting.SPOKEN,)
    speaker = gr.Textbox(
        "",
        label=I18N("consent.speaker"),
        placeholder=I18N("consent.speaker.placeholder"),
        max_lines=1,
        elem_id=f"{ids}speaker",
    )
    name = gr.Textbox(
        "",
        label=I18N("consent.name"),
        info=I18N("consent.name.info"),
        max_lines=1,
        elem_id=f"{ids}voice-name",
    )
    kind = gr.Radio(
        [(I18N(f"consent.kind.{kind}"), kind) for kind in kinds],
        value=kinds[0] if len(kinds) == 1 else None,
        label=I18N("consent.kind"),
        elem_id=f"{ids}consent-kind",
    )
    with gr.Column(visible=False, elem_classes="vc-column") as authority_box:
        basis = gr.Dropdown(
            [(I18N(f"consent.basis.{basis}"), basis) for basis in consenting.AUTHORITIES],
            label=I18N("consent.basis"),
            filterable=False,
            elem_id=f"{ids}consent-basis",
        )
        document = gr.Textbox(
            "",
            label=I18N("consent.document"),
            info=I18N("consent.document.info"),
            max_lines=1,
            elem_id=f"{ids}consent-document",
        )
        stated_by = gr.Textbox(
            "", label=I18N("consent.stated_by"), max_lines=1, elem_id=f"{ids}consent-stated-by"
        )
    with gr.Column(visible=len(kinds) == 1, elem_classes="vc-column") as scope_box:
        scope = gr.Dropdown(
            [(I18N(f"consent.scope.{scope}"), scope) for scope in SCOPES],
            value=SCOPES[0],
            label=I18N("consent.scope"),
            filterable=False,
            elem_id=f"{ids}consent-scope",
        )
        expires = gr.Textbox(
            "",
            label=I18N("consent.expires"),
            info=I18N("consent.expires.info"),
            max_lines=1,
            elem_id=f"{ids}consent-expires",
        )
    with gr.Column(visible=len(kinds) == 1, elem_classes="vc-column") as spoken_box:
        lead("consent.spoken.info")
        ask_button = gr.Button(I18N("consent.ask"), elem_id=f"{ids}consent-ask")
        sentence = gr.HTML(elem_id=f"{ids}consent-sentence")
        keep = gr.Checkbox(False, label=I18N("consent.keep"), elem_id=f"{ids}consent-keep")
        recording = Recording(
            label=I18N("consent.recording"),
            sources=["microphone", "upload"],
            type="filepath",
            format=None,
            buttons=[],
            visible=False,
            elem_id=f"{ids}consent-recording",
        )
        answer = gr.HTML(elem_id=f"{ids}consent-answer")
    return ConsentPart(
        name, speaker, kind, spoken_box, ask_button, sentence, recording, keep, answer, authority_box, basis,
        document, stated_by, scope_box, scope, expires,
    )  # fmt: skip


def wire_consent(
    studio: Studio,
    session: gr.State,
    part: ConsentPart,
    language: gr.components.Component,
    of: str = REFERENCE,
) -> None:
    """Connect the controls; the sentence is in the language of what consent is asked for."""
    material = gr.State(of)
    part.kind.change(
        bound(studio, consenting.choose_kind),
        part.kind,
        [part.spoken_box, part.authority_box, part.scope_box],
        **QUIET,
    )
    shown = [part.sentence, part.recording, part.answer]
    part.ask_button.click(
        bound(studio, consenting.ask),
        [session, part.name, part.speaker, part.scope, language, material],
        shown,
        **BUSY,
    )
    given = part.recording.change(
        bound(studio, consenting.give),
        [session, part.recording, part.expires, part.keep, material],
        shown,
        show_progress_on=part.recording,
        **BUSY,
    )
    given.failure(bound(studio, consenting.try_again), None, shown, **QUIET)
