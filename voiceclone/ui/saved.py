"""Handlers of the *Voices* tab: one owner's saved voices, listed, heard, used, given away, ended."""

from __future__ import annotations

from typing import Any, NamedTuple

import gradio as gr

from voiceclone.audio.clip import Audio
from voiceclone.library import Library, SavedVoice
from voiceclone.studio import Studio
from voiceclone.ui import markup
from voiceclone.ui.learning import SKIP, VoiceView, file_stem, let_speak
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words, refusal
from voiceclone.voices.owner import Owner
from voiceclone.voices.voice import Voice

CONFIRMED = ("revoke", "delete")
"""What is asked once more before it is done."""


class ListView(NamedTuple):
    """What the page shows of the list, and of the chosen voice."""

    voices: Any
    details: Any = SKIP
    card: Any = SKIP
    sample: Any = SKIP
    name: Any = SKIP
    download: Any = SKIP
    confirm: Any = SKIP
    status: Any = SKIP


def keep(studio: Studio, words: Words, session: Session) -> ListView:
    """Save the voice that is on the page, and choose it in the list."""
    if session.voice is None:
        raise refusal("error.no_voice", words)
    return keep_voice(studio, words, session, session.voice)


def keep_voice(studio: Studio, words: Words, session: Session, voice: Voice) -> ListView:
    """Save a voice, with the recording of consent if that was made on this page and may be kept."""
    recording: Audio | None = None
    for given in session.consents.values():
        if given.receipt is not None and given.receipt.id == voice.receipt.id:
            recording = given.recording
    saved = _library(studio, session, words).keep(voice, recording)
    return _listed(studio, words, session, saved.id, words("saved.kept", name=saved.name))


def take_in(studio: Studio, words: Words, session: Session, path: str | None) -> ListView:
    """Save the voice in a file."""
    if path is None:
        return ListView(SKIP)
    saved = _library(studio, session, words).keep(studio.load_voice(path))
    return _listed(studio, words, session, saved.id, words("saved.kept", name=saved.name))


def show(studio: Studio, words: Words, session: Session | None, voice_id: str | None) -> ListView:
    """List the saved voices as they are now, and show the chosen one: its consent, and how it sounds.

    A question that waits for its answer stays: this also runs by itself when the tab is opened, and
    when the page is ready, for a quick visitor has opened the tab before that.
    """
    if session is None:
        return ListView(SKIP)
    return _listed(studio, words, session, voice_id, "")._replace(confirm=SKIP)


def choose(studio: Studio, words: Words, session: Session, voice_id: str | None) -> ListView:
    """Show another voice; what was asked about the one before is off the table."""
    session.pending = None
    return _listed(studio, words, session, voice_id, "")


def rename(studio: Studio, words: Words, session: Session, voice_id: str | None, name: str) -> ListView:
    """Give the chosen voice another name."""
    saved = _library(studio, session, words).rename(_chosen(voice_id, words), name)
    return _listed(studio, words, session, saved.id, words("saved.renamed", name=saved.name))


def use(studio: Studio, words: Words, session: Session, voice_id: str | None) -> VoiceView:
    """Let the chosen voice speak in the *Clone* tab."""
    voice = _library(studio, session, words).open(_chosen(voice_id, words))
    return let_speak(studio, words, session, voice)


def to_clone(studio: Studio, words: Words) -> Any:
    """Turn to the tab where the chosen voice speaks."""
    return gr.Tabs(selected="clone")


def export(studio: Studio, words: Words, session: Session, voice_id: str | None) -> Any:
    """Write the chosen voice to a file to download."""
    library = _library(studio, session, words)
    voice = library.open(_chosen(voice_id, words))
    file = library.export(voice.id, session.path(f"{file_stem(voice.name)}.safetensors"))
    return gr.update(value=str(file), visible=True)


def ask_revoke(studio: Studio, words: Words, session: Session) -> tuple[Any, Any]:
    """Ask once more before consent is withdrawn."""
    session.pending = "revoke"
    return gr.update(visible=True), markup.paragraph(words("saved.confirm.revoke"), "vc-warn")


def ask_delete(studio: Studio, words: Words, session: Session) -> tuple[Any, Any]:
    """Ask once more before a voice is destroyed."""
    session.pending = "delete"
    return gr.update(visible=True), markup.paragraph(words("saved.confirm.delete"), "vc-warn")


def confirm(studio: Studio, words: Words, session: Session, voice_id: str | None, reason: str) -> ListView:
    """Do what was asked for and confirmed."""
    library, chosen = _library(studio, session, words), _chosen(voice_id, words)
    action, session.pending = session.pending, None
    if action == "revoke":
        library.revoke(chosen, reason)
        return _listed(studio, words, session, chosen, words("saved.revoked"))
    if action == "delete":
        library.delete(chosen)
        return _listed(studio, words, session, None, words("saved.deleted"))
    raise refusal("error.nothing_asked", words)


def decline(studio: Studio, words: Words, session: Session) -> Any:
    """Leave everything as it is."""
    session.pending = None
    return gr.update(visible=False)


def use_key(studio: Studio, words: Words, session: Session, key: str) -> tuple[Any, ...]:
    """Open the library that another key belongs to, from now on in this browser."""
    owner = Owner.from_capability(key.strip())
    session.owner, session.capability = owner, key.strip()
    return (session.capability, gr.update(value=""), *show(studio, words, session, None))


def show_key(studio: Studio, words: Words, session: Session) -> Any:
    """Show the key of this browser's library, to carry it elsewhere."""
    return gr.update(value=session.capability or words("saved.key.account"), visible=True)


def _library(studio: Studio, session: Session, words: Words) -> Library:
    if session.owner is None:
        raise refusal("error.no_owner", words)
    return Library(studio, session.owner)


def _chosen(voice_id: str | None, words: Words) -> str:
    if not voice_id:
        raise refusal("error.none_chosen", words)
    return voice_id


def _listed(studio: Studio, words: Words, session: Session, chosen: str | None, status: str) -> ListView:
    """Return the list, with one voice chosen and shown; none where it is no longer there."""
    library = _library(studio, session, words)
    saved = library.list()
    voice = next((entry for entry in saved if entry.id == chosen), None)
    choices = [(_label(entry, words), entry.id) for entry in saved]
    voices = gr.update(choices=choices, value=voice.id if voice else None, visible=bool(saved))
    answer = markup.paragraph(status, "vc-quiet") if status else ""
    if not saved:
        answer += markup.paragraph(words("saved.none"), "vc-quiet")
    hidden = gr.update(visible=False)
    if voice is None:
        return ListView(voices, hidden, "", gr.update(value=None), "", hidden, hidden, answer)
    sample = None
    if voice.speaks and (wav := library.sample(voice.id)) is not None:
        file = session.path("sample.wav")
        file.write_bytes(wav)
        sample = str(file)
    return ListView(
        voices,
        gr.update(visible=True),
        markup.saved_voice(voice, words),
        gr.update(value=sample, visible=sample is not None),
        voice.name,
        hidden,
        hidden,
        answer,
    )


def _label(voice: SavedVoice, words: Words) -> str:
    return words("saved.label", name=voice.name, state=words(f"saved.state.{voice.state}"))
