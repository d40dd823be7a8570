"""A run outlives its page and its server: one real run, stopped, found again, gone on with, finished."""

from __future__ import annotations

import json
import time

import pytest

from voiceclone.consent.receipt import Authority, issue
from voiceclone.errors import EngineCannotError, NoTrainingError, TrainingBusyError, TrainingObstacleError
from voiceclone.finetune.dataset import Dataset
from voiceclone.studio import Studio
from voiceclone.voices.owner import Owner
from voiceclone.workshop import JOB, Workshop

ADA, BEN = (Owner.from_subject("test", name) for name in ("ada of the workshop", "ben"))
STEPS = 3


@pytest.fixture(scope="module")
def receipt(studio, dataset):
    return issue(
        studio.services.keys.signing_key(),
        voice_name="Nobody",
        speaker="Nobody",
        clips=dataset.sha256,
        authority=Authority("own-voice"),
    )


@pytest.fixture
def workshop(studio):
    return Workshop(studio)


def until(workshop, owner, arrived):
    """Return the owner's job once it is as it should be; it is under way until then."""
    while True:
        job = workshop.job(owner)
        if arrived(job):
            return job
        assert job.under_way, (job.state, job.error)
        time.sleep(0.05)


def test_a_dataset_is_kept_for_its_owner(workshop, dataset):
    assert workshop.dataset(BEN) is None
    workshop.keep_dataset(BEN, dataset.dropped("clips/0001.wav"))
    kept = workshop.dataset(BEN)
    assert [u.kept for u in kept.utterances] == [False] + [True] * (len(dataset.utterances) - 1)
    assert kept.sha256 == dataset.sha256[1:]
    assert workshop.dataset(ADA) is None or workshop.dataset(ADA).sha256 != kept.sha256
    workshop.forget(BEN)
    assert workshop.dataset(BEN) is None


def test_what_cannot_be_trained_on_is_said_at_once(workshop, dataset, receipt):
    with pytest.raises(TrainingObstacleError):
        workshop.start(BEN, Dataset(dataset.utterances[:2]), receipt)
    assert workshop.job(BEN) is None
    with pytest.raises(NoTrainingError):
        workshop.resume(BEN)
    workshop.stop(BEN), workshop.finish(BEN), workshop.forget(BEN)


def test_a_run_is_stopped_found_again_and_ends_with_a_voice(studio, settings, weights, dataset, receipt):
    first = Workshop(studio)
    started = first.start(ADA, dataset, receipt, steps=STEPS, preview_text="This is a preview.")
    assert started.under_way and first.job(BEN) is None
    with pytest.raises(TrainingBusyError):
        first.start(ADA, dataset, receipt, steps=STEPS)
    with pytest.raises(TrainingBusyError):
        first.forget(ADA)
    running = until(first, ADA, lambda job: any(e.step == 1 for e in job.events))
    assert running.preview is not None and running.preview.duration_s > 0.5
    assert studio.services.watermarker.scan(running.preview).watermarked
    first.stop(ADA)
    stopped = until(first, ADA, lambda job: not job.under_way)
    assert stopped.state == "stopped" and stopped.resumable and stopped.voice is None

    folder = studio.services.workspaces.find(ADA)
    on_disk = b"".join(p.read_bytes() for p in folder.path.rglob("*") if p.is_file())
    assert b"umbrella" not in on_disk and b"RIFF" not in on_disk, "sealed"

    # The server was killed while it ran: what is on disk says that it runs, and nobody does the work.
    killed = folder.read(JOB).replace(b'"stopped"', b'"running"')
    folder.write(JOB, killed)
    second = Workshop(Studio(settings, weights))
    found = second.job(ADA)
    assert found.state == "interrupted" and found.resumable
    assert [e.step for e in found.events] == [e.step for e in stopped.events if e.stage == "learning"]
    assert second.dataset(ADA).sha256 == dataset.sha256

    again = Workshop(studio)
    again.resume(ADA)
    with pytest.raises(TrainingBusyError):
        again.resume(ADA)
    done = until(again, ADA, lambda job: job.state == "done")
    assert [e.evaluation.step for e in done.events if e.evaluation] == [0, STEPS]
    assert done.voice.learned.best_step == STEPS and done.voice.learned.reference_sha256 == dataset.sha256
    assert "low_rank" in done.voice.tensors and done.voice.name == "Nobody"
    assert done.voice.receipt.id == receipt.id
    compared = done.compared
    assert compared.text in {u.text for u in dataset.utterances}
    assert compared.after_scores.similarity != compared.before_scores.similarity
    assert all(studio.services.watermarker.scan(a).watermarked for a in (compared.before, compared.after))
    assert list(studio.speak(done.voice, "Now it speaks."))
    with pytest.raises(NoTrainingError):
        again.resume(ADA)
    assert again.wait(60), "nothing runs any more"

    again.forget(ADA)
    assert again.job(ADA) is None and again.dataset(ADA) is None and not folder.path.exists()


def test_a_failure_is_kept_with_its_reason_and_with_its_engine(several, dataset, receipt):
    """Consent is withdrawn while the run waits: it fails, says why, and says it after a restart too."""
    studio, workshop = several, Workshop(several)
    dated = issue(
        studio.services.keys.signing_key(),
        voice_name="Nobody",
        speaker="Nobody",
        clips=dataset.sha256,
        authority=Authority("own-voice"),
    )
    with workshop._lock:  # so that the run does not begin before that
        workshop.start(BEN, dataset, dated, steps=STEPS, engine="twin")
        studio.revoke(dated)
    failed = until(workshop, BEN, lambda job: job.state == "failed")
    assert failed.resumable
    assert "consent" in str(workshop.job(BEN).error)
    assert "consent" in str(Workshop(studio).job(BEN).error)
    assert failed.voice is None
    assert json.loads(studio.services.workspaces.find(BEN).read(JOB))["engine"] == "twin"
    workshop.forget(BEN)


def test_a_run_is_not_begun_by_an_engine_that_cannot_be_trained(several, dataset, receipt):
    workshop = Workshop(several)
    with pytest.raises(EngineCannotError, match="kokoro, twin"):
        workshop.start(BEN, dataset, receipt, engine="stock")
    assert workshop.job(BEN) is None
    workshop.forget(BEN)
