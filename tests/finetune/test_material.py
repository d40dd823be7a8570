"""From recordings to a dataset, on real speech."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.errors import (
    AudioError,
    CancelledError,
    DatasetFormatError,
    LanguageUnknownError,
    MaterialEmptyError,
    MaterialTooLongError,
)
from voiceclone.finetune import material
from voiceclone.finetune.cutting import MAX_S
from voiceclone.finetune.dataset import Dataset
from voiceclone.finetune.folder import Folder


@pytest.fixture(scope="module")
def preparer(studio):
    return studio.services.material


@pytest.fixture(scope="module")
def long_recording(dataset, tmp_path_factory):
    """Five sentences with stops between them, as somebody reads them in one go."""
    pieces = []
    for u in dataset.utterances[:5]:
        pieces += [u.audio, Audio.silence(1.2, 24_000)]
    return write_audio(Audio.joined(pieces), tmp_path_factory.mktemp("long") / "reading.wav")


@pytest.fixture(scope="module")
def prepared(preparer, long_recording):
    return list(preparer.prepare([long_recording], language_key="en-us"))


def test_a_long_recording_is_cut_at_its_stops_and_written_down(prepared, dataset):
    made = prepared[-1].dataset
    assert len(made.utterances) == 5
    for u, said in zip(made.utterances, dataset.utterances, strict=False):
        assert abs(u.audio.duration_s - said.audio.duration_s) < 0.5
        same = set(u.text.lower().strip(".").split()) & set(said.text.lower().strip(".").split())
        assert len(same) >= len(said.text.split()) - 2, (u.text, said.text)
    assert all(u.kept and u.source == "reading.wav" and u.language == "en-us" for u in made.utterances)
    assert [u.start_s for u in made.utterances] == sorted(u.start_s for u in made.utterances)
    assert {u.audio.sample_rate for u in made.utterances} == {24_000}


def test_it_says_how_far_it_is(prepared):
    stages = [event.stage for event in prepared]
    assert stages[:2] == ["reading", "cutting"] and stages[-2:] == ["judging", "done"]
    assert stages.count("listening") == 5
    assert all(0 <= event.done <= event.total for event in prepared)
    order = ["reading", "cutting", "listening", "judging", "done"]
    assert sorted(stages, key=order.index) == stages, "no stage is gone back to"
    assert [event.dataset is None for event in prepared] == [True] * (len(prepared) - 1) + [False]


def test_the_same_recording_is_not_added_twice_and_names_go_on(
    preparer, prepared, long_recording, dataset, tmp_path
):
    more = write_audio(dataset.utterances[6].audio, tmp_path / "more.wav")
    *_, last = preparer.prepare([long_recording, more], onto=prepared[-1].dataset, language_key="en-us")
    names = [u.file_name for u in last.dataset.utterances]
    assert names == [f"clips/{n:04}.wav" for n in range(1, 7)]


def test_a_stranger_among_the_clips_is_found_and_dropped(preparer, speech_dir):
    clips = sorted((speech_dir / "librispeech-test-other" / "2033").glob("*.flac"))[:4]
    stranger = sorted((speech_dir / "librispeech-test-other" / "2414").glob("*.flac"))[1]
    *_, last = preparer.prepare([*clips, stranger], language_key="en-us")
    by_source = {}
    for u in last.dataset.utterances:
        by_source.setdefault(u.source, []).append(any(f.kind == "other_speaker" for f in u.faults))
    assert all(by_source[stranger.name]) and not any(f for c in clips for f in by_source[c.name])
    assert not any(u.kept for u in last.dataset.utterances if u.source == stranger.name)


def test_silence_stays_in_the_dataset_dropped(preparer, long_recording, tmp_path):
    silence = write_audio(Audio.silence(5, 24_000), tmp_path / "nothing.wav")
    *_, last = preparer.prepare([silence], language_key="en-us")
    (u,) = last.dataset.utterances
    assert not u.kept and [f.kind for f in u.faults] == ["empty"]


def test_a_known_text_is_kept_and_a_wrong_one_doubted(preparer, dataset, tmp_path):
    said = dataset.utterances[0]
    right = write_audio(said.audio, tmp_path / "right.wav")
    wrong = write_audio(dataset.utterances[1].audio, tmp_path / "wrong.wav")
    texts = {"right.wav": said.text, "wrong.wav": "Something else entirely is written down here."}
    *_, last = preparer.prepare([right, wrong], texts=texts, language_key="en-us")
    one, other = last.dataset.utterances
    assert one.text == said.text and one.kept
    assert other.text == texts["wrong.wav"] and not other.kept
    assert [f.kind for f in other.faults] == ["text_doubtful"]


def test_a_take_is_trimmed_to_what_is_said(preparer, dataset, tmp_path):
    """In a guided session people sit still before and after. A sentence of 3 s in a take of 11 was taken
    for music, by its share of speech, and dropped."""
    said = dataset.utterances[2]
    still = Audio(np.random.default_rng(0).normal(0, 1e-4, 96_000), 24_000)
    take = write_audio(Audio.joined([still, said.audio, still]), tmp_path / "take.wav")
    *_, last = preparer.prepare([take], texts={"take.wav": said.text}, language_key="en-us")
    (u,) = last.dataset.utterances
    assert u.kept and u.text == said.text and u.faults == ()
    assert u.audio.duration_s < said.audio.duration_s + 0.5


def test_the_text_of_a_long_recording_goes_with_its_parts(preparer, long_recording, dataset):
    """It was thrown away without a word, and Whisper's taken."""
    said = [u.text for u in dataset.utterances[:5]]
    *_, last = preparer.prepare([long_recording], texts={"reading.wav": " ".join(said)}, language_key="en-us")
    assert [u.text for u in last.dataset.utterances] == said
    assert all(u.kept for u in last.dataset.utterances)


