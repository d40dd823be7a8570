"""Acoustic features of a clip: STFT, mel spectrogram, MFCC, F0, formants.

Frames are centred: frame `i` stands at `i * hop_s` seconds, so a clip of `n` samples and a
hop of `h` has `1 + n // h` frames, whatever the window.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from voiceclone.audio.clip import Audio

WINDOW_S = 0.025
"""Analysis window: two to four periods of a voice, short against a phone."""

HOP_S = 0.010

MEL_FLOOR = 1e-10
"""Power under which log-mel does not go: -100 dB of full scale."""

F0_MAX_RATE = 16_000
"""Pitch lies far below: a higher rate is brought down first, which saves most of the time."""

F0_PIECE_S, F0_MARGIN_S = 5.0, 0.5
"""Long clips are taken in pieces of about so long, each with so much of its neighbours."""

MAX_FORMANT_HZ = 5500.0
"""Praat's ceiling for an adult vocal tract: five formants lie below it (5000 Hz for long tracts)."""

FORMANT_WINDOW_S = 0.050
"""Praat's 25 ms, which is the effective length of a window twice as long."""

PRE_EMPHASIS_HZ = 50.0
"""From here up the spectrum is raised by 6 dB an octave, which the glottis had taken (Praat's value)."""

FORMANT_RANGE_DB = 50.0
"""Frames this far below the loudest have no formants but those of the room."""


def stft(audio: Audio, window_s: float = WINDOW_S, hop_s: float = HOP_S) -> np.ndarray:
    """Return the short-time Fourier transform (Hann window, scaled to sum 1).

    A sine of amplitude A shows as a magnitude of A / 2 in its bin.

    Shape:
        complex64 `[n_fft // 2 + 1, 1 + n_samples // hop]`, `n_fft` the power of two at or
        above the window's samples; bin `k` is at `k * sample_rate / n_fft` Hz.
    """
    import librosa
    from scipy.signal import get_window

    window_samples, n_fft, hop_samples = _frame_sizes(audio.sample_rate, window_s, hop_s)
    spectrum = librosa.stft(
        audio.samples, n_fft=n_fft, hop_length=hop_samples, win_length=window_samples, pad_mode="constant"
    )
    return (spectrum / get_window("hann", window_samples).sum()).astype(np.complex64)


def mel(
    audio: Audio,
    n_mels: int = 80,
    low_hz: float = 0.0,
    high_hz: float | None = None,
    window_s: float = WINDOW_S,
    hop_s: float = HOP_S,
) -> np.ndarray:
    """Return the log-mel spectrogram: natural log of power in bands of equal width in mel (Slaney 1998).

    Args:
        low_hz, high_hz: where the bands begin and end; the end is half the sample rate if None.

    Shape:
        float32 `[n_mels, 1 + n_samples // hop]`, values from `log(1e-10) = -23` up.
    """
    import librosa

    _, n_fft, _ = _frame_sizes(audio.sample_rate, window_s, hop_s)
    power = np.abs(stft(audio, window_s, hop_s)) ** 2
    bands = librosa.filters.mel(
        sr=audio.sample_rate, n_fft=n_fft, n_mels=n_mels, fmin=low_hz, fmax=high_hz, norm=None
    )
    return np.log(np.maximum(bands @ power, MEL_FLOOR)).astype(np.float32)


def mfcc(audio: Audio, n_mfcc: int = 13, n_mels: int = 80, hop_s: float = HOP_S) -> np.ndarray:
    """Return mel-frequency cepstral coefficients: the orthonormal DCT-II of the log-mel spectrogram.

    Coefficient 0 is loudness, `sqrt(n_mels)` times the mean log power.

    Shape:
        float32 `[n_mfcc, 1 + n_samples // hop]`.
    """
    from scipy.fft import dct

    return dct(mel(audio, n_mels, hop_s=hop_s), axis=0, norm="ortho")[:n_mfcc]


