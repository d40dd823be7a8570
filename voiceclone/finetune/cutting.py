"""Where a recording is cut into utterances of 2 to 12 s: in its pauses, the longest first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.listen.vad import Segment

MIN_S, MAX_S = 2.0, 12.0
PAUSE_S = 0.7
"""A pause from this length on ends an utterance: sentences are 0.5 to 1 s apart, words far less."""
EDGE_S = 0.1
"""Of the pause, left on either side."""
JOINED_PAUSE_S = 2.0
"""Over a longer pause a short word goes with no neighbour: most of the utterance would be silence."""
_FRAME_S = 0.02


def cuts(audio: Audio, speech: Sequence[Segment]) -> list[Segment]:
    """Return the utterances of a recording, edges included, in order, none overlapping.

    Cut at pauses of 0.7 s and more; what is then longer than 12 s, at its longest pauses; where there
    is no pause, at the quietest spot. What is shorter than 2 s goes with its nearer neighbour where that is
    within 2 s, and both together stay under 12 s.

    Args:
        audio: the recording.
        speech: the stretches of speech in it, in order.
    """
    if not speech:
        return []
    groups: list[list[Segment]] = [[speech[0]]]
    for before, after in pairwise(speech):
        if after.start_s - before.end_s >= PAUSE_S:
            groups.append([])
        groups[-1].append(after)
    spans = _joined([span for group in groups for span in _shortened(audio, group)])
    return [_with_edges(spans, index, audio.duration_s) for index in range(len(spans))]


def _shortened(audio: Audio, group: list[Segment]) -> list[Segment]:
    """Return a group as spans of 12 s at most."""
    whole = Segment(group[0].start_s, group[-1].end_s)
    if whole.duration_s <= MAX_S - 2 * EDGE_S:
        return [whole]
    pauses = [
        (after.start_s - before.end_s, index)
        for index, (before, after) in enumerate(pairwise(group), start=1)
        if before.end_s - whole.start_s >= MIN_S and whole.end_s - after.start_s >= MIN_S
    ]
    if pauses:
        _, index = max(pauses)
        return _shortened(audio, group[:index]) + _shortened(audio, group[index:])
    spot_s = _quietest(audio, whole.start_s + MIN_S, min(whole.start_s + MAX_S - 1.0, whole.end_s - MIN_S))
    before = [s for s in group if s.start_s < spot_s]
    first = [*before[:-1], Segment(before[-1].start_s, min(spot_s, before[-1].end_s))]
    rest = [Segment(max(spot_s, s.start_s), s.end_s) for s in group if s.end_s > spot_s]
    return _shortened(audio, first) + _shortened(audio, rest)


def _quietest(audio: Audio, start_s: float, end_s: float) -> float:
    """Return the middle of the quietest 20 ms between two times."""
    size = round(_FRAME_S * audio.sample_rate)
    part = audio.sliced(start_s, end_s).samples
    frames = part[: len(part) // size * size].reshape(-1, size)
    return start_s + (int(np.square(frames).mean(axis=1).argmin()) + 0.5) * _FRAME_S


def _joined(spans: list[Segment]) -> list[Segment]:
    """Return spans of which those under 2 s have gone with a neighbour, where there is room."""
    spans = list(spans)
    index = 0
    while index < len(spans):
        span = spans[index]
        beside = [i for i in (index - 1, index + 1) if 0 <= i < len(spans)]
        gaps = {i: max(span.start_s, spans[i].start_s) - min(span.end_s, spans[i].end_s) for i in beside}
        room = [
            i
            for i in beside
            if gaps[i] <= JOINED_PAUSE_S
            and span.duration_s + spans[i].duration_s + gaps[i] <= MAX_S - 2 * EDGE_S
        ]
        if span.duration_s >= MIN_S - 2 * EDGE_S or not room:
            index += 1
            continue
        other = min(room, key=lambda i: gaps[i])
        first, last = sorted((index, other))
        spans[first : last + 1] = [Segment(spans[first].start_s, spans[last].end_s)]
        index = first
    return spans


def _with_edges(spans: Sequence[Segment], index: int, duration_s: float) -> Segment:
    """Return a span with 0.1 s on either side, or half of the pause where that is shorter."""
    span = spans[index]
    before_s = spans[index - 1].end_s if index else -span.start_s
    after_s = spans[index + 1].start_s if index + 1 < len(spans) else 2 * duration_s - span.end_s
    return Segment(
        max(span.start_s - EDGE_S, (before_s + span.start_s) / 2),
        min(span.end_s + EDGE_S, (span.end_s + after_s) / 2),
    )