def test_a_text_that_fits_only_half_of_a_recording_is_doubted_for_the_other(
    preparer, long_recording, dataset
):
    text = " ".join([*(u.text for u in dataset.utterances[:3]), "Quite different things were written here."])
    *_, last = preparer.prepare([long_recording], texts={"reading.wav": text}, language_key="en-us")
    doubted = [[f.kind for f in u.faults] for u in last.dataset.utterances]
    assert doubted == [[], [], [], ["text_doubtful"], ["text_doubtful"]]
    assert last.dataset.utterances[4].text != "" and "written here" not in last.dataset.utterances[4].text


def test_each_recording_is_read_before_the_first_is_heard(preparer, long_recording, tmp_path):
    """One broken file among many is said at once, not after minutes of listening to the others."""
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF\0\0\0\0WAVE")
    stages = []
    with pytest.raises(AudioError, match="broken.wav"):
        for event in preparer.prepare([long_recording, broken], language_key="en-us"):
            stages.append(event.stage)
    assert set(stages) == {"reading"}


def test_more_than_an_hour_is_refused_before_it_is_heard(preparer, long_recording, prepared, monkeypatch):
    monkeypatch.setattr(material, "MAX_GIVEN_S", prepared[-1].dataset.seconds + 4)
    events = preparer.prepare([long_recording], onto=Dataset(()), language_key="en-us")
    with pytest.raises(MaterialTooLongError, match="reading.wav"):
        list(events)
    monkeypatch.setattr(material, "MAX_GIVEN_S", 1.5 * prepared[-1].dataset.seconds)
    other = [
        replace(u, source_sha256="", audio=u.audio.sliced(0.1, 99)) for u in prepared[-1].dataset.utterances
    ]
    with pytest.raises(MaterialTooLongError):
        list(preparer.prepare([long_recording], onto=Dataset(tuple(other)), language_key="en-us"))


def test_the_language_is_heard_where_nobody_says_it(preparer, dataset, tmp_path):
    path = write_audio(dataset.utterances[0].audio, tmp_path / "some.wav")
    *_, last = preparer.prepare([path])
    assert [u.language for u in last.dataset.utterances] == ["en-us"]


def test_its_own_zip_given_twice_is_there_once(preparer, prepared, tmp_path):
    made = prepared[-1].dataset
    (tmp_path / "dataset.zip").write_bytes(made.zipped())
    *_, last = preparer.prepare([tmp_path / "dataset.zip"] * 2, onto=made)
    assert [u.file_name for u in last.dataset.utterances] == [u.file_name for u in made.utterances]


