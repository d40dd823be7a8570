"""What is held out is never trained on."""

from dataclasses import replace

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.finetune.dataset import Fault, Utterance
from voiceclone.finetune.split import HELD_OUT_SHARE, MAX_HELD_OUT, MIN_HELD_OUT, split


def utterance(number: int, seconds: float, *faults: Fault) -> Utterance:
    audio = Audio(np.zeros(int(seconds * 24_000), np.float32), 24_000)
    return Utterance(f"clips/{number:04}.wav", audio, "words", "en-us", "a.wav", 0.0, faults)


@pytest.mark.parametrize("n", [3, 6, 20, 100])
def test_every_utterance_is_in_one_part(n):
    given = [utterance(i, 2 + i % 9) for i in range(n)]
    parts = split(given)
    assert sorted(u.file_name for u in parts.training + parts.held_out) == [u.file_name for u in given]
    assert MIN_HELD_OUT <= len(parts.held_out) <= MAX_HELD_OUT
    assert parts.training


def test_about_an_eighth_is_held_out_when_there_is_enough():
    parts = split([utterance(i, 5.0) for i in range(24)])
    held_s = sum(u.audio.duration_s for u in parts.held_out)
    assert held_s <= HELD_OUT_SHARE * 24 * 5.0 and len(parts.held_out) == 2


def test_what_is_doubtful_is_trained_on_and_not_measured_against():
    given = [utterance(i, 5.0, Fault("noisy", 9.0)) for i in range(5)]
    clean = [utterance(9, 11.0), utterance(8, 2.0)]
    assert {u.file_name for u in split(given + clean).held_out} == {u.file_name for u in clean}


def test_the_order_of_what_is_given_changes_nothing():
    given = [utterance(i, 2 + i % 7) for i in range(12)]
    names = {u.file_name for u in split(given).held_out}
    assert {u.file_name for u in split(given[::-1]).held_out} == names
    other_text = [replace(u, text="other words") for u in given]
    assert {u.file_name for u in split(other_text).held_out} == names
