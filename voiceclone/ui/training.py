"""Handlers of a training run: checked, begun, watched, stopped, gone on with, and what came of it.

A run belongs to the workshop and goes on without the page: what the page shows is asked for every
now and then, so nothing is lost with a connection.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import gradio as gr

from voiceclone.audio.write import write_audio
from voiceclone.cloning import PREVIEWS
from voiceclone.consent.receipt import Receipt
from voiceclone.finetune.dataset import Dataset
from voiceclone.finetuning import FineTuning
from voiceclone.ui import consenting, markup_training, saved
from voiceclone.ui.bench import Bench, owner_of
from voiceclone.ui.learning import SKIP, VoiceView, file_stem, let_speak
from voiceclone.ui.session import DATASET, Session
from voiceclone.ui.words import Words, refusal
from voiceclone.voices.voice import Voice
from voiceclone.workshop import Job

WATCH_EVERY_S = 2.0
STOP, FINISH = "stop", "finish"
"""What was asked of a run that is still at a step."""


class CheckView(NamedTuple):
    """What the page shows of the check before a run."""

    found: Any
    start_button: Any


class RunView(NamedTuple):
    """What the page shows of a run, and of its result."""

    panel: Any = SKIP
    timer: Any = SKIP
    heard_box: Any = SKIP
    preview: Any = SKIP
    original: Any = SKIP
    stop_button: Any = SKIP
    finish_button: Any = SKIP
    resume_button: Any = SKIP
    start_button: Any = SKIP
    result_box: Any = SKIP
    compared: Any = SKIP
    before: Any = SKIP
    after: Any = SKIP
    held_out: Any = SKIP
    voice_file: Any = SKIP


def check(
    bench: Bench,
    words: Words,
    session: Session,
    minutes: float,
    name: str,
    speaker: str,
    kind: str | None,
    basis: str | None,
    document: str,
    stated_by: str,
    scope: str,
    expires: str,
    engine: str | None = None,
) -> CheckView:
    """Say what a run would do, and what stands in its way; only then can it be begun."""
    dataset = _dataset(session, words)
    session.checked = None
    receipt: Receipt | None = None
    if kind is not None and not (kind == consenting.SPOKEN and session.consents[DATASET].receipt is None):
        stated = (name, speaker, kind, basis, document, stated_by, scope, expires)
        receipt = consenting.receipt(bench.studio, words, session, *stated, DATASET)
    engine = engine or bench.studio.registry.default
    found = FineTuning(bench.studio).preflight(dataset, receipt, float(minutes), engine)
    if found.ready:
        session.checked = receipt
    replaces = bench.workshop.job(owner_of(session, words)) is not None
    return CheckView(
        gr.update(value=markup_training.preflight(found, replaces, words), visible=True),
        gr.update(interactive=found.ready),
    )


def uncheck(bench: Bench, words: Words, session: Session) -> CheckView:
    """Take a check back that was made for something else: another length of time, engine or consent."""
    session.checked = None
    return CheckView(gr.update(value="", visible=False), gr.update(interactive=False))


def start(
    bench: Bench,
    words: Words,
    session: Session,
    minutes: float,
    seed: float | None,
    text: str,
    engine: str | None = None,
) -> RunView:
    """Begin the run that was checked, or put it in the queue."""
    dataset = _dataset(session, words)
    if session.checked is None:
        raise refusal("error.not_checked", words)
    job = bench.workshop.start(
        owner_of(session, words),
        dataset,
        session.checked,
        minutes=float(minutes),
        seed=int(seed or 0),
        preview_text=text.strip() or PREVIEWS[dataset.language],
        engine=engine or bench.studio.registry.default,
    )
    session.watched = session.checked = None
    return _run(bench, words, session, job)


def watch(bench: Bench, words: Words, session: Session | None) -> RunView:
    """Show what is new of the run; nothing where nothing is."""
    if session is None:
        return RunView()
    job = bench.workshop.job(owner_of(session, words))
    if job is not None and _picture(job) == session.watched:
        return RunView()
    return _run(bench, words, session, job)


def show(bench: Bench, words: Words, session: Session | None) -> RunView:
    """Find the visitor's run again, and show how it stands; soon, when the page does not know whose."""
    if session is None:
        return RunView(timer=gr.Timer(active=True))
    session.watched = None
    return _run(bench, words, session, bench.workshop.job(owner_of(session, words)))


def pause(bench: Bench, words: Words) -> Any:
    """Stop asking how the run stands: nobody looks. It goes on."""
    return gr.Timer(active=False)


