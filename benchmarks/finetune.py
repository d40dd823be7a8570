"""Fine-tune a reader and measure the voice beside a clone of the same reader, on the same new sentences.

The clone learns from one recording of 10 to 15 s; the fine-tuned voice from a zip of all recordings but
the last ones, which both are compared with. Each is one command in a process of its own: seconds and
memory are what a user pays. Usage:

    python -m benchmarks.finetune [--readers NAME…] [--minutes M] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import tempfile
import zipfile
from pathlib import Path

from benchmarks.clone import learn
from benchmarks.commands import LICENSED, run
from benchmarks.corpus import Reader, read, readers, speech_folder
from benchmarks.hearing import Heard, hear
from benchmarks.judges import GE2E, Judge, scales
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings
from voiceclone.studio import DEFAULT_PRESET, Studio

KEPT_BACK_S = 30.0
"""Of the last recordings: real speech that neither voice has learned from."""


def parts(reader: Reader) -> tuple[list[Path], list[Path]]:
    """Return a reader's recordings to train on, and the last ones to compare with."""
    clips = sorted((speech_folder() / "librispeech-test-other" / reader.name).glob("*.flac"))
    kept_back: list[Path] = []
    while sum(read(p).duration_s for p in kept_back) < KEPT_BACK_S:
        later = [p for p in clips if p not in kept_back and p not in reader.reference]
        kept_back.append(later[-1])
    return [p for p in clips if p not in kept_back], kept_back


def train(reader: Reader, clips: list[Path], folder: Path, minutes: float) -> dict:
    """Run the command line on a zip of recordings; return its JSON with wall seconds and peak memory."""
    archive, out = folder / f"{reader.name}.zip", folder / f"{reader.name}-tuned.safetensors"
    with zipfile.ZipFile(archive, "w") as packed:
        for clip in clips:
            packed.write(clip, clip.name)
    speaker = f"LibriSpeech reader {reader.name}"
    return run(
        [
            "finetune", str(archive), *LICENSED, "--name", reader.name, "--speaker", speaker,
            "--minutes", str(minutes), "--out", str(out),
        ]
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--readers", nargs="*", default=["3080"])
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--keep", type=Path, help="keep voices in this folder")
    args = parser.parse_args()
    folder = args.keep or Path(tempfile.mkdtemp(prefix="voiceclone-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings.from_env()
    studio = Studio(settings)
    encoders = (GE2E(), Judge(WeightStore(settings)))
    print(
        "| reader | learned from | wall | peak memory | step kept | a sentence | all five | word errors "
        "| DistillMOS |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for reader in (r for r in readers() if r.name in args.readers):
        clips, kept_back = parts(reader)
        own = [read(p) for p in kept_back]
        others = {r.name: [read(p) for p in parts(r)[1]] for r in readers() if r.name != reader.name}
        scale = {e.name: scales(e, {reader.name: own, **others})[reader.name] for e in encoders}
        cloned = learn(reader, folder / f"{reader.name}.safetensors", DEFAULT_PRESET, 0)
        tuned = train(reader, clips, folder, args.minutes)
        for name, record in ((f"{reader.name} cloned", cloned), (f"{reader.name} fine-tuned", tuned)):
            voice = studio.load_voice(record["voice"])
            print(_line(name, record, hear(studio, voice, encoders, scale)), flush=True)


def _line(name: str, record: dict, heard: Heard) -> str:
    return (
        f"| {name} | {record['reference_seconds']:.0f} s | {record['wall_s']:.0f} s "
        f"| {record['peak_mb']:.0f} MB | {record['best_step']} of {record['steps']} "
        f"| {heard.sentence:.2f} | {heard.all_five:.2f} "
        f"| {heard.word_error_rate:.1%} | {heard.naturalness:.2f} |"
    )


if __name__ == "__main__":
    main()
