"""Figures that fit a light and a dark page: transparent, grey text, one accent colour.

Built without pyplot, so no figure outlives its caller and threads do not share one. Words
are few, for matplotlib's own font has no Chinese: captions belong to the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.audio.features import HOP_S, f0, formants, mel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACCENT = "#0f766e"
GREY = "#7a7f87"
"""Contrast of about 4:1 on white and on near-black alike."""

WAVE_COLUMNS = 1200
"""Columns the waveform is drawn in: more than a page has pixels for."""

MEL_RANGE_DB = 70.0
"""What is drawn of the spectrogram, down from its strongest point."""

F0_RANGE_DB = 40.0
"""F0 is drawn of frames down to here from the loudest: under speech, it follows whatever hums in the room."""

F0_FRAME_S = 0.0125
F0_FLOOR_HZ, F0_CEILING_HZ = 60.0, 500.0


def plot_reference(audio: Audio, accent: str = ACCENT) -> Figure:
    """Draw a reference: waveform, mel spectrogram with F0 over it, long-term spectrum with formants.

    Axes, in this order: `waveform` (highest and lowest sample per column), `mel` (80 bands,
    drawn by band, labelled in Hz), `f0` (over `mel`, Hz at the right, gaps where unvoiced or
    40 dB under the loudest), `spectrum` (power in dB under the strongest, over Hz, with a
    line at the median of each of four formants in voiced frames).
    """
    figure = _figure(8.0, 6.4)
    wave, middle, spectrum = figure.subplots(3, 1, height_ratios=(1, 2, 1.4))
    levels_db = mel(audio) * 10 / np.log(10)  # [n_mels, n_frames]
    pitch_hz = _audible_f0(audio, levels_db.max(axis=0))
    _draw_waveform(wave, audio, accent)
    _draw_mel(middle, levels_db, audio.sample_rate, audio.duration_s)
    _draw_f0(middle.twinx(), pitch_hz, audio.duration_s, accent)
    _draw_spectrum(spectrum, audio, pitch_hz, accent)
    for axes in figure.axes:
        _quiet(axes)
    return figure


def _figure(width_in: float, height_in: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), layout="constrained", facecolor="none")
    FigureCanvasAgg(figure)  # the canvas attaches itself
    return figure


def _quiet(axes: Axes) -> None:
    axes.set_facecolor("none")
    axes.tick_params(colors=GREY, labelsize=9)
    axes.xaxis.label.set_color(GREY)
    if axes.yaxis.label.get_color() == "black":  # F0's label has the curve's colour
        axes.yaxis.label.set_color(GREY)
    for side, spine in axes.spines.items():
        spine.set_color(GREY)
        spine.set_visible(side in ("left", "bottom"))


def _draw_waveform(axes: Axes, audio: Audio, accent: str) -> None:
    axes.set_label("waveform")
    n_columns = max(1, min(WAVE_COLUMNS, len(audio.samples)))
    starts = np.linspace(0, len(audio.samples), n_columns, endpoint=False).astype(int)
    if len(audio.samples):
        lowest, highest = (each.reduceat(audio.samples, starts) for each in (np.minimum, np.maximum))
        axes.fill_between(starts / audio.sample_rate, lowest, highest, color=accent, linewidth=0.4)
    axes.set_ylim(-1, 1)
    axes.set_xlim(0, audio.duration_s)
    axes.set_ylabel("amplitude")


def _audible_f0(audio: Audio, levels_db: np.ndarray) -> np.ndarray:
    """Return F0 in Hz, 0 where unvoiced or too quiet; `levels_db` is `[n_frames]` every `HOP_S`."""
    pitch_hz = f0(audio, F0_FLOOR_HZ, F0_CEILING_HZ, F0_FRAME_S)
    nearest = np.round(np.arange(len(pitch_hz)) * F0_FRAME_S / HOP_S).astype(int)
    loud = levels_db > levels_db.max() - F0_RANGE_DB
    return np.where(loud[np.minimum(nearest, len(loud) - 1)], pitch_hz, 0.0)


def _draw_mel(axes: Axes, levels_db: np.ndarray, sample_rate: int, duration_s: float) -> None:
    from librosa import mel_frequencies
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    axes.set_label("mel")
    ink = LinearSegmentedColormap.from_list("ink", [(*to_rgb(GREY), 0.0), (*to_rgb(GREY), 1.0)])
    centres_hz = mel_frequencies(len(levels_db) + 2, fmin=0, fmax=sample_rate / 2)[1:-1]
    top = float(levels_db.max())
    end_s = (levels_db.shape[1] - 0.5) * HOP_S
    axes.imshow(
        levels_db, origin="lower", aspect="auto", cmap=ink, vmin=top - MEL_RANGE_DB, vmax=top,
        extent=(-0.5 * HOP_S, end_s, -0.5, len(levels_db) - 0.5),
    )  # fmt: skip
    marks_hz = np.array([hz for hz in (250, 500, 1000, 2000, 4000, 8000, 16000) if hz < centres_hz[-1]])
    axes.set_yticks(np.interp(marks_hz, centres_hz, np.arange(len(centres_hz))), [str(hz) for hz in marks_hz])
    axes.set_xlim(0, duration_s)
    axes.set_xlabel("s")
    axes.set_ylabel("Hz (mel)")


def _draw_f0(axes: Axes, pitch_hz: np.ndarray, duration_s: float, accent: str) -> None:
    axes.set_label("f0")
    times_s = np.arange(len(pitch_hz)) * F0_FRAME_S
    axes.plot(times_s, np.where(pitch_hz > 0, pitch_hz, np.nan), color=accent, linewidth=2, label="F0")
    axes.set_xlim(0, duration_s)
    axes.set_ylim(0, F0_CEILING_HZ)
    axes.set_ylabel("F0 (Hz)", color=accent)


def _draw_spectrum(axes: Axes, audio: Audio, pitch_hz: np.ndarray, accent: str) -> None:
    from scipy.signal import welch

    axes.set_label("spectrum")
    size = min(2048, max(1, len(audio.samples)))
    frequency_hz, power = welch(audio.samples, audio.sample_rate, nperseg=size)
    level_db = 10 * np.log10(np.maximum(power, 1e-20))
    axes.plot(frequency_hz, level_db - level_db.max(), color=GREY, linewidth=1.2, label="long-term spectrum")
    axes.set_ylim(-90, 5)
    axes.set_xlim(0, min(8000, audio.sample_rate / 2))
    axes.set_xlabel("Hz")
    axes.set_ylabel("dB")

    tracks = formants(audio, hop_s=F0_FRAME_S)
    n_frames = min(len(tracks), len(pitch_hz))
    voiced = tracks[:n_frames][pitch_hz[:n_frames] > 0]
    for number, track in enumerate(voiced.T, start=1):
        if np.isfinite(track).any():
            middle = float(np.nanmedian(track))
            axes.axvline(middle, color=accent, linestyle=":", linewidth=1.4, label=f"F{number}")
            axes.annotate(
                f"F{number}", (middle, 1.0), (3, -9), xycoords=("data", "axes fraction"),
                textcoords="offset points", color=accent, fontsize=9,
            )  # fmt: skip
