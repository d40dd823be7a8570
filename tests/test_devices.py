"""Devices and threads."""

import os

import pytest
import torch

from voiceclone.devices import Devices, available_cores
from voiceclone.native import ONEDNN_SHAPES


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


def test_mixed_precision_is_off_or_bfloat16():
    autocast = Devices(1).autocast()
    assert not autocast._enabled or autocast.fast_dtype == torch.bfloat16
