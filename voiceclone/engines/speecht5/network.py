"""SpeechT5 and its vocoder on a device: characters or speech to a log-mel spectrogram, and that to samples.

J. Ao et al.: "SpeechT5: Unified-Modal Encoder-Decoder Pre-Training for Spoken Language Processing"
(ACL 2022). J. Kong, J. Kim, J. Bae: "HiFi-GAN" (NeurIPS 2020).
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from voiceclone.engines.speecht5.low_rank import LowRank
from voiceclone.engines.speecht5.spec import MEL_FRAMES_PER_S, SAMPLE_RATE
from voiceclone.hub.weights import WeightStore
from voiceclone.native import ready_torchaudio

ready_torchaudio()  # transformers' audio models import it

from transformers import (  # noqa: E402
    SpeechT5FeatureExtractor,
    SpeechT5ForSpeechToSpeech,
    SpeechT5ForTextToSpeech,
    SpeechT5HifiGan,
    SpeechT5Tokenizer,
)

FRAMES_PER_CHARACTER = (1.0, 10.0)
"""Fewest and most frames of 16 ms for a character. Speech takes about 5: a decoder that has not stopped by
twice that has lost its way, and one that stops before a fifth of it was not at the end."""
AROUND_FRAMES = 62.0
"""A second more, for the silence around a short phrase."""
LENGTH_RATIO = (0.75, 1.33)
"""How much shorter and longer than its source a conversion may become."""
ENCODER_FRAMES_PER_S = 50.0
"""Of the encoder of speech: 20 ms each."""
_TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."})
"""Signs that the alphabet of the model lacks, as it has them."""


class SpeechT5Network:
    """The text-to-speech model with its vocoder, frozen. For one thread at a time."""

    def __init__(self, weights: WeightStore, device: torch.device) -> None:
        self.device = device
        folder = weights.path("speecht5")
        self.tokenizer: Any = SpeechT5Tokenizer.from_pretrained(folder, local_files_only=True)
        self._extractor: Any = SpeechT5FeatureExtractor.from_pretrained(folder, local_files_only=True)
        self.model = load_model(SpeechT5ForTextToSpeech, folder, device)
        self.dropout = DrawnDropout(self.model.speecht5.decoder.prenet, device)
        self.low_rank = LowRank(attention_projections(self.model.speecht5.decoder.wrapped_decoder))
        self._vocoder = load_model(SpeechT5HifiGan, weights.path("speecht5-hifigan"), device)

    def tokens(self, text: str) -> tuple[Tensor, ...]:
        """Return a text as tokens, `[1, n]`, one for a character and one for the end.

        One tensor, unless the text has more characters than the encoder has places for. What the model
        has no character for is left out.
        """
        unknown, end = self.tokenizer.unk_token_id, self.tokenizer.eos_token_id
        found = self.tokenizer(_plain(text), add_special_tokens=False).input_ids
        ids = [token for token in found if token != unknown]
        size = self.model.config.max_text_positions - 1
        parts = [ids[start : start + size] for start in range(0, max(len(ids), 1), size)]
        return tuple(torch.tensor([[*part, end]], device=self.device) for part in parts)

    def spectrogram(self, tokens: Tensor, xvector: Tensor, low_rank: Tensor | None) -> Tensor:
        """Return the log-mel spectrogram `[T, 80]` that is spoken for tokens `[1, n]` by a voice.

        What `dropout` draws is part of it: seed that before.
        """
        with self.low_rank.applied(low_rank):
            least, most = FRAMES_PER_CHARACTER
            return _generated(self.model, tokens, xvector, least, most + AROUND_FRAMES / tokens.shape[1])

    def samples(self, spectrogram: Tensor, speed: float = 1.0) -> np.ndarray:
        """Return the samples of a log-mel spectrogram `[T, 80]`: float32 `[256 * round(T / speed)]`.

        The model has no rate of speaking. The frames are laid closer or further apart before the
        vocoder sees them, which leaves the pitch as it is.
        """
        if speed != 1.0:
            size = max(1, round(len(spectrogram) / speed))
            frames = spectrogram.T[None]  # [T, 80] -> [1, 80, T]
            spectrogram = functional.interpolate(frames, size=size, mode="linear")[0].T
        with torch.no_grad():
            return self._vocoder(spectrogram).float().cpu().numpy()

    def target(self, samples: np.ndarray) -> Tensor:
        """Return the log-mel spectrogram of a recording at 16 kHz, as the model is trained on: `[T, 80]`.

        T is a multiple of the frames that the decoder makes in one step.
        """
        found = self._extractor(audio_target=samples, sampling_rate=SAMPLE_RATE, return_tensors="np")
        frames = torch.from_numpy(np.asarray(found["input_values"][0], np.float32))
        whole = len(frames) // self.model.config.reduction_factor * self.model.config.reduction_factor
        return frames[:whole].to(self.device)


class SpeechT5Converter:
    """The speech-to-speech model, frozen. For one thread at a time."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        self._model = load_model(SpeechT5ForSpeechToSpeech, folder, device)
        self.dropout = DrawnDropout(self._model.speecht5.decoder.prenet, device)

    def spectrogram(self, samples: np.ndarray, xvector: Tensor) -> Tensor:
        """Return the log-mel spectrogram `[T, 80]` of speech at 16 kHz, said again in a voice."""
        heard = torch.tensor(samples, device=xvector.device)[None]
        per_frame = MEL_FRAMES_PER_S / ENCODER_FRAMES_PER_S
        least, most = (ratio * per_frame for ratio in LENGTH_RATIO)
        return _generated(self._model, heard, xvector, least, most)


