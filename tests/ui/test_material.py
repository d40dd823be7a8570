"""Material on the page: gathered, reviewed clip by clip, and there again when its owner comes back."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.errors import AudioError, MaterialError
from voiceclone.finetune.dataset import FAULTS, Dataset, Fault
from voiceclone.finetune.sentences import sentences
from voiceclone.ui import markup_material, material
from voiceclone.ui.bench import Bench
from voiceclone.ui.markup import esc
from voiceclone.ui.session import DATASET, Session
from voiceclone.ui.words import Words
from voiceclone.workshop import Workshop

EN, ZH = Words("en"), Words("zh")
GATHER_STATUS, GATHER_REVIEW = 0, 3
"""Where `GatherView.outputs` has its status, and where its review begins; `TakeView` is laid out alike."""


@pytest.fixture
def bench(studio) -> Bench:
    return Bench(studio, Workshop(studio))


@pytest.fixture
def session(owned_session: Session, bench: Bench, reviewed: Dataset) -> Session:
    """A visitor who has gathered clips."""
    bench.workshop.keep_dataset(owned_session.owner, reviewed)
    material.show(bench, EN, owned_session)
    return owned_session


def picked(name: str) -> gr.EventData:
    return gr.EventData(None, {"clip": name})


def review(outputs: tuple) -> material.ReviewView:
    return material.ReviewView(*outputs[GATHER_REVIEW:])


# --- gathered ------------------------------------------------------------------------------------


def test_recordings_and_archives_become_clips_with_texts(bench, owned_session, spoken_reference, tmp_path):
    archive = tmp_path / "clips.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.write(spoken_reference, "a/first.wav")
    seen = list(material.gather(bench, EN, owned_session, [str(archive)]))
    said = " ".join(outputs[GATHER_STATUS] for outputs in seen)
    for stage in ("Reading", "Cutting", "Writing down", "Judging"):
        assert stage in said
    assert seen[0][1]["visible"] and not seen[-1][1]["visible"] and seen[-1][GATHER_STATUS] == ""
    shown = review(seen[-1])
    assert shown.box["visible"] and "first.wav" in owned_session.dataset.utterances[0].source
    assert "wind" in shown.table.lower() and "English" in shown.totals
    assert not shown.start_button["interactive"]
    kept = bench.workshop.dataset(owned_session.owner)
    assert kept.sha256 == owned_session.dataset.sha256

    material.stop_gathering(bench, EN, owned_session)
    assert owned_session.stop_gathering.is_set()
    before = len(owned_session.dataset.utterances)
    again = list(material.gather(bench, EN, owned_session, [str(spoken_reference)]))
    assert len(owned_session.dataset.utterances) == before and not again[-1][1]["visible"]


def test_a_gathering_that_is_stopped_leaves_everything_as_it_was(bench, session, spoken_audio, tmp_path):
    other = write_audio(spoken_audio.sliced(0.0, 9.0), tmp_path / "other.wav")
    steps = material.gather(bench, EN, session, [str(other)])
    next(steps)
    material.stop_gathering(bench, EN, session)
    last = list(steps)[-1]
    assert len(session.dataset.utterances) == 8 and last[GATHER_STATUS] == "" and not last[1]["visible"]


def test_what_cannot_be_used_is_said(bench, owned_session, tmp_path):
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"no sound at all" * 50)
    with pytest.raises(AudioError):
        list(material.gather(bench, EN, owned_session, [str(broken)]))
    bomb = tmp_path / "clips.zip"
    bomb.write_bytes(b"PK\x03\x04" + b"\0" * 40)
    with pytest.raises(MaterialError):
        list(material.gather(bench, EN, owned_session, [str(bomb)]))
    assert list(material.gather(bench, EN, owned_session, None)) == []


# --- read aloud ----------------------------------------------------------------------------------


def test_a_guided_session_goes_from_sentence_to_sentence(bench, owned_session, recite):
    first, second, third = sentences("en-us")[:3]
    assert first in material.show_sentence(bench, EN, owned_session, "en-us")
    with pytest.raises(gr.Error, match="Nothing is recorded"):
        list(material.add_take(bench, EN, owned_session, "en-us", None))
    shown, _ = material.skip_sentence(bench, EN, owned_session, "en-us")
    assert second in shown
    outputs = list(material.add_take(bench, EN, owned_session, "en-us", str(recite(second))))[-1]
    assert third in outputs[1] and "1 read so far" in outputs[1] and outputs[2]["value"] is None
    taken = owned_session.dataset.utterances[0]
    assert (taken.text, taken.language, taken.kept) == (second, "en-us", True)
    assert first in material.show_sentence(bench, EN, owned_session, "en-us")


def test_a_take_without_speech_is_left_out_and_asked_for_again(bench, owned_session, tmp_path):
    first = sentences("en-us")[0]
    material.show_sentence(bench, EN, owned_session, "en-us")
    silence = write_audio(Audio.silence(4.0, 24_000), tmp_path / "take.wav")
    outputs = list(material.add_take(bench, EN, owned_session, "en-us", str(silence)))[-1]
    assert "read the sentence once more" in outputs[GATHER_STATUS] and first in outputs[1]
    assert not owned_session.dataset.kept


def test_after_the_last_sentence_it_says_so(bench, owned_session):
    for _ in sentences("zh"):
        shown, _ = material.skip_sentence(bench, EN, owned_session, "zh")
    assert "All sentences" in shown
    with pytest.raises(gr.Error, match="All sentences"):
        list(material.add_take(bench, EN, owned_session, "zh", "take.wav"))


# --- reviewed ------------------------------------------------------------------------------------


def test_a_clip_is_heard_mended_left_out_and_taken_back_and_all_of_it_stays(bench, session):
    view = material.choose(bench, EN, session, picked("clips/0004.wav"))
    assert view.player.endswith("0004.wav") and view.text == "Sentence number 4."
    assert "Clip 4" in view.about and "noise behind the voice" in view.about
    assert view.drop_button["visible"] and not view.restore_button["visible"]
    view = material.save_text(bench, EN, session, "  Sentence the fourth. ")
    assert "Sentence the fourth." in view.table and view.player == material.SKIP
    view = material.drop(bench, EN, session)
    assert "6 clips · 2 left out" in view.totals and view.restore_button["visible"]
    back = Session(session.owner)
    material.show(bench, EN, back)
    clip = back.dataset.utterance("clips/0004.wav")
    assert (clip.text, clip.kept) == ("Sentence the fourth.", False)
    view = material.restore(bench, EN, session)
    assert "7 clips · 1 left out" in view.totals and "Kept for" in view.totals


def test_another_visitor_sees_nothing_of_it(bench, session):
    stranger = Session(type(session.owner).from_subject("test", "stranger"))
    assert not material.show(bench, EN, stranger).box["visible"]
    with pytest.raises(gr.Error, match="no material yet"):
        material.choose(bench, EN, stranger, picked("clips/0001.wav"))


@pytest.mark.parametrize("name", ["clips/9999.wav", "../../etc/passwd", "", None])
def test_a_clip_that_is_not_there_is_not_shown(bench, session, name):
    view = material.choose(bench, EN, session, picked(name))
    assert not view.clip_box["visible"] and session.clip is None
    with pytest.raises(gr.Error, match="No clip is chosen"):
        material.drop(bench, EN, session)


def test_a_change_makes_the_check_before_a_run_void(bench, session):
    session.checked = "a receipt"
    material.choose(bench, EN, session, picked("clips/0001.wav"))
    assert session.checked == "a receipt"
    view = material.drop(bench, EN, session)
    assert session.checked is None and not view.start_button["interactive"] and not view.checked["visible"]


def test_what_was_said_is_shown_as_it_is_written(bench, session):
    material.choose(bench, EN, session, picked("clips/0001.wav"))
    table = material.save_text(bench, EN, session, "<b>bold</b> {{value}} ${1 + 1}").table
    assert "<b>" not in table and "{{" not in table and "${" not in table and "&lt;b&gt;" in table


def test_the_dataset_is_taken_along_and_given_again(bench, session):
    file = material.export(bench, EN, session)
    with zipfile.ZipFile(io.BytesIO(Path(file["value"]).read_bytes())) as archive:
        assert "metadata.jsonl" in archive.namelist() and "clips/0008.wav" in archive.namelist()


def test_everything_is_destroyed_only_once_that_is_confirmed(bench, session):
    with pytest.raises(gr.Error, match="nothing to confirm"):
        material.forget(bench, EN, session)
    assert material.ask_forget(bench, EN, session)["visible"]
    material.decline(bench, EN, session)
    with pytest.raises(gr.Error, match="nothing to confirm"):
        material.forget(bench, EN, session)
    session.consents[DATASET].receipt = "a receipt"
    material.ask_forget(bench, EN, session)
    view = material.forget(bench, EN, session)
    assert not view.box["visible"] and bench.workshop.dataset(session.owner) is None
    assert session.dataset is None and session.consents[DATASET].receipt is None


def test_a_page_that_does_not_know_its_visitor_shows_nothing_yet(bench):
    assert material.show(bench, EN, None) == material.ReviewView()


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("kind", FAULTS)
def test_every_doubt_has_its_words_and_advice(reviewed, kind, words):
    doubtful = Dataset(tuple(replace(u, faults=(Fault(kind, 1.0),)) for u in reviewed.utterances))
    assert "vc-doubt" in markup_material.clip_table(doubtful, None, words)
    assert esc(words(f"fault.{kind}.advice")) in markup_material.clip(1, doubtful.utterances[0], words)
