"""What is wrong with an utterance, and whether it is trained on all the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.audio.inspect import clipped_fraction, snr_db
from voiceclone.audio.level import SILENCE_LUFS, loudness
from voiceclone.finetune.cutting import MIN_S
from voiceclone.finetune.dataset import Fault
from voiceclone.listen.recognize import Transcript
from voiceclone.listen.vad import Segment, speech_s
from voiceclone.speaker.calibration import SAME_SPEAKER, SAME_SPEAKER_PART

NOISY_SNR_DB = 15.0
TOO_NOISY_SNR_DB = 8.0
"""Under the first the noise is learned with the voice; under the second there is more of it than is worth."""
CLIPPED_FRACTION = 1e-3
TOO_CLIPPED_FRACTION = 1e-2
"""A hundredth of the samples flat is heard in every loud vowel."""
PAUSES_S = 0.6
"""Heard before and after a clip: the noise is measured in its pauses, and most of them were cut off."""
SPEECH_FRACTION = 0.35
"""Of a clip that was cut at its pauses; read speech has 0.8 and more, songs and film music less."""
TONES = 0.5
"""Of the power in the pauses, in lines that stand 10 dB out of what is around them: music has 0.8, mains hum
0.2, a room, a fan, many voices up to 0.1. Breath and echo of clean speech may have more, so it is asked only
where the pauses are loud."""
TONES_HZ = (200.0, 4000.0)
"""Above the strong lines of mains hum."""
TONES_FRAME_S = 0.1
TONES_AROUND_HZ = 250.0
"""Wide enough for the notes of a chord to be single lines, too narrow for the gaps between lines of hum."""
WORD_PROBABILITY = 0.5
"""Mean over the words, as Whisper is sure of them; clear speech has 0.9."""
TEXT_ERROR_RATE = 0.35
"""Between a text that was given and what was heard; Whisper base alone makes 0.05 to 0.15."""
LONG_ENOUGH_S = 4.0
"""From here on an embedding is held to the cosine of whole recordings, under it to that of parts."""

DROPPED = ("other_speaker", "music", "empty", "too_short", "surplus")
"""Kinds of which no utterance is kept unless a person takes it back."""


def sound_faults(audio: Audio, span: Segment, speech: Sequence[Segment]) -> list[Fault]:
    """Return what is wrong with the sound of a part of a recording.

    Args:
        audio: the recording, before it is levelled.
        span: the part.
        speech: stretches of speech in the whole recording.
    """
    within = _within(speech, span)
    if not within:
        sound = audio.sliced(span.start_s, span.end_s)
        is_music = loudness(sound) > SILENCE_LUFS and _tones([sound]) > TONES
        return [Fault("music" if is_music else "empty")]
    faults = []
    if span.duration_s < MIN_S - 0.05:
        faults.append(Fault("too_short", round(span.duration_s, 2)))
    if speech_s(within) < SPEECH_FRACTION * span.duration_s:
        faults.append(Fault("music", round(speech_s(within) / span.duration_s, 2)))
    around = Segment(max(0.0, span.start_s - PAUSES_S), min(audio.duration_s, span.end_s + PAUSES_S))
    heard = audio.sliced(around.start_s, around.end_s)
    spoken = [(s.start_s - around.start_s, s.end_s - around.start_s) for s in _within(speech, around)]
    snr = snr_db(heard, spoken)
    if snr is not None and snr < NOISY_SNR_DB:
        edges = [0.0, *(edge for part in spoken for edge in part), heard.duration_s]
        pauses = [heard.sliced(*pause) for pause in zip(edges[::2], edges[1::2], strict=True)]
        kind = "music" if _tones(pauses) > TONES else "noisy"
        faults.append(Fault(kind, round(snr, 1)))
    clipped = clipped_fraction(heard)
    if clipped > CLIPPED_FRACTION:
        faults.append(Fault("clipped", round(clipped, 4)))
    return faults


def _within(speech: Sequence[Segment], span: Segment) -> list[Segment]:
    """Return the stretches of speech in a span, cut off at its ends."""
    return [
        Segment(max(s.start_s, span.start_s), min(s.end_s, span.end_s))
        for s in speech
        if s.end_s > span.start_s and s.start_s < span.end_s
    ]


def _tones(parts: Sequence[Audio]) -> float:
    """Return how much of the power of some sound is in tones, 0 to 1: the median over its frames."""
    from scipy.ndimage import median_filter

    shares = [np.zeros(0)]
    for part in parts:
        size = round(TONES_FRAME_S * part.sample_rate)
        if len(part.samples) < size:
            continue
        frames = np.lib.stride_tricks.sliding_window_view(part.samples, size)[:: size // 2]
        low, high = (round(hz * size / part.sample_rate) for hz in TONES_HZ)
        power = np.abs(np.fft.rfft(frames * np.hanning(size)))[:, low:high] ** 2  # [n_frames, n_bins]
        around = round(TONES_AROUND_HZ * size / part.sample_rate)
        lines = power > 10 * median_filter(power, size=(1, around))
        shares.append((power * lines).sum(axis=1) / np.maximum(power.sum(axis=1), 1e-20))
    joined = np.concatenate(shares)
    return float(np.median(joined)) if len(joined) else 0.0


def text_faults(heard: Transcript, error_rate: float | None) -> list[Fault]:
    """Return what is wrong with the text of a clip.

    Args:
        heard: what was recognised.
        error_rate: of the given text against it; None where none was given.
    """
    if not heard.text.strip():
        return [Fault("empty")]
    if error_rate is not None:
        return [Fault("text_doubtful", round(error_rate, 2))] if error_rate > TEXT_ERROR_RATE else []
    sure = float(np.mean([word.probability for word in heard.words])) if heard.words else 0.0
    return [Fault("text_doubtful", round(sure, 2))] if sure < WORD_PROBABILITY else []


def strangers(embeddings: Sequence[np.ndarray], durations_s: Sequence[float]) -> list[Fault | None]:
    """Return for each clip whether somebody else speaks in it than in most of the others.

    The centre is the mean of the clips that are like the one which is most like all others, so that a
    few strangers do not move it.

    Args:
        embeddings: float32 `[192]` each, L2-normalised, of ECAPA.
        durations_s: of the clips, in seconds.
    """
    if len(embeddings) < 2:
        return [None] * len(embeddings)
    stacked = np.stack(embeddings)  # [n, 192]
    cosines = stacked @ stacked.T
    weights = np.asarray(durations_s) / np.sum(durations_s)
    middle = int((cosines @ weights).argmax())
    like = cosines[middle] >= SAME_SPEAKER
    centre = (stacked[like] * weights[like, None]).sum(axis=0)
    centre /= np.linalg.norm(centre)
    found: list[Fault | None] = []
    for embedding, duration_s in zip(embeddings, durations_s, strict=True):
        similarity = float(embedding @ centre)
        least = SAME_SPEAKER if duration_s >= LONG_ENOUGH_S else SAME_SPEAKER_PART
        found.append(Fault("other_speaker", round(similarity, 2)) if similarity < least else None)
    return found


def is_kept(faults: Sequence[Fault]) -> bool:
    """Return whether an utterance with these faults is trained on, unless a person says otherwise."""
    for fault in faults:
        if fault.kind in DROPPED:
            return False
        if fault.kind == "noisy" and fault.value is not None and fault.value < TOO_NOISY_SNR_DB:
            return False
        if fault.kind == "clipped" and fault.value is not None and fault.value > TOO_CLIPPED_FRACTION:
            return False
        if fault.kind == "text_doubtful":
            return False
    return True
