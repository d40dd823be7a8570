"""How fast a cloned voice speaks, and how soon: real-time factors side by side in one run.

The `kokoro` library's own forward on the same weights, phonemes and a stock style is the
yardstick. Usage: python -m benchmarks.speak [--voice FILE] [--rounds N]
"""

from __future__ import annotations

import argparse
import io
import resource
import time
from statistics import median

import torch

from benchmarks.corpus import HARVARD
from benchmarks.voices import add_voice_argument, voice_of
from voiceclone.engines.kokoro.convert import FORM, build, load_packs
from voiceclone.engines.kokoro.spec import ARCHITECTURE, PACKS, STYLE_DIM, SYMBOLS
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings
from voiceclone.studio import Studio

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_voice_argument(parser)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    settings = Settings.from_env()
    weights = WeightStore(settings)
    studio = Studio(settings, weights)
    voice = voice_of(args, studio)
    phrases = studio.preview_text(TEXT, "en-us")
    model, pack = library_model(weights), torch.from_numpy(load_packs(weights)[PACKS[0]])

    def library() -> float:
        with torch.no_grad():
            return sum(len(model(p.phonemes, pack[len(p.phonemes) - 1][None])) / 24_000 for p in phrases)

    def cloned() -> float:
        return sum(s.audio.duration_s for s in studio.speak(voice, TEXT))

    factors: dict[str, list[float]] = {"kokoro library, stock style": [], "cloned voice, watermarked": []}
    for round_ in range(args.rounds + 1):
        for name, run in zip(factors, (library, cloned), strict=True):
            started = time.perf_counter()
            seconds = run()
            if round_:  # the first round warms up
                factors[name].append((time.perf_counter() - started) / seconds)
    print(
        f"\nReal-time factor over {args.rounds} rounds of {len(phrases)} phrases, "
        f"{torch.get_num_threads()} threads:\n"
    )
    print("| what speaks | fastest | median | slowest |\n|---|---|---|---|")
    for name, values in factors.items():
        print(f"| {name} | {min(values):.2f} | {median(values):.2f} | {max(values):.2f} |")

    words = (TEXT.split() * (LONG_WORDS // len(TEXT.split()) + 1))[:LONG_WORDS]
    started = time.perf_counter()
    stream = studio.speak(voice, " ".join(words))
    first = next(stream)
    first_s = time.perf_counter() - started
    spoken = first.audio.duration_s + sum(s.audio.duration_s for s in stream)
    total_s = time.perf_counter() - started
    print(
        f"\nA text of {LONG_WORDS} words in {first.total} phrases: "
        f"the first ({first.audio.duration_s:.1f} s) after {first_s:.2f} s, "
        f"all {spoken:.0f} s of speech after {total_s:.0f} s "
        f"(real-time factor {total_s / spoken:.2f}). "
        f"Peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB."
    )


if __name__ == "__main__":
    main()
