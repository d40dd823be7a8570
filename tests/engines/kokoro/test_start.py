"""The learned start: the file that is shipped, and the map that it holds."""

import numpy as np
import pytest
import torch

from voiceclone.engines.kokoro.spec import ADAIN_OFFSETS, STYLE_DIM
from voiceclone.engines.kokoro.start import FILE, LearnedStart, load_start
from voiceclone.errors import WeightsCorruptError


def _speaker(seed):
    vector = np.random.default_rng(seed).standard_normal(192).astype(np.float32)
    return torch.from_numpy(vector / np.linalg.norm(vector))


def test_the_shipped_map_predicts_a_voice_for_one_speaker_and_for_many():
    start = load_start()
    one, many = start(_speaker(0)), start(torch.stack([_speaker(0), _speaker(1)]))
    assert one.offsets.shape == (ADAIN_OFFSETS,) and one.timbre.shape == (STYLE_DIM,)
    torch.testing.assert_close(many.offsets[0], one.offsets, rtol=1e-4, atol=1e-5)
    assert (many.timbre[0] - many.timbre[1]).abs().max() > 1e-3  # another speaker, another voice
    assert all(bool(torch.isfinite(x).all()) for x in (many.offsets, many.timbre))
    assert not any(p.requires_grad for p in start.parameters())


def test_the_average_is_in_the_middle_of_what_is_predicted():
    start = load_start()
    speakers = [start(_speaker(seed)).offsets for seed in range(8)]
    average = start.average()
    assert average.offsets.shape == (ADAIN_OFFSETS,) and average.timbre.shape == (STYLE_DIM,)
    apart = torch.stack([(a - b).norm() for a in speakers for b in speakers if a is not b]).mean()
    assert torch.stack([(s - average.offsets).norm() for s in speakers]).mean() < apart


def test_an_untrained_map_changes_nothing():
    start = LearnedStart()(_speaker(2))
    assert not start.offsets.any() and not start.timbre.any()


def test_another_file_is_refused(tmp_path):
    """A file that was cut short, or trained otherwise, would quietly give everybody another voice."""
    raw = FILE.read_bytes()
    for name, contents in {"short": raw[:-1], "changed": raw[:-1] + bytes([raw[-1] ^ 1])}.items():
        (tmp_path / name).write_bytes(contents)
        with pytest.raises(WeightsCorruptError):
            load_start(tmp_path / name)
    with pytest.raises(WeightsCorruptError):
        load_start(tmp_path / "absent")


def test_it_is_small_enough_to_be_carried():
    assert FILE.stat().st_size < 5_000_000
