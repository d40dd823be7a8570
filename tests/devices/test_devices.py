"""Devices and threads."""

import os
import subprocess
import sys

import pytest
import torch
from accelerate import infer_auto_device_map

from voiceclone.devices import Devices, available_cores
from voiceclone.devices.placement import Placement
from voiceclone.native import ONEDNN_SHAPES, ready_torchaudio

ready_torchaudio()  # the transformers library imports torchaudio

from transformers import BertConfig, BertModel  # noqa: E402


def test_threads_default_to_the_cores_of_this_process():
    assert Devices().threads == available_cores() >= 1
    assert Devices(3).threads == 3


@pytest.mark.parametrize(("given", "kept"), [(None, str(ONEDNN_SHAPES)), ("7", "7")])
def test_what_onednn_keeps_is_bounded_unless_the_environment_says_otherwise(monkeypatch, given, kept):
    """Thirty utterances of different lengths took the process from 1.4 to 4.5 GB."""
    monkeypatch.delenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", raising=False)
    if given is not None:
        monkeypatch.setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", given)
    Devices(1)
    assert os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"] == kept


def test_the_main_device_is_an_accelerator_where_there_is_one():
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert Devices(1).main().type == expected


def test_an_engine_that_is_placed_sees_its_own_place():
    placed = Devices(2).at(Placement("A GPU", "bfloat16", {"cuda:1": 700}))
    assert (placed.main(), placed.dtype(), placed.threads) == (torch.device("cuda:1"), torch.bfloat16, 2)
    assert placed.device_map() == {"": torch.device("cuda:1")} and placed.max_memory() is None


def test_what_is_not_placed_goes_to_the_main_device_in_32_bits():
    devices = Devices(1)
    assert devices.dtype() == torch.float32
    assert devices.device_map() == {"": devices.main()} and devices.max_memory() is None


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    """A model of the transformers library: four layers of 3.2 MB, and little else."""
    config = BertConfig(
        vocab_size=16, hidden_size=256, num_hidden_layers=4, num_attention_heads=4, intermediate_size=1024,
        max_position_embeddings=16,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("model")
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def test_weights_of_the_transformers_library_load_in_place(model_folder):
    devices = Devices(1)
    model = BertModel.from_pretrained(
        model_folder, add_pooling_layer=False,
        device_map=devices.device_map(), max_memory=devices.max_memory(), dtype=devices.dtype(),
    )  # fmt: skip
    assert {(p.device.type, p.dtype) for p in model.parameters()} == {(devices.main().type, torch.float32)}


def test_a_model_that_is_spread_has_whole_layers_on_each_device(model_folder):
    """The map is Accelerate's own, for two GPUs that are not here."""
    placed = Devices(1).at(Placement("GPU + GPU", "float32", {"cuda:0": 11, "cuda:1": 8}))
    assert placed.device_map() == "auto"
    assert placed.max_memory() == {0: 11_000_000, 1: 8_000_000}
    with torch.device("meta"):
        model = BertModel(BertConfig.from_pretrained(model_folder), add_pooling_layer=False)
    found = infer_auto_device_map(model, placed.max_memory(), no_split_module_classes=["BertLayer"])
    layers = [where for name, where in sorted(found.items()) if name.startswith("encoder.layer.")]
    assert layers == [0, 0, 1, 1]


def test_processes_that_were_launched_together_have_a_device_each():
    """Two of them, on the CPU: they know of each other, one leads, and each sees what is its own."""
    code = (
        "from voiceclone.devices import Devices; devices = Devices(1); devices.together(); "
        "import os; names = [device.name for device in devices.table()]; "
        "os.write(1, f'{devices.leads} {devices.main()} {names}\\n'.encode())"  # at once: they share a pipe
    )
    launched = subprocess.run(
        [
            sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2",
            "--no_python", sys.executable, "-c", code,
        ],
        env={**os.environ, "ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert launched.returncode == 0, launched.stderr
    assert sorted(launched.stdout.split("\n")) == ["", "False cpu ['cpu']", "True cpu ['cpu']"]


def test_mixed_precision_is_off_or_bfloat16():
    autocast = Devices(1).autocast()
    assert not autocast._enabled or autocast.fast_dtype == torch.bfloat16
