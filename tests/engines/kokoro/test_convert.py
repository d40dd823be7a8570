"""Two roads to the same weights."""

import threading

import torch

from voiceclone.engines.kokoro.convert import _from_checkpoint, _NoMemory, load_packs
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


def test_the_package_s_weights_fill_every_parameter_with_numbers(kokoro):
    for name, parameter in kokoro._network.named_parameters():
        assert not parameter.is_meta and torch.isfinite(parameter).all(), name
        spread = float(parameter.std()) if parameter.numel() > 1 else 1.0
        assert spread > 0 or ".norm." in name or "alpha" in name, name


def test_a_voice_that_is_begun_while_the_network_is_made_has_its_numbers():
    """Accelerate's `init_empty_weights` took the memory from modules that other threads made meanwhile."""
    begun = []

    def begin():
        module = torch.nn.Linear(2, 2)
        module.register_parameter("offsets", torch.nn.Parameter(torch.zeros(3)))
        begun.append(module)

    with _NoMemory():
        other = threading.Thread(target=begin)
        other.start()
        other.join()
        network = torch.nn.Linear(2, 2)
    assert network.weight.is_meta
    assert not any(parameter.is_meta for parameter in begun[0].parameters())


def test_packs_have_a_style_for_every_length(weights):
    packs = load_packs(weights)
    assert {p.shape for p in packs.values()} == {(510, 256)} and len(packs) == 5
