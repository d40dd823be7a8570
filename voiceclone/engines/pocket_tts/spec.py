"""What Pocket TTS is, and the shape of a voice. Costs nothing to import."""

from __future__ import annotations

from voiceclone.engines.base import EngineSpec

SAMPLE_RATE = 24_000
FRAME_SAMPLES = 1_920
"""Samples per latent: 80 ms, 12.5 of them a second."""
LATENT_DIM = 32
MAX_REFERENCE_S = 30.0
"""Kyutai's library hears no more of a reference than this."""
MAX_FRAMES = 376
"""Latents of the longest reference: 375 of sound, and one of the pause that it is made to end on."""
MAX_TOKENS = 50
"""Most tokens that are spoken in one go; Kyutai's library cuts longer texts too."""
TEMPERATURE = 0.3
"""Variance of the noise that the flow starts from; Kyutai's own, by the ears of listeners."""

POCKET_TTS = EngineSpec(
    name="pocket-tts",
    title="Pocket TTS, prompted with each voice",
    languages=("en-us", "en-gb"),
    sample_rate=SAMPLE_RATE,
    weights=("pocket-tts", "pocket-tts-tokenizer"),
    licence="CC-BY-4.0",
    size_mb=219,
    memory_mb=650,
    max_phonemes=250,
    tensor_shapes={"latents": (None, LATENT_DIM)},
    pipeline=(
        "the reference itself, as latents of the codec: 32 numbers for every 80 ms, up to 30 s",
        "a causal transformer that continues latents, each drawn by a flow head in one step",
        "the decoder of the codec, a Mimi with continuous latents",
    ),
    modules=("transformers",),
)
