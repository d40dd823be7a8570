"""The learned start: the file that is shipped, and the map that it holds."""

import numpy as np
import pytest
import torch

from voiceclone.engines.kokoro.losses import N_BANDS
from voiceclone.engines.kokoro.shift import RANK, Shift
from voiceclone.engines.kokoro.spec import ADAIN_OFFSETS, LOW_RANK, STYLE_DIM
from voiceclone.engines.kokoro.start import FILE, N_SPECTRUM, LearnedStart, load_start
from voiceclone.errors import WeightsCorruptError


def _speaker(seed):
    """Return an embedding and an average spectrum."""
    random = np.random.default_rng(seed)
    vector = random.standard_normal(192).astype(np.float32)
    return torch.from_numpy(vector / np.linalg.norm(vector)), -3 + torch.tensor(
        random.standard_normal(N_BANDS).astype(np.float32)
    )


@pytest.fixture(scope="module")
def shifts(kokoro):
    return kokoro._network.shifts


def test_the_shipped_map_predicts_a_voice_for_one_speaker_and_for_many(shifts):
    start = load_start(shifts)
    one = start(*_speaker(0))
    many = start(*(torch.stack(both) for both in zip(_speaker(0), _speaker(1), strict=True)))
    assert one.offsets.shape == (ADAIN_OFFSETS,) and one.timbre.shape == (STYLE_DIM,)
    assert one.low_rank.shape == (LOW_RANK,) and many.low_rank.shape == (2, LOW_RANK)
    torch.testing.assert_close(many.offsets[0], one.offsets, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(many.low_rank[0], one.low_rank, rtol=1e-4, atol=1e-5)
    assert (many.timbre[0] - many.timbre[1]).abs().max() > 1e-3  # another speaker, another voice
    assert (many.low_rank[0] - many.low_rank[1]).abs().max() > 1e-3
    assert all(bool(torch.isfinite(x).all()) for x in (many.offsets, many.timbre, many.low_rank))
    assert not any(p.requires_grad for p in start.parameters())


def test_the_average_is_in_the_middle_of_what_is_predicted(shifts):
    start = load_start(shifts)
    speakers = [start(_speaker(seed)[0], start.usual).offsets for seed in range(8)]
    average = start.average()
    assert average.offsets.shape == (ADAIN_OFFSETS,) and average.timbre.shape == (STYLE_DIM,)
    apart = torch.stack([(a - b).norm() for a in speakers for b in speakers if a is not b]).mean()
    assert torch.stack([(s - average.offsets).norm() for s in speakers]).mean() < apart


def test_who_is_heard_and_how_it_sounds_both_say_what_is_predicted(shifts):
    start = load_start(shifts)
    (embedding, spectrum), (another, _) = _speaker(0), _speaker(1)
    one, usual = start(embedding, spectrum).offsets, start(embedding, start.usual).offsets
    assert 0 < (one - usual).norm() < 2 * (one - start(another, spectrum).offsets).norm()


def test_an_average_spectrum_far_from_all_readers_counts_as_the_furthest_of_theirs(shifts):
    """A microphone may be anywhere: what is predicted for it stays where voices are."""
    start = load_start(shifts)
    embedding, _ = _speaker(0)
    dull = torch.linspace(0, -4, N_BANDS)
    far, further = (start(embedding, start.usual + times * dull).offsets for times in (1e3, 2e3))
    assert torch.equal(far, further)


def test_what_readers_differ_in_is_of_one_size(shifts):
    """Each principal component is divided by its spread, the largest being the first."""
    spectra = torch.randn(200, N_BANDS, generator=torch.Generator().manual_seed(0))
    spectra *= torch.linspace(5, 0.1, N_BANDS)
    start = LearnedStart(shifts)
    start.look_at(spectra)
    components = (spectra - start.usual) @ start.axes.T
    torch.testing.assert_close(components.T @ components / 200, torch.eye(N_SPECTRUM), atol=1e-3, rtol=0)
    assert start.axes[0].norm() < start.axes[-1].norm()


def test_an_untrained_map_changes_nothing(shifts):
    start = LearnedStart(shifts)(*_speaker(2))
    assert not start.offsets.any() and not start.timbre.any()
    assert torch.equal(start.low_rank, shifts.new_low_rank(0))  # whose wide halves are zero


def test_a_gate_scales_what_its_path_adds(shifts, kokoro):
    """Half open, each path beside a convolution adds half as much."""
    random = torch.Generator().manual_seed(0)
    low_rank = shifts.new_low_rank(0) + 0.1 * torch.randn(LOW_RANK, generator=random)
    half = shifts.gated(low_rank, torch.full((shifts.n_gates,), 0.5))
    conv = kokoro._network.decoder.generator.resblocks[0].convs1[1]
    sound = torch.randn(1, conv.in_channels, 40, generator=random)
    with torch.no_grad():
        plain = conv(sound)
        with shifts.applied(Shift(torch.zeros(ADAIN_OFFSETS), low_rank)):
            whole = conv(sound) - plain
        with shifts.applied(Shift(torch.zeros(ADAIN_OFFSETS), half)):
            torch.testing.assert_close(conv(sound) - plain, whole / 2, rtol=1e-3, atol=1e-4)
    assert whole.abs().mean() > 0.01
    assert shifts.n_gates == RANK * 58
    assert torch.equal(shifts.gated(low_rank, torch.ones(shifts.n_gates)), low_rank)


def test_another_file_is_refused(tmp_path, shifts):
    """A file that was cut short, or trained otherwise, would quietly give everybody another voice."""
    raw = FILE.read_bytes()
    for name, contents in {"short": raw[:-1], "changed": raw[:-1] + bytes([raw[-1] ^ 1])}.items():
        (tmp_path / name).write_bytes(contents)
        with pytest.raises(WeightsCorruptError):
            load_start(shifts, tmp_path / name)
    with pytest.raises(WeightsCorruptError):
        load_start(shifts, tmp_path / "absent")


def test_it_is_small_enough_to_be_carried():
    assert FILE.stat().st_size < 5_000_000
