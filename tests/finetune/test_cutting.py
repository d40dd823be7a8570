"""Recordings are cut in their pauses, into 2 to 12 s."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voiceclone.audio.clip import Audio
from voiceclone.finetune.cutting import MAX_S, cuts
from voiceclone.listen.vad import Segment

RATE = 16_000


def recording(duration_s, quiet=()):
    samples = np.random.default_rng(0).normal(0, 0.1, round(duration_s * RATE)).astype(np.float32)
    for start_s, end_s in quiet:
        samples[round(start_s * RATE) : round(end_s * RATE)] *= 0.01
    return Audio(samples, RATE)


def test_sentences_are_cut_where_somebody_stops():
    spans = cuts(recording(14), [Segment(0.5, 4), Segment(5, 9), Segment(9.4, 13)])
    assert [(s.start_s, s.end_s) for s in spans] == [(0.4, 4.1), (4.9, 13.1)], "0.4 s is a breath, 1 s a stop"


def test_what_is_too_long_is_cut_at_its_longest_pause():
    speech = [Segment(0, 5), Segment(5.2, 9), Segment(9.6, 15)]
    spans = cuts(recording(15), speech)
    assert [round(s.start_s, 2) for s in spans] == [0, 9.5]


def test_where_there_is_no_pause_the_quietest_spot_is_taken():
    spans = cuts(recording(15, quiet=[(7.0, 7.1)]), [Segment(0, 15)])
    assert len(spans) == 2 and 7.0 <= spans[0].end_s <= 7.1


def test_a_short_word_goes_with_its_neighbour():
    spans = cuts(recording(10), [Segment(0, 1), Segment(2, 6)])
    assert [(s.start_s, s.end_s) for s in spans] == [(0, 6.1)]


def test_a_short_word_with_nobody_near_stays_alone():
    """It went with a neighbour eight seconds away, and what was mostly silence was taken for music."""
    spans = cuts(recording(12), [Segment(0, 1), Segment(9, 11.5)])
    assert [(s.start_s, s.end_s) for s in spans] == [(0, 1.1), (8.9, 11.6)]


def test_silence_has_no_utterances():
    assert cuts(recording(5), []) == []


@given(st.lists(st.tuples(st.floats(0.05, 2.0), st.floats(0.25, 20.0)), min_size=1, max_size=12))
def test_every_bit_of_speech_is_in_one_utterance_of_fitting_length(parts):
    speech, at_s = [], 0.0
    for pause_s, spoken_s in parts:
        speech.append(Segment(at_s + pause_s, at_s + pause_s + spoken_s))
        at_s += pause_s + spoken_s
    spans = cuts(recording(at_s + 0.3), speech)
    assert all(span.duration_s <= MAX_S + 1e-6 for span in spans)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in zip(spans, spans[1:], strict=False))
    for segment in speech:
        covered = sum(max(0.0, min(segment.end_s, s.end_s) - max(segment.start_s, s.start_s)) for s in spans)
        assert abs(covered - segment.duration_s) < 1e-6
