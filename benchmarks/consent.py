"""How well one voice is told from another where consent is checked: errors, thresholds, attacks.

Usage: python -m benchmarks.consent [--plot FILE] [--cache FILE]

Recordings and clips are disjoint pieces of a reader's speech, made of parts of 3 s as the program
makes them. Half of the readers are there to choose thresholds by, the other half to report on.
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.corpus import read, speech_folder
from voiceclone.audio.clip import Audio
from voiceclone.audio.level import levelled
from voiceclone.consent.challenge import new_challenge
from voiceclone.engines.base import SpeakOptions
from voiceclone.engines.kokoro.spec import PACKS
from voiceclone.listen.stretch import trimmed
from voiceclone.services import Services
from voiceclone.speaker.calibration import PART_S, SAME_SPEAKER, SAME_SPEAKER_PART, centre, voiceprint
from voiceclone.speaker.encoder import SAMPLE_RATE
from voiceclone.studio import Studio

Prints = Mapping[str, np.ndarray]
"""Reader to the embeddings of their speech in parts of 3 s, float32 `[n_parts, 192]`."""

THRESHOLDS = (0.25, 0.30, 0.35, 0.40, 0.45, 0.50)
PIECES = ((1, 1), (2, 1), (2, 2), (3, 1))
"""Parts of the recording and of the clip: 3 s against 3 s, and so on."""
MAX_FALSE_ACCEPT = 0.005
"""What the threshold is chosen for, on the readers who are there for that."""
Z = 1.96
"""Of an interval of 95 %."""


def speech_of_readers(services: Services) -> dict[str, Audio]:
    """Return each reader's speech, trimmed and joined, at 16 kHz."""
    found: dict[str, list[Audio]] = {}
    for folder in ("librispeech-train-clean-100", "librispeech-test-other"):
        for path in sorted((speech_folder() / folder).rglob("*.flac")):
            audio = levelled(read(path).resampled(SAMPLE_RATE))
            if segments := services.vad.speech(audio):
                found.setdefault(path.name.split("-")[0], []).append(trimmed(audio, segments))
    return {name: Audio.joined(clips) for name, clips in found.items()}


