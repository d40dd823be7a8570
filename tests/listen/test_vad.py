from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.level import levelled
from voiceclone.audio.read import read_audio
from voiceclone.listen.vad import FRAME_SAMPLES, PAD_S, SAMPLE_RATE, VoiceActivity, segments, speech_s

FRAME_S = FRAME_SAMPLES / SAMPLE_RATE


def test_speech_is_found_where_it_was_put(vad: VoiceActivity, spoken_audio: Audio) -> None:
    word = spoken_audio.sliced(0.0, 3.0)
    padded = Audio.joined([Audio.silence(2.0, word.sample_rate), word, Audio.silence(2.0, word.sample_rate)])
    found = vad.speech(padded)
    assert found, "no speech found"
    assert 1.9 <= found[0].start_s <= 2.6
    assert 4.4 <= found[-1].end_s <= 5.2


def test_segments_are_ordered_and_inside_the_clip(vad: VoiceActivity, spoken_audio: Audio) -> None:
    found = vad.speech(spoken_audio)
    edges = [edge for segment in found for edge in (segment.start_s, segment.end_s)]
    assert edges == sorted(edges)
    assert edges[0] >= 0 and edges[-1] <= spoken_audio.duration_s


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_the_rate_of_a_recording_does_not_matter(vad: VoiceActivity, spoken_audio: Audio, rate: int) -> None:
    expected = speech_s(vad.speech(spoken_audio))
    assert speech_s(vad.speech(spoken_audio.resampled(rate))) == pytest.approx(expected, rel=0.1)


def test_silence_noise_and_music_are_no_speech(vad: VoiceActivity, music: Audio) -> None:
    noise = Audio(0.1 * np.random.default_rng(0).standard_normal(5 * SAMPLE_RATE), SAMPLE_RATE)
    assert vad.speech(Audio.silence(5.0, SAMPLE_RATE)) == ()
    assert vad.speech(Audio.silence(0.0, SAMPLE_RATE)) == ()
    assert vad.speech(noise) == ()
    assert vad.speech(levelled(music)) == ()


def test_blocks_do_not_show(vad: VoiceActivity, spoken_audio: Audio) -> None:
    """The model is called for 16 s at a time and carries its state over the seam."""
    start_s = 15.0
    lead = Audio.silence(start_s, spoken_audio.sample_rate)
    moved = vad.speech(Audio.joined([lead, spoken_audio]))
    assert speech_s(moved) == pytest.approx(speech_s(vad.speech(spoken_audio)), rel=0.05)


def test_most_of_read_speech_is_speech(vad: VoiceActivity, speech_dir: Path) -> None:
    for path in sorted(speech_dir.glob("librispeech-test-other/*/*.flac"))[::10]:
        audio = read_audio(path, max_mb=10, max_seconds=60)
        assert 0.5 <= speech_s(vad.speech(levelled(audio))) / audio.duration_s <= 1.0, path.name


def test_short_gaps_are_closed_and_long_ones_stay() -> None:
    speech, silence = [0.9] * 20, [0.0]
    assert len(segments(speech + silence * 5 + speech, 10.0)) == 1
    assert len(segments(speech + silence * 8 + speech, 10.0)) == 2


def test_a_click_is_no_speech() -> None:
    assert segments([0.0] * 10 + [0.9] * 7 + [0.0] * 10, 10.0) == ()


def test_speech_holds_on_through_weak_frames() -> None:
    (found,) = segments([0.9] * 10 + [0.4] * 10 + [0.0] * 10, 10.0)
    assert found.duration_s == pytest.approx(20 * FRAME_S + PAD_S)
