"""Rows in whole numbers of 8 bits."""

import pytest
import torch

from voiceclone.engines.kokoro.levels import CLIP, MIDDLE, centred, signed


def _rows(seed=0, shape=(2000, 96)):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).bfloat16()


def _back(levels, scale):
    return (levels.float() - MIDDLE) * scale


def test_what_is_rounded_is_less_than_a_level_away_and_right_in_the_mean():
    rows = _rows()
    levels, scale = signed(rows)
    apart = (_back(levels, scale) - rows.float()) / scale
    assert levels.dtype == torch.uint8 and levels.min() >= 1
    assert apart.abs().max() <= 1.01
    assert apart.mean().abs() < 0.01


def test_small_numbers_are_not_lost_in_the_mean():
    """Rounded to the nearest, each of them would be nothing: most gradients are small."""
    rows = torch.full((4000, 64), 0.25)
    rows[0, 0] = 127
    levels, scale = signed(rows.bfloat16())
    assert scale < 1  # the peak is cut off
    assert _back(levels, scale)[1:].mean() == pytest.approx(0.25, abs=0.01)


def test_what_is_lost_is_nothing_in_the_mean_over_many_times():
    """A part of a level that is always lost at the same place adds up, where gradients cancel out."""
    times = [_rows(seed, (64, 32)) for seed in range(300)]
    lost = []
    for rows in times:
        levels, scale = signed(rows)
        lost.append((_back(levels, scale) - rows.float()) / scale)
    lost = torch.stack(lost)
    assert lost.mean().abs() < 0.003
    assert lost.mean(dim=0).std() < 0.04  # 0.41 / 300 ** 0.5 where they are independent; else 0.29


def test_a_rare_peak_does_not_take_the_levels_of_all_else():
    rows = _rows(1)
    usual = signed(rows)[1]
    rows[7, 3] = 1e4
    levels, scale = signed(rows)
    size = float(rows.float().square().mean().sqrt())
    assert scale == pytest.approx(CLIP * size / 127, rel=1e-3)
    assert levels[7, 3] == 255 and scale > usual


@pytest.mark.parametrize("threads", [1, 2])
def test_nothing_at_all_stays_nothing(threads):
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        levels, scale = signed(torch.zeros(50, 8).bfloat16())
    finally:
        torch.set_num_threads(before)
    assert scale > 0 and (levels == MIDDLE).all()


def test_levels_less_their_middle_are_exact():
    levels = torch.arange(256, dtype=torch.uint8).view(2, 8, 16)
    for zero in (0, 1, 101, 255):
        assert torch.equal(centred(levels, zero).float(), levels.float() - zero)