class DrawnDropout:
    """The dropout of a decoder's prenet, drawn from a generator of its own.

    It is on while the model speaks, too, as in J. Shen et al., "Natural TTS Synthesis by Conditioning
    WaveNet on Mel Spectrogram Predictions" (ICASSP 2018), section 2.2. transformers draws it from torch's
    one generator, which other threads draw from as well: with that, a seed would not give the same speech.
    """

    def __init__(self, prenet: nn.Module, device: torch.device) -> None:
        self._random = torch.Generator(device)
        prenet._consistent_dropout = self  # type: ignore[assignment]

    def seed(self, seed: int) -> None:
        """Begin anew."""
        self._random.manual_seed(seed)

    def __call__(self, hidden: Tensor, p: float) -> Tensor:
        """Return `[B, T, C]` with a share p of it dropped: one mask for the whole batch, as in training."""
        drawn = torch.rand(hidden.shape[1:], generator=self._random, device=hidden.device)
        return hidden * (drawn >= p) / (1 - p)


def attention_projections(decoder: Any) -> list[nn.Linear]:
    """Return the projections of a decoder's attentions, in the order that a voice's numbers have."""
    return [
        getattr(attention, name)
        for layer in decoder.layers
        for attention in (layer.self_attn, layer.encoder_attn)
        for name in ("q_proj", "k_proj", "v_proj", "out_proj")
    ]


def load_model(kind: Any, folder: Path, device: torch.device) -> Any:
    """Return a model from a folder, frozen, its weights placed straight on a device.

    `pytorch_model.bin` is a pickle: tensors and nothing else are read from it. What a file lacks,
    transformers would draw at random, with no more than a warning.
    """
    model, found = kind.from_pretrained(
        folder,
        local_files_only=True,
        weights_only=True,
        dtype=torch.float32,
        device_map={"": device},
        output_loading_info=True,
    )
    if found["missing_keys"]:
        raise ValueError(f"the weights do not fit {kind.__name__}: {sorted(found['missing_keys'])[:3]}")
    model.requires_grad_(False)
    return model.eval()


def _generated(model: Any, heard: Tensor, xvector: Tensor, least: float, most: float) -> Tensor:
    """Return the spectrogram that a decoder makes, step by step, until it stops.

    Args:
        model: from tokens, or from speech.
        heard: `[1, n]`.
        xvector: `[512]`.
        least: fewest frames for each place of the encoder.
        most: the most.
    """
    config = model.config
    places = heard.shape[1]
    if model.main_input_name == "input_values":
        places = int(model.speecht5.encoder.prenet._get_feat_extract_output_lengths(places))
    within = (config.max_speech_positions - 1) * config.reduction_factor / places
    return model.generate_speech(
        heard,
        speaker_embeddings=xvector[None],
        attention_mask=torch.ones(heard.shape, dtype=torch.long, device=heard.device),
        minlenratio=min(least, within),
        maxlenratio=min(most, within),
    )


def _plain(text: str) -> str:
    """Return a text in the letters and signs of the model: accents and typography left out."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_TYPOGRAPHY))
    return "".join(character for character in decomposed if not unicodedata.combining(character))
