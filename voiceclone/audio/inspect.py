"""The report card of a reference: facts in units, and a fault with one advice for each that matters."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.audio.features import f0
from voiceclone.audio.level import loudness

FRAME_S = 0.020
"""Frames in which speech and pauses are told apart by power."""

PAUSE_MARGIN_S = 0.060
"""Left out of a pause at both ends: the decay of the last sound, the breath before the next."""

MIN_PAUSE_S = 0.2
"""Less pause than this, ten frames, says nothing of the noise."""

NOISE_FLOOR_POWER = 1e-10
"""-100 dB of full scale, under the last of 16 bits: an SNR never shows more than the file can hold."""

CLIP_TOLERANCE = 1.5 / 32768
"""Samples within 1.5 steps of 16 bits of the clip's end stop lie on it; three in a row are flat.
A sine of 100 Hz at 24 kHz stays that near its crest for one sample."""

BANDWIDTH_DROP_DB = 60.0
"""How far under its strongest region the long-term spectrum of speech is taken for dead. Long-term
spectra of speech fall by 40 to 50 dB to 10 kHz (Byrne et al. 1994); low-pass filters of codecs and
converters by 70 and more."""

BANDWIDTH_SMOOTHING_HZ = 200.0

HUM_WINDOW_S = 0.5
"""2 Hz a bin, so that a Hann window's 8 Hz main lobe tells 50 Hz from 60."""

HUM_PERCENTILE = 20
"""A mains line is there in every frame, a voice's harmonic never stays: the quietest fifth shows it."""

HUM_PROMINENCE_DB = 10.0
"""A line counts from this height over its surroundings; noise alone stays under 7 dB there (300 clips)."""

HUM_HARMONICS = 4

PITCH_S = 20.0
"""Speech whose F0 is measured: five sentences settle its median, and each second costs 0.15 s."""


@dataclass(frozen=True)
class Fault:
    """One thing that spoils a reference: its kind, a key of `ADVICE`, and the value that was measured."""

    kind: str
    value: float


@dataclass(frozen=True)
class Report:
    """What a reference is like."""

    sample_rate: int
    duration_s: float
    speech_s: float
    """Speech in it, pauses left out."""
    loudness_lufs: float
    """ITU-R BS.1770; -inf for silence."""
    peak_dbfs: float
    """Largest sample in dB of full scale; -inf for silence."""
    clipped_fraction: float
    """Share of samples that lie flat against the clip's highest or lowest value."""
    snr_db: float | None
    """Power of speech over that of the pauses; None where there are no pauses."""
    bandwidth_hz: float
    """Where the long-term spectrum of the speech dies; half the sample rate if it does not, 0 for silence."""
    hum_db: float | None
    """Level of 50 or 60 Hz lines and their harmonics against the speech; None where there are none."""
    f0_median_hz: float | None
    f0_low_hz: float | None
    """10th percentile of the voiced frames; all three are None where nothing is voiced."""
    f0_high_hz: float | None
    """90th percentile."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What spoils it, in the order of `LIMITS`."""
        found = []
        for limit in LIMITS:
            value = limit.value(self)
            if value is not None and limit.is_past(limit.fair, value):
                found.append(Fault(limit.kind, value))
        return tuple(found)

    @property
    def grade(self) -> str:
        """`good` (no fault), `poor` (one that the voice will be heard to suffer from, or three), `fair`."""
        faults = self.faults
        if not faults:
            return "good"
        limits = {limit.kind: limit for limit in LIMITS}
        is_bad = any(limits[fault.kind].is_past(limits[fault.kind].poor, fault.value) for fault in faults)
        return "poor" if is_bad or len(faults) >= 3 else "fair"


@dataclass(frozen=True)
class _Limit:
    """From where a value is a fault (`fair`), and from where it is a bad one (`poor`)."""

    kind: str
    value: Callable[[Report], float | None]
    fair: float
    poor: float

    def is_past(self, threshold: float, value: float) -> bool:
        """Whether a value lies beyond one of the two, in the direction from `fair` to `poor`."""
        return value > threshold if self.poor > self.fair else value < threshold


