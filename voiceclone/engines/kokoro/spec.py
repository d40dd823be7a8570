"""What Kokoro is: its architecture, its alphabet, and the shape of a voice. Costs nothing to import."""

from __future__ import annotations

from typing import Any

from voiceclone.engines.base import EngineSpec, Preset

SAMPLE_RATE = 24_000
FRAME_SAMPLES = 600
"""Samples per decoder frame: 25 ms, the unit of the predictor's durations."""
F0_FRAME_SAMPLES = 300
"""Samples per frame of the F0 and energy curves: 12.5 ms, two per decoder frame."""
STYLE_DIM = 128
"""A style row is 256 numbers: the first 128 steer the decoder (timbre), the last 128 the prosody."""
PACK_ROWS = 510
"""A style pack has one row per phrase length in phonemes: row `n - 1` for n phonemes."""
MAX_PHONEMES = 510
TIMBRE_ROWS = slice(60, 260)
"""Rows whose mean timbre stands for a pack: lengths of ordinary sentences."""
PROSODY_PACK = "jf_gongitsune"
"""Whose durations and melody every voice starts from: of the five, the one whose English is
understood best (of five Harvard sentences Whisper misses one word; several with each of the others)."""
PACKS = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")

ADAIN_OFFSETS = 37_396
"""Outputs of all 58 `AdaIN1d.fc` layers of the decoder together."""
LOW_RANK = 457_848
"""Numbers of rank 4 beside all 58 convolutions of the decoder's residual blocks together."""

PRESETS = {
    "instant": Preset(0, 0),
    "quick": Preset(4, 30),
    "standard": Preset(20, 120),
    "thorough": Preset(84, 240, rest=True),
}
"""Fixed numbers of steps, so that the same seed gives the same voice on a busy machine too."""

KOKORO = EngineSpec(
    name="kokoro",
    title="Kokoro-82M, adapted to each voice",
    languages=("en-us", "en-gb", "zh"),
    sample_rate=SAMPLE_RATE,
    weights=("kokoro",),
    licence="Apache-2.0",
    size_mb=330,
    memory_mb=700,
    max_phonemes=MAX_PHONEMES,
    tensor_shapes={
        "adain": (ADAIN_OFFSETS,),
        "timbre": (STYLE_DIM,),
        "prosody": (PACK_ROWS, STYLE_DIM),
        "mapping": (6,),
    },
    pipeline=(
        "a shift of the decoder's 58 style affines, 128 numbers of its style, low-rank parts",
        "StyleTTS 2: text encoder, PL-BERT, predictor of durations, pitch and energy",
        "iSTFTNet",
    ),
    fine_tuned_shapes={"low_rank": (LOW_RANK,)},
    steps=PRESETS["standard"].steps,
    presets=PRESETS,
    needs_transcript=True,
    fine_tunes=True,
    converts=True,
)

ARCHITECTURE: dict[str, Any] = {
    "dim_in": 64,
    "hidden_dim": 512,
    "n_layer": 3,
    "n_mels": 80,
    "n_token": 178,
    "max_dur": 50,
    "dropout": 0.2,
    "text_encoder_kernel_size": 5,
    "istftnet": {
        "upsample_kernel_sizes": [20, 12],
        "upsample_rates": [10, 6],
        "gen_istft_hop_size": 5,
        "gen_istft_n_fft": 20,
        "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
        "resblock_kernel_sizes": [3, 7, 11],
        "upsample_initial_channel": 512,
    },
    "plbert": {
        "hidden_size": 768,
        "num_attention_heads": 12,
        "intermediate_size": 2048,
        "max_position_embeddings": 512,
        "num_hidden_layers": 12,
        "dropout": 0.1,
    },
}
"""config.json of hexgrad/Kokoro-82M, less its vocabulary."""


SYMBOLS: dict[str, int] = {
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "—": 9, "…": 10, '"': 11, "(": 12, ")": 13,
    "“": 14, "”": 15, " ": 16, "̃": 17, "ʣ": 18, "ʥ": 19, "ʦ": 20, "ʨ": 21, "ᵝ": 22, "ꭧ": 23, "A": 24,
    "I": 25, "O": 31, "Q": 33, "S": 35, "T": 36, "W": 39, "Y": 41, "ᵊ": 42, "a": 43, "b": 44, "c": 45,
    "d": 46, "e": 47, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "o": 57,
    "p": 58, "q": 59, "r": 60, "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "x": 66, "y": 67, "z": 68,
    "ɑ": 69, "ɐ": 70, "ɒ": 71, "æ": 72, "β": 75, "ɔ": 76, "ɕ": 77, "ç": 78, "ɖ": 80, "ð": 81, "ʤ": 82,
    "ə": 83, "ɚ": 85, "ɛ": 86, "ɜ": 87, "ɟ": 90, "ɡ": 92, "ɥ": 99, "ɨ": 101, "ɪ": 102, "ʝ": 103,
    "ɯ": 110, "ɰ": 111, "ŋ": 112, "ɳ": 113, "ɲ": 114, "ɴ": 115, "ø": 116, "ɸ": 118, "θ": 119, "œ": 120,
    "ɹ": 123, "ɾ": 125, "ɻ": 126, "ʁ": 128, "ɽ": 129, "ʂ": 130, "ʃ": 131, "ʈ": 132, "ʧ": 133, "ʊ": 135,
    "ʋ": 136, "ʌ": 138, "ɣ": 139, "ɤ": 140, "χ": 142, "ʎ": 143, "ʒ": 147, "ʔ": 148, "ˈ": 156, "ˌ": 157,
    "ː": 158, "ʰ": 162, "ʲ": 164, "↓": 169, "→": 171, "↗": 172, "↘": 173, "ᵻ": 177,
}  # fmt: skip
"""The phoneme alphabet: symbol to token id (0 is the boundary)."""