def stop(bench: Bench, words: Words, session: Session) -> RunView:
    """Stop the run after its step; it can be gone on with."""
    bench.workshop.stop(owner_of(session, words))
    session.ending = STOP
    return show(bench, words, session)


def finish(bench: Bench, words: Words, session: Session) -> RunView:
    """End the run after its step, with the best voice so far."""
    bench.workshop.finish(owner_of(session, words))
    session.ending = FINISH
    return show(bench, words, session)


def resume(bench: Bench, words: Words, session: Session) -> RunView:
    """Go on with a run that has stopped, where it was."""
    session.watched = None
    return _run(bench, words, session, bench.workshop.resume(owner_of(session, words)))


def keep(bench: Bench, words: Words, session: Session) -> tuple[Any, ...]:
    """Save the fine-tuned voice among the visitor's own."""
    view = saved.keep_voice(bench.studio, words, session, trained(bench, words, session))
    return (view.status, *view)


def use(bench: Bench, words: Words, session: Session) -> VoiceView:
    """Let the fine-tuned voice speak in the *Clone* tab."""
    return let_speak(bench.studio, words, session, trained(bench, words, session))


def to_clone(bench: Bench, words: Words) -> Any:
    """Turn to the tab where the voice speaks."""
    return gr.Tabs(selected="clone")


def trained(bench: Bench, words: Words, session: Session) -> Voice:
    """Return the voice of the visitor's run, which has to be done."""
    job = bench.workshop.job(owner_of(session, words))
    if job is None or job.state != "done" or job.voice is None:
        raise refusal("error.not_trained", words)
    return job.voice


def _run(bench: Bench, words: Words, session: Session, job: Job | None) -> RunView:
    hidden, gone = gr.update(visible=False), gr.update(value=None)
    if job is None:
        return RunView(
            words("run.none"), gr.Timer(active=False), hidden, gone, gone, hidden, hidden,
            hidden, gr.update(visible=True), hidden, "", gone, gone, gone, hidden,
        )  # fmt: skip
    first_look = session.watched is None
    session.watched = _picture(job)
    live = job.under_way
    if not live:
        session.ending = None
    view = RunView(
        panel=gr.update(value=markup_training.run(job, session.ending, words), visible=True),
        timer=gr.Timer(active=live),
        heard_box=hidden if first_look or job.state == "done" else SKIP,
        stop_button=gr.update(visible=live and session.ending is None),
        finish_button=gr.update(visible=_can_finish(job) and session.ending is None),
        resume_button=gr.update(visible=job.resumable),
        start_button=gr.update(visible=not live, interactive=session.checked is not None),
        result_box=gr.update(visible=job.state == "done"),
    )
    if job.preview is not None and job.state != "done":
        sound = write_audio(job.preview, session.place("preview", "preview.wav"))
        view = view._replace(heard_box=gr.update(visible=True), preview=str(sound))
    if first_look and session.dataset is not None and session.dataset.kept:
        recorded = write_audio(session.dataset.kept[0].audio, session.place("original", "recorded.wav"))
        view = view._replace(original=str(recorded))
    if job.state == "done" and job.compared is not None and job.voice is not None:
        view = view._replace(**_result(bench, words, session, job))
    return view


def _result(bench: Bench, words: Words, session: Session, job: Job) -> dict[str, Any]:
    compared, voice = job.compared, job.voice
    assert compared is not None and voice is not None
    sounds = {"before": compared.before, "after": compared.after, "held_out": compared.original}
    shown: dict[str, Any] = {
        name: str(write_audio(audio, session.place(name, f"{name}.wav"))) for name, audio in sounds.items()
    }
    file = session.place("trained", f"{file_stem(voice.name)}.safetensors")
    shown["voice_file"] = gr.update(value=str(bench.studio.save_voice(voice, file)), visible=True)
    shown["compared"] = markup_training.compared(compared, words)
    return shown


def _can_finish(job: Job) -> bool:
    """Return whether there is a voice so far that a run could end with."""
    return job.state == "running" and any(event.chosen is not None for event in job.events)


def _picture(job: Job) -> tuple[object, ...]:
    """Return what tells one state of a run from the next."""
    return job.id, job.state, job.ahead, len(job.events), id(job.preview)


def _dataset(session: Session, words: Words) -> Dataset:
    if session.dataset is None:
        raise refusal("error.no_dataset", words)
    return session.dataset
