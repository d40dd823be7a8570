"""Kyutai's checkpoint, in the names and the order of transformers' Pocket TTS.

Kyutai publishes one file with the tensors of its own library, `pocket-tts`: those of the language
model, `flow_lm.*`, and those of the codec, `mimi.*`. transformers has the same computation in classes
of its own. Three things differ besides names: queries, keys and values lie in one matrix; rotary
embeddings turn neighbouring numbers rather than those half a head apart; and what stands before a
voice is a tensor by itself, where transformers has a row of the token table. Sizes are read from the
tensors; what no shape tells (heads of 64, the strides of the codec) is the same in all of Kyutai's
large models, and the default there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from transformers import PocketTTSAudioTokenizerConfig, PocketTTSConfig

HEAD_DIM = 64
PLACEHOLDERS = ("audio_prompt", "audio_latent", "audio_prompt_bos", "audio_bos")
"""Tokens that transformers adds after those of the text, in this order."""

_LAYER = (
    (r"self_attn\.out_proj", "self_attn.o_proj"),
    (r"\.norm1\.", ".input_layernorm."),
    (r"\.norm2\.", ".post_attention_layernorm."),
    (r"\.linear([12])\.", r".mlp.fc\1."),
)
"""Of every transformer's layers."""
_LANGUAGE_MODEL = (
    *_LAYER,
    (r"^bos_emb$", "model.bos_latent"),
    (r"^speaker_proj_weight$", "model.audio_prompt_proj.weight"),
    (r"^emb_(mean|std)$", r"latent_\1"),
    (r"^conditioner\.embed\.", "model.embed_tokens."),
    (r"^input_linear\.", "model.audio_latent_proj."),
    (r"^transformer\.", "model."),
    (r"^out_norm\.", "model.norm."),
    (r"^out_eos\.", "eos_head."),
    (r"^flow_net\.time_embed\.(\d+)\.mlp\.3\.alpha$", r"flow_head.timestep_embeddings.\1.norm.weight"),
    (r"^flow_net\.time_embed\.", "flow_head.timestep_embeddings."),
    (r"^flow_net\.cond_embed\.", "flow_head.cond_proj."),
    (r"^flow_net\.res_blocks\.(\d+)\.in_ln\.", r"flow_head.layers.\1.norm."),
    (r"^flow_net\.res_blocks\.", "flow_head.layers."),
    (r"^flow_net\.final_layer\.linear\.", "flow_head.final_layer.proj."),
    (r"^flow_net\.", "flow_head."),
    (r"(?<=\.)mlp\.0\.", "fc1."),
    (r"(?<=\.)mlp\.2\.", "fc2."),
    (r"adaLN_modulation\.1\.", "adaln_proj."),
)
_CODEC = (
    *_LAYER,
    (r"^(en|de)coder\.model\.", r"\1coder.\1coder_seanet.layers."),
    (r"^(en|de)coder_transformer\.transformer\.", r"\1coder.\1coder_transformer."),
    (r"\.layer_scale_1\.", ".self_attn_layer_scale."),
    (r"\.layer_scale_2\.", ".mlp_layer_scale."),
    (r"^quantizer\.output_proj\.", "latent_proj."),
    (r"^downsample\.conv\.conv\.", "encoder.downsample.conv."),
    (r"^upsample\.convtr\.convtr\.", "decoder.upsample.conv."),
    (r"\.convtr\.", ".conv."),
)


@dataclass(frozen=True)
class Checkpoint:
    """Both models: their sizes, and their tensors by transformers' names."""

    config: PocketTTSConfig
    tensors: Mapping[str, Tensor]
    codec_config: PocketTTSAudioTokenizerConfig
    codec_tensors: Mapping[str, Tensor]


