"""Instance norm, style affine and Snake on a CPU, a row at a time: what torch does in ten passes over memory.

A row is one channel of one piece: some 40 kB, which stay in a core's cache while mean, variance, affine
and Snake are taken of them. Rows are shared out over torch's threads; compiled by numba, once per machine.
The periodic part is a polynomial, so that it vectorises; it is off by less than 1e-6.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from numba import njit
from torch import Tensor

_F = np.float32
_ANGLE = np.linspace(0, 0.5, 4001)  # in turns: from -1/2 to 1/2 is all there is
_COS = np.polynomial.Chebyshev.fit(_ANGLE**2, np.cos(2 * np.pi * _ANGLE), 7).convert(
    kind=np.polynomial.Polynomial
)
_SIN = np.polynomial.Chebyshev.fit(_ANGLE[1:] ** 2, np.sin(2 * np.pi * _ANGLE[1:]) / _ANGLE[1:], 7).convert(
    kind=np.polynomial.Polynomial
)
_C0, _C1, _C2, _C3, _C4, _C5, _C6, _C7 = (_F(c) for c in _COS.coef)
_S0, _S1, _S2, _S3, _S4, _S5, _S6, _S7 = (_F(c) for c in _SIN.coef)
_1, _HALF, _PI = _F(1), _F(0.5), _F(np.pi)
_ROUND, _ONE_BIT, _HALF_WORD = np.uint32(0x7FFF), np.uint32(1), np.uint32(16)

compiled = njit(nogil=True, fastmath=True, cache=True, error_model="numpy")


@compiled
def cosine_of_turns(turns):  # pi times as much is the half angle
    r = turns - np.rint(turns)
    q = r * r
    return _C0 + q * (_C1 + q * (_C2 + q * (_C3 + q * (_C4 + q * (_C5 + q * (_C6 + q * _C7))))))


@compiled
def sine_of_turns(turns):
    r = turns - np.rint(turns)
    q = r * r
    return r * (_S0 + q * (_S1 + q * (_S2 + q * (_S3 + q * (_S4 + q * (_S5 + q * (_S6 + q * _S7)))))))


@compiled
def _widen(row, wide):  # bfloat16 is the upper half of float32
    bits = wide.view(np.uint32)
    for i in range(row.size):
        bits[i] = np.uint32(row[i]) << _HALF_WORD


@compiled
def narrow(wide, row):
    bits = wide.view(np.uint32)
    for i in range(row.size):
        b = bits[i]
        row[i] = np.uint16((b + _ROUND + ((b >> _HALF_WORD) & _ONE_BIT)) >> _HALF_WORD)


@compiled
def _copy(row, to):
    for i in range(row.size):
        to[i] = row[i]


@compiled
def _moments(row, eps):
    n = _F(row.size)
    total = _F(0)
    for i in range(row.size):
        total += row[i]
    mean = total / n
    squares = _F(0)
    for i in range(row.size):
        d = row[i] - mean
        squares += d * d
    return mean, _1 / np.sqrt(squares / n + eps)


@compiled
def _snake(row, mean, inverse, scale, beta, alpha):
    slope = scale * inverse
    offset = beta - mean * slope
    turns = alpha / _PI
    half = _HALF / alpha
    for i in range(row.size):
        y = row[i] * slope + offset
        row[i] = y + (_1 - cosine_of_turns(y * turns)) * half  # sin^2 = (1 - cos 2z) / 2


@compiled
def _snake_back(row, gradient, mean, inverse, scale, beta, alpha):
    turns = alpha / _PI
    d_beta = _F(0)
    d_gamma = _F(0)
    for i in range(row.size):
        normed = (row[i] - mean) * inverse
        d_y = gradient[i] * (
            _1 + sine_of_turns((normed * scale + beta) * turns)
        )  # d/dy (y + sin(ay)^2 / a) = 1 + sin(2ay)
        d_beta += d_y
        d_gamma += d_y * normed
        gradient[i] = d_y
        row[i] = normed
    # Instance norm's gradient: remove from d_normed its mean and its projection on normed.
    n = _F(row.size)
    mean_d, along, slope = d_beta / n, d_gamma / n, scale * inverse
    for i in range(row.size):
        gradient[i] = (gradient[i] - mean_d - row[i] * along) * slope
    return d_gamma, d_beta


@compiled
def _forward_narrow(start, end, x, out, moments, scale, beta, alpha, eps):
    row = np.empty(x.shape[1], np.float32)
    for r in range(start, end):
        _widen(x[r], row)
        mean, inverse = _moments(row, eps)
        moments[r, 0], moments[r, 1] = mean, inverse
        _snake(row, mean, inverse, scale[r], beta[r], alpha[r % alpha.size])
        narrow(row, out[r])


@compiled
def _forward_wide(start, end, x, out, moments, scale, beta, alpha, eps):
    for r in range(start, end):
        mean, inverse = _moments(x[r], eps)
        moments[r, 0], moments[r, 1] = mean, inverse
        _copy(x[r], out[r])
        _snake(out[r], mean, inverse, scale[r], beta[r], alpha[r % alpha.size])


@compiled
def _backward_narrow(start, end, x, gradient, d_x, moments, scale, beta, alpha, d_gamma, d_beta):
    row = np.empty(x.shape[1], np.float32)
    d_row = np.empty(x.shape[1], np.float32)
    for r in range(start, end):
        _widen(x[r], row)
        _widen(gradient[r], d_row)
        d_gamma[r], d_beta[r] = _snake_back(
            row, d_row, moments[r, 0], moments[r, 1], scale[r], beta[r], alpha[r % alpha.size]
        )
        narrow(d_row, d_x[r])


@compiled
def _backward_wide(start, end, x, gradient, d_x, moments, scale, beta, alpha, d_gamma, d_beta):
    row = np.empty(x.shape[1], np.float32)
    for r in range(start, end):
        _copy(x[r], row)
        _copy(gradient[r], d_x[r])
        d_gamma[r], d_beta[r] = _snake_back(
            row, d_x[r], moments[r, 0], moments[r, 1], scale[r], beta[r], alpha[r % alpha.size]
        )


def takes(x: Tensor) -> bool:
    """Return whether rows of this kind are worked on here: bfloat16 or float32 on the CPU."""
    return x.device.type == "cpu" and x.dtype in (torch.bfloat16, torch.float32)


def forward(x: Tensor, scale: Tensor, beta: Tensor, alpha: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """Return `snake(scale * instance_norm(x) + beta)` in x's precision, and what `backward` needs of it.

    Shape: x `[B, C, L]`, scale and beta `[B, C, 1]`, alpha `[1, C, 1]`, all float32 but x;
    the result `[B, C, L]`, and mean and inverse deviation of each row `[B * C, 2]`.
    """
    x = x.contiguous()
    out = torch.empty_like(x)
    moments = torch.empty(x.shape[0] * x.shape[1], 2)
    kernel = _forward_narrow if x.dtype == torch.bfloat16 else _forward_wide
    style = (_flat(scale), _flat(beta), _flat(alpha))
    _share(kernel, len(moments), _rows(x), _rows(out), moments.numpy(), *style, _F(eps))
    return out, moments


def backward(
    gradient: Tensor, x: Tensor, moments: Tensor, scale: Tensor, beta: Tensor, alpha: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of x, scale and beta, in the shapes of those."""
    x = x.contiguous()
    gradient = gradient.to(x.dtype).contiguous()
    d_x = torch.empty_like(x)
    d_scale, d_beta = torch.empty(scale.shape), torch.empty(beta.shape)
    kernel = _backward_narrow if x.dtype == torch.bfloat16 else _backward_wide
    style = (_flat(scale), _flat(beta), _flat(alpha), _flat(d_scale), _flat(d_beta))
    _share(kernel, len(moments), _rows(x), _rows(gradient), _rows(d_x), moments.numpy(), *style)
    return d_x, d_scale, d_beta


def _rows(x: Tensor) -> np.ndarray:
    flat = x.detach().view(-1, x.shape[-1])
    return (flat.view(torch.int16).numpy().view(np.uint16)) if x.dtype == torch.bfloat16 else flat.numpy()


def _flat(x: Tensor) -> np.ndarray:
    return x.detach().float().contiguous().view(-1).numpy()


@lru_cache(maxsize=4)
def helpers(n: int) -> ThreadPoolExecutor:
    """Return n threads to share rows out over."""
    return ThreadPoolExecutor(n, thread_name_prefix="rows")


os.register_at_fork(after_in_child=helpers.cache_clear)  # threads stay behind: nothing would ever be done


def _share(kernel: Callable[..., None], n_rows: int, *arguments: object) -> None:
    """Run a kernel over all rows, on as many threads as torch uses, this one among them."""
    threads = torch.get_num_threads()
    edges = [n_rows * i // threads for i in range(threads + 1)]
    others = [
        helpers(threads - 1).submit(kernel, start, end, *arguments) for start, end in pairwise(edges[1:])
    ]
    kernel(edges[0], edges[1], *arguments)
    for other in others:
        other.result()
