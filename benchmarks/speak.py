"""How fast a cloned voice speaks, and how soon: real-time factors side by side in one run.

The `kokoro` library's own forward on the same weights, phonemes and a stock style is the yardstick. Memory is
that of a process of its own, which speaks the long text and holds no judge and no second model. Usage:

    python -m benchmarks.speak [--voice FILE] [--rounds N] [--write]
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import torch

from benchmarks.corpus import HARVARD
from benchmarks.report import add_write_argument, publish, table
from benchmarks.voices import add_voice_argument, voice_of
from voiceclone.engines.kokoro.convert import FORM, build, load_packs
from voiceclone.engines.kokoro.spec import ARCHITECTURE, PACKS, STYLE_DIM, SYMBOLS
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.voices.voice import Voice

TEXT = " ".join(HARVARD[:3])
LONG_WORDS = 1000


def library_model(weights: WeightStore) -> torch.nn.Module:
    """Return the library's own `KModel` with the same weights."""
    from kokoro import KModel
    from safetensors.torch import load_file
    from torch.nn.utils import remove_weight_norm

    empty = io.BytesIO()
    torch.save({}, empty)
    empty.seek(0)
    config = ARCHITECTURE | {"vocab": SYMBOLS, "style_dim": STYLE_DIM}
    model = KModel("hexgrad/Kokoro-82M", config=config, model=empty).eval()  # type: ignore[arg-type]
    for module in model.modules():
        if hasattr(module, "weight_g"):
            remove_weight_norm(module)
    state = load_file(weights.derived("kokoro", FORM, build) / "model.safetensors")
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and all("pooler" in key for key in missing), (missing, unexpected)
    return model


def factors(studio: Studio, weights: WeightStore, voice: Voice, rounds: int) -> dict[str, list[float]]:
    """Return real-time factors by what speaks, in turns."""
    phrases = studio.preview_text(TEXT, "en-us")
    model, pack = library_model(weights), torch.from_numpy(load_packs(weights)[PACKS[0]])
    with studio.services.engine("kokoro").copy() as engine:
        octets = engine._network.octets  # type: ignore[attr-defined]

    def library() -> float:
        with torch.no_grad():
            return sum(len(model(p.phonemes, pack[len(p.phonemes) - 1][None])) / 24_000 for p in phrases)

    def cloned(*, allowed: bool) -> float:
        octets.allowed = allowed
        return sum(s.audio.duration_s for s in studio.speak(voice, TEXT))

    ways: dict[str, Callable[[], float]] = {
        "kokoro library, stock style": library,
        "cloned voice, marked, in 32 bits": lambda: cloned(allowed=False),
        "cloned voice, marked": lambda: cloned(allowed=True),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for round_ in range(rounds + 1):
        for name, way in ways.items():
            started = time.perf_counter()
            seconds = way()
            if round_:  # the first round warms up
                found[name].append((time.perf_counter() - started) / seconds)
    return found


def long_text(studio: Studio, voice: Voice) -> dict[str, float]:
    """Speak a long text after a short one; return when the first phrase came, and the peak of memory."""
    list(studio.speak(voice, HARVARD[3]))
    words = (TEXT.split() * (LONG_WORDS // len(TEXT.split()) + 1))[:LONG_WORDS]
    started = time.perf_counter()
    stream = studio.speak(voice, " ".join(words))
    first = next(stream)
    first_s = time.perf_counter() - started
    spoken = first.audio.duration_s + sum(s.audio.duration_s for s in stream)
    return {
        "phrases": first.total,
        "first_phrase_s": first.audio.duration_s,
        "first_audio_s": first_s,
        "spoken_s": spoken,
        "took_s": time.perf_counter() - started,
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float:
    """Return the most memory that this process had; `ru_maxrss` would have its parent's in it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_voice_argument(parser)
    add_write_argument(parser)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", action="store_true", help="only the long text, as JSON")
    args = parser.parse_args()
    settings = Settings.from_env()
    weights = WeightStore(settings)
    studio = Studio(settings, weights)
    voice = voice_of(args, studio)
    if args.long:
        print(json.dumps(long_text(studio, voice)))
        return
    found = factors(studio, weights, voice, args.rounds)
    with tempfile.TemporaryDirectory() as folder:
        kept = studio.save_voice(voice, Path(folder) / "voice.safetensors")
        command = [sys.executable, "-m", "benchmarks.speak", "--long", "--voice", str(kept)]
        printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    long = json.loads(printed.splitlines()[-1])
    yardstick = median(found["kokoro library, stock style"])
    lines = [
        [name, *(f"{f(values):.3f}" for f in (min, median, max)), f"{yardstick / median(values):.1f}"]
        for name, values in found.items()
    ]
    text = f"Real-time factor over {args.rounds} rounds, {torch.get_num_threads()} threads:\n\n"
    text += table(("what speaks", "fastest", "median", "slowest", "times as fast"), lines)
    factor = long["took_s"] / long["spoken_s"]
    text += (
        f"\n\nA text of {LONG_WORDS} words in {long['phrases']} phrases, after a short one: the first "
        f"({long['first_phrase_s']:.1f} s) after {long['first_audio_s']:.2f} s, all {long['spoken_s']:.0f} s "
        f"of speech after {long['took_s']:.0f} s (real-time factor {factor:.2f}). "
        f"That process peaked at {long['peak_mb'] / 1024:.2f} GB."
    )
    publish("speaking", text, {"real_time_factors": found, "long_text": long}, write=args.write)


if __name__ == "__main__":
    main()
