"""What SpeechT5 is, and the shape of a voice. Costs nothing to import."""

from __future__ import annotations

from voiceclone.engines.base import EngineSpec

SAMPLE_RATE = 16_000
XVECTOR_DIM = 512
MEL_FRAMES_PER_S = 62.5
"""A frame of the log-mel spectrogram is 256 samples, 16 ms."""
RANK = 4
"""Width of the path beside each projection of the decoder's attention."""
LOW_RANK = 294_912
"""Numbers of all those paths: 6 layers, 2 attentions, 4 projections of 768 to 768."""
CONVERSION = "speecht5-vc"
"""Row of the weights that only conversion needs: they are brought when it is first asked for."""

SPEECHT5 = EngineSpec(
    name="speecht5",
    title="SpeechT5, conditioned on an x-vector",
    languages=("en-us", "en-gb"),
    sample_rate=SAMPLE_RATE,
    weights=("speecht5", "speecht5-hifigan", "xvector"),
    licence="MIT",
    size_mb=653,
    memory_mb=700,
    max_phonemes=200,
    tensor_shapes={"xvector": (XVECTOR_DIM,), "gain": (1,)},
    pipeline=(
        "an x-vector of 512 numbers (TDNN with statistics pooling), joined to every frame of the decoder",
        "SpeechT5: Transformer encoder of characters, autoregressive decoder with cross-attention",
        "HiFi-GAN, trained adversarially",
    ),
    fine_tuned_shapes={"low_rank": (LOW_RANK,)},
    fine_tunes=True,
    converts=True,
    modules=("sentencepiece",),
)
"""Phrases of 200 phonemes are about 250 characters: well inside the 600 that the encoder has places for,
and short enough that the decoder's attention does not lose its way."""
