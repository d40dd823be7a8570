"""A run on the page: checked before it is begun, watched as it goes on, and told of in words."""

import copy
import dataclasses

import gradio as gr
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.engines.registry import Registry
from voiceclone.errors import TrainingFailedError, VoiceRevokedError
from voiceclone.evaluate.intelligibility import compare
from voiceclone.evaluate.report import Scores
from voiceclone.finetune.dataset import Dataset
from voiceclone.finetune.events import OBSTACLES, Compared, Evaluation, Obstacle, Preflight, TrainingEvent
from voiceclone.ui import markup_training, training
from voiceclone.ui.bench import Bench
from voiceclone.ui.session import Session
from voiceclone.ui.tabs.training import build_start
from voiceclone.ui.training_curves import training_curves
from voiceclone.ui.words import Words
from voiceclone.workshop import Job, Workshop

EN, ZH = Words("en"), Words("zh")
UNSAID = ("", "", None, None, "", "", "personal", "")
BY_CONTRACT = ("Heron", "Nobody", "authority", "contract", "no. 7", "Somebody", "share", "")
EARLY = Evaluation(50, 0.80, 0.02, 4.1)
BEST = Evaluation(150, 0.86, 0.02, 4.1)
LAST = Evaluation(200, 0.84, 0.02, 4.0)


class Told(Workshop):
    """A workshop whose run stands as the test says: training itself takes minutes."""

    told: Job | None = None

    def job(self, owner):
        return self.told

    def start(self, owner, dataset, receipt, **options):
        self.started = (owner, dataset, receipt, options)
        self.told = Job("1", "waiting", ahead=1)
        return self.told

    def stop(self, owner):
        self.asked = "stop"

    def finish(self, owner):
        self.asked = "finish"

    def resume(self, owner):
        self.told = Job("1", "running")
        return self.told


@pytest.fixture
def bench(studio) -> Bench:
    return Bench(studio, Told(studio))


@pytest.fixture
def session(owned_session: Session, reviewed: Dataset) -> Session:
    owned_session.dataset = reviewed
    return owned_session


def learning(step: int, evaluation: Evaluation | None = None, chosen: Evaluation | None = None):
    return TrainingEvent("learning", step, 400, float(step), 400.0 - step, {"loss": 1.0}, evaluation, chosen)


# --- the check -----------------------------------------------------------------------------------


def test_without_consent_the_check_says_so_and_nothing_can_be_started(bench, session):
    view = training.check(bench, EN, session, 8, *UNSAID)
    assert "no consent to these clips" in view.found["value"] and not view.start_button["interactive"]
    with pytest.raises(gr.Error, match="has not been checked"):
        training.start(bench, EN, session, 8, 0, "")


def test_with_consent_the_check_says_what_a_run_would_do_and_the_run_begins_with_it(bench, session):
    view = training.check(bench, EN, session, 8, *BY_CONTRACT)
    assert view.start_button["interactive"] and "Ready to start" in view.found["value"]
    assert "to measure by" in view.found["value"] and "about 8 min" in view.found["value"]
    shown = training.start(bench, EN, session, 8, 7, "  Hear me.  ")
    owner, dataset, receipt, options = bench.workshop.started
    assert owner == session.owner and dataset is session.dataset
    receipt.check_covers(dataset.sha256)
    assert options == {"minutes": 8.0, "seed": 7, "preview_text": "Hear me.", "engine": "kokoro"}
    assert "1 before you" in shown.panel["value"] and shown.timer.active
    with pytest.raises(gr.Error, match="has not been checked"):
        training.start(bench, EN, session, 8, 7, "")
    again = training.check(bench, EN, session, 8, *BY_CONTRACT)
    assert "takes the place" in again.found["value"] and "takes the place" not in view.found["value"]
    training.start(bench, EN, session, 8, None, "")
    assert "how I sound" in bench.workshop.started[3]["preview_text"]


def test_a_check_is_void_once_something_it_was_made_with_changes(bench, session):
    training.check(bench, EN, session, 8, *BY_CONTRACT)
    assert not training.uncheck(bench, EN, session).start_button["interactive"]
    with pytest.raises(gr.Error, match="Check before the start"):
        training.start(bench, EN, session, 8, 0, "")


