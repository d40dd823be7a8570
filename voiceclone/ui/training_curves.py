"""The curves of a training run as SVG: one small plot each for loss, likeness and words."""

from __future__ import annotations

from collections.abc import Sequence

from voiceclone.finetune.events import TrainingEvent
from voiceclone.ui.markup import esc
from voiceclone.ui.words import Words

WIDTH, HEIGHT = 200, 110
LEFT, RIGHT, TOP, BOTTOM = 5, 5, 8, 20
"""Room in pixels around the plot."""
SMOOTHING = 0.9
"""Share of the mean so far in an exponential moving average: the loss of one step says little."""
LEAST_POINTS = 20.0
"""Of 100 that a plot of likeness or words spans at least."""

Points = Sequence[tuple[int, float]]
"""(step, value), in order."""


def training_curves(events: Sequence[TrainingEvent], words: Words) -> str:
    """Return the three plots; nothing before there is anything to draw."""
    if not events:
        return ""
    steps = events[-1].steps
    chosen = next((event.chosen.step for event in reversed(events) if event.chosen is not None), None)
    measured = [event.evaluation for event in events if event.evaluation is not None]
    losses = [(event.step, event.losses["loss"]) for event in events if "loss" in event.losses]
    likeness = [(found.step, 100 * found.similarity) for found in measured]
    heard = [(found.step, 100 * (1 - found.word_error_rate)) for found in measured]
    plots = (
        _plot(words("run.curve.loss"), _smoothed(losses), steps, None, "{:.2f}", 0.0, words),
        _plot(words("run.curve.similarity"), likeness, steps, chosen, "{:.0f}", LEAST_POINTS, words),
        _plot(words("run.curve.words"), heard, steps, chosen, "{:.0f} %", LEAST_POINTS, words),
    )
    return f'<div class="vc-plots">{"".join(plots)}</div>' if any(plots) else ""


def _smoothed(points: Points) -> list[tuple[int, float]]:
    smooth: list[tuple[int, float]] = []
    for step, value in points:
        before = smooth[-1][1] if smooth else value
        smooth.append((step, SMOOTHING * before + (1 - SMOOTHING) * value))
    return smooth


def _plot(
    title: str, points: Points, steps: int, chosen: int | None, form: str, least: float, words: Words
) -> str:
    """Return one plot under its title and last value; the chosen step is a dot.

    Args:
        title: above it.
        points: nothing is drawn without any.
        steps: where the axis ends.
        chosen: the step that is kept, if any.
        form: of the last value.
        least: that the plot spans from bottom to top, so that noise does not look like a fall.
        words: of the visitor.
    """
    if not points:
        return ""
    values = [value for _, value in points]
    lowest, highest = min(values), max(values)
    room = max(0.12 * (highest - lowest), (least - (highest - lowest)) / 2, 1e-3)
    lowest, highest = lowest - room, highest + room

    def x(step: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * step / max(steps, 1)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (highest - value) / (highest - lowest)

    last = form.format(values[-1])
    label = words("run.curve.now", title=title, value=last, step=points[-1][0])
    axis = HEIGHT - BOTTOM
    line = " ".join(f"{x(step):.1f},{y(value):.1f}" for step, value in points)
    marks = "".join(
        f'<circle class="vc-dot" cx="{x(step):.1f}" cy="{y(value):.1f}" r="4"/>'
        for step, value in points
        if step == chosen
    )
    return (
        f'<figure><figcaption><span>{esc(title)}</span><span class="vc-quiet">{esc(last)}</span></figcaption>'
        f'<svg class="vc-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{esc(label)}">'
        f'<line class="vc-axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{axis}" y2="{axis}"/>'
        f'<text x="{LEFT}" y="{HEIGHT - 5}">0</text>'
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 5}" text-anchor="end">{steps}</text>'
        f'<polyline class="vc-line" points="{line}"/>{marks}</svg></figure>'
    )
