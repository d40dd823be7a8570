"""The few pieces that all tabs are laid out with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from voiceclone.engines.base import EngineSpec
from voiceclone.studio import Studio
from voiceclone.ui.components import Player
from voiceclone.ui.limits import username_of
from voiceclone.ui.strings import STRINGS
from voiceclone.ui.words import I18N

WAVEFORM = gr.WaveformOptions(waveform_color="#a8a29e", waveform_progress_color="#0f766e")


def heading(key: str, level: int = 2) -> gr.HTML:
    """Return a heading in the browser's language."""
    return gr.HTML(I18N(key), html_template=f"<h{level}>${{value}}</h{level}>", elem_classes="vc-heading")


def lead(key: str) -> gr.HTML:
    """Return a line of explanation in the browser's language."""
    return gr.HTML(I18N(key), html_template="<p>${value}</p>", elem_classes="vc-lead")


def empty_card(key: str, elem_id: str | None = None) -> gr.HTML:
    """Return the place where an answer will be, saying so; its value is the answer later on."""
    return gr.HTML(
        I18N(key),
        html_template='<div class="vc-slot">${value}</div>',
        elem_classes="vc-slotted",
        elem_id=elem_id,
    )


def sign_in_button() -> gr.LoginButton:
    """Return the button that signs in with an account of the Hub, and out again.

    One label for all languages: by its label the button tells whether somebody is signed in.
    """
    button = gr.LoginButton(_in_all_languages("sign.in"), size="sm", elem_id="sign-in")
    button.load_event_to_attach = None  # else Gradio's own check of it is an endpoint of the API
    return button


def sign_in_label(request: gr.Request) -> Any:
    """Return what the button says to whoever has loaded the page."""
    name = username_of(request.request.scope) if request.request is not None else None
    return gr.skip() if name is None else gr.update(value=_in_all_languages("sign.out", name=name))


def _in_all_languages(key: str, **facts: str) -> str:
    return " · ".join(table[key].format(**facts) for table in STRINGS.values())


def language_choice(studio: Studio, key: str, elem_id: str) -> gr.Dropdown:
    """Return a choice of the languages that can be spoken."""
    choices = [(title, language) for language, title in studio.languages.items()]
    return gr.Dropdown(choices, value=choices[0][1], label=I18N(key), filterable=False, elem_id=elem_id)


def engine_choice(specs: Sequence[EngineSpec], key: str, elem_id: str, **options: Any) -> gr.Dropdown:
    """Return a choice of engines; the first is chosen."""
    return gr.Dropdown(
        [(spec.title, spec.name) for spec in specs],
        value=specs[0].name if specs else None,
        label=I18N(key),
        info=I18N(f"{key}.info"),
        filterable=False,
        elem_id=elem_id,
        **options,
    )


def download(key: str, elem_id: str, **options: Any) -> gr.DownloadButton:
    """Return a button that downloads a file; its value is the file."""
    # Its annotation says str only; like any other label it is looked up in the browser's language.
    return gr.DownloadButton(I18N(key), elem_id=elem_id, **options)  # type: ignore[arg-type]


def player(key: str, elem_id: str, **options: Any) -> Player:
    """Return a player of something that was made here."""
    return Player(
        label=I18N(key),
        interactive=False,
        buttons=[],
        waveform_options=WAVEFORM,
        elem_id=elem_id,
        **options,
    )
