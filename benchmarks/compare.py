"""Learn every reference of a folder with every engine that can be used here, and measure what each says.

A reference is a recording of one speaker, or a folder of some. Engines that learn at once come first; one
that cannot be used is named with the reason. Likeness is by the encoder of the app's own scores, which no
engine learns by: 0 a stranger, 100 another recording of the speaker. Usage:

    python -m benchmarks.compare FOLDER_OF_REFERENCES [--language KEY] [--steps N] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.corpus import HARVARD
from voiceclone.audio.write import write_audio
from voiceclone.comparing import Comparing, Tried
from voiceclone.consent.receipt import Authority
from voiceclone.studio import Studio

SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".m4a", ".webm")


def references(folder: Path) -> dict[str, list[Path]]:
    """Return the recordings of each reference, by its name."""
    found = {}
    for path in sorted(folder.iterdir()):
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        if recordings := [file for file in files if file.suffix.lower() in SUFFIXES]:
            found[path.stem] = recordings
    if not found:
        raise SystemExit(f"No references in {folder}: put recordings there, or folders of recordings.")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER_OF_REFERENCES")
    parser.add_argument("--language", default="en-us", help="of the references (%(default)s)")
    parser.add_argument("--text", default=" ".join(HARVARD), help="what each voice says")
    parser.add_argument("--steps", type=int, help="in place of as many as each engine advises")
    parser.add_argument("--keep", type=Path, help="keep what is said in this folder")
    args = parser.parse_args()
    studio = Studio()
    comparing = Comparing(studio)
    obstacles: dict[str, str] = {}
    print("| engine | reference | learned in | likeness | word errors | DistillMOS | RTF |")
    print("|---|---|---|---|---|---|---|")
    for name, recordings in references(args.folder).items():
        reference = studio.inspect(recordings)
        authority = Authority("licence", "the benchmark's references", "the benchmark")
        receipt = studio.attest(reference, name=name, speaker=name, authority=authority)
        for tried in comparing.engines(
            reference, receipt, args.text, language_key=args.language, steps=args.steps
        ):
            if tried.rendition is None:
                obstacles[tried.engine.title] = tried.obstacle
                continue
            print(_line(name, tried), flush=True)
            if args.keep is not None:
                args.keep.mkdir(exist_ok=True)
                write_audio(tried.rendition.audio, args.keep / f"{name}-{tried.engine.name}.wav")
    for title, obstacle in obstacles.items():
        print(f"\nNot measured: {title}. {obstacle}")


def _line(name: str, tried: Tried) -> str:
    assert tried.rendition is not None
    scores = tried.rendition.scores
    return (
        f"| {tried.engine.name} | {name} | {tried.learning_s:.0f} s | {scores.similarity_percent:.0f} "
        f"| {scores.words.error_rate:.1%} | {scores.naturalness:.2f} "
        f"| {tried.rendition.real_time_factor:.2f} |"
    )


if __name__ == "__main__":
    main()
