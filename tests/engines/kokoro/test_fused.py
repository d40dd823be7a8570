"""The fused block must be the library's block: the same numbers, the same gradients."""

import torch
from kokoro.istftnet import AdaINResBlock1

from voiceclone.engines.kokoro.fused import NormAffineSnake, fuse


def _plain(x, gamma, beta, alpha, eps):
    y = (1 + gamma) * torch.nn.functional.instance_norm(x, eps=eps) + beta
    return y + (1 / alpha) * torch.sin(alpha * y) ** 2


def _inputs():
    torch.manual_seed(0)
    x = torch.randn(2, 6, 50) * 3 + 1
    gamma, beta = torch.randn(2, 6, 1) * 0.3, torch.randn(2, 6, 1)
    return [t.requires_grad_(True) for t in (x, gamma, beta)], torch.rand(1, 6, 1) + 0.5


def test_values_and_gradients_are_those_of_the_plain_formula():
    inputs, alpha = _inputs()
    weight = torch.randn(2, 6, 50)
    plain = _plain(*inputs, alpha, 1e-5)
    fused = NormAffineSnake.apply(*inputs, alpha, 1e-5)
    torch.testing.assert_close(fused, plain, rtol=1e-4, atol=1e-5)
    expected = torch.autograd.grad((plain * weight).sum(), inputs)
    actual = torch.autograd.grad((fused * weight).sum(), inputs)
    for a, e in zip(actual, expected, strict=True):
        torch.testing.assert_close(a, e, rtol=1e-3, atol=1e-4)


def test_a_fused_block_speaks_as_the_library_s():
    torch.manual_seed(1)
    block = AdaINResBlock1(8, 3, [1, 3, 5], style_dim=4).eval()
    x, style = torch.randn(1, 8, 40), torch.randn(1, 4)
    with torch.no_grad():
        before = block(x, style)
        fuse(block)
        after = block(x, style)
    torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-5)
