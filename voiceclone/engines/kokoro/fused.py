"""The vocoder's residual block, fused: a third of the memory, the same numbers.

iSTFTNet's blocks are chains of instance norm, style affine and Snake, each of which keeps
its own copies for the backward pass: 1.4 GB for two seconds of speech. Here the three are
one function that keeps its input alone and recomputes the rest; on a CPU it works row by row (see
`rows`), which takes a tenth of the time.

Snake: L. Ziyin et al., "Neural Networks Fail to Learn Periodic Functions", NeurIPS 2020.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from voiceclone.engines.kokoro import rows
from voiceclone.engines.kokoro.octets import Octets
from voiceclone.native import ready_torchaudio

ready_torchaudio()  # the kokoro library imports transformers, which imports torchaudio

from kokoro.istftnet import AdaIN1d, AdaINResBlock1, Generator, SourceModuleHnNSF  # noqa: E402


class NormAffineSnake(torch.autograd.Function):
    """`y = (1 + gamma) * instance_norm(x) + beta`, then `y + sin(alpha * y)^2 / alpha`.

    Shape: x `[B, C, L]`, gamma and beta `[B, C, 1]`, alpha `[1, C, 1]` (frozen: no gradient).
    """

    @staticmethod
    def forward(ctx, x: Tensor, gamma: Tensor, beta: Tensor, alpha: Tensor, eps: float) -> Tensor:
        scale, beta = 1 + gamma.float(), beta.float()
        if rows.takes(x):
            y, moments = rows.forward(x, scale, beta, alpha, eps)
            ctx.save_for_backward(x, moments, scale, beta, alpha)
            return y
        variance, mean = torch.var_mean(x.float(), dim=-1, keepdim=True, correction=0)
        inverse = torch.rsqrt(variance + eps)
        y = torch.addcmul(beta, (x.float() - mean).mul_(inverse), scale)
        ctx.save_for_backward(x, torch.cat([mean, inverse], dim=-1), scale, beta, alpha)
        return (y + torch.sin(alpha * y).square_().div_(alpha)).to(x.dtype)

    @staticmethod
    def backward(ctx, *gradients: Tensor):
        x, moments, scale, beta, alpha = ctx.saved_tensors
        if rows.takes(x):
            d_x, d_gamma, d_beta = rows.backward(gradients[0], x, moments, scale, beta, alpha)
            return d_x, d_gamma, d_beta, None, None
        mean, inverse = moments.split(1, dim=-1)
        normed = (x.float() - mean).mul_(inverse)
        y = torch.addcmul(beta, normed, scale)
        # d/dy (y + sin(ay)^2 / a) = 1 + sin(2ay)
        d_y = torch.sin(y.mul_(2 * alpha)).add_(1).mul_(gradients[0].float())
        d_beta = d_y.sum(dim=-1, keepdim=True)
        d_gamma = (d_y * normed).sum(dim=-1, keepdim=True)
        # Instance norm's gradient: remove from d_normed its mean and its projection on normed.
        n = normed.shape[-1]
        d_x = (d_y - d_beta / n - normed * (d_gamma / n)).mul_(scale * inverse)
        return d_x.to(x.dtype), d_gamma, d_beta, None, None


def fuse(network: nn.Module, octets: Octets) -> None:
    """Give every residual block of the vocoder the fused forward, or where it may be, that of 8 bits."""
    for module in network.modules():
        if isinstance(module, Generator):
            module.forward = partial(_generate, octets, module.forward)  # type: ignore[method-assign]
        if isinstance(module, SourceModuleHnNSF):
            module.forward = partial(_source, module)  # type: ignore[method-assign]
        if isinstance(module, AdaINResBlock1):
            module.forward = partial(_forward, octets, module)  # type: ignore[method-assign]


def _generate(octets: Octets, forward: Callable[..., Tensor], x: Tensor, style: Tensor, f0: Tensor) -> Tensor:
    """Let the vocoder compute in 32 bits what its blocks do not compute in 8, whatever is cast outside.

    In bfloat16 the last layers' log magnitudes and phases cost naturalness (DistillMOS 4.36 -> 4.00 for one
    voice); the blocks' 8 bits do not.
    """
    if not octets.active:
        return forward(x, style, f0)
    with torch.autocast(x.device.type, enabled=False):
        return forward(x.float(), style.float(), f0.float())


def _source(source: SourceModuleHnNSF, f0: Tensor) -> tuple[Tensor, None, None]:
    """Return what excites the vocoder, `[B, n_samples, 1]`, of F0 in Hz in the same shape.

    Harmonics where there is a voice, noise where there is none (neural source-filter: X. Wang et al., ICASSP
    2019). The library draws noise for each of the nine harmonics and then mixes them; what comes out is
    distributed as one noise of that size, and drawing it took as long as a residual block.
    """
    sines = source.l_sin_gen
    harmonics = torch.arange(1, sines.dim + 1, device=f0.device, dtype=f0.dtype)
    voiced = sines._f02uv(f0)
    spread = sines.noise_std * voiced + sines.sine_amp / 3 * (1 - voiced)
    noise = torch.randn_like(f0) * spread * source.l_linear.weight.norm()
    mixed = source.l_linear(sines._f02sine(f0 * harmonics) * (sines.sine_amp * voiced))
    return torch.tanh(mixed + noise), None, None


def _forward(octets: Octets, block: AdaINResBlock1, x: Tensor, style: Tensor) -> Tensor:
    if octets.active:
        return octets.forward(block, x, style)
    for conv1, conv2, norm1, norm2, alpha1, alpha2 in zip(
        block.convs1, block.convs2, block.adain1, block.adain2, block.alpha1, block.alpha2, strict=True
    ):
        y = conv1(_norm_snake(norm1, x, style, alpha1))
        y = conv2(_norm_snake(norm2, y, style, alpha2))
        x = y + x
    return x


def _norm_snake(norm: AdaIN1d, x: Tensor, style: Tensor, alpha: Tensor) -> Tensor:
    gamma, beta = norm.fc(style)[:, :, None].chunk(2, dim=1)  # [B, 2C] -> 2 x [B, C, 1]
    return NormAffineSnake.apply(x, gamma, beta, alpha, norm.norm.eps)