LIMITS = (
    # Seconds of speech. Voices fitted to 6 s came to .79 (d-vector cosine to the speaker), to 9 s and more
    # to .80 to .90; in under 5 s, fifty phones, some of a language are not said at all.
    _Limit("short", lambda r: r.speech_s, fair=10.0, poor=5.0),
    # LUFS. Levelling to -23 adds 17 dB to the room and to 16-bit steps at -40, 32 dB at -55.
    _Limit("quiet", lambda r: r.loudness_lufs, fair=-40.0, poor=-55.0),
    # 1e-4 of 10 s is 1 ms: one clipped crest can be heard. At 1 % every loud vowel is.
    _Limit("clipped", lambda r: r.clipped_fraction, fair=1e-4, poor=1e-2),
    # dB. Fricatives lie about 20 dB under vowels: with less than that, noise covers consonants.
    _Limit("noisy", lambda r: r.snr_db, fair=20.0, poor=10.0),
    # dB. Beside speech of 60 dB SPL, lines of 100 to 200 Hz reach the threshold of hearing at -40 (ISO 226).
    _Limit("hum", lambda r: r.hum_db, fair=-40.0, poor=-20.0),
    # Hz. Telephones end at 3.4 to 4 kHz, wideband speech (ITU-T G.722) at 7 kHz, sibilants lie between.
    _Limit("narrow_band", lambda r: r.bandwidth_hz, fair=5000.0, poor=3000.0),
)

ADVICE: dict[str, str] = {
    "short": "There is little speech: 10 to 30 seconds give the best voice.",
    "quiet": "The recording is very quiet: move closer to the microphone or raise its level.",
    "clipped": "Loud parts are cut off: lower the microphone's level or step back a little.",
    "noisy": "There is noise behind the voice: record in a quieter room, closer to the microphone.",
    "hum": "Some hum under the voice: record away from the computer and its power supply.",
    "narrow_band": "High frequencies are missing, as on a telephone: record with the microphone directly.",
}
"""One sentence for each kind of fault."""


def inspect(audio: Audio, speech: Sequence[tuple[float, float]]) -> Report:
    """Return the report card of a reference.

    Args:
        audio: the clip as it was read, before it is levelled.
        speech: where there is speech, as (start, end) in seconds, rising, without overlaps.
    """
    spoken = _cut(audio, speech)
    voiced_hz = f0(spoken.sliced(0.0, PITCH_S))
    voiced_hz = voiced_hz[voiced_hz > 0]
    low, median, high = np.percentile(voiced_hz, (10, 50, 90)).tolist() if len(voiced_hz) else (None,) * 3
    return Report(
        sample_rate=audio.sample_rate,
        duration_s=audio.duration_s,
        speech_s=spoken.duration_s,
        loudness_lufs=loudness(audio),
        peak_dbfs=20 * math.log10(audio.peak) if audio.peak else -math.inf,
        clipped_fraction=clipped_fraction(audio),
        snr_db=snr_db(audio, speech),
        bandwidth_hz=_bandwidth_hz(spoken),
        hum_db=_hum_db(audio, spoken.rms),
        f0_median_hz=median,
        f0_low_hz=low,
        f0_high_hz=high,
    )


def _cut(audio: Audio, spans: Sequence[tuple[float, float]]) -> Audio:
    return Audio.joined([audio.sliced(start, end) for start, end in spans] or [audio.sliced(0.0, 0.0)])


def clipped_fraction(audio: Audio) -> float:
    """Return the share of samples that lie flat against the clip's highest or lowest value."""
    if audio.peak == 0:
        return 0.0
    clipped = 0
    for samples in (audio.samples, -audio.samples):  # a DC offset clips one side only
        top = samples.max()
        if top <= 0:
            continue
        flat = np.concatenate(([0], samples >= top - CLIP_TOLERANCE, [0]))
        starts, ends = (np.flatnonzero(np.diff(flat) == step) for step in (1, -1))
        lengths = ends - starts
        clipped += int(lengths[lengths >= 3].sum())
    return clipped / len(audio.samples)


