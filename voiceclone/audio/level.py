"""Loudness by ITU-R BS.1770-4, and clips brought to one level."""

from __future__ import annotations

import math

import numpy as np
import soxr

from voiceclone.audio.clip import Audio

SPEECH_LUFS = -23.0
"""EBU R 128's programme loudness: leaves room for speech, whose peaks stand 12 to 20 dB above it."""

MAX_TRUE_PEAK_DBFS = -1.0
"""EBU R 128's ceiling: lossy codecs and converters overshoot by up to about 1 dB."""

SILENCE_LUFS = -70.0
"""BS.1770's absolute gate: what is quieter counts as silence."""

BLOCK_S = 0.4
"""BS.1770's gating block; a shorter clip has no loudness by the standard."""

HIGH_PASS_HZ = 20.0
"""Below hearing and two octaves below any voice: removes DC, wind and handling rumble."""

OVERSAMPLING = 4
"""BS.1770 Annex 2 looks for true peaks at 4 times 48 kHz."""


def levelled(audio: Audio, loudness_lufs: float = SPEECH_LUFS) -> Audio:
    """Return the clip without DC, at a fixed loudness in LUFS (ITU-R BS.1770).

    Where the true peak would pass -1 dBFS the gain is lowered to keep it there: a clip with
    a few high peaks stays quieter rather than being clipped or compressed. A silent clip
    (under -70 LUFS) is returned unchanged. Clips under 0.4 s are levelled by their RMS, see
    `loudness`.
    """
    centred = _high_passed(audio)
    before_lufs = loudness(centred)
    if before_lufs < SILENCE_LUFS:
        return audio
    gain_db = min(loudness_lufs - before_lufs, MAX_TRUE_PEAK_DBFS - true_peak_dbfs(centred))
    return Audio(centred.samples * np.float32(10 ** (gain_db / 20)), audio.sample_rate)


def loudness(audio: Audio) -> float:
    """Return the integrated loudness in LUFS by ITU-R BS.1770-4, -inf for silence.

    Under 0.4 s, which the standard cannot measure, it is the RMS in dB of full scale: the
    two agree for a 997 Hz sine, where the standard's weighting is calibrated.
    """
    if audio.peak == 0:
        return -math.inf
    if audio.duration_s < BLOCK_S:
        return 20 * math.log10(audio.rms)
    from pyloudnorm import Meter

    with np.errstate(divide="ignore", invalid="ignore"):  # log of silent blocks, mean of none above the gate
        value = Meter(audio.sample_rate, block_size=BLOCK_S).integrated_loudness(
            audio.samples.astype(np.float64)
        )
    return -math.inf if math.isnan(value) else float(value)


def true_peak_dbfs(audio: Audio) -> float:
    """Return the largest value between the samples in dB of full scale, -inf for silence.

    By 4-fold oversampling (BS.1770 Annex 2), in pieces of 30 s, so that memory stays small.
    """
    if audio.peak == 0:
        return -math.inf
    stream = soxr.ResampleStream(audio.sample_rate, OVERSAMPLING * audio.sample_rate, 1, dtype="float32")
    step = 30 * audio.sample_rate
    peak = audio.peak
    for start in range(0, len(audio.samples), step):
        last = start + step >= len(audio.samples)
        between = stream.resample_chunk(audio.samples[start : start + step], last=last)
        peak = max(peak, float(np.abs(between).max(initial=0.0)))
    return 20 * math.log10(peak)


def _high_passed(audio: Audio) -> Audio:
    """Remove what is below 20 Hz: 2nd-order Butterworth, run both ways, so that no phase turns.

    Clips of under one period of the cutoff (50 ms) only have their mean removed.
    """
    from scipy.signal import butter, sosfiltfilt

    if audio.duration_s < 1 / HIGH_PASS_HZ:
        mean = audio.samples.mean() if len(audio.samples) else 0.0
        return Audio(audio.samples - np.float32(mean), audio.sample_rate)
    sections = butter(2, HIGH_PASS_HZ, "highpass", fs=audio.sample_rate, output="sos")
    filtered = sosfiltfilt(sections, audio.samples)  # float64: the poles lie close to 1
    return Audio(filtered, audio.sample_rate)
