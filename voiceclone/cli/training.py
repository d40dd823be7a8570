"""The command that trains a voice on many clips."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

from voiceclone.cli.files import checked_out, duration, local_studio
from voiceclone.cli.interrupt import stopped_by_ctrl_c
from voiceclone.cli.speech import authority_of
from voiceclone.consent.receipt import Receipt, load_receipt, save_receipt
from voiceclone.console import Console
from voiceclone.engines.registry import DEFAULT_ENGINE
from voiceclone.errors import OptionError
from voiceclone.finetune.dataset import Dataset, read_dataset
from voiceclone.finetune.events import Evaluation, Preflight, TrainingEvent
from voiceclone.finetune.folder import Folder
from voiceclone.finetune.run import CHECKPOINT
from voiceclone.finetuning import FineTuning
from voiceclone.studio import Studio
from voiceclone.voices.voice import Voice

RECEIPT = "receipt.json"
ENGINE = "engine.json"


def finetune(args: argparse.Namespace, console: Console) -> int:
    """Train a voice on minutes of speech: clips, a zip, a long recording, or a dataset folder.

    The run keeps itself in a folder beside the voice, OUT without its suffix and with `.run`: the
    clips with their texts, as a dataset, and a checkpoint. Ctrl-C stops it after its step; --resume
    goes on from there, also after a crash. On several GPUs: `accelerate launch -m voiceclone finetune …`.
    """
    out = checked_out(args.out, (".safetensors",))
    folder = Folder(out.with_suffix(".run"))
    studio = local_studio()
    devices = studio.services.devices
    if devices.leads:
        dataset, receipt, engine = _material(args, console, studio, folder)
    devices.together()
    if not devices.leads:  # the leading process has written them meanwhile
        dataset, receipt, engine = _kept(folder, None)
    tuning = FineTuning(studio)
    if devices.leads:
        console.progress(_plan(tuning.preflight(dataset, receipt, args.minutes, engine)), 0, 1)
    with stopped_by_ctrl_c(
        console, "Stopping after this step; --resume goes on from there. Ctrl-C again stops at once."
    ) as stop:
        events = tuning.train(
            dataset, receipt, folder, minutes=args.minutes, steps=args.steps, seed=args.seed, engine=engine,
            stopped=stop.is_set,
        )  # fmt: skip
        last = _watched(events, console) if devices.leads else _exhausted(events)
    if not devices.leads:
        return 0
    if last.voice is None:
        console.result(
            {"voice": None, "interrupted": True, "step": last.step, "steps": last.steps},
            f"Stopped at step {last.step} of {last.steps}. Go on with the same command and --resume.",
        )
        return 130
    studio.save_voice(last.voice, out)
    voice = studio.load_voice(out)
    _say(console, voice, last, out, devices.processes)
    return 0


def _material(
    args: argparse.Namespace, console: Console, studio: Studio, folder: Folder
) -> tuple[Dataset, Receipt, str]:
    """Return what is trained on, and by which engine: kept in the run's folder now, or before.

    Raises:
        OptionError: a run is there and is not to be resumed, or there is none to resume.
        EngineUnknownError, EngineCannotError, EngineUnavailableError: not by this engine.
    """
    begun = folder.has(CHECKPOINT) or folder.has(RECEIPT)
    if args.resume:
        if not begun:
            raise OptionError("--resume", folder.path, "an --out beside which a run was begun")
        return _kept(folder, args.engine)
    if begun:
        accepted = "another --out; or --resume to go on, or that folder removed"
        raise OptionError("--out", f"{args.out}, beside which a run was begun ({folder.path})", accepted)
    if not args.material:
        raise OptionError("MATERIAL", "missing", "sound files, a zip, or a folder with a dataset")
    authority = authority_of(args)
    engine = args.engine or DEFAULT_ENGINE
    studio.services.trainable_spec(engine)
    studio.usable(engine)
    dataset: Dataset | None = None
    for event in studio.services.material.prepare(args.material, language_key=args.language):
        console.progress(f"{event.stage} {event.done} of {event.total}", event.done, event.total)
        dataset = event.dataset or dataset
    assert dataset is not None
    for dropped in (u for u in dataset.utterances if not u.kept):
        why = ", ".join(fault.kind.replace("_", " ") for fault in dropped.faults)
        console.note(f"left out: {dropped.file_name} ({dropped.source} at {dropped.start_s:.0f} s): {why}")
    dataset.write(folder)
    if authority is None:
        receipt = load_receipt(args.receipt)
    else:
        receipt = studio.attest(
            dataset,
            name=args.name or "",
            speaker=args.speaker,
            authority=authority,
            scope=args.scope,
            expires=args.expires,
        )
    folder.write(ENGINE, json.dumps({"engine": engine}).encode())
    save_receipt(receipt, folder.path / RECEIPT)
    return dataset, receipt, engine


def _kept(folder: Folder, engine: str | None) -> tuple[Dataset, Receipt, str]:
    """Return what a run was begun with; `engine`, where one is named, has to be the run's.

    Raises:
        OptionError: the run has no clips, or is of another engine.
    """
    dataset = read_dataset(folder)
    if dataset is None:
        raise OptionError("--resume", folder.path, "a folder with the clips of a run that was begun")
    begun_by = json.loads(folder.read(ENGINE))["engine"] if folder.has(ENGINE) else DEFAULT_ENGINE
    if engine not in (None, begun_by):
        raise OptionError("--engine", engine, f"{begun_by}, by which this run was begun")
    return dataset, load_receipt(folder.path / RECEIPT), begun_by


def _watched(events: Iterator[TrainingEvent], console: Console) -> TrainingEvent:
    for event in events:
        if event.stage != "done":
            console.progress(_line(event), event.step, max(1, event.steps))
    return event


def _exhausted(events: Iterator[TrainingEvent]) -> TrainingEvent:
    *_, last = events
    return last


def _plan(plan: Preflight) -> str:
    return (
        f"training on {plan.clips} clips, {duration(plan.seconds)}; {plan.held_out} are held out; "
        f"about {duration(plan.estimate_s)} on {plan.device}"
    )


def _line(event: TrainingEvent) -> str:
    """Return one line on a running run."""
    if event.stage != "learning":
        return event.stage
    line = f"step {event.step} of {event.steps}"
    if event.chosen is not None:
        line += f", best so far step {event.chosen.step} ({_scores(event.chosen)})"
    return line if event.seconds_left is None else f"{line}, {duration(event.seconds_left)} left"


def _scores(scores: Evaluation) -> str:
    return (
        f"likeness {100 * min(1.0, scores.similarity):.0f} of 100, word errors {scores.word_error_rate:.0%}, "
        f"naturalness {scores.naturalness:.1f}"
    )


def _say(console: Console, voice: Voice, last: TrainingEvent, out: Path, processes: int) -> None:
    assert last.chosen is not None and last.compared is not None
    compared = last.compared
    data = {
        "voice": str(out),
        "name": voice.name,
        "language": voice.language,
        "engine": voice.engine,
        "receipt": voice.receipt.id,
        "interrupted": False,
        "processes": processes,
        "chosen": dataclasses.asdict(last.chosen),
        "before": compared.before_scores.similarity_percent / 100,
        "after": compared.after_scores.similarity_percent / 100,
        **dataclasses.asdict(voice.learned),
    }
    console.result(
        data,
        f"{voice.name} is trained and saved: {out} ({out.stat().st_size / 1000:.0f} kB).",
        voice.receipt.sentence,
        f"Step {last.chosen.step} of {last.step} is kept, the most like the clips that were held out "
        f"among those that keep words and naturalness: {_scores(last.chosen)}.",
        f"It took {duration(voice.learned.seconds)}. Clips and texts are in {out.with_suffix('.run')}.",
    )
