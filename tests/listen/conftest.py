"""The detector, and music: what people give by mistake instead of speech."""

from __future__ import annotations

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.hub.weights import WeightStore
from voiceclone.listen.vad import VoiceActivity


@pytest.fixture(scope="session")
def vad(weights: WeightStore) -> VoiceActivity:
    return VoiceActivity(weights.file("silero-vad"))


@pytest.fixture(scope="session")
def music() -> Audio:
    """Eight seconds of struck chords with a melody above them, harmonics and all."""
    rate, beat_s = 24_000, 0.5
    out = np.zeros(8 * rate, np.float32)
    time_s = np.arange(round(2 * beat_s * rate)) / rate
    for beat in range(14):
        chord = ((220, 277, 330), (196, 247, 294), (175, 220, 262))[beat // 2 % 3]
        for hz in (*chord, chord[beat % 3] * 4):
            note = sum(np.sin(2 * np.pi * hz * k * time_s) / k for k in range(1, 9)) * np.exp(-3 * time_s)
            start = round(beat * beat_s * rate)
            out[start : start + len(note)] += note.astype(np.float32)
    return Audio(0.5 * out / np.abs(out).max(), rate)
