"""Two roads to the same weights."""

import torch

from voiceclone.engines.kokoro.convert import _from_checkpoint, load_packs
from voiceclone.engines.kokoro.network import KokoroNetwork


def test_the_hub_s_checkpoint_arrives_as_the_network_that_wrote_it(tmp_path):
    """The original file is a dict of state dicts, saved under DataParallel, weight-normed, with a pooler."""
    torch.manual_seed(0)
    original = KokoroNetwork()
    parts = ("bert", "bert_encoder", "predictor", "text_encoder", "decoder")
    checkpoint = {
        part: {
            f"module.{k}": v
            for k, v in getattr(original, part).state_dict().items()
            if ".norm.weight" not in k and ".norm.bias" not in k
        }
        for part in parts
    }
    checkpoint["bert"]["module.pooler.weight"] = torch.zeros(768, 768)
    torch.save(checkpoint, tmp_path / "kokoro-v1_0.pth")
    state = _from_checkpoint(tmp_path / "kokoro-v1_0.pth")
    expected = original.fold_weight_norm().state_dict()
    assert set(state) == set(expected)
    assert not any("weight_g" in key for key in state)
    for key, value in expected.items():
        torch.testing.assert_close(state[key], value, rtol=1e-5, atol=1e-6)


def test_the_package_s_weights_fill_every_parameter_with_numbers(studio):
    network = studio.services.engine("kokoro")._network
    for name, parameter in network.named_parameters():
        assert not parameter.is_meta and torch.isfinite(parameter).all(), name
        spread = float(parameter.std()) if parameter.numel() > 1 else 1.0
        assert spread > 0 or ".norm." in name or "alpha" in name, name


def test_packs_have_a_style_for_every_length(weights):
    packs = load_packs(weights)
    assert {p.shape for p in packs.values()} == {(510, 256)} and len(packs) == 5
