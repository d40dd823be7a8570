"""The few pieces of still text that both tabs are laid out with."""

from __future__ import annotations

import gradio as gr

from voiceclone.ui.words import I18N


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
