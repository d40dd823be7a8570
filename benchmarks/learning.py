"""Every way to a reader's voice side by side, in one run: what others do, our presets, and the real thing.

Each reader's reference has 10 to 15 s; for `thorough` up to 60 s of recordings are given, of which the
program takes the best 30 and 30 more. Voices are compared with recordings that nobody learned from. Random
walk and style-only fit get the time that `standard` took. Models are loaded: seconds are from reference to
voice.

Likeness is the mean of GE2E and the d-vector, which learning never sees: 0 a stranger, 1 a real recording. "A
sentence" is the mean over single Harvard sentences of about 2.5 s, of which real snippets reach 0.85 only;
"all five" is of the five one after the other, about as long as the recordings compared with. Usage:

    python -m benchmarks.learning [--readers NAME…] [--systems NAME…] [--write]
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.corpus import Reader, read, readers
from benchmarks.hearing import Heard, hear
from benchmarks.judges import GE2E, Judge, dnsmos, scales
from benchmarks.report import add_write_argument, interval, publish, table
from benchmarks.rivals import Rivals
from voiceclone.audio.clip import Audio
from voiceclone.consent.receipt import Authority
from voiceclone.studio import PRESETS, Studio
from voiceclone.voices.voice import Voice

SYSTEMS = ("nearest pack", "nearest pack, pitch mapped", "random walk", "style only", *PRESETS)
LONG_S = 60.0
LANGUAGE = "en-us"


@dataclass(frozen=True)
class Row:
    """One system's voice of one reader."""

    system: str
    reader: str
    sentence: float
    all_five: float
    ge2e: float
    dvector: float
    ecapa: float
    word_errors: float
    distillmos: float
    dnsmos: float
    seconds: float
    rtf: float


def longer_reference(reader: Reader) -> tuple[Path, ...]:
    """Return up to 60 s of a reader's recordings, longest first; two at least are left to compare with."""
    clips = sorted((*reader.reference, *reader.others), key=lambda clip: -read(clip).duration_s)
    chosen: list[Path] = []
    for clip in clips[:-2]:
        if sum(read(c).duration_s for c in chosen) + read(clip).duration_s <= LONG_S:
            chosen.append(clip)
    return tuple(chosen)


def clone(studio: Studio, reader: Reader, clips: tuple[Path, ...], preset: str) -> tuple[Voice, float]:
    """Return a voice, and the seconds from the reference to it."""
    reference = studio.inspect(clips)
    receipt = studio.attest(
        reference,
        name=reader.name,
        speaker=f"LibriSpeech reader {reader.name}",
        authority=Authority("licence", "CC BY 4.0", "the benchmark"),
    )
    started = time.perf_counter()
    *_, last = studio.clone(reference, receipt, language_key=LANGUAGE, preset=preset)
    assert last.voice is not None
    return last.voice, time.perf_counter() - started


