"""Convert readers' recordings into other readers' voices: whose voice comes out, and which words.

Each voice takes one recording of each of the readers after it. Both encoders stand outside of learning;
0 is a stranger and 1 a real recording, of the voice's reader and of the source's. Usage:

    python -m benchmarks.convert [--readers NAME…] [--sources N] [--keep FOLDER]

A voice that lies in the folder, as `benchmarks.clone --keep` leaves it, is not learned again.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.clone import learn
from benchmarks.corpus import read, readers
from benchmarks.judges import GE2E, Judge, scales
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.converting import Converting
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings
from voiceclone.studio import DEFAULT_PRESET, Studio

COMPARED = 4
"""Recordings of each reader that stand for them."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--readers", nargs="*", help="whose voices are converted to")
    parser.add_argument("--sources", type=int, default=2, help="recordings for each voice")
    parser.add_argument("--keep", type=Path, help="keep voices and speech in this folder")
    args = parser.parse_args()
    folder = args.keep or Path(tempfile.mkdtemp(prefix="voiceclone-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings.from_env()
    studio = Studio(settings)
    converting = Converting(studio)
    corpus = readers()
    encoders = (GE2E(), Judge(WeightStore(settings)))
    clips = {reader.name: [read(path) for path in reader.others[:COMPARED]] for reader in corpus}
    scale = {encoder.name: scales(encoder, clips) for encoder in encoders}
    print("| source | voice | length | like the voice | like the source | word errors | DistillMOS | RTF |")
    print("|---|---|---|---|---|---|---|---|")
    rows = []
    for place, reader in enumerate(corpus):
        if args.readers and reader.name not in args.readers:
            continue
        file = folder / f"{reader.name}.safetensors"
        if not file.exists():
            learn(reader, file, DEFAULT_PRESET, 0)
        voice = studio.load_voice(file)
        for step in range(1, args.sources + 1):
            other = corpus[(place + step) % len(corpus)]
            source = read(other.others[-1])
            started = time.perf_counter()
            pieces = list(converting.convert(voice, source, language_key="en-us"))
            took_s = time.perf_counter() - started
            audio = Audio.joined([piece.audio for piece in pieces])
            write_audio(audio, folder / f"{other.name}-as-{reader.name}.wav")
            scores = studio.score(voice, audio, converting.said(source, pieces), "en-us")
            likeness = [
                np.mean([scale[e.name][name].normalised(float(e.embed(audio) @ scale[e.name][name].centre))
                         for e in encoders])
                for name in (reader.name, other.name)
            ]  # fmt: skip
            row = (*likeness, scores.words.error_rate, scores.naturalness, took_s / source.duration_s)
            rows.append(row)
            print(_line(other.name, reader.name, f"{source.duration_s:.1f} s", row), flush=True)
    print(_line("mean", "", "", tuple(np.mean(rows, axis=0))))


def _line(source: str, voice: str, length: str, row: tuple[float, ...]) -> str:
    target, own, errors, mos, rtf = row
    return (
        f"| {source} | {voice} | {length} | {target:.2f} | {own:.2f} | {errors:.1%} | {mos:.2f} | {rtf:.2f} |"
    )


if __name__ == "__main__":
    main()
