"""Learn readers from references that were spoiled, and say what it costs against the clean ones.

White noise and babble (four other readers at once) at 20 and 10 dB under the speech, a telephone's band
(300 to 3400 Hz), a room (an impulse response of decaying noise: 0.5 s to -60 dB, direct sound 3 dB over the
rest). What is measured is as in `benchmarks.learning`: likeness to recordings that are clean. Usage:

    python -m benchmarks.noise [--readers NAME…] [--preset NAME] [--write]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.corpus import read, readers, speech_folder
from benchmarks.learning import Judges, Row, clone
from benchmarks.report import add_write_argument, interval, publish, table
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.studio import PRESETS, Studio

REVERBERATION_S = 0.5
DIRECT_DB = 3.0


def noisy(audio: Audio, noise: np.ndarray, snr_db: float) -> Audio:
    """Return a clip with noise of the same length added, so many decibels under it."""
    gain = audio.rms / float(np.sqrt(np.mean(noise**2))) * 10 ** (-snr_db / 20)
    return Audio((audio.samples + gain * noise).astype(np.float32), audio.sample_rate)


def white(audio: Audio) -> np.ndarray:
    """Return white noise as long as a clip."""
    return np.random.default_rng(0).standard_normal(len(audio.samples))


def babble(audio: Audio) -> np.ndarray:
    """Return four other readers at once, as long as a clip."""
    folder = speech_folder() / "librispeech-train-clean-100"
    voices = [read(p).resampled(audio.sample_rate) for p in sorted(folder.glob("*.flac"))[:4]]
    return sum(np.resize(v.samples / v.rms, len(audio.samples)) for v in voices)  # type: ignore[return-value]


def telephone(audio: Audio) -> Audio:
    """Return what a telephone lets through."""
    from scipy.signal import butter, sosfiltfilt

    band = butter(6, (300, 3400), "bandpass", fs=audio.sample_rate, output="sos")
    return Audio(sosfiltfilt(band, audio.samples).astype(np.float32), audio.sample_rate)


def room(audio: Audio) -> Audio:
    """Return a clip as it sounds in a room."""
    from scipy.signal import fftconvolve

    n = round(REVERBERATION_S * audio.sample_rate)
    tail = np.random.default_rng(1).standard_normal(n) * 10 ** (-3 * np.arange(n) / n)
    tail *= 10 ** (-DIRECT_DB / 20) / np.sqrt(np.sum(tail**2))
    response = np.concatenate([[1.0], tail])
    wet = fftconvolve(audio.samples, response)[: len(audio.samples)]
    return Audio((wet * audio.rms / np.sqrt(np.mean(wet**2))).astype(np.float32), audio.sample_rate)


CONDITIONS: dict[str, Callable[[Audio], Audio]] = {
    "clean": lambda a: a,
    "white noise, 20 dB": lambda a: noisy(a, white(a), 20),
    "white noise, 10 dB": lambda a: noisy(a, white(a), 10),
    "babble, 20 dB": lambda a: noisy(a, babble(a), 20),
    "babble, 10 dB": lambda a: noisy(a, babble(a), 10),
    "telephone": telephone,
    "a room": room,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--readers", nargs="*")
    parser.add_argument("--preset", choices=PRESETS, default="standard")
    add_write_argument(parser)
    args = parser.parse_args()
    studio = Studio()
    judges = Judges(studio)
    chosen = [r for r in readers() if not args.readers or r.name in args.readers]
    found: dict[str, list[Row]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, spoil in CONDITIONS.items():
            for reader in chosen:
                clips = []
                for clip in reader.reference:
                    spoiled = spoil(read(clip))
                    quiet = Audio(spoiled.samples / max(1.0, spoiled.peak), spoiled.sample_rate)
                    clips.append(write_audio(quiet, Path(folder) / f"{reader.name}-{clip.stem}.wav"))
                voice, seconds = clone(studio, reader, tuple(clips), args.preset)
                row = judges.row(name, reader, voice, seconds, reader.reference)
                found.setdefault(name, []).append(row)
                print(row, flush=True)
    clean = found["clean"]
    lines = []
    for name, rows in found.items():
        lost = [c.all_five - r.all_five for c, r in zip(clean, rows, strict=True)]
        lines.append(
            [
                name,
                f"{np.mean([r.sentence for r in rows]):.2f}",
                f"{np.mean([r.all_five for r in rows]):.2f}",
                "" if name == "clean" else interval(lost),
                f"{np.mean([r.word_errors for r in rows]):.1%}",
                f"{np.mean([r.distillmos for r in rows]):.2f}",
            ]
        )
    head = ("reference", "a sentence", "all five", "lost against clean", "word errors", "DistillMOS")
    names = ", ".join(r.name for r in chosen)
    text = f"{table(head, lines)}\n\nPreset {args.preset}, readers {names}; ± half of the 95 % interval."
    publish("noise", text, {"rows": [vars(r) for rows in found.values() for r in rows]}, write=args.write)


if __name__ == "__main__":
    main()
