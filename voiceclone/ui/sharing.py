"""Handlers of voices on the Hub: shared, withdrawn, found, looked at, used.

A token is an argument of every call and is kept nowhere: not in the session, not in an answer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import gradio as gr

from voiceclone.evaluate.report import Scores
from voiceclone.finetune.dataset import Dataset
from voiceclone.library import Library
from voiceclone.sharing import Sharing
from voiceclone.studio import Studio
from voiceclone.ui import markup, markup_sharing, training
from voiceclone.ui.bench import Bench, owner_of
from voiceclone.ui.learning import SKIP, VoiceView, file_stem, let_speak
from voiceclone.ui.limits import account_of, token_of
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words, refusal
from voiceclone.voices.voice import Voice


class ShareView(NamedTuple):
    """What the page shows of a voice that may be shared."""

    allowed: Any
    name: Any = SKIP
    status: Any = SKIP
    token: Any = SKIP


class LookView(NamedTuple):
    """What the page shows of a voice on the Hub before it is used."""

    card: Any
    sample: Any
    use_button: Any
    ref: Any = SKIP


def token_asked(request: gr.Request) -> Any:
    """Ask for a token only who is not signed in: the account that is brings its own."""
    scope = request.request.scope if request.request is not None else {}
    return gr.update(visible=account_of(scope) is None)


# --- giving ------------------------------------------------------------------------------


def who(studio: Studio, words: Words, token: str, request: gr.Request | None) -> str:
    """Return in whose name the token's owner would share."""
    return markup_sharing.account(_hub(studio, token, request).account(), words)


def offer_saved(studio: Studio, words: Words, session: Session, voice_id: str | None) -> ShareView:
    """Say what the consent to a saved voice allows, and propose a name."""
    if not voice_id:
        return ShareView("")
    return _offer(words, Library(studio, owner_of(session, words)).open(voice_id))


def offer_trained(bench: Bench, words: Words, session: Session) -> ShareView:
    """Say what the consent to the fine-tuned voice allows, and propose a name."""
    return _offer(words, training.trained(bench, words, session))


def push_saved(
    studio: Studio,
    words: Words,
    session: Session,
    voice_id: str | None,
    token: str,
    name: str,
    visibility: str,
    sample: bool,
    request: gr.Request | None,
) -> ShareView:
    """Share a saved voice."""
    if not voice_id:
        raise refusal("error.none_chosen", words)
    voice = Library(studio, owner_of(session, words)).open(voice_id)
    hub = _hub(studio, token, request)
    return _pushed(hub, words, voice, name, visibility, sample, None, None)


def push_trained(
    bench: Bench,
    words: Words,
    session: Session,
    token: str,
    name: str,
    visibility: str,
    sample: bool,
    recordings: bool,
    request: gr.Request | None,
) -> ShareView:
    """Share the fine-tuned voice; with the clips it was learned from only where that was ticked."""
    voice = training.trained(bench, words, session)
    job = bench.workshop.job(owner_of(session, words))
    assert job is not None  # it has just been there
    scores = job.compared.after_scores if job.compared is not None else None
    hub = _hub(bench.studio, token, request)
    dataset = session.dataset if recordings else None
    return _pushed(hub, words, voice, name, visibility, sample, scores, dataset)


def ask_withdraw(studio: Studio, words: Words, session: Session, repo: str, how: str) -> tuple[Any, Any]:
    """Ask once more before a voice is taken off the Hub."""
    if not repo.strip():
        raise refusal("error.no_ref", words)
    session.withdrawing = (repo.strip(), how)
    question = markup.paragraph(words("withdraw.question", repo=repo.strip()), "vc-warn")
    return gr.update(visible=True), question


def withdraw(
    studio: Studio, words: Words, session: Session, token: str, reason: str, request: gr.Request | None
) -> tuple[Any, Any, Any]:
    """Take the voice off the Hub that was asked for and confirmed."""
    if session.withdrawing is None:
        raise refusal("error.nothing_asked", words)
    repo, how = session.withdrawing
    done = _hub(studio, token, request).withdraw(repo, how=how, reason=reason.strip())
    session.withdrawing = None
    said = markup.paragraph(words("withdraw.done", repo=done.repo_id), "vc-quiet")
    return gr.update(visible=False), said, gr.update(value="")


def decline(studio: Studio, words: Words, session: Session) -> Any:
    """Leave the voice where it is."""
    session.withdrawing = None
    return gr.update(visible=False)


# --- taking ------------------------------------------------------------------------------


def browse(studio: Studio, words: Words, query: str) -> tuple[Any, Any]:
    """List public voices on the Hub by what their cards claim."""
    rows = Sharing(studio).browse(query)
    choices = [(markup_sharing.found_label(row, words), row.repo_id) for row in rows]
    status = "" if rows else markup.paragraph(words("browse.none"), "vc-quiet")
    return gr.update(choices=choices, value=None, visible=bool(rows)), status


def look(
    studio: Studio, words: Words, session: Session, ref: str, token: str, request: gr.Request | None
) -> LookView:
    """Show the card, the consent and the sample of a voice on the Hub; only then can it be used."""
    session.looked_at = None
    if not ref.strip():
        raise refusal("error.no_ref", words)
    found = _hub(studio, token, request).look(ref.strip())
    if found.state == "current":
        session.looked_at = f"{found.repo_id}@{found.revision}"
    sample = None
    if found.sample is not None:
        file = session.place("shared", "sample.wav")
        file.write_bytes(found.sample)
        sample = str(file)
    return LookView(
        markup_sharing.shared_voice(found, words),
        gr.update(value=sample, visible=sample is not None),
        gr.update(visible=session.looked_at is not None),
        ref.strip(),
    )


def clear_look(studio: Studio, words: Words) -> LookView:
    """Take away what is shown of the voice before: this one could not be looked at."""
    return LookView("", gr.update(value=None, visible=False), gr.update(visible=False))


def use(studio: Studio, words: Words, session: Session, token: str, request: gr.Request | None) -> VoiceView:
    """Let the voice that was looked at speak, at the very revision that was shown."""
    if session.looked_at is None:
        raise refusal("error.not_looked_at", words)
    return let_speak(studio, words, session, _hub(studio, token, request).pull(session.looked_at))


def _hub(studio: Studio, token: str, request: gr.Request | None) -> Sharing:
    """Return the Hub as the visitor sees it: with the token they gave, else that of their account."""
    scope = request.request.scope if request is not None and request.request is not None else {}
    return Sharing(studio, token.strip() or token_of(scope))


def _offer(words: Words, voice: Voice) -> ShareView:
    allowed = markup.paragraph(words(f"share.scope.{voice.receipt.scope}"), "vc-quiet")
    return ShareView(allowed, file_stem(voice.name).lower(), "")


def _pushed(
    hub: Sharing,
    words: Words,
    voice: Voice,
    name: str,
    visibility: str,
    sample: bool,
    scores: Scores | None,
    recordings: Dataset | None,
) -> ShareView:
    measured = None
    if scores is not None:
        measured = {
            "similarity": scores.similarity_percent / 100,
            "similarity_cosine": scores.similarity,
            "word_error_rate": scores.words.error_rate,
            "naturalness": scores.naturalness,
        }
    done = hub.push(
        voice, name.strip(), visibility=visibility, sample=sample, scores=measured, recordings=recordings
    )
    return ShareView(SKIP, SKIP, markup_sharing.pushed(done, words), gr.update(value=""))
