"""Speech in 8 bits: each part against the same in 32, and what comes out of the whole."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import remove_weight_norm

from voiceclone.engines.kokoro.columns import Layout, affine_of, back, rounded, statistics
from voiceclone.engines.kokoro.fused import fuse
from voiceclone.engines.kokoro.network import AdaINResBlock1
from voiceclone.engines.kokoro.octets import Convolution, Octets, multiplies_octets
from voiceclone.engines.kokoro.packs import stock_voice
from voiceclone.engines.kokoro.shift import Shift, Shifts
from voiceclone.engines.kokoro.speak import VoiceOnDevice
from voiceclone.engines.kokoro.spec import ADAIN_OFFSETS, PROSODY_PACK

CPU = torch.device("cpu")
needs_octets = pytest.mark.skipif(
    not multiplies_octets(CPU), reason="this CPU has no AVX-512 with VNNI: speech stays in 32 bits here"
)
EPS = 1e-5
NOTHING = np.empty((0, 0), np.float32)


@pytest.fixture
def network(kokoro):
    network = kokoro._network
    assert network.octets.allowed
    yield network
    network.octets.allowed = True


def _rows(seed, n=1003, channels=64):
    random = np.random.default_rng(seed)
    return (random.standard_normal((n, channels)) * random.uniform(0.1, 3, channels) + 5).astype(np.float32)


def _phased(rows, layout):
    """Return rows as bfloat16 in a layout, with rubbish where there is no sound."""
    out = torch.full((layout.phases * layout.length, rows.shape[1]), 1e6, dtype=torch.bfloat16)
    for t, row in enumerate(rows):
        out[(t % layout.phases) * layout.length + t // layout.phases] = torch.from_numpy(row).bfloat16()
    return out


def _expected(rows):
    return np.stack([rows.mean(0), rows.var(0), rows.min(0), rows.max(0)])


def test_statistics_are_those_of_every_channel():
    rows = _rows(0)
    found = statistics(rows, None, Layout(len(rows)))
    np.testing.assert_allclose(found, _expected(rows.astype(np.float64)), rtol=1e-4)


def test_what_is_added_stays_added():
    rows, more = _rows(1), _rows(2)
    before, narrow = rows.copy(), torch.from_numpy(more).bfloat16()
    found = statistics(rows, narrow, Layout(len(rows)))
    np.testing.assert_array_equal(rows, before + narrow.float().numpy())
    np.testing.assert_allclose(found, _expected(rows.astype(np.float64)), rtol=1e-4)


@pytest.mark.parametrize("phases", [1, 3, 5])
def test_phases_change_no_statistics_and_padding_does_not_count(phases):
    rows = _rows(3)
    layout = Layout(len(rows), phases)
    found = statistics(NOTHING, _phased(rows, layout), layout)
    exact = torch.from_numpy(rows).bfloat16().double().numpy()
    np.testing.assert_allclose(found, _expected(exact), rtol=1e-3)


def _exact(rows, scale, beta, alpha):
    normed = (rows - rows.mean(0)) / np.sqrt(rows.var(0) + EPS) * scale + beta
    return normed + np.sin(alpha * normed) ** 2 / alpha


@pytest.mark.parametrize("phases", [1, 3, 5])
def test_levels_are_norm_affine_and_snake_within_half_a_level(phases):
    rows = _rows(4)
    plain, layout = Layout(len(rows)), Layout(len(rows), phases)
    scale, beta, alpha = (torch.rand(rows.shape[1]) + 0.5 for _ in range(3))
    affine = affine_of(statistics(rows, None, plain), scale, beta, alpha, EPS)
    levels = rounded(rows, plain, layout, affine).numpy().reshape(-1, rows.shape[1])
    expected = _exact(rows.astype(np.float64), *(x.numpy() for x in (scale, beta, alpha)))
    for t in range(len(rows)):
        back = (levels[(t % phases) * layout.length + t // phases].astype(float) - affine.zero) * affine.scale
        assert np.abs(back - expected[t]).max() < 0.52 * affine.scale
    for t in range(len(rows), phases * layout.length):  # where there is no sound there is silence
        assert (levels[(t % phases) * layout.length + t // phases] == affine.zero).all()


def test_rare_peaks_do_not_make_the_levels_coarse():
    rows = _rows(5)
    scale, beta, alpha = (torch.ones(rows.shape[1]) for _ in range(3))
    usual = affine_of(statistics(rows, None, Layout(len(rows))), scale, beta, alpha, EPS)
    rows[7, 3] = 1e4
    peaked = affine_of(statistics(rows, None, Layout(len(rows))), scale, beta, alpha, EPS)
    assert peaked.scale < 4 * usual.scale


@needs_octets
@pytest.mark.parametrize("dilation", [1, 3, 5])
@pytest.mark.parametrize("kernel", [3, 7, 11])
def test_a_convolution_is_what_it_is_in_32_bits(kernel, dilation):
    conv = nn.Conv1d(64, 64, kernel, dilation=dilation, padding=(kernel - 1) * dilation // 2).requires_grad_(
        False
    )
    rows = _rows(6)
    plain, phased = Layout(len(rows)), Layout(len(rows), dilation)
    scale, beta, alpha = (torch.rand(rows.shape[1]) + 0.5 for _ in range(3))
    affine = affine_of(statistics(rows, None, plain), scale, beta, alpha, EPS)
    spoken = Convolution.of(conv, conv.weight)(
        rounded(rows, plain, phased, affine), affine.scale, affine.zero
    )
    expected = conv(
        torch.from_numpy(_exact(rows.astype(np.float64), scale.numpy(), beta.numpy(), alpha.numpy()).T)[
            None
        ].float()
    )[0].T
    for t in (0, 1, 7, 500, len(rows) - 2, len(rows) - 1):  # the ends too, where zeros are around
        row = spoken[(t % dilation) * phased.length + t // dilation].float()
        assert (row - expected[t]).abs().max() < 0.03 * expected.abs().max()


def _spoken(network, shift, voice, phonemes="ðə bˈɜːtʃ kənˈuː slˈɪd."):
    prosody = voice.prosody[20][None]
    with torch.no_grad(), network.shifted(shift), torch.random.fork_rng():
        torch.manual_seed(0)
        encoded = network.encode(phonemes, prosody)
        frames = network.frames(encoded, torch.round(encoded.durations).clamp(min=1).long(), prosody)
        return network.decode(frames, voice.timbre)[0].numpy()


def _log_spectrum(samples):
    import librosa

    return np.log(librosa.feature.melspectrogram(y=samples, sr=24_000, n_mels=80) + 1e-5)


@needs_octets
@pytest.mark.parametrize("thorough", [False, True], ids=["offsets", "low rank"])
def test_speech_sounds_the_same(network, kokoro, thorough):
    voice = VoiceOnDevice.of(stock_voice(kokoro._packs[PROSODY_PACK]), CPU)
    random = torch.Generator().manual_seed(0)
    low_rank = network.shifts.new_low_rank(0)
    low_rank = low_rank + 0.02 * torch.randn(low_rank.shape, generator=random)
    shift = Shift(0.1 * torch.randn(ADAIN_OFFSETS, generator=random), low_rank if thorough else None)
    rounded_off = _spoken(network, shift, voice)
    network.octets.allowed = False
    exact, other = _spoken(network, shift, voice), _spoken(network, None, voice)
    near = np.abs(_log_spectrum(rounded_off) - _log_spectrum(exact)).mean()
    assert 0 < near < 0.35  # natural logarithm
    # Of what the voice's own numbers change:
    assert near < np.abs(_log_spectrum(other) - _log_spectrum(exact)).mean() / 2


@pytest.mark.parametrize("phases", [1, 3])
@pytest.mark.parametrize("wide", [True, False], ids=["wide", "narrow"])
def test_the_way_back_is_the_gradient_of_the_formula(wide, phases):
    rows = torch.from_numpy(_rows(7)) if wide else torch.from_numpy(_rows(7)).bfloat16().float()
    plain, layout = Layout(len(rows)), Layout(len(rows), phases)
    scale, beta, alpha = (torch.rand(rows.shape[1]) + 0.5 for _ in range(3))
    gradient = torch.randn(rows.shape).bfloat16()
    x, s, b = (t.clone().requires_grad_(True) for t in (rows, scale, beta))
    normed = (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + EPS) * s + b
    ((normed + torch.sin(alpha * normed) ** 2 / alpha) * gradient.float()).sum().backward()
    if wide:
        given = rows.numpy()
        affine = affine_of(statistics(given, None, plain), scale, beta, alpha, EPS)
        before = np.ones_like(given)
        d_x, d_style = back(given, _phased(gradient.float().numpy(), layout), layout, affine, before)
        d_x = torch.from_numpy(d_x) - 1  # it is added to what was there
    else:
        given = _phased(rows.numpy(), layout)
        affine = affine_of(statistics(NOTHING, given, layout), scale, beta, alpha, EPS)
        phased, d_style = back(given, gradient, layout, affine)
        d_x = torch.stack([phased[(t % phases) * layout.length + t // phases] for t in range(len(rows))])
        assert phased.count_nonzero() == d_x.count_nonzero()  # where there is no sound, nothing
    torch.testing.assert_close(d_x.float(), x.grad, rtol=2e-2, atol=2e-2 * float(x.grad.abs().mean()))
    np.testing.assert_allclose(d_style, torch.stack([s.grad, b.grad]), rtol=1e-3, atol=1e-2)


@needs_octets
def test_a_block_learns_what_it_learns_in_32_bits():
    torch.manual_seed(0)
    block = AdaINResBlock1(64, 7, [1, 3, 5], style_dim=8).eval()
    for module in block.modules():
        if isinstance(module, nn.Conv1d):
            remove_weight_norm(module)
            nn.init.normal_(module.weight, 0, 0.05)
    block.requires_grad_(False)
    octets = Octets(Shifts([], []))
    fuse(block, octets)
    weight = torch.randn(1, 64, 1001)

    def learned():
        x, style = torch.linspace(-3, 3, 64 * 1001).sin().view(1, 64, 1001), torch.ones(1, 8)
        x, style = (x + torch.cos(torch.arange(1001.0))).requires_grad_(True), style.requires_grad_(True)
        y = block(x, style)
        (y * weight).sum().backward()
        return y.detach(), x.grad, style.grad

    exact = learned()
    with octets.speaking(CPU, 1):
        rounded_off = learned()
    for a, e in zip(rounded_off, exact, strict=True):
        assert (a - e).norm() / e.norm() < 0.2
        assert torch.nn.functional.cosine_similarity(a.flatten(), e.flatten(), dim=0) > 0.98


@needs_octets
def test_low_rank_parts_learn_what_they_learn_in_32_bits(network, kokoro):
    voice = VoiceOnDevice.of(stock_voice(kokoro._packs[PROSODY_PACK]), CPU)
    random = torch.Generator().manual_seed(0)
    low_rank = network.shifts.new_low_rank(0)
    low_rank = low_rank + 0.02 * torch.randn(low_rank.shape, generator=random)
    prosody = voice.prosody[20][None]
    with torch.no_grad():
        encoded = network.encode("kənˈuː slˈɪd.", prosody)
        frames = network.frames(encoded, torch.full((len(encoded.durations),), 2), prosody)

    def learned(allowed):
        network.octets.allowed = allowed
        parts, offsets = low_rank.clone().requires_grad_(True), torch.zeros(ADAIN_OFFSETS, requires_grad=True)
        with network.shifted(Shift(offsets, parts)), torch.random.fork_rng():
            torch.manual_seed(0)
            spoken = network.decode(frames, voice.timbre)
        spectrum = torch.stft(spoken, 1024, 256, window=torch.hann_window(1024), return_complex=True)
        (spectrum.abs() + 1e-3).log().mean().backward()
        return parts.grad, offsets.grad

    for rounded_off, exact in zip(learned(True), learned(False), strict=True):
        assert torch.nn.functional.cosine_similarity(rounded_off, exact, dim=0) > 0.93


@needs_octets
def test_several_pieces_are_spoken_in_32_bits(network):
    for pieces, active in ((1, True), (2, False)):
        with network.octets.speaking(CPU, pieces):
            assert network.octets.active is active
    assert not network.octets.active


@needs_octets
def test_few_sets_of_weights_are_kept(network):
    from voiceclone.engines.kokoro.octets import KEPT

    for seed in range(KEPT + 2):
        shift = Shift(torch.zeros(ADAIN_OFFSETS), network.shifts.new_low_rank(seed))
        with torch.no_grad(), network.shifted(shift), network.octets.speaking(CPU, 1):
            pass
    assert len(network.octets._packed) == KEPT
