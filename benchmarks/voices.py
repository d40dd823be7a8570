"""A voice to measure speech with: one that was kept, or one learned here from the first reader."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.corpus import readers
from voiceclone.consent.receipt import Authority
from voiceclone.studio import Studio
from voiceclone.voices.voice import Voice


def add_voice_argument(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark take a voice file that was learned before."""
    parser.add_argument(
        "--voice", type=Path, help="a voice file; learned from the first reader when left out"
    )


def voice_of(args: argparse.Namespace, studio: Studio) -> Voice:
    """Return the voice that was asked for."""
    if args.voice:
        return studio.load_voice(args.voice)
    reader = readers()[0]
    reference = studio.inspect(reader.reference)
    receipt = studio.attest(
        reference,
        name=reader.name,
        speaker=f"LibriSpeech reader {reader.name}",
        authority=Authority("licence", "CC BY 4.0", "the benchmark"),
    )
    events = list(studio.clone(reference, receipt))
    voice = events[-1].voice
    assert voice is not None
    return voice
