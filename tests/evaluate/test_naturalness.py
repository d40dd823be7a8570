from __future__ import annotations

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.evaluate.naturalness import Naturalness


@pytest.fixture(scope="module")
def naturalness() -> Naturalness:
    return Naturalness()


def test_clear_speech_is_better_than_noisy_speech_than_noise(
    naturalness: Naturalness, spoken_audio: Audio
) -> None:
    noise = np.random.default_rng(0).standard_normal(len(spoken_audio.samples)) * spoken_audio.rms
    clear = naturalness.mos(spoken_audio)
    noisy = naturalness.mos(Audio(0.5 * (spoken_audio.samples + noise), spoken_audio.sample_rate))
    only_noise = naturalness.mos(Audio(0.5 * noise, spoken_audio.sample_rate))
    assert 1 <= only_noise < 2 and 1 <= noisy < 2.5 and 3.8 < clear <= 5


def test_level_does_not_matter(naturalness: Naturalness, spoken_audio: Audio) -> None:
    quiet = Audio(0.1 * spoken_audio.samples, spoken_audio.sample_rate)
    assert naturalness.mos(quiet) == pytest.approx(naturalness.mos(spoken_audio), abs=0.02)


def test_a_short_clip_is_not_marked_down_for_being_short(
    naturalness: Naturalness, spoken_audio: Audio
) -> None:
    """Filled up with silence, as the model does by itself, clips of 3 s lost half a point."""
    whole = naturalness.mos(spoken_audio)
    parts = [naturalness.mos(spoken_audio.sliced(start, start + 3)) for start in (0.0, 3.0, 6.0)]
    assert np.mean(parts) == pytest.approx(whole, abs=0.4)


def test_any_length_gets_a_score(naturalness: Naturalness, spoken_audio: Audio) -> None:
    long = Audio.joined([spoken_audio, spoken_audio])
    for clip in (spoken_audio.sliced(1.0, 1.2), long):
        assert 1 <= naturalness.mos(clip) <= 5


def test_nothing_is_printed(spoken_audio: Audio, capsys: pytest.CaptureFixture[str]) -> None:
    Naturalness().mos(spoken_audio.sliced(0.0, 1.0))
    assert capsys.readouterr().out == ""
