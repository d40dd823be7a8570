"""Which step is kept: the most similar of those that keep words and naturalness."""

import pytest

from voiceclone.finetune.evaluation import Floor, better
from voiceclone.finetune.events import Evaluation


def step(number, similarity, words=0.05, naturalness=4.2, floor=None):
    floor = floor or Floor(word_error_rate=0.1, naturalness=4.0)
    return Evaluation(number, similarity, words, naturalness, floor.guarded(words, naturalness))


def chosen(*steps):
    kept = None
    for candidate in steps:
        if better(candidate, kept):
            kept = candidate
    return kept.step


def test_the_most_similar_step_is_kept_not_the_last():
    assert chosen(step(50, 0.7), step(100, 0.85), step(150, 0.8)) == 100


def test_a_step_that_loses_words_is_not_kept_however_similar():
    assert chosen(step(50, 0.7), step(100, 0.9, words=0.2), step(150, 0.75)) == 150


def test_a_step_that_sounds_unnatural_is_not_kept_however_similar():
    assert chosen(step(50, 0.7), step(100, 0.9, naturalness=3.5)) == 50


def test_where_no_step_holds_the_one_that_is_understood_best_is_kept():
    steps = step(50, 0.9, words=0.5), step(100, 0.8, words=0.3), step(150, 0.95, words=0.3)
    assert chosen(*steps) == 150
    assert chosen(*steps, step(200, 0.6)) == 200, "until one holds"


@pytest.mark.parametrize(
    ("words", "naturalness", "kept_back_by"),
    [(0.1, 4.0, ""), (0.11, 4.0, "words"), (0.1, 3.99, "naturalness")],
)
def test_the_floor_itself_is_good_enough(words, naturalness, kept_back_by):
    assert Floor(0.1, 4.0).guarded(words, naturalness) == kept_back_by


def test_of_two_equal_steps_the_earlier_is_kept():
    assert chosen(step(50, 0.8), step(100, 0.8)) == 50
