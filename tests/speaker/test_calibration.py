"""Recordings of two people among those of one are noticed, and a short one of the same person is not."""

import numpy as np

from voiceclone.speaker.calibration import Voiceprint, strangers


def _print(*values):
    vector = np.array(values, np.float32) / np.linalg.norm(values)
    return Voiceprint(vector, vector[None], 3.0)


def test_the_two_least_alike_are_named_with_their_cosine():
    prints = [_print(1, 0), _print(1, 0.2), _print(0.1, 1)]
    first, second, cosine = strangers(prints)
    assert (first, second) == (0, 2) and abs(cosine - 0.1 / np.hypot(0.1, 1)) < 1e-6


def test_recordings_that_may_be_of_one_person_pass():
    assert strangers([_print(1, 0), _print(0.5, 1), _print(1, 0.5)]) is None
    assert strangers([_print(1, 0)]) is None and strangers([]) is None
