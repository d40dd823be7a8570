"""A dataset is what it was, after it was written, zipped, read, edited."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.errors import DatasetFormatError
from voiceclone.finetune.dataset import TABLE, Dataset, Fault, Utterance, quantised, read_dataset
from voiceclone.finetune.folder import Folder


def noise(seed, seconds=2.0):
    samples = np.random.default_rng(seed).uniform(-1, 1, round(seconds * 24_000))
    return quantised(Audio(samples.astype(np.float32), 24_000))


@pytest.fixture
def dataset():
    return Dataset(
        (
            Utterance("clips/0001.wav", noise(1), "One.", "en-us", "a.wav", 0.0, (), True, "ab" * 32),
            Utterance(
                "clips/0002.wav", noise(2, 3), "二。", "zh", "b c.wav", 1.5, (Fault("noisy", 9.5),), False
            ),
            Utterance("clips/0003.wav", noise(3), "", "zh", "b c.wav", 4.5, (Fault("empty"),), True),
        )
    )


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def same(a, b):
    assert [vars(u) | {"audio": u.audio.sha256} for u in a.utterances] == [
        vars(u) | {"audio": u.audio.sha256} for u in b.utterances
    ]
    for one, other in zip(a.utterances, b.utterances, strict=True):
        np.testing.assert_array_equal(one.audio.samples, other.audio.samples)


def test_written_and_read_it_is_the_same_to_the_sample(dataset, folder):
    dataset.write(folder)
    same(read_dataset(folder), dataset)


def test_a_folder_without_a_dataset_has_none(folder):
    assert read_dataset(folder) is None


def test_edits_are_kept_and_only_they_are_written(dataset, folder):
    dataset.write(folder)
    before = {name: (folder.path / name).stat().st_mtime_ns for name in folder.names("clips")}
    edited = dataset.edited("clips/0001.wav", "Won.").dropped("clips/0001.wav").restored("clips/0002.wav")
    edited.write(folder)
    assert {name: (folder.path / name).stat().st_mtime_ns for name in folder.names("clips")} == before
    again = read_dataset(folder)
    assert [(u.text, u.kept) for u in again.utterances] == [("Won.", False), ("二。", True), ("", True)]


def test_another_dataset_in_the_same_folder_replaces_it(dataset, folder):
    dataset.write(folder)
    other = Dataset((Utterance("clips/0001.wav", noise(9), "Other.", "en-us", "z.wav", 0.0),))
    other.write(folder)
    same(read_dataset(folder), other)
    assert folder.names("clips") == ["clips/0001.wav"], "nothing of another person stays behind"


def test_the_layout_is_audiofolder_s(dataset, folder):
    dataset.write(folder)
    rows = [json.loads(line) for line in (folder.path / TABLE).read_text().splitlines()]
    assert [row["file_name"] for row in rows] == folder.names("clips")
    assert all({type(row[key]) for row in rows} <= {str} for key in ("text", "language", "source"))
    with zipfile.ZipFile(io.BytesIO(dataset.zipped())) as packed:
        assert sorted(packed.namelist()) == [*folder.names("clips"), TABLE]
        assert packed.read("clips/0001.wav") == folder.read("clips/0001.wav")


def test_what_is_kept_is_what_counts(dataset):
    assert [u.file_name for u in dataset.kept] == ["clips/0001.wav", "clips/0003.wav"]
    assert dataset.seconds == pytest.approx(4.0) and len(dataset.sha256) == 2
    assert dataset.language in ("en-us", "zh")
    assert dataset.restored("clips/0002.wav").language == "zh", "5 of 7 s"
    with pytest.raises(KeyError):
        dataset.dropped("clips/9999.wav")


@pytest.mark.parametrize("damage", ["row", "json", "clip", "missing"])
def test_a_damaged_folder_is_said_to_be_one(dataset, folder, damage):
    dataset.write(folder)
    table = (folder.path / TABLE).read_text()
    if damage == "row":
        (folder.path / TABLE).write_text(table.replace('"start_s"', '"begin"', 1))
    elif damage == "json":
        (folder.path / TABLE).write_text(table + "{")
    elif damage == "clip":
        (folder.path / "clips/0002.wav").write_bytes(b"no sound")
    else:
        folder.remove("clips/0002.wav")
    with pytest.raises(DatasetFormatError, match="metadata"):
        read_dataset(folder)
