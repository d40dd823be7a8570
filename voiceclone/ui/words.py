"""Words for one visitor: looked up in the tables of `strings.py`, filled with facts."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import gradio as gr

from voiceclone.errors import VoiceCloneError
from voiceclone.ui.strings import ERRORS_ZH, STRINGS

log = logging.getLogger(__name__)

I18N = gr.I18n(**{lang: {k: v for k, v in t.items() if "{" not in v} for lang, t in STRINGS.items()})
"""The words that stand still on the page, of the same tables: the browser picks the language."""


@dataclass(frozen=True)
class Words:
    """The table of one language; call it with a key and the facts that fill the sentence."""

    language: str = "en"

    def __call__(self, key: str, **facts: object) -> str:
        return STRINGS[self.language][key].format(**facts)

    def error(self, error: VoiceCloneError) -> str:
        """Return what happened, what is accepted and what to do, in this language.

        English is the error's own template; the other table is keyed by the error's class.
        """
        template = ERRORS_ZH.get(type(error).__name__) if self.language == "zh" else None
        if template is None:
            return str(error)
        facts: dict[str, Any] = {}
        if is_dataclass(error):
            facts = {field.name: getattr(error, field.name) for field in fields(error)}
        if "available" in facts:
            facts["choices"] = "、".join(facts["available"])
        return template.format(**facts)

    def duration(self, seconds: float) -> str:
        """Return a length of time as a person says it: "8 s", "1 min 20 s"."""
        whole = max(0, round(seconds))
        if whole < 60:
            return self("time.seconds", seconds=whole)
        return self("time.minutes", minutes=whole // 60, seconds=whole % 60)


def words_for(request: gr.Request | None) -> Words:
    """Return the words of the browser's first language that there is a table for."""
    accepted = request.headers.get("accept-language", "") if request is not None else ""
    for entry in accepted.split(","):
        language = entry.split(";")[0].strip().lower().split("-")[0]
        if language in STRINGS:
            return Words(language)
    return Words()


def user_error(error: Exception, words: Words) -> gr.Error:
    """Return the error that the page and the API's clients show.

    What a user can cause is said in full. Anything else is a fault of ours: its trace goes to
    the log, and the visitor gets a plain sentence.
    """
    if isinstance(error, VoiceCloneError):
        return gr.Error(words.error(error), print_exception=False)
    log.error("unexpected error", exc_info=error)
    return gr.Error(words("error.unexpected"), print_exception=False)


def refusal(key: str, words: Words) -> gr.Error:
    """Return an error of the page itself: something that has to be done first."""
    return gr.Error(words(key), print_exception=False)