def read_checkpoint(path: Path) -> Checkpoint:
    """Return the models of a file of Kyutai's, every tensor as precise as it is there."""
    from safetensors.torch import load_file

    found = load_file(path)
    lm = {name.removeprefix("flow_lm."): t for name, t in found.items() if name.startswith("flow_lm.")}
    mimi = {name.removeprefix("mimi."): t for name, t in found.items() if name.startswith("mimi.")}
    config, codec_config = _config(lm), _codec_config(mimi)
    lm["conditioner.embed.weight"] = _token_table(lm, config)
    del lm["bos_before_voice"]
    return Checkpoint(
        config,
        dict(_renamed(lm, _LANGUAGE_MODEL)),
        codec_config,
        dict(_renamed(mimi, _CODEC)),
    )


def _renamed(
    tensors: Mapping[str, Tensor], rules: tuple[tuple[str, str], ...]
) -> Iterator[tuple[str, Tensor]]:
    for name, tensor in tensors.items():
        for pattern, into in rules:
            name = re.sub(pattern, into, name)
        if name.endswith(".in_proj.weight"):
            q, k, v = tensor.chunk(3)
            for letter, part in (("q", _rotary(q)), ("k", _rotary(k)), ("v", v)):
                yield name.replace("in_proj", f"{letter}_proj"), part.contiguous()
        else:
            yield name, tensor


def _rotary(weight: Tensor) -> Tensor:
    """Return a projection whose heads have the pairs of a rotation half a head apart: 0 2 4 … 1 3 5 …"""
    pairs = weight.view(-1, HEAD_DIM // 2, 2, weight.shape[1])  # [heads, pair, of two, inputs]
    return pairs.transpose(1, 2).reshape(weight.shape)


def _token_table(lm: Mapping[str, Tensor], config: PocketTTSConfig) -> Tensor:
    """Return the table with a row for every placeholder; only one of them is ever looked at.

    The last row of Kyutai's is for padding, which transformers masks instead.
    """
    text = lm["conditioner.embed.weight"][:-1]
    placeholders = torch.zeros(len(PLACEHOLDERS), text.shape[1], dtype=text.dtype)
    placeholders[config.audio_prompt_bos_token_id - len(text)] = lm["bos_before_voice"].flatten()
    return torch.cat([text, placeholders])


def _config(lm: Mapping[str, Tensor]) -> PocketTTSConfig:
    from transformers import PocketTTSConfig

    rows, hidden = lm["conditioner.embed.weight"].shape
    n_text = rows - 1
    flow, latent = lm["flow_net.input_proj.weight"].shape
    placeholders: dict[str, Any] = {f"{name}_token_id": n_text + i for i, name in enumerate(PLACEHOLDERS)}
    return PocketTTSConfig(
        flow_head_config={
            "hidden_size": flow,
            "num_hidden_layers": _count(lm, r"flow_net\.res_blocks\.(\d+)\."),
            "latent_dim": latent,
            "condition_dim": hidden,
        },
        vocab_size=n_text + len(PLACEHOLDERS),
        hidden_size=hidden,
        num_hidden_layers=_count(lm, r"transformer\.layers\.(\d+)\."),
        num_attention_heads=hidden // HEAD_DIM,
        intermediate_size=len(lm["transformer.layers.0.linear1.weight"]),
        latent_dim=latent,
        **placeholders,
    )


def _codec_config(mimi: Mapping[str, Tensor]) -> PocketTTSAudioTokenizerConfig:
    from transformers import PocketTTSAudioTokenizerConfig

    hidden, latent, _ = mimi["quantizer.output_proj.weight"].shape
    return PocketTTSAudioTokenizerConfig(
        hidden_size=hidden,
        num_filters=len(mimi["encoder.model.0.conv.weight"]),
        upsample_groups=hidden,
        num_hidden_layers=_count(mimi, r"decoder_transformer\.transformer\.layers\.(\d+)\."),
        intermediate_size=len(mimi["decoder_transformer.transformer.layers.0.linear1.weight"]),
        num_attention_heads=hidden // HEAD_DIM,
        num_key_value_heads=hidden // HEAD_DIM,
        latent_dim=latent,
    )


def _count(tensors: Mapping[str, Tensor], pattern: str) -> int:
    return 1 + max(int(found[1]) for name in tensors if (found := re.match(pattern, name)))
