"""The command `finetune`, as processes: killed, taken up again by two at once, and ending with one voice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from voiceclone.cli.door import main
from voiceclone.cli.training import ENGINE, _kept
from voiceclone.engines.registry import REGISTRY
from voiceclone.errors import OptionError
from voiceclone.finetune.checkpoint import progress_of
from voiceclone.finetune.folder import Folder
from voiceclone.finetune.run import CHECKPOINT
from voiceclone.voices.voice import load_voice

STEPS = 3


@pytest.fixture
def folder(dataset, tmp_path):
    """The dataset as a folder on somebody's disk."""
    dataset.write(Folder(tmp_path / "clips"))
    return tmp_path / "clips"


@pytest.fixture
def environment(settings):
    return {
        **os.environ,
        "VOICECLONE_WEIGHTS": "embedded",
        "VOICECLONE_DATA": str(settings.data_dir),
        "OMP_NUM_THREADS": "1",
    }


def given(folder, out, *more):
    return [
        "finetune", str(folder), "--consent", "own-voice", "--speaker", "Nobody", "--out", str(out),
        "--steps", str(STEPS), *more,
    ]  # fmt: skip


def test_a_killed_run_is_taken_up_by_two_processes_and_ends_with_one_voice(folder, tmp_path, environment):
    """By what `accelerate launch` starts several with; with `--cpu` it starts one, whatever it is told.

    For long this test ran on one, and could not know.
    """
    out = tmp_path / "nobody.safetensors"
    begun = subprocess.Popen(
        [sys.executable, "-m", "voiceclone", *given(folder, out)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    checkpoint = tmp_path / "nobody.run" / CHECKPOINT
    while not checkpoint.exists():
        assert begun.poll() is None, begun.stderr.read()
        time.sleep(0.05)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    assert not out.exists()
    assert progress_of(checkpoint.read_bytes()).step < STEPS

    launched = subprocess.run(
        [
            sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2",
            "-m", "voiceclone", "finetune", "--resume", "--out", str(out), "--json",
        ],
        env={**environment, "ACCELERATE_USE_CPU": "true"},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert launched.returncode == 0, launched.stderr
    said = json.loads(launched.stdout)
    assert said["processes"] == 2
    assert said["steps"] == STEPS and said["chosen"]["step"] == said["best_step"]
    voice = load_voice(out, REGISTRY.tensor_shapes())
    assert voice.learned.steps == STEPS and voice.receipt.id == said["receipt"]
    progress = progress_of(checkpoint.read_bytes())
    assert progress.engine == voice.engine == said["engine"] == "kokoro"
    kept = Folder(tmp_path / "nobody.run")
    assert json.loads(kept.read(ENGINE)) == {"engine": "kokoro"}
    with pytest.raises(OptionError, match="by which this run was begun"):
        _kept(kept, "twin")
    steps = [event.step for event in progress.history]
    assert steps == list(range(STEPS + 1)), "each step once, whoever took it"


def test_what_is_missing_or_in_the_way_is_said(folder, tmp_path, environment, monkeypatch, capfd):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out = tmp_path / "v.safetensors"

    def refused(*argv):
        assert main(list(argv)) == 2
        return capfd.readouterr().err

    assert "Unknown engine 'vitz'" in refused(*given(folder, out, "--engine", "vitz"))
    assert not (tmp_path / "v.run").exists(), "before the clips are listened to"
    assert "--resume" in refused("finetune", "--resume", "--out", str(out))
    assert "MATERIAL is missing" in refused(
        "finetune", "--consent", "own-voice", "--speaker", "N", "--out", str(out)
    )
    assert "--receipt or --consent" in refused("finetune", str(folder), "--out", str(out))
    assert "no recording in clips" not in refused(*given(folder, tmp_path / "v.wav")), (
        "the place is tried first"
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no recording in empty" in refused(*given(empty, out))
    (tmp_path / "v.run").mkdir()
    (tmp_path / "v.run" / CHECKPOINT).write_bytes(b"")
    assert "--resume to go on" in refused(*given(folder, out))
    assert not out.exists()