class Judges:
    """What voices are measured by: the scales of each reader's recordings that were not learned from."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.encoders = (GE2E(), Judge(studio.services.weights))
        self._clips: dict[str, list[Audio]] = {r.name: [read(p) for p in r.others] for r in readers()}

    def row(self, system: str, reader: Reader, voice: Voice, seconds: float, given: tuple[Path, ...]) -> Row:
        """Let a voice speak, and measure it."""
        unseen = [read(p) for p in (*reader.reference, *reader.others) if p not in given]
        clips = {**self._clips, reader.name: unseen}
        scale = {e.name: scales(e, clips)[reader.name] for e in self.encoders}
        heard: Heard = hear(self.studio, voice, self.encoders, scale)
        speaker = self.studio.services.speaker
        whole = Audio.joined(heard.spoken)
        own = np.mean([speaker.embed(a) for a in unseen], axis=0)
        return Row(
            system, reader.name, heard.sentence, heard.all_five, heard.cosines["GE2E"],
            heard.cosines["d-vector"], float(speaker.embed(whole) @ own / np.linalg.norm(own)),
            heard.word_error_rate, heard.naturalness, float(np.mean([dnsmos(a) for a in heard.spoken])),
            seconds, heard.rtf,
        )  # fmt: skip

    def ceiling(self, reader: Reader) -> Row:
        """Return what the reader's own recordings score: likeness is 1 by definition."""
        clips = self._clips[reader.name]
        natural = [self.studio.services.judge.naturalness(a) for a in clips]
        speaker = self.studio.services.speaker
        embedded = np.stack([speaker.embed(a) for a in clips])
        same = [float(v @ _unit(np.delete(embedded, i, 0).mean(0))) for i, v in enumerate(embedded)]
        scale = {e.name: scales(e, self._clips)[reader.name] for e in self.encoders}
        quality = [dnsmos(a) for a in clips]
        nan = float("nan")
        return Row(
            "real recordings", reader.name, 1.0, 1.0, scale["GE2E"].real, scale["d-vector"].real,
            float(np.mean(same)), nan, float(np.mean(natural)), float(np.mean(quality)), nan, nan,
        )  # fmt: skip


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def systems_of(studio: Studio, reader: Reader, wanted: set[str], judges: Judges) -> list[Row]:
    """Return the rows of one reader."""
    rows = []
    voices: dict[str, Voice] = {}
    seconds = {}
    for preset in PRESETS:
        if preset in wanted or preset == "instant":
            given = longer_reference(reader) if preset == "thorough" else reader.reference
            voices[preset], seconds[preset] = clone(studio, reader, given, preset)
            rows.append(judges.row(preset, reader, voices[preset], seconds[preset], given))
            print(rows[-1], flush=True)
    rivals_wanted = wanted - set(PRESETS)
    if rivals_wanted:
        time_given = seconds.get("standard", 45.0)
        with studio.services.engine("kokoro").copy() as engine:
            rivals = Rivals(studio, engine, studio.inspect(reader.reference), LANGUAGE)
            ways = {
                "nearest pack": rivals.pack,
                "nearest pack, pitch mapped": rivals.pack_mapped,
                "random walk": lambda: rivals.walk(time_given),
                "style only": lambda: rivals.style_only(time_given),
            }
            for name, way in ways.items():
                if name not in wanted:
                    continue
                started = time.perf_counter()
                voice = replace(voices["instant"], tensors=way())
                took = time.perf_counter() - started
                rows.append(judges.row(name, reader, voice, took, reader.reference))
                print(rows[-1], flush=True)
    return [*rows, judges.ceiling(reader)]


HEAD = (
    "", "a sentence", "all five", "GE2E", "d-vector", "ECAPA", "word errors", "DistillMOS", "DNSMOS",
    "seconds", "RTF",
)  # fmt: skip


def line(rows: list[Row]) -> list[str]:
    """Return a system's line: means over readers with their 95 % intervals."""
    of = {name: [getattr(r, name) for r in rows] for name in Row.__annotations__}
    made = not np.isnan(of["seconds"][0])
    return [
        rows[0].system,
        interval(of["sentence"]),
        interval(of["all_five"]),
        *(f"{np.mean(of[n]):.2f}" for n in ("ge2e", "dvector", "ecapa")),
        interval([100 * x for x in of["word_errors"]], ".1f") + " %" if made else "",
        interval(of["distillmos"]),
        f"{np.mean(of['dnsmos']):.2f}",
        f"{np.mean(of['seconds']):.0f} (most {max(of['seconds']):.0f})" if made else "",
        f"{np.mean(of['rtf']):.2f}" if made else "",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--readers", nargs="*")
    parser.add_argument("--systems", nargs="*", choices=SYSTEMS, default=SYSTEMS)
    add_write_argument(parser)
    args = parser.parse_args()
    studio = Studio()
    judges = Judges(studio)
    chosen = [r for r in readers() if not args.readers or r.name in args.readers]
    clone(studio, chosen[0], chosen[0].reference, "instant")  # loads and compiles
    rows = [row for r in chosen for row in systems_of(studio, r, set(args.systems), judges)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shown = [s for s in ("real recordings", *SYSTEMS) if any(r.system == s for r in rows)]
    text = table(HEAD, [line([r for r in rows if r.system == system]) for system in shown])
    by = {(r.system, r.reader): f"{r.all_five:.2f}" for r in rows}
    names = [r.name for r in chosen]
    each = table(("all five, by reader", *names), [[s, *(by[s, name] for name in names)] for s in shown[1:]])
    text += f"\n\nMeans over {len(chosen)} readers, ± half of the 95 % interval."
    text += f" The process, judges and all, peaked at {peak / 1024:.1f} GB.\n\n{each}"
    publish("learning", text, {"rows": [vars(r) for r in rows], "peak_mb": peak}, write=args.write)


if __name__ == "__main__":
    main()
