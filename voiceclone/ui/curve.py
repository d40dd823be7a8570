"""The similarity curve as SVG: sharp at any width, in the page's own colours, light and dark.

A picture per step from a plotting library would cost more than a tenth of a learning step.
"""

from __future__ import annotations

from collections.abc import Sequence

from voiceclone.ui.markup import esc
from voiceclone.ui.words import Words

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 6, 6, 14, 30
"""Room in pixels around the plot."""


def similarity_svg(
    points: Sequence[tuple[int, float]], steps: int, stranger: float, same: float, words: Words
) -> str:
    """Return the curve between two dotted lines, with its last value as text for screen readers.

    Args:
        points: (step, similarity) as measured, in order; may be empty.
        steps: where the axis ends.
        stranger: similarity of two different people, the lower line.
        same: similarity of two recordings of one person, the upper line.
    """
    values = [value for _, value in points]
    lowest, highest = min([stranger, *values]), max([same, *values])
    room = 0.16 * max(highest - lowest, 0.1)
    lowest, highest = lowest - room, highest + room

    def x(step: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * step / max(steps, 1)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (highest - value) / (highest - lowest)

    title = words("learn.curve")
    if points:
        step, value = points[-1]
        title = words("learn.curve.now", step=step, value=value, stranger=stranger, same=same)
    parts = [
        f'<svg class="vc-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{esc(title)}">',
        f"<title>{esc(title)}</title>",
    ]
    # The curve climbs to the upper right: the names stand where it does not come.
    for level, key, name_x, below, anchor in (
        (stranger, "learn.curve.stranger", WIDTH - RIGHT, 22, "end"),
        (same, "learn.curve.self", LEFT, -8, "start"),
    ):
        height = f"{y(level):.1f}"
        parts.append(
            f'<line class="vc-level" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height}" y2="{height}"/>'
            f'<text x="{name_x}" y="{y(level) + below:.1f}" text-anchor="{anchor}">{esc(words(key))}</text>'
        )
    axis = HEIGHT - BOTTOM
    parts.append(f'<line class="vc-axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{axis}" y2="{axis}"/>')
    for step, anchor in ((0, "start"), (steps, "end")):
        parts.append(f'<text x="{x(step):.1f}" y="{HEIGHT - 8}" text-anchor="{anchor}">{step}</text>')
    if points:
        line = " ".join(f"{x(step):.1f},{y(value):.1f}" for step, value in points)
        step, value = points[-1]
        parts.append(f'<polyline class="vc-line" points="{line}"/>')
        parts.append(f'<circle class="vc-dot" cx="{x(step):.1f}" cy="{y(value):.1f}" r="5"/>')
    return "".join([*parts, "</svg>"])