def test_what_has_been_judged_before_is_not_heard_again(preparer, prepared, dataset, tmp_path):
    """In a guided session each take was slower than the one before: all others were embedded again."""
    more = write_audio(dataset.utterances[6].audio, tmp_path / "more.wav")
    *_, last = preparer.prepare([more], onto=prepared[-1].dataset, language_key="en-us")
    before = prepared[-1].dataset.utterances
    assert all(u.embedding is not None for u in before)
    for old, new in zip(before, last.dataset.utterances, strict=False):
        assert new.embedding is old.embedding


def test_its_own_zip_comes_back_with_its_edits(preparer, prepared, tmp_path):
    reviewed = prepared[-1].dataset.edited("clips/0001.wav", "Words of my own.").dropped("clips/0002.wav")
    (tmp_path / "dataset.zip").write_bytes(reviewed.zipped())
    *_, last = preparer.prepare([tmp_path / "dataset.zip"])
    again = last.dataset.utterances
    assert [u.kept for u in again] == [True, False, True, True, True]
    assert again[0].text == "Words of my own."
    assert last.dataset.sha256 == reviewed.sha256, "consent that was given to it still covers it"
    assert [(u.source, u.faults) for u in again] == [(u.source, u.faults) for u in reviewed.utterances]


def test_its_own_zip_with_another_s_sound_is_refused(preparer, prepared, dataset, tmp_path):
    made = prepared[-1].dataset
    with zipfile.ZipFile(tmp_path / "forged.zip", "w") as out:
        with zipfile.ZipFile(io.BytesIO(made.zipped())) as packed:
            for name in packed.namelist():
                out.writestr(name, packed.read("clips/0002.wav" if name == "clips/0001.wav" else name))
    with pytest.raises(DatasetFormatError, match="not the sound"):
        list(preparer.prepare([tmp_path / "forged.zip"]))


def test_ljspeech_in_a_folder(preparer, dataset, tmp_path):
    (tmp_path / "wavs").mkdir()
    lines = []
    for u in dataset.utterances[:3]:
        name = u.file_name[6:10]
        write_audio(u.audio, tmp_path / "wavs" / f"{name}.wav")
        lines.append(f"{name}|{u.text}|{u.text}")
    (tmp_path / "metadata.csv").write_text("\n".join(lines))
    *_, last = preparer.prepare([tmp_path], language_key="en-us")
    assert [u.text for u in last.dataset.utterances] == [u.text for u in dataset.utterances[:3]]
    assert len(last.dataset.kept) == 3


def test_no_utterance_is_longer_than_it_may_be(preparer, speech_dir):
    clip = max(
        (speech_dir / "librispeech-test-other" / "3080").glob("*.flac"), key=lambda p: p.stat().st_size
    )
    *_, last = preparer.prepare([clip], language_key="en-us")
    assert len(last.dataset.utterances) >= 2
    assert all(u.audio.duration_s <= MAX_S + 0.01 for u in last.dataset.utterances)


def test_written_and_read_the_hashes_hold(prepared, tmp_path):
    """Consent names clips by their sound; a dataset that was closed and opened is still covered."""
    from voiceclone.finetune.dataset import read_dataset

    made = prepared[-1].dataset
    made.write(Folder(tmp_path))
    assert read_dataset(Folder(tmp_path)).sha256 == made.sha256
    assert len(set(made.sha256)) == 5
    assert max(np.abs(u.audio.samples).max() for u in made.utterances) <= 1


def test_what_cannot_be_used_is_said_before_anything_is_begun(preparer, long_recording, tmp_path):
    with pytest.raises(LanguageUnknownError):
        preparer.prepare([long_recording], language_key="tlh")
    with pytest.raises(MaterialEmptyError):
        preparer.prepare([])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr("a.wav", b"RIFF")
        out.writestr("metadata.jsonl", json.dumps({"no": "file_name"}))
    with pytest.raises(DatasetFormatError):
        preparer.prepare([tmp_path / "a.zip"])


@pytest.mark.parametrize("stage", ["reading", "cutting", "listening", "judging"])
def test_it_can_be_cancelled_at_any_stage(preparer, long_recording, stage):
    seen = []
    events = preparer.prepare([long_recording], language_key="en-us", cancelled=lambda: stage in seen)
    with pytest.raises(CancelledError):
        for event in events:
            seen.append(event.stage)
    assert seen[-1] == stage
