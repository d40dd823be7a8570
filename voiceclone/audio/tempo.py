"""Speech said faster or slower at the same pitch."""

from __future__ import annotations

import numpy as np

from voiceclone.audio.clip import Audio

WINDOW_S = 0.04
"""Of one piece: some periods of the lowest voice, and shorter than a sound of speech."""
SEARCH_S = 0.01
"""How far a piece may move to fit the one before it: a period of a voice at 100 Hz."""


def at_speed(audio: Audio, speed: float) -> Audio:
    """Return a clip said `speed` times as fast.

    Waveform similarity overlap-add (Verhelst and Roelands, 1993): windows are laid half over one another,
    each taken from where the sound goes on most like what the window before it would have gone on with.

    Length: `round(n_samples / speed)`.
    """
    if speed == 1.0 or len(audio.samples) == 0:
        return audio
    hop = round(WINDOW_S * audio.sample_rate / 2)
    reach = round(SEARCH_S * audio.sample_rate)
    n_out = round(len(audio.samples) / speed)
    n_windows = -(-n_out // hop) + 1
    window = 0.5 - 0.5 * np.cos(
        np.pi * np.arange(2 * hop) / hop
    )  # two of them, half over one another, add to 1
    after = round(n_windows * hop * speed) + 4 * hop + 2 * reach - len(audio.samples)
    source = np.pad(audio.samples, (hop + reach, after))
    made = np.zeros((n_windows + 1) * hop, np.float64)
    at = reach
    for index in range(n_windows):
        made[index * hop : (index + 2) * hop] += window * source[at : at + 2 * hop]
        wanted = source[at + hop : at + 3 * hop]
        ideal = reach + round((index + 1) * hop * speed)
        around = source[ideal - reach : ideal + reach + 2 * hop]
        at = ideal - reach + _best_fit(around, wanted)
    return Audio(made[hop : hop + n_out].astype(np.float32), audio.sample_rate)


def _best_fit(around: np.ndarray, wanted: np.ndarray) -> int:
    """Return where in a stretch of sound a piece fits best, by normalised correlation."""
    likeness = np.correlate(around.astype(np.float64), wanted.astype(np.float64), mode="valid")
    energy = np.convolve(np.square(around, dtype=np.float64), np.ones(len(wanted)), mode="valid")
    return int(np.argmax(likeness / np.sqrt(energy + 1e-9)))
