from __future__ import annotations

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.listen.stretch import EDGE_S, SHORT_PAUSE_S, best_stretch, trimmed, trimmed_s
from voiceclone.listen.vad import Segment, speech_s

RATE = 16_000


def _recording(parts: list[tuple[float, float]], noise: list[float]) -> tuple[Audio, tuple[Segment, ...]]:
    """Return "speech" (a tone) of given lengths, each with a pause behind and noise of its own below."""
    rng = np.random.default_rng(0)
    samples, segments, now_s = [], [], 0.0
    for (speech, pause), level in zip(parts, noise, strict=True):
        n_speech, n_all = round(speech * RATE), round((speech + pause) * RATE)
        piece = level * rng.standard_normal(n_all)
        piece[:n_speech] += 0.3 * np.sin(2 * np.pi * 200 * np.arange(n_speech) / RATE)
        samples.append(piece)
        segments.append(Segment(now_s, now_s + speech))
        now_s += speech + pause
    return Audio(np.concatenate(samples), RATE), tuple(segments)


def test_long_pauses_are_shortened_and_short_ones_stay() -> None:
    audio, segments = _recording([(2.0, 0.4), (2.0, 3.0), (2.0, 1.0)], [0.0] * 3)
    short = trimmed(audio, segments)
    # The first segment begins with the recording, so there is no edge before it.
    assert short.duration_s == pytest.approx(6.0 + 0.4 + SHORT_PAUSE_S + EDGE_S, abs=0.001)
    assert trimmed_s(segments) == pytest.approx(short.duration_s + EDGE_S, abs=0.001)


def test_cuts_do_not_click() -> None:
    audio, segments = _recording([(2.0, 3.0), (2.0, 1.0)], [0.05] * 2)
    cut = trimmed(audio, segments)
    assert cut.samples[0] == 0 and cut.samples[-1] == 0
    seam = round((2.0 + SHORT_PAUSE_S / 2) * RATE)
    assert np.abs(cut.samples[seam - 2 : seam + 2]).max() < 0.01


def test_what_fits_is_taken_whole() -> None:
    audio, segments = _recording([(2.0, 1.0)] * 3, [0.0] * 3)
    assert best_stretch(audio, segments, 30.0) == segments


def test_the_clean_part_is_taken_not_the_first() -> None:
    audio, segments = _recording([(2.0, 0.6)] * 9, [0.1] * 6 + [0.001] * 3)
    chosen = best_stretch(audio, segments, 8.0)
    assert chosen == segments[6:9]


def test_the_unclipped_part_is_taken() -> None:
    audio, segments = _recording([(2.0, 0.6)] * 6, [0.001] * 6)
    half = round(segments[3].start_s * RATE)
    samples = audio.samples.copy()
    samples[:half] = np.clip(5 * samples[:half], -1, 1)
    assert best_stretch(Audio(samples, RATE), segments, 8.0) == segments[3:6]


def test_the_dense_part_is_taken() -> None:
    audio, segments = _recording([(1.0, 4.0)] * 4 + [(1.0, 0.4)] * 4, [0.001] * 8)
    assert best_stretch(audio, segments, 5.6) == segments[4:8]


@pytest.mark.parametrize("budget_s", [3.0, 5.0, 12.0])
def test_the_budget_is_kept_and_cuts_fall_into_pauses(budget_s: float) -> None:
    audio, segments = _recording([(1.5, 0.5)] * 10, [0.01] * 10)
    chosen = best_stretch(audio, segments, budget_s)
    assert set(chosen) <= set(segments)
    assert 0.5 * budget_s <= trimmed_s(chosen) <= budget_s
    assert trimmed(audio, chosen).duration_s <= budget_s + 0.001


def test_speech_without_a_pause_is_cut_where_it_is_quietest() -> None:
    audio, segments = _recording([(20.0, 0.5)], [0.001])
    samples = audio.samples.copy()
    samples[9 * RATE : 9 * RATE + 800] *= 0.05
    chosen = best_stretch(Audio(samples, RATE), segments, 12.0)
    assert speech_s(chosen) <= 12.0
    assert any(9.0 <= edge <= 9.05 for s in chosen for edge in (s.start_s, s.end_s))
