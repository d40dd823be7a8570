"""Low-rank parts on rows are what convolutions give, there and back."""

import pytest
import torch
from torch.nn import functional

from voiceclone.engines.kokoro.beside import Beside
from voiceclone.engines.kokoro.columns import Affine

ZERO, SCALE = 101, 0.02


def _given(phases, length, n_channels, taps):
    random = torch.Generator().manual_seed(0)
    levels = torch.randint(0, 256, (phases, length, n_channels), generator=random).to(torch.uint8)
    down = torch.randn(4, n_channels, taps, generator=random) * 0.05
    up = torch.randn(n_channels, 4, generator=random) * 0.1
    affine = Affine(None, None, None, SCALE, ZERO, None, None, (None, None))
    return levels, down, up, affine, random


def _expected(levels, down, up):
    """Return the inputs and what two convolutions make of each phase, in rows."""
    x = ((levels.float() - ZERO) * SCALE).requires_grad_(True)
    narrow = functional.conv1d(x.transpose(1, 2), down, padding=down.shape[-1] // 2)
    return x, functional.conv1d(narrow, up[:, :, None]).transpose(1, 2).flatten(0, 1)


def _near(a, b):
    assert (a.float() - b).norm() < 0.02 * b.norm()


@pytest.mark.parametrize("taps", [3, 7, 11])
@pytest.mark.parametrize("phases, length", [(1, 301), (3, 101), (5, 4)])
def test_what_is_added_and_its_gradients(phases, length, taps):
    levels, down, up, affine, random = _given(phases, length, 64, taps)
    part = Beside(down, up)
    before = torch.randn(phases * length, 64, generator=random).bfloat16()
    spoken = before.clone()
    part.add(levels, affine, spoken)
    down.requires_grad_(True)
    up.requires_grad_(True)
    x, expected = _expected(levels, down, up)
    torch.testing.assert_close(
        spoken.float(), before.float() + expected.detach(), rtol=2e-2, atol=0.02 * float(expected.std())
    )

    gradient = torch.randn(expected.shape, generator=random).bfloat16()
    expected.backward(gradient.float())
    into = torch.zeros_like(gradient)
    d_down, d_up = part.back(gradient, into)
    _near(d_down, down.grad)
    _near(d_up, up.grad)
    _near(into.view_as(x), x.grad)