def snr_db(audio: Audio, speech: Sequence[tuple[float, float]]) -> float | None:
    """Return speech (less the noise in it) over noise: the pauses' median, which no click or breath moves.

    Args:
        audio: the clip as it was read.
        speech: where there is speech, as (start, end) in seconds, rising, without overlaps.

    Returns:
        In dB; None where there are no pauses to hear the noise in.
    """
    edges = [0.0, *(edge for span in speech for edge in span), audio.duration_s]
    gaps = list(zip(edges[::2], edges[1::2], strict=True))
    first, last = gaps[0], gaps[-1]
    pauses = [
        (
            start + (PAUSE_MARGIN_S if (start, end) != first else 0.0),
            end - (PAUSE_MARGIN_S if (start, end) != last else 0.0),
        )
        for start, end in gaps
    ]
    pauses = [(start, end) for start, end in pauses if end - start >= FRAME_S]
    if not speech or sum(end - start for start, end in pauses) < MIN_PAUSE_S:
        return None
    noise = max(float(np.median(_frame_powers(_cut(audio, pauses)))), NOISE_FLOOR_POWER)
    signal = max(_cut(audio, speech).rms ** 2 - noise, NOISE_FLOOR_POWER)
    return 10 * math.log10(signal / noise)


def _frame_powers(audio: Audio) -> np.ndarray:
    size = round(FRAME_S * audio.sample_rate)
    n_frames = len(audio.samples) // size
    frames = audio.samples[: n_frames * size].reshape(n_frames, size)
    return np.mean(np.square(frames, dtype=np.float64), axis=1)


def _bandwidth_hz(spoken: Audio) -> float:
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import welch

    size = 2 ** math.ceil(math.log2(FRAME_S * spoken.sample_rate))
    if len(spoken.samples) < size or spoken.peak == 0:
        return 0.0
    frequency_hz, power = welch(spoken.samples, spoken.sample_rate, nperseg=size, detrend="constant")
    power = uniform_filter1d(power, max(1, round(BANDWIDTH_SMOOTHING_HZ / frequency_hz[1])))
    alive = np.flatnonzero(power > power.max() * 10 ** (-BANDWIDTH_DROP_DB / 10))
    return float(frequency_hz[alive[-1]])


def _hum_db(audio: Audio, speech_rms: float) -> float | None:
    """Return the power of the mains lines, found in the quietest fifth of half-second frames, over speech."""
    from scipy.signal import ShortTimeFFT, get_window

    if audio.duration_s < 4 * HUM_WINDOW_S or speech_rms == 0:
        return None
    audio = audio.resampled(1000)
    window = get_window("hann", round(HUM_WINDOW_S * audio.sample_rate))
    transform = ShortTimeFFT(window, hop=len(window) // 4, fs=audio.sample_rate)
    first, last = transform.lower_border_end[1], transform.upper_border_begin(len(audio.samples))[1]
    spectrum = transform.stft(audio.samples, p0=first, p1=last)
    power = 2 * np.abs(spectrum) ** 2 / window.sum() ** 2  # a sine of amplitude A: A^2 / 2 in its bin
    steady = np.percentile(power, HUM_PERCENTILE, axis=1)
    bins_per_hz = HUM_WINDOW_S
    strongest = 0.0
    for mains_hz in (50, 60):
        lines = 0.0
        for hz in mains_hz * np.arange(1, HUM_HARMONICS + 1):
            line = round(hz * bins_per_hz)
            around = np.r_[line - 9 : line - 3, line + 4 : line + 10]  # 8 to 18 Hz to either side
            if steady[line] > np.median(steady[around]) * 10 ** (HUM_PROMINENCE_DB / 10):
                lines += float(steady[line])
        strongest = max(strongest, lines)
    return 10 * math.log10(strongest / speech_rms**2) if strongest > 0 else None
