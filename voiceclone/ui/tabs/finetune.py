"""The *Fine-tune* tab: from a person's recordings to a better voice, in steps from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.events import Dependency

from voiceclone.ui import material, training
from voiceclone.ui.bench import Bench
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import lead
from voiceclone.ui.session import DATASET
from voiceclone.ui.tabs.consent import BUSY, QUIET, ConsentPart, build_consent, wire_consent
from voiceclone.ui.tabs.material import (
    GatherPart,
    ReviewPart,
    build_gathering,
    build_review,
    review_outputs,
    wire_material,
)
from voiceclone.ui.tabs.sharing import SharePart, build_share, wire_share_trained
from voiceclone.ui.tabs.training import (
    ResultPart,
    RunPart,
    StartPart,
    build_result,
    build_run,
    build_start,
    wire_result,
    wire_run,
    wire_start,
)


@dataclass(frozen=True)
class FinetunePart:
    """The controls of the tab, to be connected once the other tabs are there."""

    bench: Bench
    session: gr.State
    gathering: GatherPart
    review: ReviewPart
    consent: ConsentPart
    start: StartPart
    run: RunPart
    result: ResultPart
    share: SharePart

    @property
    def token(self) -> gr.Textbox:
        """Of the Hub."""
        return self.share.token

    def wire(
        self,
        loaded: Dependency,
        tabs: gr.Tabs,
        own: gr.Tab,
        others: list[gr.Tab],
        speaking: list[Any],
        voices: list[Any],
    ) -> None:
        """Connect the controls.

        Args:
            loaded: the event after which the page knows its visitor.
            tabs: of the page.
            own: this tab.
            others: the other tabs.
            speaking: what the *Clone* tab shows of the voice that speaks (`learning.VoiceView`).
            voices: what the *Voices* tab shows (`saved.ListView`).
        """
        bench, session = self.bench, self.session
        reviewed = review_outputs(self.review, self.start.found, self.start.start_button)
        wire_material(bench, session, self.gathering, self.review, reviewed)
        # The consent sentence is in the language of the clips.
        wire_consent(bench.studio, session, self.consent, gr.State(""), DATASET)
        wire_start(bench, session, self.start, self.consent)
        wire_run(bench, session, self.start, self.run)
        wire_result(bench, session, self.result, tabs, speaking, voices)
        wire_share_trained(bench, session, self.share)
        # A tab can be opened before the page knows its visitor: then the clips come after that.
        loaded.then(bound(bench, material.show), session, reviewed, **QUIET)
        found = own.select(bound(bench, material.show), session, reviewed, **QUIET)
        found.then(bound(bench, training.show), session, self.run.shown, **QUIET)
        forgotten = self.review.confirm_button.click(bound(bench, material.forget), session, reviewed, **BUSY)
        forgotten.then(bound(bench, training.show), session, self.run.shown, **QUIET)
        for tab in others:  # nobody looks: nothing is asked for
            tab.select(bound(bench, training.pause), None, self.run.timer, queue=False, **QUIET)


def build_finetune(bench: Bench, session: gr.State) -> FinetunePart:
    """Build the tab's contents; `session` holds the visitor's `Session`."""
    offered = not bench.studio.settings.zero_gpu
    if not offered:  # said before anybody gathers clips
        lead("tune.not_here")
    with gr.Row(elem_classes="vc-columns"):
        with gr.Column(elem_classes="vc-column"):
            gathering = build_gathering(bench)
            review = build_review()
        with gr.Column(elem_classes="vc-column"):
            consent = build_consent(bench.studio, "tune.consent", "tune-")
            start = build_start(bench.studio, offered=offered)
            run = build_run(start.start_button)
            with run.result_box:
                result = build_result()
                share = build_share("tune-", recordings=True)
    return FinetunePart(bench, session, gathering, review, consent, start, run, result, share)
