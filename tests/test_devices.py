"""Devices and threads."""

import torch

from voiceclone.devices import Devices, available_cores


def test_threads_default_to_the_cores_of_this_process():
    assert Devices().threads == available_cores() >= 1
    assert Devices(3).threads == 3


def test_the_main_device_is_an_accelerator_where_there_is_one():
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert Devices(1).main().type == expected


def test_mixed_precision_is_off_or_bfloat16():
    autocast = Devices(1).autocast()
    assert not autocast._enabled or autocast.fast_dtype == torch.bfloat16
