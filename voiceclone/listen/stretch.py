"""One recording: its best stretch of speech, and that stretch trimmed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.listen.vad import Segment, speech_s

LONG_PAUSE_S = 0.5
SHORT_PAUSE_S = 0.3
"""Pauses longer than the first are shortened to the second."""
EDGE_S = 0.1
"""Kept before the first sound and after the last."""
FADE_S = 0.01
"""At every cut, so that none clicks."""

FRAME_S = 0.02
CLIPPED_PEAK = 0.5
"""A recording whose peak is under half of full scale is not taken for clipped, however flat."""
CLIPPED_SAMPLES = 3
"""As many samples of one frame at the clip's peak mean that the frame is clipped."""
NOISE_PERCENTILE = 10
"""The quietest tenth of a stretch's frames is its noise: even dense speech has as many stops."""
MAX_SNR_DB = 40.0
"""Beyond this a cleaner stretch makes no better voice."""
CLIPPED_COST_DB = 100.0
"""1 dB for each hundredth of the frames that is clipped."""
FULL_ENOUGH = 0.8
"""Stretches that fill less of the budget are not compared with those that fill more."""


def trimmed_s(segments: Sequence[Segment]) -> float:
    """Return the length in seconds of a stretch once it is trimmed."""
    pauses = (after.start_s - before.end_s for before, after in pairwise(segments))
    return 2 * EDGE_S + speech_s(segments) + sum(SHORT_PAUSE_S if p > LONG_PAUSE_S else p for p in pauses)


def span_s(audio: Audio, segments: Sequence[Segment]) -> tuple[float, float]:
    """Return where a stretch begins and ends in its recording, edges included, in seconds."""
    return max(0.0, segments[0].start_s - EDGE_S), min(audio.duration_s, segments[-1].end_s + EDGE_S)


def trimmed(audio: Audio, segments: Sequence[Segment]) -> Audio:
    """Return a stretch from its first sound to its last, long pauses shortened.

    Args:
        audio: the recording.
        segments: neighbouring segments of its speech, in order, at least one.
    """
    start_s, end_s = span_s(audio, segments)
    pieces = []
    for before, after in pairwise(segments):
        if after.start_s - before.end_s > LONG_PAUSE_S:
            pieces.append(audio.sliced(start_s, before.end_s + SHORT_PAUSE_S / 2))
            start_s = after.start_s - SHORT_PAUSE_S / 2
    pieces.append(audio.sliced(start_s, end_s))
    return Audio.joined([_faded(piece) for piece in pieces])


def best_stretch(audio: Audio, segments: Sequence[Segment], budget_s: float) -> tuple[Segment, ...]:
    """Return the neighbouring segments that make the best reference of at most `budget_s`.

    Best is: speech far above the noise, no clipping, little silence. Cuts fall into pauses; a
    segment that is longer than the budget is divided where it is quietest.

    Args:
        audio: the recording as it was given, its level and clipping untouched.
        segments: all speech in it, in order, at least one.
        budget_s: seconds that the trimmed stretch may have.
    """
    frames = _Frames(audio)
    whole = [part for segment in segments for part in frames.divided(segment, budget_s - 2 * EDGE_S)]
    if trimmed_s(whole) <= budget_s:
        return tuple(segments)
    stretches = []
    end = 0
    for start in range(len(whole)):
        end = max(end, start + 1)
        while end < len(whole) and trimmed_s(whole[start : end + 1]) <= budget_s:
            end += 1
        stretches.append(tuple(whole[start:end]))
    longest_s = max(trimmed_s(s) for s in stretches)
    full = [s for s in stretches if trimmed_s(s) >= FULL_ENOUGH * longest_s]
    return max(full, key=frames.score_db)


class _Frames:
    """Power and clipping of a recording in frames of 20 ms, measured once."""

    def __init__(self, audio: Audio) -> None:
        size = round(FRAME_S * audio.sample_rate)
        n_frames = max(1, len(audio.samples) // size)
        frames = audio.samples[: n_frames * size].reshape(n_frames, -1)
        self.power = np.mean(np.square(frames), axis=1)
        """`[n_frames]`"""
        at_peak = np.abs(frames) >= 0.999 * max(audio.peak, CLIPPED_PEAK)
        self.clipped = at_peak.sum(axis=1) >= CLIPPED_SAMPLES
        """`[n_frames]`"""

    def score_db(self, stretch: Sequence[Segment]) -> float:
        """Return how good a stretch is: its signal-to-noise ratio, less what clipping and pauses cost."""
        window = _window(stretch[0].start_s, stretch[-1].end_s)
        speech = np.concatenate([self.power[_window(s.start_s, s.end_s)] for s in stretch])
        noise = max(float(np.percentile(self.power[window], NOISE_PERCENTILE)), 1e-12)
        snr_db = 10 * math.log10(max(float(speech.mean()), 1e-12) / noise)
        density_db = 10 * math.log10(speech_s(stretch) / (stretch[-1].end_s - stretch[0].start_s))
        return min(snr_db, MAX_SNR_DB) + density_db - CLIPPED_COST_DB * float(self.clipped[window].mean())

    def divided(self, segment: Segment, max_s: float) -> list[Segment]:
        """Return a segment in parts of at most `max_s`, cut where its middle third is quietest."""
        if segment.duration_s <= max_s:
            return [segment]
        third_s = segment.duration_s / 3
        middle = _window(segment.start_s + third_s, segment.end_s - third_s)
        cut_s = (middle.start + int(np.argmin(self.power[middle])) + 0.5) * FRAME_S
        parts = Segment(segment.start_s, cut_s), Segment(cut_s, segment.end_s)
        return [smaller for part in parts for smaller in self.divided(part, max_s)]


def _window(start_s: float, end_s: float) -> slice:
    start = int(start_s / FRAME_S)
    return slice(start, max(start + 1, int(end_s / FRAME_S)))


def _faded(audio: Audio) -> Audio:
    n = min(round(FADE_S * audio.sample_rate), len(audio.samples) // 2)
    samples = audio.samples.copy()
    ramp = np.sin(np.linspace(0, np.pi / 2, n, dtype=np.float32)) ** 2
    samples[:n] *= ramp
    samples[len(samples) - n :] *= ramp[::-1]
    return Audio(samples, audio.sample_rate)
