"""SpeechT5, its vocoder, its converter and the x-vector network: tiny, random, saved as the real ones are."""

from __future__ import annotations

import dataclasses
import json
import shutil
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from torch import nn

from tests.engines.tiny import Tiny
from voiceclone.engines.registry import REGISTRY, Row
from voiceclone.engines.speecht5.spec import RANK
from voiceclone.native import ready_torchaudio

REAL = Path(__file__).parent / "real"
"""The small files of the real repositories, byte for byte."""
HIDDEN, LAYERS = 32, 1
LOW_RANK = LAYERS * 2 * 4 * RANK * 2 * HIDDEN
SIZES: dict[str, Any] = {
    "hidden_size": HIDDEN,
    "encoder_layers": LAYERS,
    "encoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "decoder_layers": LAYERS,
    "decoder_attention_heads": 2,
    "decoder_ffn_dim": 64,
    "conv_dim": [16] * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
    "speech_decoder_prenet_units": 32,
    "speech_decoder_postnet_units": 32,
    "initializer_range": 0.2,
}
"""In place of the real ones; the wider start makes the noise depend on what goes in."""
VOCODER_SIZES: dict[str, Any] = {"upsample_initial_channel": 32, "initializer_range": 0.15}
ALPHABET = string.ascii_letters + string.digits + " ',.!?-:;\"()&"
"""75 characters, which with four special ones are as many as the real model has."""


def make(folder: Path) -> Tiny:
    """Make the models in an empty folder, each in a folder of its own."""
    ready_torchaudio()
    from transformers import SpeechT5ForSpeechToSpeech, SpeechT5ForTextToSpeech

    row = REGISTRY.row("speecht5")
    names = (*row.spec.weights, "speecht5-vc")
    folders = {name: folder / name for name in names}
    with torch.random.fork_rng():
        torch.manual_seed(7)
        for path in folders.values():
            path.mkdir()
        _write_model(SpeechT5ForTextToSpeech, folders["speecht5"])
        _write_characters(folders["speecht5"])
        _write_vocoder(folders["speecht5-hifigan"])
        _write_xvector(folders["xvector"])
        _write_model(SpeechT5ForSpeechToSpeech, folders["speecht5-vc"])
    spec = dataclasses.replace(row.spec, fine_tuned_shapes={"low_rank": (LOW_RANK,)})
    return Tiny(Row(spec, row.build), folders)


def _write_model(kind: Any, folder: Path) -> None:
    """Write a model that never stops by itself: how long it speaks is what the engine allows it."""
    from transformers import SpeechT5Config

    model = kind(SpeechT5Config.from_pretrained(_configured(folder, SIZES)))
    nn.init.constant_(model.speech_decoder_postnet.prob_out.weight, 0.0)
    nn.init.constant_(model.speech_decoder_postnet.prob_out.bias, -10.0)
    torch.save(
        {_as_in_2023(name): tensor for name, tensor in model.state_dict().items()},
        folder / "pytorch_model.bin",
    )


def _as_in_2023(name: str) -> str:
    """Return a tensor's name as torch's weight norm had it when the real weights were saved."""
    old = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    for new, before in old.items():
        name = name.replace(new, before)
    return name


def _write_vocoder(folder: Path) -> None:
    from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

    model = SpeechT5HifiGan(SpeechT5HifiGanConfig.from_pretrained(_configured(folder, VOCODER_SIZES)))
    torch.save(model.state_dict(), folder / "pytorch_model.bin")


def _configured(folder: Path, sizes: Mapping[str, Any]) -> Path:
    """Fill a folder with the real repository's small files, but for the sizes in its config.json."""
    shutil.copytree(REAL / folder.name, folder, dirs_exist_ok=True)
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | sizes))
    return folder


def _write_characters(folder: Path) -> None:
    """Write the vocabulary of characters, its first four ids as the real one has them."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(ALPHABET.replace(" ", "")),
        model_prefix=str(folder / "spm_char"),
        model_type="char",
        vocab_size=79,
        character_coverage=1.0,
        normalization_rule_name="identity",
        bos_id=0,
        pad_id=1,
        eos_id=2,
        unk_id=3,
        minloglevel=2,
    )
    (folder / "spm_char.vocab").unlink()


def _write_xvector(folder: Path) -> None:
    from voiceclone.speaker.xvector import N_MELS, XVECTOR_DIM, ready_speechbrain

    ready_speechbrain()
    from speechbrain.lobes.models.Xvector import Xvector

    network = Xvector(in_channels=N_MELS, lin_neurons=XVECTOR_DIM)
    torch.save(network.state_dict(), folder / "embedding_model.ckpt")
