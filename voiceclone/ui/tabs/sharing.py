"""The parts about the Hub: sharing a voice, withdrawing one, and finding those of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from voiceclone.hub.publish import VISIBILITIES
from voiceclone.hub.withdraw import WAYS
from voiceclone.studio import Studio
from voiceclone.ui import sharing
from voiceclone.ui.bench import Bench
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import heading, lead, player
from voiceclone.ui.tabs.consent import BUSY, QUIET
from voiceclone.ui.words import I18N


@dataclass(frozen=True)
class SharePart:
    """Controls of sharing one voice."""

    drawer: gr.Accordion
    token: gr.Textbox
    who_button: gr.Button
    allowed: gr.HTML
    name: gr.Textbox
    visibility: gr.Radio
    sample: gr.Checkbox
    recordings: gr.Checkbox
    push_button: gr.Button
    status: gr.HTML

    @property
    def shown(self) -> list[Any]:
        """The outputs of `sharing.ShareView`, in its order."""
        return [self.allowed, self.name, self.status, self.token]


@dataclass(frozen=True)
class PullPart:
    """Controls of a voice on the Hub."""

    token: gr.Textbox
    use_button: gr.Button


def build_share(ids: str, *, recordings: bool) -> SharePart:
    """Build the part that shares a voice.

    Args:
        ids: what the ids of the controls begin with.
        recordings: whether there are recordings that could go with the voice.
    """
    with gr.Accordion(I18N("share.title"), open=False, elem_id=f"{ids}share") as drawer:
        lead("share.lead")
        token = _token("share.token.info", f"{ids}share-token", "share.token")
        who_button = gr.Button(I18N("share.who"), size="sm", elem_id=f"{ids}share-who")
        name = gr.Textbox(
            "",
            label=I18N("share.name"),
            info=I18N("share.name.info"),
            max_lines=1,
            elem_id=f"{ids}share-name",
        )
        visibility = gr.Radio(
            [(I18N(f"share.visibility.{key}"), key) for key in VISIBILITIES],
            value=VISIBILITIES[0],
            label=I18N("share.visibility"),
            elem_id=f"{ids}share-visibility",
        )
        allowed = gr.HTML(elem_id=f"{ids}share-allowed")
        sample = gr.Checkbox(True, label=I18N("share.sample"), elem_id=f"{ids}share-sample")
        with_recordings = gr.Checkbox(
            False,
            label=I18N("share.recordings"),
            info=I18N("share.recordings.info"),
            visible=recordings,
            elem_id=f"{ids}share-recordings",
        )
        push_button = gr.Button(I18N("share.push"), variant="primary", elem_id=f"{ids}share-push")
        status = gr.HTML(elem_id=f"{ids}share-status")
    return SharePart(
        drawer, token, who_button, allowed, name, visibility, sample, with_recordings, push_button, status
    )


def wire_share_saved(studio: Studio, session: gr.State, part: SharePart, voices: gr.Radio) -> None:
    """Connect the part to the voice that is chosen in a list."""
    part.who_button.click(bound(studio, sharing.who), part.token, part.status, **BUSY)
    gr.on(
        [part.drawer.expand, voices.change],
        bound(studio, sharing.offer_saved),
        [session, voices],
        part.shown,
        **QUIET,
    )
    part.push_button.click(
        bound(studio, sharing.push_saved),
        [session, voices, part.token, part.name, part.visibility, part.sample],
        part.shown,
        show_progress_on=part.status,
        **BUSY,
    )


def wire_share_trained(bench: Bench, session: gr.State, part: SharePart) -> None:
    """Connect the part to the voice that was fine-tuned."""
    part.who_button.click(bound(bench.studio, sharing.who), part.token, part.status, **BUSY)
    part.drawer.expand(bound(bench, sharing.offer_trained), session, part.shown, **QUIET)
    part.push_button.click(
        bound(bench, sharing.push_trained),
        [session, part.token, part.name, part.visibility, part.sample, part.recordings],
        part.shown,
        show_progress_on=part.status,
        **BUSY,
    )


def build_withdraw(studio: Studio, session: gr.State) -> gr.Textbox:
    """Build the part that takes a voice off the Hub; returns its token."""
    with gr.Accordion(I18N("withdraw.title"), open=False, elem_id="withdraw"):
        lead("withdraw.lead")
        token = _token("share.token.info", "withdraw-token", "share.token")
        repo = gr.Textbox("", label=I18N("withdraw.repo"), max_lines=1, elem_id="withdraw-repo")
        how = gr.Radio(
            [(I18N(f"withdraw.how.{key}"), key) for key in WAYS],
            value=WAYS[0],
            label=I18N("withdraw.how"),
            elem_id="withdraw-how",
        )
        reason = gr.Textbox("", label=I18N("withdraw.reason"), max_lines=1, elem_id="withdraw-reason")
        button = gr.Button(I18N("withdraw.button"), size="sm", elem_id="withdraw-ask")
        with gr.Column(visible=False, elem_classes="vc-column") as confirm_box:
            question = gr.HTML(elem_id="withdraw-question")
            with gr.Row(elem_classes="vc-buttons"):
                confirm = gr.Button(
                    I18N("saved.confirm"), variant="stop", size="sm", elem_id="withdraw-confirm"
                )
                decline = gr.Button(I18N("saved.decline"), size="sm", elem_id="withdraw-decline")
        status = gr.HTML(elem_id="withdraw-status")
    button.click(bound(studio, sharing.ask_withdraw), [session, repo, how], [confirm_box, question], **QUIET)
    confirm.click(
        bound(studio, sharing.withdraw), [session, token, reason], [confirm_box, status, token], **BUSY
    )
    decline.click(bound(studio, sharing.decline), session, confirm_box, **QUIET)
    return token


def build_pull(studio: Studio, session: gr.State) -> PullPart:
    """Build the part that looks at a voice on the Hub, and finds some to look at."""
    heading("pull.title")
    ref = gr.Textbox("", label=I18N("pull.ref"), placeholder="owner/name", max_lines=1, elem_id="pull-ref")
    token = _token("pull.token.info", "pull-token", "pull.token")
    look_button = gr.Button(I18N("pull.look"), elem_id="pull-look")
    card = gr.HTML(elem_id="pull-card")
    sample = player("pull.sample", "pull-sample", visible=False)
    use_button = gr.Button(I18N("pull.use"), variant="primary", visible=False, elem_id="pull-use")
    with gr.Accordion(I18N("browse.title"), open=False, elem_id="browse"):
        query = gr.Textbox("", label=I18N("browse.query"), max_lines=1, elem_id="browse-query")
        search = gr.Button(I18N("browse.search"), size="sm", elem_id="browse-search")
        status = gr.HTML(elem_id="browse-status")
        found = gr.Radio(
            [], label=I18N("browse.list"), visible=False, elem_id="browse-found", elem_classes="vc-takes"
        )
    shown = [card, sample, use_button, ref]

    def looks(event: Callable[..., Any], at: gr.components.Component) -> None:
        looked = event(bound(studio, sharing.look), [session, at, token], shown, **BUSY)
        looked.failure(bound(studio, sharing.clear_look), None, shown, **QUIET)

    looks(look_button.click, ref)
    looks(ref.submit, ref)
    looks(found.input, found)
    gr.on([search.click, query.submit], bound(studio, sharing.browse), query, [found, status], **BUSY)
    return PullPart(token, use_button)


def wire_pull(studio: Studio, session: gr.State, part: PullPart, speaking: list[Any]) -> None:
    """Connect the voice that was looked at to the part that speaks (`learning.VoiceView`)."""
    part.use_button.click(bound(studio, sharing.use), [session, part.token], speaking, **BUSY)


def _token(info: str, elem_id: str, label: str) -> gr.Textbox:
    return gr.Textbox(
        "",
        label=I18N(label),
        info=I18N(info),
        type="password",
        html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
        max_lines=1,
        elem_id=elem_id,
    )
