"""Does a training run stand being killed? It is killed at random moments, and must end with a voice.

After each kill the checkpoint must be whole and no older than the one before. Usage:

    python -m benchmarks.resume [--kills N] [--steps N] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.commands import LICENSED
from benchmarks.corpus import readers
from benchmarks.finetune import parts
from voiceclone.finetune.checkpoint import progress_of
from voiceclone.finetune.run import CHECKPOINT

FROM_START_S = 20.0
"""Every other kill comes within this time after the start: while the run loads or prepares."""
FROM_PROGRESS_S = 8.0
"""The others come within this time after the checkpoint was written anew: while it learns or writes."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--steps", type=int, default=110)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    draw = random.Random(args.seed)
    reader = readers()[0]
    with tempfile.TemporaryDirectory(prefix="voiceclone-resume-") as folder:
        out = Path(folder) / "voice.safetensors"
        kept = out.with_suffix(".run")
        begin = [
            "finetune", *map(str, parts(reader)[0]), *LICENSED, "--speaker", reader.name,
            "--steps", str(args.steps),
        ]  # fmt: skip
        step = kills = 0
        while True:
            receipt = (kept / "receipt.json").exists()
            what = ["finetune", "--resume"] if receipt else begin
            command = [sys.executable, "-m", "voiceclone", *what, "--out", str(out), "--json"]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            if kills < args.kills:
                _wait(process, kept / CHECKPOINT, draw, from_start=kills % 2 == 0)
                process.kill()
                kills += process.wait() == -9
                checkpoint = kept / CHECKPOINT
                now = progress_of(checkpoint.read_bytes()).step if checkpoint.exists() else 0
                assert now >= step, f"step {now} after a kill, and {step} before"
                step = now
                print(f"kill {kills}: step {step} is kept", flush=True)
                if out.exists():
                    break
                continue
            printed, complaints = process.communicate()
            assert process.returncode == 0, complaints
            break
        print(f"{kills} kills; it ended with a voice: {json.loads(printed)['chosen'] if printed else out}")


def _wait(process: subprocess.Popen, checkpoint: Path, draw: random.Random, *, from_start: bool) -> None:
    """Wait for the moment of a kill; a run that ends by itself meanwhile is not waited for."""
    if from_start:
        time.sleep(draw.uniform(1.0, FROM_START_S))
        return
    before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
    while process.poll() is None and (checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0) == before:
        time.sleep(0.1)
    time.sleep(draw.uniform(0.0, FROM_PROGRESS_S))


if __name__ == "__main__":
    main()
