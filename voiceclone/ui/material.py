"""Handlers from recordings to a dataset that was reviewed: gathered, heard clip by clip, mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from voiceclone.audio.write import write_audio
from voiceclone.errors import CancelledError
from voiceclone.finetune.dataset import Dataset, Utterance
from voiceclone.finetune.sentences import sentences
from voiceclone.ui import markup, markup_material
from voiceclone.ui.bench import Bench, owner_of
from voiceclone.ui.learning import SKIP
from voiceclone.ui.session import DATASET, Session
from voiceclone.ui.words import Words, refusal

FORGET = "forget"
"""What is asked once more before it is done."""


class ReviewView(NamedTuple):
    """What the page shows of the dataset, of the clip that is looked at, and of the check before a run."""

    box: Any = SKIP
    totals: Any = SKIP
    table: Any = SKIP
    clip_box: Any = SKIP
    player: Any = SKIP
    about: Any = SKIP
    text: Any = SKIP
    drop_button: Any = SKIP
    restore_button: Any = SKIP
    dataset_file: Any = SKIP
    confirm_box: Any = SKIP
    checked: Any = SKIP
    start_button: Any = SKIP


class GatherView(NamedTuple):
    """What the page shows while material is prepared: how far it is, then the review."""

    status: Any
    stop_button: Any = SKIP
    files: Any = SKIP
    review: ReviewView = ReviewView()

    @property
    def outputs(self) -> tuple[Any, ...]:
        """All of it, as the outputs of an event."""
        return (self.status, self.stop_button, self.files, *self.review)


class TakeView(NamedTuple):
    """What the page shows in a guided session: how far a take is, the sentence to read now, the review."""

    status: Any
    sentence: Any = SKIP
    take: Any = SKIP
    review: ReviewView = ReviewView()

    @property
    def outputs(self) -> tuple[Any, ...]:
        """All of it, as the outputs of an event."""
        return (self.status, self.sentence, self.take, *self.review)


def gather(bench: Bench, words: Words, session: Session, paths: list[str] | None) -> Iterator[tuple]:
    """Add recordings to the dataset, or archives of them, reporting as they are prepared.

    `stop_gathering` ends it; then everything is as it was before.
    """
    if not paths:
        return
    owner = owner_of(session, words)
    session.stop_gathering.clear()
    events = bench.studio.services.material.prepare(
        paths,
        [Path(path).name for path in paths],
        onto=session.dataset,
        cancelled=session.stop_gathering.is_set,
    )
    review = ReviewView()
    with suppress(CancelledError):
        for event in events:
            status = markup_material.gathering(event, words, session.stop_gathering.is_set())
            yield GatherView(status, gr.update(visible=True)).outputs
            if event.dataset is not None:
                bench.workshop.keep_dataset(owner, event.dataset)
                review = _reviewed(bench, words, session, event.dataset)
    yield GatherView("", gr.update(visible=False), gr.update(value=None), review).outputs


def stop_gathering(bench: Bench, words: Words, session: Session) -> None:
    """Ask the preparing to end after what it is at."""
    session.stop_gathering.set()


def clear_status(bench: Bench, words: Words) -> tuple[Any, Any, Any]:
    """Clear the status of a preparing that has failed, hide *Stop*, and make room for other files."""
    return "", gr.update(visible=False), gr.update(value=None)


# --- the guided session ------------------------------------------------------------------


def show_sentence(bench: Bench, words: Words, session: Session, language: str) -> Any:
    """Show the first sentence of a language that has not been read yet."""
    read = {utterance.text for utterance in session.dataset.kept} if session.dataset else set()
    listed = sentences(language)
    unread = [index for index, text in enumerate(listed) if text not in read]
    session.sentences_passed = unread[0] if unread else len(listed)
    return _sentence(words, session, language)


def skip_sentence(bench: Bench, words: Words, session: Session, language: str) -> tuple[Any, Any]:
    """Show the next sentence; what was recorded for this one is thrown away."""
    session.sentences_passed = min(session.sentences_passed + 1, len(sentences(language)))
    return _sentence(words, session, language), gr.update(value=None)


def add_take(
    bench: Bench, words: Words, session: Session, language: str, path: str | None
) -> Iterator[tuple]:
    """Add the recording of a sentence to the dataset, with the text it is known to have; show the next.

    The same again when the take cannot be learned from.
    """
    listed = sentences(language)
    if session.sentences_passed >= len(listed):
        raise refusal("error.no_sentence", words)
    if path is None:
        raise refusal("error.no_take", words)
    owner, text = owner_of(session, words), listed[session.sentences_passed]
    before = len(session.dataset.utterances) if session.dataset is not None else 0
    name = f"{language} {session.sentences_passed + 1}{Path(path).suffix}"
    events = bench.studio.services.material.prepare(
        [path], [name], texts={name: text}, language_key=language, onto=session.dataset
    )
    for event in events:
        if event.dataset is None:
            yield TakeView(markup_material.gathering(event, words)).outputs
            continue
        bench.workshop.keep_dataset(owner, event.dataset)
        spoiled = [u for u in event.dataset.utterances[before:] if not u.kept]
        session.sentences_passed += not spoiled
        status = markup_material.once_more(spoiled[0], words) if spoiled else ""
        review = _reviewed(bench, words, session, event.dataset)
        yield TakeView(status, _sentence(words, session, language), gr.update(value=None), review).outputs


def clear_take(bench: Bench, words: Words) -> Any:
    """Clear the status of a take that could not be used; it stays to be heard and recorded once more."""
    return ""


# --- the review --------------------------------------------------------------------------


def show(bench: Bench, words: Words, session: Session | None) -> ReviewView:
    """Show the visitor's dataset, as they left it; nothing before the page knows whose that is."""
    if session is None:
        return ReviewView()
    if session.dataset is None:
        session.dataset = bench.workshop.dataset(owner_of(session, words))
    return _reviewed(bench, words, session, session.dataset)._replace(checked=SKIP, start_button=SKIP)


