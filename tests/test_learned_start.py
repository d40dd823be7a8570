"""What trains the learned start: readers laid out once, and a run that can be taken up."""

import numpy as np
import pytest
import torch

from training import learned_start
from training.learned_start import CROP_FRAMES, Run, Teacher, draw
from training.readers import VARIED, load_readers, load_varied, prepare, prepare_varied, split
from voiceclone.audio.write import write_audio
from voiceclone.engines.kokoro.losses import N_BANDS
from voiceclone.engines.kokoro.spec import PROSODY_PACK, STYLE_DIM, TIMBRE_ROWS


@pytest.fixture(scope="module")
def folder(tmp_path_factory, studio, spoken_audio):
    """Two recordings laid out, and one that says too little."""
    folder = tmp_path_factory.mktemp("speech")
    speech = folder / "librispeech-train-clean-100"
    speech.mkdir()
    for name, start, end in (("1-1-0000", 0.0, 6.0), ("10-1-0000", 5.0, 11.0), ("3-1-0000", 0.0, 1.2)):
        write_audio(spoken_audio.sliced(start, end), speech / f"{name}.flac")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("VOICECLONE_SPEECH", str(folder))
        names = list(prepare(studio, folder / "readers"))
        assert names == ["1-1-0000", "10-1-0000"]
        assert list(prepare(studio, folder / "readers")) == []  # what is there stays
        readers = load_readers(folder / "readers")
        assert len(list(prepare_varied(studio, folder / "readers", readers[:1]))) == 2
        assert list(prepare_varied(studio, folder / "readers", readers[:1])) == []
    return folder


@pytest.fixture(scope="module")
def readers(folder):
    return load_readers(folder / "readers")


@pytest.fixture(scope="module")
def varied(folder):
    return load_varied(folder / "readers")


@pytest.fixture
def run(tmp_path, studio, kokoro, readers, monkeypatch):
    """Begin or take up a run in a folder."""
    monkeypatch.setattr(learned_start, "MEASURE_EVERY", 1)
    teacher = Teacher(kokoro._network, studio.services.speaker, studio)
    timbre = kokoro._packs[PROSODY_PACK][TIMBRE_ROWS, :STYLE_DIM].mean(axis=0)

    def begin(name, trained=None):
        (tmp_path / name).mkdir(exist_ok=True)
        return Run(tmp_path / name, teacher, torch.from_numpy(timbre), readers, trained)

    return begin


def test_a_reader_is_frames_and_as_many_samples(readers):
    for reader in readers:
        frames, samples = reader.crop(3, 20)
        assert frames.textual.shape == (1, 512, 20) and frames.f0.shape == frames.energy.shape == (1, 40)
        assert samples.shape == (1, 20 * 600) and len(reader.samples) == 600 * reader.n_frames
        assert reader.embeddings.shape == (3, 192) and reader.spectra.shape == (3, N_BANDS)
        whole, first, second = reader.spectra
        assert not np.allclose(first, second) and np.abs(whole - (first + second) / 2).mean() < 0.5


def test_readers_whose_number_ten_divides_are_held_out(readers):
    learned, held_out = split(readers)
    assert [r.name for r in learned] == ["1-1-0000"] and [r.name for r in held_out] == ["10-1-0000"]


def test_of_a_reader_a_lower_and_a_higher_speaker_are_made(readers, varied):
    low, high = varied
    own = next(r for r in readers if low.name.startswith(r.name))
    for made, factor in ((low, VARIED[0]), (high, VARIED[2])):
        assert made.n_frames == pytest.approx(own.n_frames / factor, abs=1)
        assert len(made.samples) == 600 * made.n_frames
        voiced = [r.frames.f0[r.frames.f0 > 10].median() for r in (made, own)]
        assert float(voiced[0] / voiced[1]) == pytest.approx(factor, rel=0.02)
        assert made.embeddings[0] @ own.embeddings[0] < 0.9  # to the encoder, not the same speaker


def test_a_step_comes_from_a_reader_and_one_made_of_a_reader_and_reaches_every_number(run, readers, varied):
    begun = run("gradients")
    lessons = draw(readers, varied, np.random.default_rng(0))
    assert [lesson.samples.shape for lesson in lessons] == [(1, CROP_FRAMES * 600)] * 2
    losses = begun.teacher.losses(begun.start, lessons)
    losses["loss"].backward()
    bias, wide = begun.start.wide.bias.grad, begun.start.low_rank.grad
    assert bias is not None and float((bias != 0).float().mean()) > 0.99
    assert wide is not None and float((wide != 0).float().mean()) > 0.1  # the wide halves, the first time
    assert all(torch.isfinite(loss) for loss in losses.values())


def test_a_run_goes_on_from_a_start_that_was_trained_before(run, readers, varied, tmp_path):
    first = run("first")
    first.train(readers, varied, readers[:1], 1, 1)
    begun = run("second", tmp_path / "first" / "start.safetensors")
    for name, tensor in first.mean.state_dict().items():
        torch.testing.assert_close(begun.start.state_dict()[name], tensor, rtol=1e-3, atol=1e-6)
    assert begun.step == 0


def test_a_run_that_is_taken_up_ends_as_one_that_was_not_left(run, readers, varied, tmp_path):
    whole = run("whole")
    whole.train(readers, varied, readers[:1], 2, 1)
    run("left").train(readers, varied, readers[:1], 1, 1)
    taken_up = run("left")
    assert taken_up.step == 1
    taken_up.train(readers, varied, readers[:1], 2, 1)
    for kept in ("start", "mean"):
        expected, found = (getattr(r, kept).state_dict() for r in (whole, taken_up))
        assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())
    assert (tmp_path / "left" / "start.safetensors").stat().st_size < 5_000_000
