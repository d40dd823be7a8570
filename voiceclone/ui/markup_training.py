"""HTML of a training run: the check before it, how it stands, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from voiceclone.evaluate.report import Scores
from voiceclone.finetune.events import Compared, Evaluation, Obstacle, Preflight, TrainingEvent
from voiceclone.finetuning import MIN_CLIPS, MIN_SECONDS
from voiceclone.ui.bench import said
from voiceclone.ui.markup import NATURALNESS, esc, paragraph
from voiceclone.ui.training_curves import training_curves
from voiceclone.ui.words import Words
from voiceclone.workshop import Job

SAME_POINTS = 0.5
"""Likenesses that differ by less than this, out of 100, are called the same."""


def preflight(found: Preflight, replaces: bool, words: Words) -> str:
    """Return what a run would do, and what stands in its way, each with what to do.

    Args:
        found: by the check.
        replaces: whether there is a run already, whose place this one would take.
        words: of the visitor.
    """
    title = words("check.ready" if found.ready else "check.not_ready")
    rows = (
        (
            "trained_on",
            words("check.trained_on.value", clips=found.clips, length=words.duration(found.seconds)),
        ),
        ("held_out", words("check.held_out.value", clips=found.held_out)),
        ("time", words("check.time.value", time=words.duration(found.estimate_s), steps=found.steps)),
        ("memory", words("check.memory.value", gigabytes=found.memory_mb / 1000)),
        ("device", found.device),
    )
    facts = "".join(
        f"<div><dt>{esc(words(f'check.{key}'))}</dt><dd>{esc(value)}</dd></div>" for key, value in rows
    )
    obstacles = "".join(f"<li>{esc(_obstacle(obstacle, words))}</li>" for obstacle in found.obstacles)
    listed = f"<ul>{obstacles}</ul>" if obstacles else ""
    if replaces:
        listed += paragraph(words("check.replaces"), "vc-warn")
    return (
        f'<div class="vc-card vc-report {"good" if found.ready else "poor"}" role="status">'
        f'<p class="vc-name">{esc(title)}</p>{listed}<dl class="vc-facts">{facts}</dl></div>'
    )


def run(job: Job, ending: str | None, words: Words) -> str:
    """Return how a run stands: what is happening, how far, the curves, which step is kept and why.

    Args:
        job: as it is now.
        ending: `stop` or `finish` when that was asked for and the step under way has not ended yet.
        words: of the visitor.
    """
    event = job.events[-1] if job.events else None
    share = 0.0
    if job.state == "done":
        share = 1.0
    elif event is not None and event.steps:
        share = min(1.0, event.step / event.steps)
    title, note = _title(job, event, words), _note(job, event, ending, words)
    css = {"failed": "vc-altered", "done": "vc-found"}.get(job.state, "")
    bar = ""
    if job.state != "waiting":
        bar = f'<progress max="1" value="{share:.3f}" aria-label="{esc(title)}"></progress>'
    return (
        f'<div class="vc-card vc-progress {css}"><div class="vc-row"><span role="status">{esc(title)}</span>'
        f'<span class="vc-quiet">{esc(note)}</span></div>{bar}'
        f"{_more(job, words)}{training_curves(job.events, words)}{kept_step(job.events, words)}</div>"
    )


def kept_step(events: Sequence[TrainingEvent], words: Words) -> str:
    """Return which step is kept, and why that one and not the last."""
    chosen = next((event.chosen for event in reversed(events) if event.chosen is not None), None)
    if chosen is None:
        return ""
    last = next((e.evaluation for e in reversed(events) if e.evaluation is not None), chosen)
    line = words("run.kept", step=chosen.step, steps=events[-1].steps, score=_points(chosen.similarity))
    return paragraph(f"{line} {_compared_to_last(chosen, last, words)}".strip(), "vc-kept")


def compared(found: Compared, words: Words) -> str:
    """Return the scores of the same text before and after, side by side."""
    head = "".join(f'<th scope="col">{esc(words(key))}</th>' for key in ("result.before", "result.after"))
    before, after = (_score_cells(scores, words) for scores in (found.before_scores, found.after_scores))
    rows = "".join(
        f'<tr><th scope="row">{esc(words(f"score.{key}"))}</th><td>{esc(old)}</td><td>{esc(new)}</td></tr>'
        for key, old, new in zip(("similarity", "words", "naturalness"), before, after, strict=True)
    )
    return (
        f'<div class="vc-card"><p class="vc-quiet">{esc(words("result.text"))}</p><p>{esc(found.text)}</p>'
        f'<table class="vc-compared"><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>'
        f"{paragraph(words('result.measured'), 'vc-quiet')}</div>"
    )


def _title(job: Job, event: TrainingEvent | None, words: Words) -> str:
    if job.state != "running":
        return words(f"run.state.{job.state}", ahead=job.ahead)
    if event is None:
        return words("run.stage.preparing")
    if event.stage == "stopped":
        return words("run.state.stopped")
    # Done is said only of what is on disk: until then its saving is part of the check.
    stage = "checking" if event.stage == "done" else event.stage
    return words(f"run.stage.{stage}", step=event.step, steps=event.steps)


def _note(job: Job, event: TrainingEvent | None, ending: str | None, words: Words) -> str:
    if ending is not None and job.state == "running":
        return words(f"run.ending.{ending}")
    if event is None:
        return ""
    if job.state == "running" and event.seconds_left is not None:
        return words("learn.left", left=words.duration(event.seconds_left))
    if job.resumable:
        return words("run.at", step=event.step, steps=event.steps)
    return words("run.took", took=words.duration(event.seconds)) if job.state == "done" else ""


def _more(job: Job, words: Words) -> str:
    """Return what else has to be said of a state, a failure in words."""
    if job.state == "failed" and job.error is not None:
        return paragraph(said(job.error, words)) + paragraph(words("run.failed.info"), "vc-quiet")
    if job.state == "running":
        return paragraph(words("run.goes_on"), "vc-quiet")
    return paragraph(words(f"run.{job.state}.info"), "vc-quiet")


def _compared_to_last(chosen: Evaluation, last: Evaluation, words: Words) -> str:
    if last.step == chosen.step:
        return words("run.kept.last")
    if last.guarded:
        return words(f"run.kept.guarded.{last.guarded}", step=last.step)
    points = 100 * (chosen.similarity - last.similarity)
    if points < SAME_POINTS:
        return words("run.kept.same", step=last.step)
    return words("run.kept.less", step=last.step, points=points)


def _obstacle(obstacle: Obstacle, words: Words) -> str:
    little = obstacle.kind == "too_little" and not obstacle.blocking
    return words(
        f"obstacle.{'little' if little else obstacle.kind}",
        value=obstacle.value if obstacle.value is not None else 0.0,
        min_s=MIN_SECONDS,
        min_clips=MIN_CLIPS,
        about=obstacle.about,
    )


def _score_cells(scores: Scores, words: Words) -> tuple[str, str, str]:
    understood = 100 * max(0.0, 1.0 - scores.words.error_rate)
    grade = next(key for least, key in NATURALNESS if scores.naturalness >= least)
    return (
        words("score.similarity.value", score=_points(scores.similarity_percent / 100)),
        words("score.words.some", percent=understood) if scores.words.missed else words("score.words.all"),
        f"{words(f'score.naturalness.{grade}')} ({scores.naturalness:.1f})",
    )


def _points(similarity: float) -> int:
    """Return a likeness between the anchors as points out of 100."""
    return round(100 * min(max(similarity, 0.0), 1.0))
