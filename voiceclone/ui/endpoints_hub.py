"""Gives the plain functions of `voiceclone.api.hub` their names and descriptions in Gradio's API."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import gradio as gr

from voiceclone.api import hub as api
from voiceclone.hub.browse import MAX_ROWS
from voiceclone.hub.publish import VISIBILITIES
from voiceclone.hub.withdraw import WAYS
from voiceclone.studio import Studio
from voiceclone.ui.components import hidden_file
from voiceclone.ui.endpoints import HEAVY, add_endpoint, uploaded
from voiceclone.ui.words import Words


def push_voice(
    studio: Studio,
    words: Words,
    voice: str,
    name: str,
    token: str,
    visibility: str = "private",
    sample: bool = True,
) -> Iterator[dict]:
    yield from api.push_voice(studio, uploaded(voice, words), name, token, visibility, sample)


def pull_voice(studio: Studio, words: Words, ref: str, token: str = "") -> Iterator[tuple[str, dict]]:
    yield from api.pull_voice(studio, ref, token)


def browse_voices(studio: Studio, words: Words, query: str = "", limit: float = 30) -> list:
    return api.browse_voices(studio, query, limit)


def withdraw_voice(
    studio: Studio, words: Words, repo: str, token: str, how: str = "empty", reason: str = ""
) -> dict:
    return api.withdraw_voice(studio, repo, token, how, reason)


def add_hub_endpoints(studio: Studio) -> None:
    """Register the endpoints of sharing inside a `gr.Blocks`."""
    hidden_text = functools.partial(gr.Textbox, visible=False)
    token = functools.partial(gr.Textbox, type="password", visible=False)
    add_endpoint(
        studio,
        push_voice,
        [
            hidden_file("Voice file", [".safetensors"]),
            hidden_text(label="Name of the repository, made if need be"),
            token(label="Access token of the Hub that may write; kept nowhere"),
            hidden_text(label=f"Visibility: one of {', '.join(VISIBILITIES)}", value="private"),
            gr.Checkbox(True, label="Sample: push a recording of the voice speaking", visible=False),
        ],
        [gr.JSON(label="Pushed", visible=False)],
        "Push a voice with its receipt and its card to a repository of the token's owner. Refused where "
        "consent has ended, or is too narrow for who could read it.",
        **HEAVY,
    )
    add_endpoint(
        studio,
        pull_voice,
        [
            hidden_text(label="Voice: owner/name, or owner/name@revision"),
            token(label="Access token, for a voice that is not public; kept nowhere", value=""),
        ],
        [gr.File(label="Voice file", visible=False), gr.JSON(label="What is known of it", visible=False)],
        "Fetch a voice from the Hub, its signature, hashes, consent and withdrawal checked.",
    )
    add_endpoint(
        studio,
        browse_voices,
        [
            hidden_text(label="Part of a repository's name; all voices when empty", value=""),
            gr.Number(label=f"Limit: 1 to {MAX_ROWS}", value=30, precision=0, visible=False),
        ],
        [gr.JSON(label="Voices", visible=False)],
        "Public voices on the Hub, by what their cards claim; /pull_voice checks it.",
    )
    add_endpoint(
        studio,
        withdraw_voice,
        [
            hidden_text(label="Repository: owner/name"),
            token(label="Access token of the Hub that may write; kept nowhere"),
            hidden_text(label=f"How: one of {', '.join(WAYS)}", value="empty"),
            hidden_text(label="Reason, for whoever may read the repository", value=""),
        ],
        [gr.JSON(label="Withdrawn", visible=False)],
        "Withdraw the consent to a voice that was pushed: it is deleted on the Hub with its history, a "
        "signed tombstone takes its place, and it is silent here for good.",
    )
