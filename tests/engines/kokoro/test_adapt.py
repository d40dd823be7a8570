"""Which step of an adaptation is kept."""

import pytest

from voiceclone.engines.base import Budget, Clip, Material


@pytest.fixture(scope="module")
def material(studio, spoken_audio):
    audio = spoken_audio.sliced(0, 6.0)
    heard = studio.services.recognizer.transcribe(audio, "en").text
    return Material((Clip(audio, studio.preview_text(heard, "en-us")),), studio.services.speaker.embed(audio))


def _learned(kokoro, studio, material, judged, lost=(0.0, 0.0)):
    """Learn two steps whose start and end are judged so natural; return what is kept, and similarities."""
    preview = studio.preview_text("This is a short sentence.", "en-us")
    judge, count = iter(judged), iter(lost)
    budget = Budget(
        steps=2, preview=preview, natural=lambda audio: next(judge), words_lost=lambda audio: next(count)
    )
    *events, done = kokoro.adapt(material, budget)
    assert not list(judge) and not list(count)  # each sentence that was measured was judged
    return done, [e.similarity for e in events if e.similarity is not None]


def test_the_nearest_step_is_kept_while_it_sounds_natural(kokoro, studio, material):
    done, similarities = _learned(kokoro, studio, material, [4.4, 4.3])
    assert done.similarity == max(similarities)
    assert done.losses["best_step"] == (2.0 if similarities[1] > similarities[0] else 0.0)


def test_a_step_that_sounds_worse_is_not_kept_for_being_nearer(kokoro, studio, material):
    done, similarities = _learned(kokoro, studio, material, [4.4, 1.0])
    assert done.losses["best_step"] == 0.0 and done.similarity == similarities[0]


def test_a_step_that_sounds_a_little_worse_is_kept_for_being_much_nearer(kokoro, studio, material):
    done, (start, end) = _learned(kokoro, studio, material, [4.4, 3.7])
    assert end > start + 0.02, "the 0.05 under the bar weigh as much"
    assert done.losses["best_step"] == 2.0 and done.similarity == end


def test_where_the_start_sounds_no_better_the_nearest_is_kept(kokoro, studio, material):
    """A voice that is hoarse by nature is not held to what others sound like."""
    done, similarities = _learned(kokoro, studio, material, [3.1, 3.0])
    assert done.similarity == max(similarities)


def test_a_step_that_loses_words_is_not_kept_for_being_nearer(kokoro, studio, material):
    done, similarities = _learned(kokoro, studio, material, [4.4, 4.4], lost=[0.2, 0.9])
    assert done.losses["best_step"] == 0.0 and done.similarity == similarities[0]


def test_words_that_the_start_loses_too_are_not_held_against_a_step(kokoro, studio, material):
    done, similarities = _learned(kokoro, studio, material, [4.4, 4.4], lost=[0.2, 0.2])
    assert done.similarity == max(similarities)
