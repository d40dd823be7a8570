from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.read import read_audio
from voiceclone.evaluate.similarity import (
    ANCHOR_SELF,
    ANCHOR_STRANGER,
    LEAST_ANCHOR_SELF,
    DVector,
    Fingerprint,
    normalised,
)
from voiceclone.hub.weights import WeightStore


@pytest.fixture(scope="module")
def encoder(weights: WeightStore) -> DVector:
    return DVector(weights.file("dvector"))


def test_an_embedding_is_a_unit_vector(encoder: DVector, spoken_audio: Audio) -> None:
    embedding = encoder.embed(spoken_audio)
    assert embedding.shape == (256,) and embedding.dtype == np.float32
    assert np.linalg.norm(embedding) == pytest.approx(1.0, abs=1e-5)


def test_level_and_rate_and_pauses_say_nothing_of_the_voice(encoder: DVector, spoken_audio: Audio) -> None:
    """The features are logarithms of absolute power: unlevelled, a clip 20 dB lower scored 0.76."""
    embedding = encoder.embed(spoken_audio)
    quiet = Audio(0.05 * spoken_audio.samples, spoken_audio.sample_rate)
    assert embedding @ encoder.embed(quiet) > 0.995
    assert embedding @ encoder.embed(spoken_audio.resampled(16_000)) > 0.99
    pause = Audio.silence(4.0, spoken_audio.sample_rate)
    with_pauses = Audio.joined([pause, spoken_audio, pause])
    assert embedding @ encoder.embed(with_pauses) > 0.98


def test_one_voice_is_more_like_itself_than_like_another(
    encoder: DVector, spoken_audio: Audio, stranger_audio: Audio
) -> None:
    half_s = spoken_audio.duration_s / 2
    first = encoder.embed(spoken_audio.sliced(0.0, half_s))
    second = encoder.embed(spoken_audio.sliced(half_s, 2 * half_s))
    assert first @ second > 0.8
    assert first @ encoder.embed(stranger_audio) < 0.6


def test_readers_are_told_apart(encoder: DVector, speech_dir: Path) -> None:
    """The encoder's published figures come out: same reader 0.84, another 0.33, hardly an error."""
    paths = sorted(speech_dir.glob("librispeech-test-other/*/*.flac"))[::2]
    readers = np.array([path.parent.name for path in paths])
    embeddings = np.stack([encoder.embed(read_audio(p, max_mb=10, max_seconds=60)) for p in paths])
    pairs = np.triu_indices(len(paths), 1)
    cosines = (embeddings @ embeddings.T)[pairs]
    same = (readers[:, None] == readers[None])[pairs]
    assert cosines[same].mean() == pytest.approx(0.84, abs=0.03)
    assert cosines[~same].mean() == pytest.approx(0.33, abs=0.04)
    threshold = 0.6
    errors = np.mean(cosines[same] < threshold), np.mean(cosines[~same] >= threshold)
    assert max(errors) < 0.04


def test_the_anchors_are_what_real_readers_measure(encoder: DVector, speech_dir: Path) -> None:
    """Every fifth reader stands for all of them: the constants must not drift from the data."""
    paths = sorted(speech_dir.glob("librispeech-train-clean-100/*.flac"))[::5]
    clips = [read_audio(path, max_mb=10, max_seconds=60) for path in paths]
    embeddings = np.stack([encoder.embed(clip) for clip in clips])
    cosines = (embeddings @ embeddings.T)[np.triu_indices(len(clips), 1)]
    assert cosines.mean() == pytest.approx(ANCHOR_STRANGER, abs=0.04)
    own = [encoder.fingerprint(clip).self_similarity for clip in clips if clip.duration_s >= 12]
    assert np.mean([value for value in own if value is not None]) == pytest.approx(ANCHOR_SELF, abs=0.03)


def test_a_fingerprint_of_a_long_reference_measures_itself(encoder: DVector, spoken_audio: Audio) -> None:
    print_ = encoder.fingerprint(spoken_audio)
    assert print_.self_similarity is not None
    assert print_.anchor_self == max(print_.self_similarity, LEAST_ANCHOR_SELF) > 0.78
    assert print_.embedding @ encoder.embed(spoken_audio) == pytest.approx(1.0, abs=1e-4)


def test_a_fingerprint_of_a_short_reference_says_that_it_could_not(
    encoder: DVector, spoken_audio: Audio
) -> None:
    print_ = encoder.fingerprint(spoken_audio.sliced(0.0, 6.0))
    assert print_.self_similarity is None
    assert print_.anchor_self == ANCHOR_SELF


def test_a_mixed_reference_does_not_make_the_scale_easier() -> None:
    assert Fingerprint(np.ones(256, np.float32) / 16, 0.45).anchor_self == LEAST_ANCHOR_SELF


@pytest.mark.parametrize(
    ("similarity", "expected"), [(0.3, 0.0), (-1.0, 0.0), (0.6, 0.5), (0.9, 1.0), (0.97, 1.0)]
)
def test_the_scale_runs_from_stranger_to_self(similarity: float, expected: float) -> None:
    assert normalised(similarity, 0.3, 0.9) == pytest.approx(expected)