def choose(bench: Bench, words: Words, session: Session, event: gr.EventData) -> ReviewView:
    """Play the clip that was chosen in the table, and open its text."""
    dataset = _dataset(session, words)
    session.clip = str((event._data or {}).get("clip"))
    return _looked_at(words, session, dataset)


def save_text(bench: Bench, words: Words, session: Session, text: str) -> ReviewView:
    """Give the clip another text."""
    return _changed(
        bench, words, session, _dataset(session, words).edited(_clip(session, words), text.strip())
    )


def drop(bench: Bench, words: Words, session: Session) -> ReviewView:
    """Leave the clip out; it can be taken back."""
    return _changed(bench, words, session, _dataset(session, words).dropped(_clip(session, words)))


def restore(bench: Bench, words: Words, session: Session) -> ReviewView:
    """Take the clip back."""
    return _changed(bench, words, session, _dataset(session, words).restored(_clip(session, words)))


def export(bench: Bench, words: Words, session: Session) -> Any:
    """Write the dataset to an archive to download: all clips, left-out ones too, with their texts."""
    file = session.place("dataset", "dataset.zip")
    file.write_bytes(_dataset(session, words).zipped())
    return gr.update(value=str(file), visible=True)


def ask_forget(bench: Bench, words: Words, session: Session) -> Any:
    """Ask once more before the material and the run are destroyed."""
    session.pending = FORGET
    return gr.update(visible=True)


def decline(bench: Bench, words: Words, session: Session) -> Any:
    """Leave everything as it is."""
    session.pending = None
    return gr.update(visible=False)


def forget(bench: Bench, words: Words, session: Session) -> ReviewView:
    """Destroy the dataset and what was learned from it, and begin anew."""
    if session.pending != FORGET:
        raise refusal("error.nothing_asked", words)
    session.pending = None
    bench.workshop.forget(owner_of(session, words))
    session.sentences_passed = 0
    session.consents[DATASET].forget()
    return _reviewed(bench, words, session, None)


def _changed(bench: Bench, words: Words, session: Session, dataset: Dataset) -> ReviewView:
    bench.workshop.keep_dataset(owner_of(session, words), dataset)
    return _reviewed(bench, words, session, dataset)._replace(player=SKIP)


def _reviewed(bench: Bench, words: Words, session: Session, dataset: Dataset | None) -> ReviewView:
    """Return the view of a dataset from now on; what was checked before has to be checked again."""
    session.dataset, session.checked = dataset, None
    hidden, unchecked = gr.update(visible=False), gr.update(value="", visible=False)
    if dataset is None or not dataset.utterances:
        session.dataset = session.clip = None
        return ReviewView(
            hidden, "", "", hidden, gr.update(value=None), "", "", hidden, hidden, hidden, hidden, unchecked,
            gr.update(interactive=False),
        )  # fmt: skip
    title = bench.studio.languages.get(dataset.language, dataset.language)
    return _looked_at(words, session, dataset)._replace(
        box=gr.update(visible=True),
        totals=markup_material.totals(dataset, title, bench.studio.settings.keep_days, words),
        table=markup_material.clip_table(dataset, session.clip, words),
        dataset_file=hidden,
        confirm_box=hidden,
        checked=unchecked,
        start_button=gr.update(interactive=False),
    )


def _looked_at(words: Words, session: Session, dataset: Dataset) -> ReviewView:
    """Return the view of the chosen clip; of none when there is none of that name."""
    found = [(n, u) for n, u in enumerate(dataset.utterances, 1) if u.file_name == session.clip]
    if not found:
        session.clip = None
        return ReviewView(clip_box=gr.update(visible=False), player=gr.update(value=None))
    number, utterance = found[0]
    return ReviewView(
        clip_box=gr.update(visible=True),
        player=str(_sound(session, utterance)),
        about=markup_material.clip(number, utterance, words),
        text=utterance.text,
        drop_button=gr.update(visible=utterance.kept),
        restore_button=gr.update(visible=not utterance.kept),
    )


def _sound(session: Session, utterance: Utterance) -> Path:
    return write_audio(utterance.audio, session.place("clip", Path(utterance.file_name).name))


def _sentence(words: Words, session: Session, language: str) -> str:
    listed = sentences(language)
    taken = [u for u in session.dataset.kept if u.text in listed] if session.dataset else []
    if session.sentences_passed >= len(listed):
        return markup.paragraph(words("guided.done"), "vc-quiet")
    return markup_material.sentence(
        listed[session.sentences_passed],
        session.sentences_passed + 1,
        len(listed),
        len(taken),
        sum(u.audio.duration_s for u in taken),
        words,
    )


def _dataset(session: Session, words: Words) -> Dataset:
    if session.dataset is None:
        raise refusal("error.no_dataset", words)
    return session.dataset


def _clip(session: Session, words: Words) -> str:
    if session.clip is None:
        raise refusal("error.no_clip", words)
    return session.clip
