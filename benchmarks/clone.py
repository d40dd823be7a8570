"""Learn every reader from 10 to 15 s and measure the clone: likeness, words, naturalness, time, memory.

"A sentence" is the mean over single Harvard sentences of about 2.5 s, of which real snippets reach
0.85 only; "all five" is the similarity of the five spoken one after the other, about as long as the
real recordings they are compared with.

Each clone is one `python -m voiceclone clone` in a process of its own, so seconds and memory
are what a user pays, loading included. Usage:

    python -m benchmarks.clone [--steps N] [--readers NAME…] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.corpus import HARVARD, Reader, read, readers
from benchmarks.judges import GE2E, Judge, Scale, scales
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings
from voiceclone.studio import DEFAULT_STEPS, Studio


def learn(reader: Reader, out: Path, steps: int, seed: int) -> dict[str, float | str]:
    """Run the command line on a reader's reference; return its JSON with wall seconds and peak memory."""
    command = [
        sys.executable, "-m", "voiceclone", "clone", *map(str, reader.reference), "--name", reader.name,
        "--consent", "licence", "--document", "CC BY 4.0", "--stated-by", "the benchmark",
        "--speaker", f"LibriSpeech reader {reader.name}", "--steps", str(steps),
        "--seed", str(seed), "--language", "en-us", "--out", str(out), "--json",
    ]  # fmt: skip
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{reader.name}: {printed}")
    return json.loads(printed) | {
        "wall_s": time.perf_counter() - started,
        "peak_mb": usage.ru_maxrss / 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=DEFAULT_STEPS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--readers", nargs="*")
    parser.add_argument("--keep", type=Path, help="keep voices and speech in this folder")
    args = parser.parse_args()

    chosen = [r for r in readers() if not args.readers or r.name in args.readers]
    settings = Settings.from_env()
    studio, weights = Studio(settings), WeightStore(settings)
    folder = args.keep or Path(tempfile.mkdtemp(prefix="voiceclone-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    learned = {r.name: learn(r, folder / f"{r.name}.safetensors", args.steps, args.seed) for r in chosen}

    clips: dict[str, list[Audio]] = {r.name: [read(p) for p in r.others] for r in readers()}
    encoders = (GE2E(), Judge(weights))
    scale = {e.name: scales(e, clips) for e in encoders}
    print(f"\n{args.steps} steps, {os.cpu_count()} cores, {len(HARVARD)} Harvard sentences a reader.\n")
    print("| reader | reference | wall | peak memory | ECAPA (trained against) | "
          + " | ".join(f"{e.name} (stranger, real)" for e in encoders)
          + " | a sentence | all five | word errors | DistillMOS | RTF |")  # fmt: skip
    print("|---|---|---|---|---|" + "---|" * (len(encoders) + 5))
    rows: list[dict[str, float]] = []
    for reader in chosen:
        record = learned[reader.name]
        voice = studio.load_voice(folder / f"{reader.name}.safetensors")
        cosines: dict[str, list[float]] = {e.name: [] for e in encoders}
        wrong = total = 0
        natural, rtf, spoken = [], [], []
        for index, sentence in enumerate(HARVARD):
            started = time.perf_counter()
            audio = Audio.joined([s.audio for s in studio.speak(voice, sentence)])
            if index:  # the first warms up
                rtf.append((time.perf_counter() - started) / audio.duration_s)
            spoken.append(audio)
            write_audio(audio, folder / f"{reader.name}-{index}.wav")
            for encoder in encoders:
                cosines[encoder.name].append(
                    _cosine(encoder, audio, {encoder.name: scale[encoder.name][reader.name]})
                )
            scores = studio.score(voice, audio, sentence)
            n_words = len(scores.words.asked)
            total += n_words
            wrong += scores.words.error_rate * n_words
            natural.append(scores.naturalness)
        whole = Audio.joined(spoken)
        here = {e.name: scale[e.name][reader.name] for e in encoders}
        row = {
            "wall": record["wall_s"],
            "memory": record["peak_mb"],
            "sentence": np.mean([here[n].normalised(float(np.mean(c))) for n, c in cosines.items()]),
            "all": np.mean([here[e.name].normalised(_cosine(e, whole, here)) for e in encoders]),
            "errors": wrong / total,
            "mos": float(np.mean(natural)),
            "rtf": float(np.mean(rtf)),
        }
        rows.append(row)
        by_encoder = " | ".join(
            f"{np.mean(c):.2f} ({here[n].stranger:.2f}, {here[n].real:.2f})" for n, c in cosines.items()
        )
        change = f"{record['similarity_start']:.2f} → {record['similarity']:.2f}"
        print(_line(reader.name, f"{record['reference_seconds']:.1f} s", change, by_encoder, row), flush=True)
    mean = {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}
    print(_line("mean", "", "", " | ".join([""] * len(encoders)), mean))


def _cosine(encoder: GE2E | Judge, audio: Audio, scale: dict[str, Scale]) -> float:
    return float(encoder.embed(audio) @ scale[encoder.name].centre)


def _line(name: str, reference: str, ecapa: str, by_encoder: str, row: dict[str, float]) -> str:
    return (
        f"| {name} | {reference} | {row['wall']:.0f} s | {row['memory']:.0f} MB | {ecapa} | {by_encoder} "
        f"| {row['sentence']:.2f} | {row['all']:.2f} | {row['errors']:.1%} | {row['mos']:.2f} "
        f"| {row['rtf']:.2f} |"
    )


if __name__ == "__main__":
    main()
