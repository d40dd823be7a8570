"""The fused block must be the library's block: the same numbers, the same gradients."""

import pytest
import torch

from voiceclone.engines.kokoro import rows
from voiceclone.engines.kokoro.fused import NormAffineSnake, fuse
from voiceclone.engines.kokoro.network import AdaINResBlock1
from voiceclone.engines.kokoro.octets import Octets
from voiceclone.engines.kokoro.shift import Shifts


def _plain(x, gamma, beta, alpha, eps):
    y = (1 + gamma) * torch.nn.functional.instance_norm(x, eps=eps) + beta
    return y + (1 / alpha) * torch.sin(alpha * y) ** 2


def _inputs():
    torch.manual_seed(0)
    x = torch.randn(2, 6, 50) * 3 + 1
    gamma, beta = torch.randn(2, 6, 1) * 0.3, torch.randn(2, 6, 1)
    return [t.requires_grad_(True) for t in (x, gamma, beta)], torch.rand(1, 6, 1) + 0.5


@pytest.fixture(params=["row by row", "in torch"])
def way(request, monkeypatch):
    """Both ways that a block is computed: that of CPUs, and that of everything else."""
    if request.param == "in torch":
        monkeypatch.setattr(rows, "takes", lambda x: False)


def test_values_and_gradients_are_those_of_the_plain_formula(way):
    inputs, alpha = _inputs()
    weight = torch.randn(2, 6, 50)
    plain = _plain(*inputs, alpha, 1e-5)
    fused = NormAffineSnake.apply(*inputs, alpha, 1e-5)
    torch.testing.assert_close(fused, plain, rtol=1e-4, atol=1e-5)
    expected = torch.autograd.grad((plain * weight).sum(), inputs)
    actual = torch.autograd.grad((fused * weight).sum(), inputs)
    for a, e in zip(actual, expected, strict=True):
        torch.testing.assert_close(a, e, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("threads", [1, 3])
def test_half_precision_in_gives_half_precision_out_and_the_same_numbers(threads):
    """Rows are shared out over threads, whatever their number."""
    (x, gamma, beta), alpha = _inputs()
    half, before = x.detach().bfloat16().requires_grad_(True), torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        y = NormAffineSnake.apply(half, gamma, beta, alpha, 1e-5)
        expected = _plain(half.detach().float().requires_grad_(True), gamma, beta, alpha, 1e-5)
        (gradient,) = torch.autograd.grad(y.float().square().sum(), [half])
    finally:
        torch.set_num_threads(before)
    assert y.dtype == gradient.dtype == torch.bfloat16
    torch.testing.assert_close(y.float(), expected, rtol=1e-2, atol=1e-2)


def test_the_periodic_part_holds_far_from_zero():
    """Snake's argument grows with the style: the polynomial is taken of what is left of whole turns."""
    x = torch.linspace(-1, 1, 4001)[None, None]
    scale, beta, alpha = torch.full((1, 1, 1), 40.0), torch.full((1, 1, 1), 3.0), torch.full((1, 1, 1), 2.0)
    y, _ = rows.forward(x, scale, beta, alpha, 1e-5)
    torch.testing.assert_close(y, _plain(x, scale - 1, beta, alpha, 1e-5), rtol=1e-4, atol=1e-4)


def test_a_fused_block_speaks_as_the_library_s():
    torch.manual_seed(1)
    block = AdaINResBlock1(8, 3, [1, 3, 5], style_dim=4).eval()
    x, style = torch.randn(1, 8, 40), torch.randn(1, 4)
    with torch.no_grad():
        before = block(x, style)
        fuse(block, Octets(Shifts([], [])))
        after = block(x, style)
    torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("hz", [0.0, 200.0], ids=["no voice", "a voice"])
def test_what_excites_the_vocoder_is_distributed_as_in_the_library(kokoro, hz):
    """One noise in place of one for each harmonic: the same size where there is no voice, and with one."""
    source = kokoro._network.decoder.generator.m_source
    f0 = torch.full((1, 24_000, 1), hz)
    torch.manual_seed(0)
    with torch.no_grad():
        expected, _, _ = type(source).forward(source, f0)
        actual, _, _ = source(f0)
    assert actual.shape == expected.shape
    assert actual.std() == pytest.approx(float(expected.std()), rel=0.05)
    assert actual.mean() == pytest.approx(float(expected.mean()), abs=0.002)
    periods = [x[0, 1200:, 0] - x[0, 1080:-120, 0] for x in (actual, expected)]  # 120 samples are a period
    assert periods[0].std() == pytest.approx(float(periods[1].std()), rel=0.05)
