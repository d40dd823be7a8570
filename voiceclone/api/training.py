"""What the endpoints of fine-tuning do, as plain functions of the studio and its workshop."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from voiceclone.api.endpoints import finite, whole
from voiceclone.consent import receipt as receipts
from voiceclone.errors import TrainingFailedError
from voiceclone.finetune.events import TrainingEvent
from voiceclone.studio import Studio
from voiceclone.voices.owner import Owner, new_capability
from voiceclone.workshop import Workshop

POLL_S = 0.5


def dataset(
    studio: Studio, files: Sequence[Path], language: str | None = None
) -> Iterator[tuple[dict[str, object], str | None]]:
    """Make a dataset of recordings; yield (report, None) as it goes, at last (report, path of a zip).

    The last report has a line for each clip: its text, whether it is kept, and what is wrong with it.

    Args:
        studio: where it happens.
        files: sound files or zips of them, of one speaker.
        language: key of the language; heard for each recording when empty.
    """
    for event in studio.services.material.prepare(list(files), language_key=language or None):
        report: dict[str, object] = {"stage": event.stage, "done": event.done, "total": event.total}
        if event.dataset is None:
            yield report, None
            continue
        clips = [
            {
                "file_name": u.file_name,
                "seconds": round(u.audio.duration_s, 2),
                "text": u.text,
                "language": u.language,
                "source": u.source,
                "kept": u.kept,
                "faults": [asdict(fault) for fault in u.faults],
            }
            for u in event.dataset.utterances
        ]
        with tempfile.TemporaryDirectory(prefix="voiceclone-") as folder:
            path = Path(folder) / "dataset.zip"
            path.write_bytes(event.dataset.zipped())
            yield {**report, "seconds": round(event.dataset.seconds, 2), "clips": clips}, str(path)


def finetune(
    studio: Studio,
    workshop: Workshop,
    dataset_zip: Path,
    receipt: object,
    minutes: float,
    steps: float | None = None,
    seed: float = 0,
    engine: str | None = None,
) -> Iterator[tuple[dict[str, object], str | None]]:
    """Train a voice; yield (report, None) for each step, and at last (report, path of the voice file).

    The run belongs to this call: who hangs up ends it. The app's page and the command line have runs
    that can be left and taken up.

    Args:
        studio: where it happens.
        workshop: of the same server; runs take turns there.
        dataset_zip: as `dataset` made it, or any zip of clips.
        receipt: of consent for its clips, as `attest` or `consent` returned it for that zip.
        minutes: that it may take.
        steps: how many, in place of as many as the time is enough for.
        seed: a whole number; same dataset, steps and seed: same voice.
        engine: name of the engine that is trained; the default when empty.
    """
    owner = Owner.from_capability(new_capability())
    material = studio.services.material.opened(dataset_zip)
    workshop.start(
        owner,
        material,
        receipts.from_dict(receipt),
        minutes=minutes,
        steps=None if steps is None else whole("steps", steps),
        seed=whole("seed", seed),
        engine=engine or studio.registry.default,
    )
    told = 0
    try:
        while True:
            job = workshop.job(owner)
            assert job is not None
            for event in job.events[told:]:
                yield _report(event), None
            told = max(told, len(job.events))
            if job.voice is not None:
                break
            if not job.under_way:
                raise job.error or TrainingFailedError(job.state)
            time.sleep(POLL_S)
        with tempfile.TemporaryDirectory(prefix="voiceclone-") as folder:
            path = studio.save_voice(job.voice, Path(folder) / f"{job.voice.id}.safetensors")
            voice = studio.load_voice(path)
            assert job.compared is not None
            scores = {
                when: finite(asdict(getattr(job.compared, f"{when}_scores"))) for when in ("before", "after")
            }
            yield {"stage": "done", "text": job.compared.text, **scores, "voice": voice.metadata()}, str(path)
    finally:
        workshop.abandon(owner)


def _report(event: TrainingEvent) -> dict[str, object]:
    return finite(
        {
            "stage": event.stage,
            "step": event.step,
            "steps": event.steps,
            "seconds": round(event.seconds, 2),
            "seconds_left": None if event.seconds_left is None else round(event.seconds_left, 1),
            "losses": dict(event.losses),
            "evaluation": None if event.evaluation is None else asdict(event.evaluation),
            "chosen": None if event.chosen is None else asdict(event.chosen),
        }
    )
