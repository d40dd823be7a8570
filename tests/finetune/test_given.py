"""What was given: files, zips and folders, with what their tables say of each recording."""

from __future__ import annotations

import json
import zipfile

import pytest

from voiceclone.errors import AudioNotFoundError, DatasetFormatError
from voiceclone.finetune.given import recordings


@pytest.fixture
def found(tmp_path):
    """Return (name, known text) of all recordings of what is given."""

    def find(*paths, texts=None):
        into = tmp_path / "unpacked"
        into.mkdir(exist_ok=True)
        return [(g.name, g.text) for g in recordings(paths, [p.name for p in paths], into, texts or {})]

    return find


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    (folder / "wavs").mkdir(parents=True)
    for name in ("1", "2"):
        (folder / "wavs" / f"{name}.wav").write_bytes(b"RIFF")
    return folder


def test_files_have_the_texts_that_are_known_by_their_names(found, tmp_path):
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(b"RIFF")
    paths = tmp_path / "a.wav", tmp_path / "b.wav"
    assert found(*paths, texts={"b.wav": "Two."}) == [("a.wav", ""), ("b.wav", "Two.")]


def test_a_file_that_is_not_there_is_said_at_once(found, tmp_path):
    with pytest.raises(AudioNotFoundError, match="gone.wav"):
        found(tmp_path / "gone.wav")


def test_part_of_ljspeech_is_enough(found, corpus):
    """Its table has 13,100 lines, and few take all of its recordings."""
    (corpus / "metadata.csv").write_text("1|One.|One.\n3|Three.|Three.\n")
    assert found(corpus) == [("wavs/1.wav", "One."), ("wavs/2.wav", "")]


def test_a_table_of_other_recordings_is_refused(found, corpus):
    """All texts were lost without a word when the recordings lay elsewhere than the table says."""
    (corpus / "metadata.csv").write_text("LJ1|One.|One.\nLJ2|Two.|Two.\n")
    with pytest.raises(DatasetFormatError, match="wavs/LJ1.wav is not there, and 1 others"):
        found(corpus)


def test_a_dataset_with_a_recording_missing_is_refused(found, corpus):
    lines = [{"file_name": f"wavs/{name}.wav", "text": name} for name in (1, 2, 3)]
    (corpus / "metadata.jsonl").write_text("\n".join(json.dumps(line | {"text": "x"}) for line in lines))
    with pytest.raises(DatasetFormatError, match="wavs/3.wav is not there"):
        found(corpus)


def test_a_table_counts_for_the_folder_in_which_it_lies(found, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        for folder, text in (("train", "One."), ("test", "Two.")):
            out.writestr(f"data/{folder}/1.wav", b"RIFF")
            out.writestr(f"data/{folder}/metadata.csv", f"file_name,text\n1.wav,{text}\n")
    assert found(path) == [("data/train/1.wav", "One."), ("data/test/1.wav", "Two.")]


def test_two_recordings_of_one_name_are_both_there(found, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out, pytest.warns(UserWarning, match="Duplicate"):
        out.writestr("a.wav", b"1")
        out.writestr("a.wav", b"2")
    assert found(path) == [("a.wav", "")] * 2