def parts_of(services: Services, speech: Audio) -> np.ndarray | None:
    """Return the embeddings of whole parts of 3 s, or None where there is not one."""
    n_parts = int(speech.duration_s // PART_S)
    return voiceprint(services.speaker, speech.sliced(0, n_parts * PART_S)).parts if n_parts else None


def over_telephone(audio: Audio) -> Audio:
    """Return a clip at 16 kHz as another microphone may bring it: 300 to 3400 Hz, noise 20 dB below."""
    from scipy.signal import butter, sosfilt

    band = butter(4, (300, 3400), "bandpass", fs=audio.sample_rate, output="sos")
    noise = np.random.default_rng(0).standard_normal(len(audio.samples)) * audio.rms * 0.1
    return Audio((sosfilt(band, audio.samples) + noise).astype(np.float32), audio.sample_rate)


def interval(errors: int, trials: int) -> str:
    """Return a rate and its Wilson interval of 95 %, in percent."""
    rate = errors / trials
    middle = (rate + Z * Z / (2 * trials)) / (1 + Z * Z / trials)
    half = Z / (1 + Z * Z / trials) * math.sqrt(rate * (1 - rate) / trials + Z * Z / (4 * trials * trials))
    return f"{rate:.2%} ({max(0.0, middle - half):.2%} to {middle + half:.2%})"


def scores(prints: Prints, n_recording: int, n_clip: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the cosines of genuine and of impostor trials between a recording and a clip.

    One genuine trial a reader who has speech enough, one impostor trial an ordered pair of readers.
    """
    recordings = {n: centre(p[:n_recording]) for n, p in prints.items() if len(p) >= n_recording}
    clips = {
        n: centre(p[n_recording : n_recording + n_clip])
        for n, p in prints.items()
        if len(p) >= n_recording + n_clip
    }
    genuine = [recordings[n] @ clip for n, clip in clips.items()]
    impostor = [r @ clip for n, clip in clips.items() for m, r in recordings.items() if m != n]
    return np.array(genuine), np.array(impostor)


def accepted(recording: np.ndarray, clip: np.ndarray) -> bool:
    """Return whether the whole check passes: both means, and every part of both. Shapes: `[n, 192]`."""
    voice, other = centre(recording), centre(clip)
    parts = min(float((clip @ voice).min()), float((recording @ other).min()))
    return float(voice @ other) >= SAME_SPEAKER and parts >= SAME_SPEAKER_PART


def halves(prints: Prints) -> tuple[Prints, Prints]:
    """Return two halves of the readers, every other one."""
    names = sorted(prints)
    return {n: prints[n] for n in names[::2]}, {n: prints[n] for n in names[1::2]}


def report_thresholds(choosing: Prints, reporting: Prints) -> None:
    """Print which threshold one half asks for, and what every threshold costs the other half."""
    _, impostor = scores(choosing, 2, 2)
    needed = float(np.quantile(impostor, 1 - MAX_FALSE_ACCEPT))
    lowest = [
        min((p[:2] @ centre(p[2:])).min(), (p[2:] @ centre(p[:2])).min())
        for p in choosing.values()
        if len(p) > 3
    ]
    print(f"\nChosen on {len(choosing)} readers: {needed:.3f} falsely accepts {MAX_FALSE_ACCEPT:.1%} "
          f"(6 s against 6 s, {len(impostor)} pairs); least similar own part: {min(lowest):.3f} lowest, "
          f"{np.quantile(lowest, 0.01):.3f} the hundredth, of {len(lowest)}.")  # fmt: skip
    print(f"\nReported on the other {len(reporting)}; means only; false accept / false reject:\n")
    measured = {pieces: scores(reporting, *pieces) for pieces in PIECES}
    heads = [f"{PART_S * a:.0f} s against {PART_S * b:.0f} s" for a, b in PIECES]
    print("| threshold | " + " | ".join(heads) + " |\n|" + "---|" * (len(heads) + 1))
    for threshold in THRESHOLDS:
        cells = [
            f"{(i >= threshold).mean():.2%} / {(g < threshold).mean():.2%}" for g, i in measured.values()
        ]
        print(f"| {threshold:.2f} | " + " | ".join(cells) + " |")
    print("| trials | " + " | ".join(f"{len(i)} / {len(g)}" for g, i in measured.values()) + " |")
    print(f"\nAt {SAME_SPEAKER}, with intervals of 95 %:")
    for head, (genuine, impostor) in zip(heads, measured.values(), strict=True):
        print(f"- {head}: false accept {interval(int((impostor >= SAME_SPEAKER).sum()), len(impostor))}, "
              f"false reject {interval(int((genuine < SAME_SPEAKER).sum()), len(genuine))}")  # fmt: skip


def report_whole_check(reporting: Prints, telephone: Prints) -> None:
    """Print the errors of means and parts together, in the same room and over a telephone."""
    rest = {n: p[2:] for n, p in reporting.items() if len(p) > 2}
    rejected = sum(not accepted(reporting[n][:2], clip) for n, clip in rest.items())
    pairs = [(m, n) for n in rest for m, p in reporting.items() if m != n and len(p) > 1]
    passed = sum(accepted(reporting[m][:2], rest[n]) for m, n in pairs)
    print(f"\nMeans and parts, 6 s against the rest: false accept {interval(passed, len(pairs))}, "
          f"false reject {interval(rejected, len(rest))}")  # fmt: skip
    heard = [n for n in rest if n in telephone]
    rejected = sum(not accepted(telephone[n], rest[n]) for n in heard)
    cosines = [float(centre(telephone[n]) @ centre(rest[n])) for n in heard]
    print(f"The recording over a telephone (300 to 3400 Hz, noise at 20 dB): false reject "
          f"{interval(rejected, len(heard))}, median cosine {np.median(cosines):.2f}")  # fmt: skip


def report_attacks(services: Services, prints: Prints) -> None:
    """Print what passes of sentences that are right in a voice that is not, alone and spliced."""
    engine = services.engine("kokoro")
    with engine.copy() as copy:
        voices = [copy.stock_voice(pack) for pack in PACKS]  # type: ignore[attr-defined]
    day = dt.datetime(2026, 11, 23, tzinfo=dt.timezone.utc)
    asked = new_challenge("Anna", "Anna", "personal", "en-us", ["0" * 64], now=day, rng=random.Random(0))
    phrases = services.text.phrases(asked.sentence, "en-us")
    sentences = []
    for voice in voices:
        audio = Audio.joined(list(engine.speak(voice, phrases, SpeakOptions()))).resampled(SAMPLE_RATE)
        speech = trimmed(audio, services.vad.speech(levelled(audio)))
        sentences.append(voiceprint(services.speaker, speech).parts)
    trials = [(s, p) for s in sentences for p in prints.values()]
    highest = max(float(centre(s) @ centre(p)) for s, p in trials)
    print(f"\nThe sentence in {len(sentences)} stock voices against {len(prints)} readers: false accept "
          f"{interval(sum(accepted(s, p) for s, p in trials), len(trials))}, "
          f"highest cosine {highest:.2f}")  # fmt: skip
    print("\n| the reader's own speech behind it | passes by its mean | and by its parts |\n|---|---|---|")
    for n_own in (1, 2, 3):
        spliced = [(np.concatenate([s, p[:n_own]]), p[n_own:]) for s, p in trials if len(p) > n_own]
        by_mean = sum(float(centre(s) @ centre(p)) >= SAME_SPEAKER for s, p in spliced)
        passed = sum(accepted(s, p) for s, p in spliced)
        print(f"| {PART_S * n_own:.0f} s | {by_mean / len(spliced):.1%} | {interval(passed, len(spliced))} |")


def plot(prints: Prints, path: Path) -> None:
    """Draw the distributions of scores, and both errors against the threshold, over all readers."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    edges = np.linspace(-0.3, 1, 66)
    genuine, impostor = scores(prints, 2, 2)
    for values, label in ((impostor, "two readers"), (genuine, "one reader")):
        share = np.histogram(values, edges)[0] / len(values)
        left.stairs(share, edges, fill=True, alpha=0.6, label=f"{label} ({len(values)} trials)")
    left.axvline(SAME_SPEAKER, color="black", linestyle="--", label=f"threshold {SAME_SPEAKER:.2f}")
    left.set(xlabel="cosine, 6 s against 6 s", ylabel="share of trials")
    left.legend(frameon=False, fontsize=8)
    cuts = np.linspace(0.1, 0.8, 141)
    for pieces, colour in (((1, 1), "C0"), ((2, 2), "C1")):
        genuine, impostor = scores(prints, *pieces)
        label = f"{PART_S * pieces[0]:.0f} s against {PART_S * pieces[1]:.0f} s"
        right.plot(cuts, [(impostor >= c).mean() for c in cuts], colour, label=f"false accept, {label}")
        right.plot(cuts, [(genuine < c).mean() for c in cuts], f"{colour}--", label=f"false reject, {label}")
    right.axvline(SAME_SPEAKER, color="black", linestyle="--")
    right.set(xlabel="threshold", ylabel="error", yscale="log", ylim=(1e-4, 1))
    right.grid(alpha=0.3)
    right.legend(frameon=False, fontsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def measured(services: Services, cache: Path | None) -> tuple[Prints, Prints]:
    """Return the parts of every reader, and of the first 6 s of every other one over a telephone."""
    if cache and cache.exists():
        with np.load(cache) as kept:
            names = {key: kept[key] for key in kept.files}
        return tuple({k[1:]: v for k, v in names.items() if k[0] == kind} for kind in "pt")  # type: ignore[return-value]
    speech = speech_of_readers(services)
    parts = {name: parts_of(services, audio) for name, audio in speech.items()}
    prints = {name: found for name, found in parts.items() if found is not None}
    calls = {n: over_telephone(speech[n].sliced(0, 2 * PART_S)) for n in halves(prints)[1]}
    telephone = {n: parts_of(services, call) for n, call in calls.items() if call.duration_s >= 2 * PART_S}
    if cache:
        kept = {f"p{n}": p for n, p in prints.items()} | {f"t{n}": p for n, p in telephone.items()}
        np.savez(cache, **kept)  # type: ignore[arg-type]
    return prints, {n: p for n, p in telephone.items() if p is not None}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path, help="where to draw, such as docs/images/consent.png")
    parser.add_argument("--cache", type=Path, help="an .npz file that keeps the embeddings between runs")
    args = parser.parse_args(arguments)
    services = Studio().services
    prints, telephone = measured(services, args.cache)
    choosing, reporting = halves(prints)
    report_thresholds(choosing, reporting)
    report_whole_check(reporting, telephone)
    report_attacks(services, prints)
    if args.plot:
        plot(prints, args.plot)


if __name__ == "__main__":
    main()
