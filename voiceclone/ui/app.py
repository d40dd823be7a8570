"""The app: its tabs and its named endpoints. How it is served is in `serving`."""

from __future__ import annotations

from typing import Any

import gradio as gr

from voiceclone.errors import LibraryKeyError
from voiceclone.native import ready_ffmpeg
from voiceclone.studio import Studio
from voiceclone.ui import choosing, engines, markup, saved, sharing
from voiceclone.ui.bench import Bench
from voiceclone.ui.endpoints import add_endpoints
from voiceclone.ui.endpoints_hub import add_hub_endpoints
from voiceclone.ui.endpoints_training import add_training_endpoints
from voiceclone.ui.endpoints_voices import add_voices_endpoints
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import heading, lead, sign_in_button, sign_in_label
from voiceclone.ui.limits import account_of
from voiceclone.ui.session import Session
from voiceclone.ui.tabs.clone import build_clone
from voiceclone.ui.tabs.compare import build_compare
from voiceclone.ui.tabs.consent import BUSY, QUIET
from voiceclone.ui.tabs.convert import build_convert
from voiceclone.ui.tabs.finetune import build_finetune
from voiceclone.ui.tabs.verify import build_verify
from voiceclone.ui.tabs.voices import build_voices
from voiceclone.ui.turns import Turns
from voiceclone.ui.words import I18N, Words
from voiceclone.voices.owner import Owner, new_capability
from voiceclone.workshop import Workshop

AT_LOAD: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
"""Of what a page asks when it has loaded."""

DELETE_CACHE_S = (600, 3600)
"""Every ten minutes, files that were given to a browser more than an hour ago are removed."""


def begin(capability: str | None, request: gr.Request) -> tuple[Session, str | None]:
    """Return the session of a visitor whose page has loaded: an account's, or the browser's own."""
    scope = request.request.scope if request.request is not None else {}
    return new_session(account_of(scope), capability)


def new_session(account: str | None, capability: str | None) -> tuple[Session, str | None]:
    """Return an empty session, and the browser's key to its voices.

    Who is signed in owns voices by the account. Otherwise a browser that has no key, or an
    unreadable one, gets a new one.
    """
    if account is not None:
        return Session(Owner.from_subject("huggingface", account)), capability
    try:
        owner = Owner.from_capability(capability or "")
    except LibraryKeyError:
        capability = new_capability()
        owner = Owner.from_capability(capability)
    assert capability is not None
    return Session(owner, capability), capability


def weights(studio: Studio, words: Words) -> str:
    """Return the list of weights in use."""
    return markup.weights_list(studio.weights(), words)


class App(gr.Blocks):
    """The page with its endpoints, the studio and workshop that do their work, and the turns they take."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(title="voiceclone", analytics_enabled=False, delete_cache=DELETE_CACHE_S)
        self.studio = studio
        self.workshop = Workshop(studio)
        self.turns: Turns
        """Given when the app is launched."""


def build_app(studio: Studio) -> App:
    """Return the app, ready to be launched; nothing is loaded yet."""
    ready_ffmpeg(studio.settings.cache_dir / "bin")
    with App(studio) as app:
        bench = Bench(studio, app.workshop)
        with gr.Column(visible=False):
            add_endpoints(studio)  # first: a name goes to whoever asks for it first
            add_voices_endpoints(studio)
            add_hub_endpoints(studio)
            add_training_endpoints(studio, app.workshop)
        session = gr.State(None)
        capability = gr.BrowserState(
            None, storage_key="voiceclone-voices", secret=studio.services.keys.secret("browser").hex()
        )
        with gr.Column(elem_classes="vc-head"):
            heading("page.title", level=1)
            lead("page.tagline")
            if studio.settings.sign_in:
                button = sign_in_button()
                app.load(sign_in_label, None, button, **AT_LOAD)
        with gr.Tabs(elem_classes="vc-tabs") as tabs:
            with gr.Tab(I18N("tab.clone"), id="clone") as clone_tab:
                clone = build_clone(studio, session)
            with gr.Tab(I18N("tab.finetune"), id="finetune") as finetune_tab:
                finetune = build_finetune(bench, session)
            with gr.Tab(I18N("tab.convert"), id="convert") as convert_tab:
                convert_voice = build_convert(studio, session)
            with gr.Tab(I18N("tab.voices"), id="voices") as voices_tab:
                voices = build_voices(studio, session, capability, tabs, clone.speaking)
                compare_voices = build_compare(studio, session)
            with gr.Tab(I18N("tab.verify"), id="verify") as verify_tab:
                build_verify(studio)
        voices_tab.select(bound(studio, saved.show), [session, voices.voices], voices.shown, **QUIET)
        clone.keep_button.click(bound(studio, saved.keep), session, voices.shown, **BUSY)
        with gr.Accordion(I18N("weights.title"), open=False) as drawer:
            listed = gr.HTML(elem_id="weights")
        with gr.Accordion(I18N("engines.title"), open=False, elem_id="engines-drawer") as engines_drawer:
            engines_listed = gr.HTML(elem_id="engines")
        engines_drawer.expand(
            bound(studio, engines.panel),
            None,
            engines_listed,
            api_visibility="private",
            show_progress="minimal",
        )
        drawer.expand(bound(studio, weights), None, listed, api_visibility="private", show_progress="minimal")
        loaded = app.load(begin, capability, [session, capability], **AT_LOAD)
        loaded.success(bound(studio, saved.show), [session, voices.voices], voices.shown, **QUIET)
        # A tab can be opened before the page knows its visitor: then the voices come after that.
        for known in (loaded.success, convert_tab.select):
            known(bound(studio, choosing.one_of), [session, convert_voice], convert_voice, **QUIET)
        for known in (loaded.success, voices_tab.select):
            known(bound(studio, choosing.some_of), [session, compare_voices], compare_voices, **QUIET)
        others = [clone_tab, convert_tab, voices_tab, verify_tab]
        finetune.wire(loaded, tabs, finetune_tab, others, clone.speaking, voices.shown)
        for token in (clone.token, finetune.token, *voices.tokens):
            app.load(sharing.token_asked, None, token, **AT_LOAD)
    return app
