"""Kokoro's parts, in stages."""

import pytest
import torch

from voiceclone.engines.kokoro.network import whole_frames
from voiceclone.engines.kokoro.shift import Shift
from voiceclone.engines.kokoro.spec import ADAIN_OFFSETS, FRAME_SAMPLES

PHONEMES = "həlˈO wˈɜɹld."


@pytest.fixture(scope="module")
def network(kokoro):
    return kokoro._network


@pytest.fixture(scope="module")
def row(kokoro):
    return torch.from_numpy(kokoro._packs["jf_alpha"][len(PHONEMES) - 1])[None]


def _spoken(network, row, shift=None):
    torch.manual_seed(0)
    with torch.no_grad(), network.shifted(shift):
        encoded = network.encode(PHONEMES, row[:, 128:])
        frames = network.frames(encoded, whole_frames(encoded.durations, 1.0), row[:, 128:])
        return encoded, frames, network.decode(frames, row[:, :128])


def test_shapes_follow_from_the_phonemes(network, row):
    encoded, frames, samples = _spoken(network, row)
    n_tokens = len(PHONEMES) + 2
    n_frames = int(whole_frames(encoded.durations, 1.0).sum())
    assert encoded.durations.shape == (n_tokens,)
    assert encoded.textual.shape == (1, 512, n_tokens)
    assert frames.textual.shape == (1, 512, n_frames)
    assert frames.f0.shape == frames.energy.shape == (1, 2 * n_frames)
    assert samples.shape == (1, n_frames * FRAME_SAMPLES)


def test_offsets_of_zero_change_nothing_and_others_do(network, row, monkeypatch):
    monkeypatch.setattr(network.octets, "allowed", False)  # in bfloat16 a sum is rounded once more
    assert network.shifts.n_offsets == ADAIN_OFFSETS
    plain = _spoken(network, row)[2]
    assert torch.equal(_spoken(network, row, Shift(torch.zeros(ADAIN_OFFSETS)))[2], plain)
    assert not torch.allclose(_spoken(network, row, Shift(torch.full((ADAIN_OFFSETS,), 0.05)))[2], plain)


def test_offsets_are_gone_after_the_block_even_after_an_error(network, row):
    plain = _spoken(network, row)[2]
    with pytest.raises(RuntimeError), network.shifted(Shift(torch.ones(ADAIN_OFFSETS))):
        raise RuntimeError
    assert torch.equal(_spoken(network, row)[2], plain)


def test_every_token_lasts_at_least_one_frame():
    assert whole_frames(torch.tensor([0.1, 2.4, 9.0]), 2.0).tolist() == [1, 1, 4]