def f0(
    audio: Audio, floor_hz: float = 60.0, ceiling_hz: float = 500.0, frame_s: float = 0.0125
) -> np.ndarray:
    """Return the fundamental frequency in Hz, 0 where unvoiced.

    WORLD's Harvest, refined by StoneMask (Morise 2017). Harvest misses little that is
    voiced and takes some noise for voice. A digitally pure sine, which no recording holds,
    is unvoiced to it; 50 dB of noise under the sine are enough. About 0.15 s of work for
    each second of sound, shared out between cores in pieces of about 5 s.

    Shape:
        float64 `[1 + floor(duration_s / frame_s)]`, frame `i` at `i * frame_s` seconds;
        empty for an empty clip.
    """
    import pyworld

    if not len(audio.samples):
        return np.zeros(0)
    audio = audio.resampled(min(audio.sample_rate, F0_MAX_RATE))
    samples, rate = audio.samples.astype(np.float64), audio.sample_rate
    n_frames = 1 + int(len(samples) / rate / frame_s + 1e-9)
    edges = np.linspace(0, n_frames, 1 + max(1, round(n_frames * frame_s / F0_PIECE_S))).astype(int).tolist()
    margin = round(F0_MARGIN_S / frame_s)

    def piece(start: int, end: int) -> np.ndarray:
        first, last = max(0, start - margin), min(n_frames, end + margin)
        part = samples[round(first * frame_s * rate) : round(last * frame_s * rate)]
        coarse, times = pyworld.harvest(part, rate, floor_hz, ceiling_hz, 1000 * frame_s)
        return pyworld.stonemask(part, coarse, times, rate)[start - first : end - first]

    with ThreadPoolExecutor(max_workers=4) as pool:  # WORLD lets go of the interpreter while it works
        return np.concatenate(list(pool.map(piece, edges[:-1], edges[1:])))


def formants(audio: Audio, n: int = 4, hop_s: float = HOP_S) -> np.ndarray:
    """Return the resonances of the vocal tract, lowest first, in Hz; NaN where there is none.

    Praat's way: resampled to 11 kHz, so that five formants fit; pre-emphasis from 50 Hz,
    Gaussian windows of 50 ms, linear prediction of order `2 * 5` by Burg's method, and the
    angles of the polynomial's roots between 50 and 5450 Hz. Meant for voiced frames; frames
    50 dB under the loudest are NaN throughout.

    Shape:
        float64 `[1 + floor(duration_s / hop_s), n]`, `n` at most 5; the last axis rises.
    """
    import librosa
    from scipy.signal.windows import gaussian

    assert 1 <= n <= 5, n
    rate = round(2 * MAX_FORMANT_HZ)
    samples = audio.resampled(rate).samples.astype(np.float64)
    samples[1:] -= np.exp(-2 * np.pi * PRE_EMPHASIS_HZ / rate) * samples[:-1]
    window_samples = round(FORMANT_WINDOW_S * rate)
    n_frames = 1 + int(audio.duration_s / hop_s + 1e-9)
    found = np.full((n_frames, n), np.nan)

    starts = np.round(np.arange(n_frames) * hop_s * rate).astype(int)
    padded = np.pad(samples, (window_samples // 2, window_samples))
    frames = padded[starts[:, None] + np.arange(window_samples)]  # [n_frames, window_samples]
    frames = frames * gaussian(window_samples, window_samples / 6)
    power = np.mean(frames**2, axis=1)
    loud = power > max(power.max(initial=0.0) * 10 ** (-FORMANT_RANGE_DB / 10), MEL_FLOOR)
    if not loud.any():
        return found

    order = 2 * 5
    coefficients = librosa.lpc(frames[loud], order=order, axis=-1)  # [n_loud, order + 1]
    companions = np.zeros((len(coefficients), order, order))
    companions[:, 0] = -coefficients[:, 1:]
    companions[:, np.arange(1, order), np.arange(order - 1)] = 1
    roots = np.linalg.eigvals(companions)  # [n_loud, order]
    frequency_hz = np.angle(roots) * rate / (2 * np.pi)
    is_formant = (frequency_hz > 50) & (frequency_hz < MAX_FORMANT_HZ - 50)
    found[loud] = np.sort(np.where(is_formant, frequency_hz, np.nan), axis=1)[:, :n]  # NaN sorts last
    return found


def _frame_sizes(sample_rate: int, window_s: float, hop_s: float) -> tuple[int, int, int]:
    """Return samples per window, per transform (the next power of two) and per hop."""
    window_samples = round(window_s * sample_rate)
    return window_samples, 1 << (window_samples - 1).bit_length(), round(hop_s * sample_rate)
