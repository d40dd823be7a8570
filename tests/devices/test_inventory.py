"""What is read of this machine's devices."""

import dataclasses

import pytest
import torch

from voiceclone.devices import Devices
from voiceclone.devices.inventory import numbered, read_devices


def test_the_cpu_is_the_last_device_and_every_device_has_memory():
    table = read_devices(2)
    assert table[-1].name == "cpu" and table[-1].title == "CPU, 2 threads"
    assert len(table) == 1 + torch.accelerator.device_count()
    assert all(0 < device.free_mb <= device.total_mb for device in table)
    assert table[-1].bfloat16 == torch.cpu._is_avx512_bf16_supported()


def test_the_first_device_is_the_one_that_models_are_placed_on():
    devices = Devices(1)
    assert devices.table()[0].name == str(devices.main())
    assert devices.table()[0].title == devices.title()


def test_one_device_alone_can_be_asked_for():
    """Where the GPU is not this process's, nobody may look at it."""
    assert [device.name for device in read_devices(1, only="cpu")] == ["cpu"]
    assert Devices(1, "cpu").main() == torch.device("cpu")


@pytest.mark.parametrize(
    ("name", "full"),
    [("cuda", "cuda:0"), ("cuda:1", "cuda:1"), ("mps", "mps"), ("cpu", "cpu"), ("cpu:0", "cpu")],
)
def test_a_device_has_one_name(name, full):
    assert numbered(name) == full


def test_a_table_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        read_devices(1)[0].free_mb = 1
