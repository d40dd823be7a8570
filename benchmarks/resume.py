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

LONGEST_S = 40.0
"""After its start a run is killed within this time: while it loads, prepares, learns or writes."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--steps", type=int, default=60)
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
                time.sleep(draw.uniform(1.0, LONGEST_S))
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


if __name__ == "__main__":
    main()
