"""The app: two tabs, the named endpoints, and how it is served."""

from __future__ import annotations

import gradio as gr

from voiceclone.native import ready_ffmpeg
from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.ui import markup
from voiceclone.ui.endpoints import add_endpoints
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import heading, lead
from voiceclone.ui.session import Session
from voiceclone.ui.tabs.clone import build_clone
from voiceclone.ui.tabs.verify import build_verify
from voiceclone.ui.theme import CSS, build_theme
from voiceclone.ui.words import I18N, Words

DELETE_CACHE_S = (600, 3600)
"""Every ten minutes, files that were given to a browser more than an hour ago are removed."""

LIGHT_JOBS = 4
"""Listening, checking, reading: so many at once. Learning and speaking go one at a time."""


def new_session(studio: Studio, words: Words) -> Session:
    """Return an empty session for a visitor whose page has loaded."""
    return Session()


def weights(studio: Studio, words: Words) -> str:
    """Return the list of weights in use."""
    return markup.weights_list(studio.weights(), words)


def build_app(studio: Studio) -> gr.Blocks:
    """Return the app, ready to be launched; nothing is loaded yet."""
    ready_ffmpeg(studio.settings.cache_dir / "bin")
    with gr.Blocks(title="voiceclone", analytics_enabled=False, delete_cache=DELETE_CACHE_S) as app:
        with gr.Column(visible=False):
            add_endpoints(studio)  # first: a name goes to whoever asks for it first
        session = gr.State(None)
        with gr.Column(elem_classes="vc-head"):
            heading("page.title", level=1)
            lead("page.tagline")
        with gr.Tabs(elem_classes="vc-tabs"):
            with gr.Tab(I18N("tab.clone"), id="clone"):
                build_clone(studio, session)
            with gr.Tab(I18N("tab.verify"), id="verify"):
                build_verify(studio)
        with gr.Accordion(I18N("weights.title"), open=False) as drawer:
            listed = gr.HTML()
        drawer.expand(bound(studio, weights), None, listed, api_visibility="private", show_progress="minimal")
        app.load(
            bound(studio, new_session), None, session, api_visibility="private", show_progress="hidden",
            queue=False,
        )  # fmt: skip
    return app


def launch(app: gr.Blocks, settings: Settings, *, wait: bool = True) -> str:
    """Serve the app and return its address.

    Args:
        app: from `build_app`.
        settings: address, port, limits.
        wait: serve until the process ends; otherwise return once it is being served.
    """
    app.queue(max_size=settings.queue_size, default_concurrency_limit=LIGHT_JOBS)
    _, address, _ = app.launch(
        server_name=settings.host,
        server_port=settings.port,
        prevent_thread_lock=not wait,
        theme=build_theme(),
        css=CSS,
        i18n=I18N,
        footer_links=["api"],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        show_error=False,
        mcp_server=False,
        share=False,
        pwa=False,
        max_file_size=round(settings.max_upload_mb * 1e6),
    )
    return address
