"""Learn every reader from 10 to 15 s and measure the clone: likeness, words, naturalness, time, memory.

"A sentence" is the mean over single Harvard sentences of about 2.5 s, of which real snippets reach
0.85 only; "all five" is the similarity of the five spoken one after the other, about as long as the
real recordings they are compared with.

Each clone is one `python -m voiceclone clone` in a process of its own, so seconds and memory
are what a user pays, loading included. Usage:

    python -m benchmarks.clone [--preset NAME] [--readers NAME…] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.commands import LICENSED, run
from benchmarks.corpus import HARVARD, Reader, read, readers
from benchmarks.hearing import hear
from benchmarks.judges import GE2E, Judge, scales
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings
from voiceclone.studio import DEFAULT_PRESET, PRESETS, Studio


def learn(reader: Reader, out: Path, preset: str, seed: int) -> dict[str, float | str]:
    """Run the command line on a reader's reference; return its JSON with wall seconds and peak memory."""
    speaker = f"LibriSpeech reader {reader.name}"
    return run(
        [
            "clone", *map(str, reader.reference), *LICENSED, "--name", reader.name, "--speaker", speaker,
            "--preset", preset, "--seed", str(seed), "--language", "en-us", "--out", str(out),
        ]
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=PRESETS, default=DEFAULT_PRESET)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--readers", nargs="*")
    parser.add_argument("--keep", type=Path, help="keep voices and speech in this folder")
    args = parser.parse_args()

    chosen = [r for r in readers() if not args.readers or r.name in args.readers]
    settings = Settings.from_env()
    studio, weights = Studio(settings), WeightStore(settings)
    folder = args.keep or Path(tempfile.mkdtemp(prefix="voiceclone-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    learned = {r.name: learn(r, folder / f"{r.name}.safetensors", args.preset, args.seed) for r in chosen}

    clips: dict[str, list[Audio]] = {r.name: [read(p) for p in r.others] for r in readers()}
    encoders = (GE2E(), Judge(weights))
    scale = {e.name: scales(e, clips) for e in encoders}
    print(f"\nPreset {args.preset}, {os.cpu_count()} cores, {len(HARVARD)} Harvard sentences a reader.\n")
    print("| reader | reference | wall | peak memory | ECAPA (trained against) | "
          + " | ".join(f"{e.name} (stranger, real)" for e in encoders)
          + " | a sentence | all five | word errors | DistillMOS | RTF |")  # fmt: skip
    print("|---|---|---|---|---|" + "---|" * (len(encoders) + 5))
    rows: list[dict[str, float]] = []
    for reader in chosen:
        record = learned[reader.name]
        voice = studio.load_voice(folder / f"{reader.name}.safetensors")
        here = {e.name: scale[e.name][reader.name] for e in encoders}
        heard = hear(studio, voice, encoders, here)
        for index, audio in enumerate(heard.spoken):
            write_audio(audio, folder / f"{reader.name}-{index}.wav")
        row = {
            "wall": record["wall_s"],
            "memory": record["peak_mb"],
            "sentence": heard.sentence,
            "all": heard.all_five,
            "errors": heard.word_error_rate,
            "mos": heard.naturalness,
            "rtf": heard.rtf,
        }
        rows.append(row)
        by_encoder = " | ".join(
            f"{c:.2f} ({here[n].stranger:.2f}, {here[n].real:.2f})" for n, c in heard.cosines.items()
        )
        change = f"{record['similarity_start']:.2f} → {record['similarity']:.2f}"
        print(_line(reader.name, f"{record['reference_seconds']:.1f} s", change, by_encoder, row), flush=True)
    mean = {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}
    print(_line("mean", "", "", " | ".join([""] * len(encoders)), mean))


def _line(name: str, reference: str, ecapa: str, by_encoder: str, row: dict[str, float]) -> str:
    return (
        f"| {name} | {reference} | {row['wall']:.0f} s | {row['memory']:.0f} MB | {ecapa} | {by_encoder} "
        f"| {row['sentence']:.2f} | {row['all']:.2f} | {row['errors']:.1%} | {row['mos']:.2f} "
        f"| {row['rtf']:.2f} |"
    )


if __name__ == "__main__":
    main()
