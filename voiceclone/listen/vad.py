"""Voice activity: where in a recording somebody speaks."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.native import open_onnx

SAMPLE_RATE = 16_000
FRAME_SAMPLES = 512
"""32 ms, the hop the model was trained with."""
CONTEXT_SAMPLES = 64
"""Each frame is preceded by the last 4 ms of the one before."""
BLOCK_FRAMES = 512
"""Frames per call of the model: 16 s, a few megabytes of working memory."""

THRESHOLD = 0.5
RELEASE_THRESHOLD = 0.35
"""Speech begins above the first and ends below the second (Silero's own defaults)."""
MIN_SPEECH_S = 0.25
"""Shorter bursts are coughs, clicks and notes of music."""
MERGE_GAP_S = 0.2
"""Shorter gaps are stops inside words ("p", "t", "k"), not pauses."""
PAD_S = 0.05
"""Kept on both sides, so that soft onsets and endings stay."""


@dataclass(frozen=True)
class Segment:
    """A stretch of speech, in seconds from the start of the clip."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


class VoiceActivity:
    """Silero VAD on ONNX Runtime, one thread. Safe to share between threads.

    The package's own loader is not used: importing `silero_vad` sets torch to one thread
    for the whole process.
    """

    def __init__(self, model_file: Path) -> None:
        """Keep where the ONNX file is (the row `silero-vad` of the weights table); loaded when first used."""
        self._model_file = model_file
        self._lock = threading.Lock()
        self._session = None

    def speech(self, audio: Audio) -> tuple[Segment, ...]:
        """Return the stretches of speech, in order, none overlapping.

        Args:
            audio: any rate; the detector hears it at 16 kHz, so its level matters and its
                band above 8 kHz does not. Give it levelled.
        """
        return segments(self.probabilities(audio), audio.duration_s)

    def probabilities(self, audio: Audio) -> np.ndarray:
        """Return the probability of speech in each 32 ms frame, float32 `[n_frames]`."""
        session = self._load()
        frames = _frames(audio.resampled(SAMPLE_RATE).samples)
        hidden = cell = np.zeros((1, 1, 128), np.float32)
        blocks = [np.zeros(0, np.float32)]
        for start in range(0, len(frames), BLOCK_FRAMES):
            block = np.ascontiguousarray(frames[start : start + BLOCK_FRAMES])
            values, hidden, cell = session.run(
                ["speech_probs", "hn", "cn"], {"input": block, "h": hidden, "c": cell}
            )
            blocks.append(values.reshape(-1))
        return np.concatenate(blocks)

    def _load(self):
        with self._lock:
            if self._session is None:
                self._session = open_onnx(self._model_file)
            return self._session


def speech_s(segments: Iterable[Segment]) -> float:
    """Return the seconds of speech in all segments together."""
    return sum(segment.duration_s for segment in segments)


def segments(probabilities: Sequence[float] | np.ndarray, duration_s: float) -> tuple[Segment, ...]:
    """Return speech segments from frame probabilities: hysteresis, merge, drop, pad.

    Args:
        probabilities: `[n_frames]`, one per 32 ms.
        duration_s: length of the clip; no segment reaches past it.
    """
    frame_s = FRAME_SAMPLES / SAMPLE_RATE
    runs: list[list[float]] = []
    speaking = False
    for index, probability in enumerate(probabilities):
        if speaking and probability < RELEASE_THRESHOLD:
            speaking = False
        elif not speaking and probability >= THRESHOLD:
            speaking = True
            if runs and index * frame_s - runs[-1][1] < MERGE_GAP_S:
                runs[-1][1] = (index + 1) * frame_s
            else:
                runs.append([index * frame_s, (index + 1) * frame_s])
        elif speaking:
            runs[-1][1] = (index + 1) * frame_s
    kept = [(start, end) for start, end in runs if end - start >= MIN_SPEECH_S]
    return tuple(Segment(max(0.0, start - PAD_S), min(duration_s, end + PAD_S)) for start, end in kept)


def _frames(samples: np.ndarray) -> np.ndarray:
    """Return `[n_frames, CONTEXT_SAMPLES + FRAME_SAMPLES]`, the last frame filled with zeros."""
    n_frames = -(-len(samples) // FRAME_SAMPLES)
    padded = np.zeros(CONTEXT_SAMPLES + n_frames * FRAME_SAMPLES, np.float32)
    padded[CONTEXT_SAMPLES : CONTEXT_SAMPLES + len(samples)] = samples
    if n_frames == 0:
        return np.zeros((0, CONTEXT_SAMPLES + FRAME_SAMPLES), np.float32)
    return np.lib.stride_tricks.sliding_window_view(padded, CONTEXT_SAMPLES + FRAME_SAMPLES)[::FRAME_SAMPLES]