def test_the_check_and_the_run_are_of_the_engine_that_is_chosen(several, session, reviewed):
    bench = Bench(several, Told(several))
    first = reviewed.utterances[0]
    session.dataset = Dataset((dataclasses.replace(first, language="zh"), *reviewed.utterances[1:]))
    found = training.check(bench, EN, session, 8, *BY_CONTRACT, "twin")
    assert (
        "does not speak (中文 (Mandarin Chinese)): 1." in found.found["value"]
        and not found.start_button["interactive"]
    )
    assert training.check(bench, EN, session, 8, *BY_CONTRACT, "kokoro").start_button["interactive"]
    session.dataset = reviewed
    training.check(bench, EN, session, 8, *BY_CONTRACT, "twin")
    training.start(bench, EN, session, 8, 7, "", "twin")
    assert bench.workshop.started[3]["engine"] == "twin"


def test_the_engine_is_a_choice_where_more_than_one_can_be_trained(studio, several):
    alone = copy.copy(studio)
    alone.registry = Registry(studio.registry.rows[:1])
    for place, choices in ((alone, 1), (several, 2)):
        with gr.Blocks():
            engine = build_start(place, offered=True).engine
        assert (len(engine.choices), engine.visible) == (choices, choices > 1)


def test_what_stands_in_the_way_is_said_with_what_to_do(bench, session, reviewed):
    session.dataset = Dataset(reviewed.utterances[:3])
    found = training.check(bench, EN, session, 8, *BY_CONTRACT).found["value"]
    assert "too little speech" in found and "too few clips (3 of at least 6)" in found


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("kind", OBSTACLES)
def test_every_obstacle_has_its_words(kind, words):
    for blocking in (True, False):
        plan = Preflight(60.0, 9, 2, "CPU", 300, 480.0, 2900.0, (Obstacle(kind, 3.0, blocking),))
        assert "<li>" in markup_training.preflight(plan, False, words)


# --- the run -------------------------------------------------------------------------------------


def test_a_run_is_found_again_and_only_what_is_new_is_sent(bench, session):
    bench.workshop.told = Job("1", "running", events=(learning(50, EARLY, EARLY),))
    first = training.show(bench, EN, session)
    assert "step 50 of 400" in first.panel["value"] and "about 5 min 50 s left" in first.panel["value"]
    assert first.timer.active and first.stop_button["visible"] and first.finish_button["visible"]
    assert first.original.endswith(".wav") and not first.resume_button["visible"]
    assert training.watch(bench, EN, session) == training.RunView()
    bench.workshop.told = dataclasses.replace(bench.workshop.told, preview=Audio.silence(0.5, 24_000))
    assert training.watch(bench, EN, session).preview.endswith("preview.wav")


def test_a_page_that_does_not_know_its_visitor_yet_asks_once_more(bench):
    view = training.show(bench, EN, None)
    assert view.timer.active and view.panel == training.SKIP
    assert training.watch(bench, EN, None) == training.RunView()


def test_without_a_run_nothing_is_asked_for(bench, session):
    view = training.show(bench, EN, session)
    assert (
        not view.timer.active and "Nothing has been started" in view.panel and not view.result_box["visible"]
    )


def test_another_tab_stops_the_asking(bench):
    assert not training.pause(bench, EN).active


def test_what_was_asked_of_a_run_is_said_until_it_is_done(bench, session):
    bench.workshop.told = Job("1", "running", events=(learning(50, EARLY, EARLY),))
    view = training.stop(bench, EN, session)
    assert bench.workshop.asked == "stop" and "Stopping after this step" in view.panel["value"]
    assert not view.stop_button["visible"] and not view.finish_button["visible"]
    bench.workshop.told = dataclasses.replace(bench.workshop.told, state="stopped")
    view = training.watch(bench, EN, session)
    assert "Stopped" in view.panel["value"] and "at step 50 of 400" in view.panel["value"]
    assert view.resume_button["visible"] and not view.timer.active and session.ending is None
    assert training.resume(bench, EN, session).timer.active


