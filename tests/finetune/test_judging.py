"""What is wrong with a clip, and whether it is kept."""

from __future__ import annotations

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.finetune.dataset import FAULTS, Fault
from voiceclone.finetune.judging import DROPPED, is_kept, sound_faults, strangers, text_faults
from voiceclone.listen.recognize import Transcript, Word
from voiceclone.listen.vad import Segment


@pytest.fixture(scope="module")
def clip(spoken_audio):
    return spoken_audio.sliced(0.0, 5.0)


def kinds(faults):
    return {fault.kind for fault in faults}


def faults_of(studio, audio, start_s=0.0, end_s=None):
    span = Segment(start_s, audio.duration_s if end_s is None else end_s)
    return sound_faults(audio, span, studio.services.vad.speech(audio))


def with_noise(clip, snr_db):
    noise = np.random.default_rng(0).normal(0, 1, len(clip.samples)).astype(np.float32)
    return Audio(clip.samples + noise * clip.rms * 10 ** (-snr_db / 20), clip.sample_rate)


def test_clear_speech_has_no_fault(studio, clip):
    assert faults_of(studio, clip) == []


def test_noise_is_heard_in_the_pauses_around_a_clip_and_its_level_said(studio, clip):
    """A clip is cut at its pauses: in the clip alone there is no noise without speech."""
    silence = Audio.silence(1.0, clip.sample_rate)
    recording = with_noise(Audio.joined([silence, clip, silence]), 9)
    faults = faults_of(studio, recording, 0.95, 6.05)
    assert kinds(faults) == {"noisy"}
    assert faults[0].value == pytest.approx(9, abs=4)


def test_clipping_is_seen(studio, clip):
    loud = np.clip(clip.samples * 12, -0.99, 0.99)
    assert "clipped" in kinds(faults_of(studio, Audio(loud, clip.sample_rate)))


@pytest.fixture(scope="module")
def music():
    """Chords of an organ, a new one every half second."""
    time_s = np.arange(12_000) / 24_000
    chords = [(220, 277, 330), (196, 247, 294), (175, 220, 262)] * 8
    notes = [sum(np.sin(2 * np.pi * f * k * time_s) / k for f in c for k in range(1, 9)) for c in chords]
    return Audio(0.1 * np.concatenate(notes), 24_000)


def test_silence_and_music_are_no_utterances_and_told_apart(studio, music):
    hum = sum(np.sin(2 * np.pi * 50 * k * np.arange(96_000) / 24_000) / k for k in range(1, 8))
    assert kinds(faults_of(studio, Audio.silence(4, 24_000))) == {"empty"}
    assert kinds(faults_of(studio, Audio(0.1 * hum, 24_000))) == {"empty"}
    assert kinds(faults_of(studio, music.sliced(0, 4))) == {"music"}


def test_music_under_a_voice_is_music_and_a_fan_is_noise(studio, clip, music):
    silence = Audio.silence(1.0, 24_000)
    spoken = Audio.joined([silence, clip.resampled(24_000), silence])
    under = music.sliced(0, spoken.duration_s).samples
    loudness = clip.rms / music.rms * 10 ** (-9 / 20)
    accompanied = Audio(spoken.samples + np.float32(loudness) * under, 24_000)
    assert kinds(faults_of(studio, accompanied, 0.95, 6.05)) == {"music"}
    assert kinds(faults_of(studio, with_noise(spoken, 9), 0.95, 6.05)) == {"noisy"}


def test_less_than_two_seconds_is_too_short(studio, clip):
    assert "too_short" in kinds(faults_of(studio, clip.sliced(0.0, 1.5)))


def heard(text, probability):
    words = tuple(Word(word, 0.0, 0.1, probability) for word in text.split())
    return Transcript(text, "en", 1.0, words)


@pytest.mark.parametrize(
    ("transcript", "error_rate", "expected"),
    [
        (heard("clear words", 0.9), None, set()),
        (heard("mumbled words", 0.3), None, {"text_doubtful"}),
        (heard("", 0.0), None, {"empty"}),
        (heard("", 0.0), 1.0, {"empty"}),
        (heard("mumbled words", 0.3), 0.1, set()),
        (heard("other words", 0.9), 0.6, {"text_doubtful"}),
    ],
)
def test_a_text_is_doubted_when_little_speaks_for_it(transcript, error_rate, expected):
    assert kinds(text_faults(transcript, error_rate)) == expected


def unit(rng, centre, spread):
    vector = centre + rng.normal(0, spread, 192)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def test_a_few_strangers_are_found_among_many_clips():
    rng = np.random.default_rng(0)
    own, other = (rng.normal(0, 1, 192) for _ in range(2))
    embeddings = [unit(rng, own, 0.5) for _ in range(8)] + [unit(rng, other, 0.5) for _ in range(3)]
    found = strangers(embeddings, [5.0] * 11)
    assert found[:8] == [None] * 8
    assert [fault.kind for fault in found[8:]] == ["other_speaker"] * 3
    assert strangers(embeddings[:1], [5.0]) == [None]


def test_which_faults_drop_a_clip():
    assert set(DROPPED) <= set(FAULTS)
    assert is_kept([]) and is_kept([Fault("noisy", 12.0)]) and is_kept([Fault("clipped", 2e-3)])
    assert not is_kept([Fault("noisy", 5.0)]) and not is_kept([Fault("clipped", 0.05)])
    assert not is_kept([Fault("text_doubtful", 0.6)])
    assert not any(is_kept([Fault(kind)]) for kind in DROPPED)
