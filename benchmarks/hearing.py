"""A voice speaks five sentences that nobody learned from, and is measured."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.corpus import HARVARD
from benchmarks.judges import GE2E, Judge, Scale
from voiceclone.audio.clip import Audio
from voiceclone.studio import Studio
from voiceclone.voices.voice import Voice


@dataclass(frozen=True)
class Heard:
    """What was measured of one voice."""

    spoken: tuple[Audio, ...]
    cosines: Mapping[str, float]
    """By encoder, the mean over single sentences."""
    sentence: float
    """Likeness by both encoders, 0 a stranger and 1 a real clip: the mean over single sentences."""
    all_five: float
    """The same of all sentences one after the other: about as long as the recordings compared with."""
    word_error_rate: float
    naturalness: float
    rtf: float


def hear(studio: Studio, voice: Voice, encoders: Sequence[GE2E | Judge], scale: Mapping[str, Scale]) -> Heard:
    """Let a voice speak the Harvard sentences.

    Args:
        studio: where it speaks.
        voice: who speaks.
        encoders: that judge.
        scale: by encoder's name, between which cosines this reader's likeness is read.
    """
    spoken, rtf, natural = [], [], []
    wrong = total = 0.0
    for index, sentence in enumerate(HARVARD):
        started = time.perf_counter()
        audio = Audio.joined([piece.audio for piece in studio.speak(voice, sentence)])
        if index:  # the first warms up
            rtf.append((time.perf_counter() - started) / audio.duration_s)
        spoken.append(audio)
        scores = studio.score(voice, audio, sentence)
        n_words = len(scores.words.asked)
        total += n_words
        wrong += scores.words.error_rate * n_words
        natural.append(scores.naturalness)
    whole = Audio.joined(spoken)
    cosines = {e.name: float(np.mean([e.embed(a) @ scale[e.name].centre for a in spoken])) for e in encoders}
    return Heard(
        spoken=tuple(spoken),
        cosines=cosines,
        sentence=float(np.mean([scale[name].normalised(cosine) for name, cosine in cosines.items()])),
        all_five=float(
            np.mean(
                [scale[e.name].normalised(float(e.embed(whole) @ scale[e.name].centre)) for e in encoders]
            )
        ),
        word_error_rate=wrong / total,
        naturalness=float(np.mean(natural)),
        rtf=float(np.mean(rtf)),
    )
