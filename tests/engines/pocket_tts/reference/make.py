"""Make the reference that the tests compare with: what Kyutai's own library does with random weights.

Run where that library is installed (`pip install pocket-tts==4.0.1`, not needed for anything else):
`python tests/engines/pocket_tts/reference/make.py`. Beside itself it writes the weights of a tiny model
in Kyutai's layout, a tokenizer, and the outputs.
"""

import string
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from pocket_tts.models.mimi import build_mimi
from pocket_tts.models.tts_model import TTSModel, stamp_state_names
from pocket_tts.modules.stateful_module import increment_steps, init_states
from pocket_tts.utils.config import CONFIGS_DIR, load_config
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import Unigram

HERE = Path(__file__).parent
TEXT = "Never mind the weather."
N_FRAMES = 18
"""Longer than the 1.25 s that the codec's attention looks back."""
NEVER = -100.0
"""Bias of the end of speech: a random model is to speak until its budget is spent."""


def tokenizer() -> Tokenizer:
    """Return a tokenizer that knows letters, pairs of letters and signs."""
    letters = string.ascii_lowercase
    pairs = [a + b for a in letters for b in letters]
    pieces = [
        "<unk>",
        "<s>",
        "</s>",
        "<pad>",
        "▁",
        *string.ascii_letters,
        *string.digits,
        *".!?,;:'-",
        "...",
        *pairs,
    ]
    made = Tokenizer(Unigram([(piece, -2.0 * (2 if len(piece) == 1 else 1.5)) for piece in pieces], unk_id=0))
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    made.decoder = decoders.Metaspace()
    return made


def tiny_model(tokenizer_path: Path) -> TTSModel:
    """Return Kyutai's English model in all but size, with random weights that bfloat16 holds exactly."""
    config = load_config(CONFIGS_DIR / "english_2026-09.yaml")
    lm, mimi = config.flow_lm, config.mimi
    lm.transformer.d_model, lm.transformer.num_heads, lm.transformer.num_layers = 128, 2, 2
    lm.transformer.hidden_scale = 2
    lm.flow.dim, lm.flow.depth = 32, 2
    n_tokens = Tokenizer.from_file(str(tokenizer_path)).get_vocab_size()
    lm.lookup_table.dim, lm.lookup_table.n_bins = 128, n_tokens
    lm.lookup_table.tokenizer_path = str(tokenizer_path)
    mimi.seanet.dimension, mimi.seanet.n_filters = 64, 4
    mimi.transformer.d_model = mimi.transformer.input_dimension = 64
    mimi.transformer.output_dimensions = (64,)
    mimi.transformer.num_heads, mimi.transformer.num_layers, mimi.transformer.dim_feedforward = 1, 1, 96
    mimi.quantizer.output_dimension = mimi.outer_dim = 64
    torch.manual_seed(0)
    model = TTSModel._from_pydantic_config(config, 0.0, 1, None, -4.0, None)
    model.flow_lm.speaker_proj_weight = torch.nn.Parameter(0.3 * torch.randn(128, 32))
    model.mimi = build_mimi(mimi)
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if name.endswith(("layer_scale_1.scale", "layer_scale_2.scale")):
                tensor.copy_(torch.rand_like(tensor))  # the untrained 0.01 would hide the layer
            if name.startswith("flow_lm.flow_net") and tensor.dim() == 2:
                tensor.mul_(2.0)
        model.flow_lm.emb_mean.copy_(0.1 * torch.randn(32))
        model.flow_lm.emb_std.copy_(0.5 + torch.rand(32))
        model.flow_lm.out_eos.bias.fill_(NEVER)
        for tensor in model.state_dict().values():
            tensor.copy_(tensor.to(torch.bfloat16))
    stamp_state_names(model)
    return model.eval()


@torch.no_grad()
def main() -> None:
    tokenizer().save(str(HERE / "tokenizer.json"))
    model = tiny_model(HERE / "tokenizer.json")
    weights = {name: tensor.detach().to(torch.bfloat16) for name, tensor in model.state_dict().items()}
    safetensors.torch.save_file(weights, HERE / "model.safetensors")

    random = np.random.default_rng(0)
    audio = torch.from_numpy(0.1 * random.standard_normal(N_FRAMES * 1920)).float()
    latents = model.mimi.encode_to_latent(audio[None, None])
    prompt = torch.nn.functional.linear(latents, model.flow_lm.speaker_proj_weight)
    prompt = torch.cat([model.flow_lm.bos_before_voice, prompt], dim=1)
    tokens = model.flow_lm.conditioner.prepare(TEXT)
    state = init_states(model.flow_lm, batch_size=1, sequence_length=200)
    model._run_flow_lm_and_increment_step(state, audio_conditioning=prompt)
    model._run_flow_lm_and_increment_step(state, text_tokens=tokens)
    frames = [torch.full((1, 1, 32), float("nan"))]
    for _ in range(N_FRAMES):
        frames.append(model._run_flow_lm_and_increment_step(state, backbone_input_latents=frames[-1])[0])
    spoken = torch.cat(frames[1:], dim=1) * model.flow_lm.emb_std + model.flow_lm.emb_mean
    mimi_state = init_states(model.mimi, batch_size=1, sequence_length=1000)
    sound = []
    for frame in spoken.split(1, dim=1):
        sound.append(model.mimi.decode_from_latent(frame, mimi_state))
        increment_steps(model.mimi, mimi_state, increment=16)
    outputs = {
        "audio": audio,
        "latents": latents[0],
        "tokens": tokens[0],
        "spoken": spoken[0],
        "sound": torch.cat(sound, dim=-1)[0, 0],
    }
    safetensors.torch.save_file({k: v.contiguous() for k, v in outputs.items()}, HERE / "outputs.safetensors")


if __name__ == "__main__":
    main()
