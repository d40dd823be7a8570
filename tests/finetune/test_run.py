"""A training run on the real engine: it learns, can be left and taken up, and measures what it keeps."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from voiceclone.engines.base import Clip, Material
from voiceclone.errors import CheckpointError
from voiceclone.finetune import run as run_module
from voiceclone.finetune.checkpoint import from_bytes, progress_of
from voiceclone.finetune.evaluation import Evaluator
from voiceclone.finetune.folder import Folder
from voiceclone.finetune.run import CHECKPOINT, START, Run, RunOptions
from voiceclone.finetune.split import split

STEPS = 4


@pytest.fixture(scope="module")
def new_run(studio, dataset):
    services = studio.services
    parts = split(dataset.kept)
    engine = services.engine("kokoro")

    def phrases(text, language):
        return services.text.phrases(text, language, max_phonemes=510)

    some = parts.training[:3]  # each is aligned anew for every run
    clips = tuple(Clip(u.audio, phrases(u.text, u.language)) for u in some)
    embedding = services.speaker.embed(parts.training[0].audio)

    def make(folder, **options):
        evaluator = lambda: Evaluator(engine, services.judge, parts, phrases, 0)  # noqa: E731
        options = {"seconds": 60.0, "steps": STEPS, **options}
        return Run(engine, Material(clips, embedding), evaluator, Folder(folder), RunOptions(**options))

    return make


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def events(new_run, folder):
    return list(new_run(folder).events())


def test_a_run_ends_with_the_tensors_of_a_fine_tuned_voice(events, studio):
    spec = studio.services.engine("kokoro").spec
    assert [e.stage for e, _ in events] == ["preparing"] + ["learning"] * (STEPS + 1) + ["checking"]
    assert all(tensors is None for _, tensors in events[:-1])
    shapes = {name: tensor.shape for name, tensor in events[-1][1].items()}
    assert shapes == {**spec.tensor_shapes, **spec.fine_tuned_shapes}
    assert all(np.isfinite(tensor).all() for tensor in events[-1][1].values())


def test_it_measures_the_start_and_the_end_and_keeps_the_better(events):
    steps = {e.step: e.evaluation for e, _ in events if e.evaluation is not None}
    assert set(steps) == {0, STEPS}
    assert events[-1][0].chosen == steps[STEPS], "the start is measured, and is no result"
    assert steps[STEPS].similarity != steps[0].similarity and 1 <= steps[STEPS].naturalness <= 5


def test_every_step_reports_what_it_is_made_of(events):
    for event, _ in events[2:-1]:
        assert set(event.losses) >= {"loss", "spectrum", "identity"}
        assert all(np.isfinite(value) for value in event.losses.values())


def test_a_run_that_was_left_ends_as_one_that_was_not(new_run, tmp_path, events):
    """The same bytes in the end."""
    seen: list[int] = []
    taken = []
    for event, _ in new_run(tmp_path).events(stopped=lambda: seen[-1:] == [2]):
        if event.stage == "learning":
            seen.append(event.step)
        taken.append(event.stage)
    assert taken[-1] == "stopped"
    assert progress_of((tmp_path / CHECKPOINT).read_bytes()).step == 2
    *_, (last, tensors) = new_run(tmp_path).events()
    assert last.stage == "checking" and last.chosen == events[-1][0].chosen
    for name, tensor in events[-1][1].items():
        np.testing.assert_array_equal(tensors[name], tensor, err_msg=name)


def test_a_finished_run_that_is_taken_up_again_has_its_result_at_once(new_run, folder, events):
    again = list(new_run(folder).events())
    assert [e.stage for e, _ in again] == [e.stage for e, _ in events]
    for name, tensor in events[-1][1].items():
        np.testing.assert_array_equal(again[-1][1][name], tensor)


def test_finishing_early_keeps_what_there_is(new_run, tmp_path):
    asked = iter([False, True])
    *_, (last, tensors) = new_run(tmp_path).events(finished=lambda: next(asked))
    assert (last.stage, last.step, last.chosen.step) == ("checking", 1, 1)
    assert tensors["adain"].any()


def test_a_damaged_checkpoint_is_said_to_be_one(new_run, tmp_path, folder, events):
    data = (folder / CHECKPOINT).read_bytes()
    for damaged in (data[:-100], (folder / START).read_bytes(), b"", b"{}"):
        with pytest.raises(CheckpointError, match="cannot be used"):
            progress_of(damaged)
    (tmp_path / CHECKPOINT).write_bytes(data[:-100])
    with pytest.raises(CheckpointError, match="cannot be used"):
        list(new_run(tmp_path).events())


class _Narrow(torch.nn.Module):
    """A voice of one number, on a device that holds two pieces at once."""

    def __init__(self) -> None:
        super().__init__()
        self.number = torch.nn.Parameter(torch.zeros(()))

    def groups(self):
        return [{"params": [self.number], "lr": 0.1}]

    def draw(self, random, n):
        return torch.from_numpy(random.normal(1.0, 0.01, n))

    def forward(self, drawn):
        if len(drawn) > 2:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory.")
        return {"loss": (drawn - self.number).square().mean()}


def test_out_of_memory_halves_what_is_drawn_at_once_and_goes_on(monkeypatch, caplog):
    monkeypatch.setitem(run_module.BATCH, "cpu", 8)
    voice = _Narrow()
    learner = run_module._Learner(run_module._accelerator(), voice, seed=0)
    losses = [learner.step(step, 30)["loss"] for step in range(30)]
    assert losses[-1] < 0.05 < losses[0], "it learns all the same"
    assert [r.message for r in caplog.records if "memory" in r.message] == [
        "out of memory: going on with 4 crops at once",
        "out of memory: going on with 2 crops at once",
    ]


def test_any_other_error_ends_the_run(monkeypatch):
    monkeypatch.setattr(_Narrow, "draw", lambda self, random, n: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_module._Learner(run_module._accelerator(), _Narrow(), seed=0).step(0, 1)


def test_a_checkpoint_is_taken_up_by_the_engine_that_made_it_only(folder, events):
    data = (folder / CHECKPOINT).read_bytes()
    assert progress_of(data).engine == "kokoro"
    voice = _Narrow()
    with pytest.raises(CheckpointError, match="of the engine 'kokoro', not of 'twin'"):
        from_bytes(data, "twin", voice, torch.optim.Adam(voice.groups()))


def test_the_checkpoint_tells_no_more_than_numbers(folder, events):
    """No text, no path, no name: whoever finds it learns nothing of what was said."""
    data = (folder / CHECKPOINT).read_bytes()
    (length,) = np.frombuffer(data[:8], "<u8")
    about = json.loads(json.loads(data[8 : 8 + int(length)])["__metadata__"]["voiceclone.run"])
    texts = {type(value) for entry in about["history"] for value in entry["losses"].values()}
    assert texts <= {float, int}
    assert b"umbrella" not in data
