"""What stands in the way of a run is said before it is begun."""

from __future__ import annotations

from dataclasses import replace

import pytest

from voiceclone.consent.receipt import Authority, issue
from voiceclone.errors import (
    EngineCannotError,
    EngineUnknownError,
    OptionError,
    TrainingHardwareError,
    TrainingObstacleError,
)
from voiceclone.finetune.dataset import Dataset, Fault
from voiceclone.finetune.folder import Folder
from voiceclone.finetuning import WANTED, FineTuning
from voiceclone.studio import Studio
from voiceclone.voices.owner import Owner, new_capability
from voiceclone.workshop import Workshop


@pytest.fixture
def tuning(studio):
    return FineTuning(studio)


@pytest.fixture
def agreed(studio, dataset):
    return issue_for(studio, dataset)


def issue_for(studio, dataset, **fields):
    return issue(
        studio.services.keys.signing_key(),
        voice_name="Nobody",
        speaker="Nobody",
        clips=dataset.sha256,
        authority=Authority("own-voice"),
        **fields,
    )


def changed(dataset, **fields):
    first, *rest = dataset.utterances
    return Dataset((replace(first, **fields), *rest))


def obstacles(plan):
    return {o.kind: (o.value, o.blocking) for o in plan.obstacles}


def test_a_dataset_that_is_ready_says_what_would_be_done(tuning, dataset, agreed, studio):
    plan = tuning.preflight(dataset, agreed, 8)
    assert plan.ready and plan.clips + plan.held_out == len(dataset.kept)
    assert set(obstacles(plan)) == {"too_little"}, "half a minute is little, and enough to begin"
    assert plan.steps > 50 and 300 < plan.estimate_s <= 8 * 60 + 1 and plan.memory_mb > 1000
    assert plan.device == studio.services.devices.title()


def test_where_a_gpu_is_lent_for_seconds_no_run_is_begun(studio, dataset, agreed, tmp_path):
    """By the rule itself, whatever a page offers: nothing is written, and nothing is asked of a device."""
    lending = Studio(replace(studio.settings, zero_gpu=True, data_dir=tmp_path))
    tuning, workshop = FineTuning(lending), Workshop(lending)
    owner = Owner.from_capability(new_capability())
    for begin in (
        lambda: tuning.preflight(dataset, agreed),
        lambda: tuning.train(dataset, agreed, Folder(tmp_path / "run")),
        lambda: workshop.start(owner, dataset, agreed),
        lambda: workshop.resume(owner),
    ):
        with pytest.raises(TrainingHardwareError, match="Duplicate this Space"):
            begin()
    assert workshop.job(owner) is None and "_built_devices" not in vars(lending.services)


@pytest.mark.parametrize(
    ("kind", "change", "value"),
    [
        ("few_clips", lambda d: Dataset(d.utterances[:5]), 5),
        ("too_little", lambda d: Dataset(d.utterances[:4]), None),
        ("no_text", lambda d: changed(d, text=" "), 1),
        ("other_speakers", lambda d: changed(d, faults=(Fault("other_speaker", 0.1),)), 1),
    ],
)
def test_what_the_clips_lack_blocks(tuning, dataset, studio, tmp_path, kind, change, value):
    poor = change(dataset)
    receipt = issue_for(studio, poor)
    found = obstacles(tuning.preflight(poor, receipt, 8))
    assert found[kind][1] and value in (None, found[kind][0])
    with pytest.raises(TrainingObstacleError) as caught:
        tuning.train(poor, receipt, Folder(tmp_path))
    assert caught.value.accepted in WANTED.values()
    assert not list(tmp_path.iterdir())


def test_consent_has_to_be_there_to_hold_and_to_cover(tuning, dataset, studio, tmp_path):
    assert "no_consent" in obstacles(tuning.preflight(dataset, None, 8))
    some = Dataset(dataset.utterances[:6])
    assert obstacles(tuning.preflight(dataset, issue_for(studio, some), 8))["consent_other_clips"] == (
        3,
        True,
    )
    dated = issue_for(studio, dataset, expires="2999-01-01")
    assert "consent_not_valid" not in obstacles(tuning.preflight(dataset, dated, 8))
    studio.revoke(dated)
    assert "consent_not_valid" in obstacles(tuning.preflight(dataset, dated, 8))
    strict = FineTuning(Studio(replace(studio.settings, consent="verified"), studio.services.weights))
    assert "consent_not_valid" in obstacles(strict.preflight(dataset, issue_for(studio, dataset), 8))


def test_an_engine_that_cannot_be_trained_is_refused_with_those_that_can(several, dataset, tmp_path):
    tuning = FineTuning(several)
    with pytest.raises(EngineCannotError, match="kokoro, twin"):
        tuning.preflight(dataset, None, 8, "stock")
    with pytest.raises(EngineUnknownError):
        tuning.train(dataset, issue_for(several, dataset), Folder(tmp_path), engine="vitz")


def test_clips_in_a_language_that_the_engine_lacks_stand_in_its_way_and_not_in_another_s(several, dataset):
    mixed = changed(dataset, language="zh")
    tuning, receipt = FineTuning(several), issue_for(several, mixed)
    assert "language_not_spoken" not in obstacles(tuning.preflight(mixed, receipt, 8, "kokoro"))
    plan = tuning.preflight(mixed, receipt, 8, "twin")
    assert obstacles(plan)["language_not_spoken"] == (1, True) and not plan.ready
    assert [o.about for o in plan.obstacles if o.kind == "language_not_spoken"] == ["中文 (Mandarin Chinese)"]


def test_clips_that_are_dropped_need_no_consent(tuning, dataset, studio):
    some = Dataset(dataset.utterances[:6])
    reviewed = dataset.dropped("clips/0007.wav").dropped("clips/0008.wav").dropped("clips/0009.wav")
    assert "consent_other_clips" not in obstacles(tuning.preflight(reviewed, issue_for(studio, some), 8))


def test_two_languages_are_said_and_do_not_block(tuning, dataset, agreed):
    mixed = changed(dataset, language="en-gb")
    assert obstacles(tuning.preflight(mixed, agreed, 8))["mixed_languages"] == (2, False)


@pytest.mark.parametrize(
    "options", [{"minutes": 0.5}, {"minutes": float("nan")}, {"steps": 0}, {"steps": 10_000}, {"seed": -1}]
)
def test_options_out_of_range_are_refused(tuning, dataset, agreed, tmp_path, options):
    with pytest.raises(OptionError):
        tuning.train(dataset, agreed, Folder(tmp_path), **options)