def test_a_failure_is_told_in_words_and_can_be_gone_on_with(bench, session):
    revoked = VoiceRevokedError("Heron", "2026-01-01", "enough")
    bench.workshop.told = Job("1", "failed", events=(learning(9),), error=revoked)
    view = training.show(bench, EN, session)
    assert "was withdrawn" in view.panel["value"] and view.resume_button["visible"]
    ours = Job("1", "failed", error=ZeroDivisionError("secret detail"))
    assert "secret" not in markup_training.run(ours, None, EN)
    kept = Job("1", "failed", error=TrainingFailedError("<b>disk</b>"))
    assert "&lt;b&gt;disk" in markup_training.run(kept, None, EN)


def test_it_is_finished_only_once_the_run_is(bench, session):
    """The last report comes before the voice is on disk: until then it is being checked."""
    event = dataclasses.replace(learning(400, LAST, BEST), stage="done")
    running = markup_training.run(Job("1", "running", events=(event,)), None, EN)
    assert "Finished" not in running and "loaded afresh" in running
    assert "Finished" in markup_training.run(Job("1", "done", events=(event,)), None, EN)


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("stage", ["preparing", "learning", "checking", "stopped", "done"])
@pytest.mark.parametrize("state", ["waiting", "running", "stopped", "interrupted", "failed", "done"])
def test_every_state_and_stage_has_its_words(state, stage, words):
    event = dataclasses.replace(learning(9), stage=stage)
    assert 'role="status"' in markup_training.run(Job("1", state, events=(event,)), None, words)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (BEST, "It is the latest that was measured."),
        (LAST, "Step 200 was less like them, by 2 of 100."),
        (dataclasses.replace(LAST, similarity=0.86), "Step 200 was no closer."),
        (dataclasses.replace(LAST, guarded="words"), "Step 200 lost words."),
        (dataclasses.replace(LAST, guarded="naturalness"), "Step 200 sounded less natural."),
    ],
)
def test_the_step_that_is_kept_is_named_with_the_reason(last, said):
    events = (learning(50, EARLY, EARLY), learning(last.step, last, BEST))
    line = markup_training.kept_step(events, EN)
    assert "Step 150 of 400 is kept (86 of 100)" in line and said in line


def test_before_anything_is_measured_no_step_is_said_to_be_kept():
    assert markup_training.kept_step((learning(1),), EN) == ""


def test_the_curves_show_what_was_measured_and_mark_the_chosen_step():
    events = [learning(step) for step in range(1, 50)]
    assert training_curves([], EN) == "" and training_curves([learning(0)], EN).count("<figure>") == 1
    drawn = training_curves([*events, learning(50, EARLY, EARLY), learning(150, BEST, BEST)], EN)
    assert drawn.count("<figure>") == 3 and drawn.count("<circle") == 2
    assert "Likeness: 86 at step 150" in drawn and "Words heard: 98 % at step 150" in drawn


# --- the result ----------------------------------------------------------------------------------


@pytest.fixture
def done(bench, stock_voice) -> Job:
    def scores(similarity: float) -> Scores:
        return Scores(similarity, 100 * similarity, 0.0, 1.0, True, compare("yes", "yes", str.split), 4.1)

    sound = Audio.silence(0.5, 24_000)
    compared = Compared("Yes.", sound, sound, sound, scores(0.71), scores(0.86))
    bench.workshop.told = Job(
        "1", "done", events=(learning(200, LAST, BEST),), voice=stock_voice, compared=compared
    )
    return bench.workshop.told


def test_before_and_after_stand_side_by_side(bench, session, done):
    view = training.show(bench, EN, session)
    assert view.result_box["visible"] and not view.timer.active
    assert view.compared.index("71 of 100") < view.compared.index("86 of 100")
    assert all(path.endswith(".wav") for path in (view.before, view.after, view.held_out))
    assert bench.studio.load_voice(view.voice_file["value"]).id == done.voice.id


def test_the_result_is_kept_and_speaks(bench, session, done):
    status, *listed = training.keep(bench, EN, session)
    assert "is saved" in status and listed[0]["value"] == done.voice.id
    training.use(bench, EN, session)
    assert session.voice is done.voice


def test_before_a_run_is_done_there_is_no_voice(bench, session):
    bench.workshop.told = Job("1", "running")
    with pytest.raises(gr.Error, match="no fine-tuned voice yet"):
        training.keep(bench, EN, session)
