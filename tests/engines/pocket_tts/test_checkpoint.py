"""Kyutai's checkpoint in transformers' classes computes what Kyutai's own library computes.

`reference/` holds random weights in Kyutai's layout and what that library made of them (`make.py`). The
layout was checked against the release too: a file of the full size, in bfloat16, with the names and
shapes of that library has the very number of bytes that the table of weights has for the real one.
"""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests.engines.pocket_tts.tiny import REFERENCE
from voiceclone.engines.pocket_tts.checkpoint import read_checkpoint
from voiceclone.engines.pocket_tts.network import PocketTTSNetwork
from voiceclone.engines.pocket_tts.spec import FRAME_SAMPLES, LATENT_DIM, SAMPLE_RATE
from voiceclone.hub.table import weight


@pytest.fixture(scope="module")
def theirs():
    return load_file(REFERENCE / "outputs.safetensors")


@pytest.fixture(scope="module")
def network():
    paths = REFERENCE / "model.safetensors", REFERENCE / "tokenizer.json"
    return PocketTTSNetwork(*paths, torch.device("cpu"))


@pytest.fixture(scope="module")
def codec(network):
    return network._codec


def test_sound_becomes_the_same_latents(codec, theirs):
    with torch.inference_mode():
        latents = codec.encode(theirs["audio"][None, None]).latents[0]
    assert latents.shape == theirs["latents"].shape and theirs["latents"].std() > 0.01
    assert torch.allclose(latents, theirs["latents"], atol=1e-5)


def test_latents_become_the_same_sound(codec, theirs):
    """Theirs decodes frame by frame with a state, and here all at once."""
    with torch.inference_mode():
        sound = codec.decode(theirs["spoken"][None]).audio_values[0, 0]
    assert sound.shape == theirs["sound"].shape and theirs["sound"].std() > 0.01
    assert torch.allclose(sound, theirs["sound"], atol=1e-5)


def test_a_voice_and_a_text_become_the_same_latents(network, theirs):
    """The text goes through the template and the processor here, and through the bare tokenizer there."""
    prompt = network._prompt("Never mind the weather.", theirs["latents"])
    with torch.inference_mode():
        (spoken,) = network._model.generate(**prompt, do_sample=False, max_new_tokens=len(theirs["spoken"]))
    assert torch.allclose(spoken, theirs["spoken"], atol=1e-3)
    assert theirs["spoken"].std() > 0.1


def test_text_after_placeholders_is_read_as_by_itself(network, theirs):
    """The tokenizer put the space that begins a word only at the very start, before the placeholders."""
    prompt = network._prompt("Never mind the weather.", theirs["latents"])
    text = prompt["input_ids"][0, 1 + len(theirs["latents"]) : -1]
    assert text.tolist() == theirs["tokens"].tolist()


def test_the_voice_is_heard(network, theirs):
    latents = theirs["latents"].numpy()
    same, again, other = (network.speak("Hello.", voice, 1) for voice in (latents, latents, latents[::-1]))
    assert np.array_equal(same, again) and not np.allclose(same, other)


def test_the_table_of_tokens_keeps_their_rows_and_what_stands_before_a_voice():
    theirs = load_file(REFERENCE / "model.safetensors")
    ours = read_checkpoint(REFERENCE / "model.safetensors")
    table, text = ours.tensors["model.embed_tokens.weight"], theirs["flow_lm.conditioner.embed.weight"]
    assert table.dtype == torch.bfloat16 and len(table) == len(text) - 1 + 4
    assert torch.equal(table[: len(text) - 1], text[:-1])
    before = table[ours.config.audio_prompt_bos_token_id]
    assert torch.equal(before, theirs["flow_lm.bos_before_voice"].flatten())


def test_no_tensor_is_missing_or_left_over():
    from transformers import PocketTTSAudioTokenizerModel, PocketTTSForConditionalGeneration

    found = read_checkpoint(REFERENCE / "model.safetensors")
    for kind, config, tensors in (
        (PocketTTSForConditionalGeneration, found.config, found.tensors),
        (PocketTTSAudioTokenizerModel, found.codec_config, found.codec_tensors),
    ):
        with torch.device("meta"):
            shapes = {name: t.shape for name, t in kind(config).state_dict().items()}
        training = {n for n in shapes if n.startswith("loss_weighting.") or n == "latent_stats_num_updates"}
        assert {n: t.shape for n, t in tensors.items()} == {n: shapes[n] for n in shapes.keys() - training}


def test_the_spec_is_what_transformers_has_for_the_release():
    from transformers import PocketTTSAudioTokenizerConfig, PocketTTSConfig

    codec = PocketTTSAudioTokenizerConfig()
    assert (codec.sampling_rate, codec.frame_size, codec.latent_dim) == (
        SAMPLE_RATE,
        FRAME_SAMPLES,
        LATENT_DIM,
    )
    assert PocketTTSConfig().latent_dim == LATENT_DIM
    assert weight("pocket-tts").gated and not weight("pocket-tts-tokenizer").gated
