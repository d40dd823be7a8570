"""A dataset is what it was, after it was written, zipped, read, edited."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from voiceclone.audio.clip import Audio
from voiceclone.errors import DatasetFormatError
from voiceclone.finetune.dataset import (
    MAX_SAMPLES,
    TABLE,
    Dataset,
    Fault,
    Utterance,
    quantised,
    read_dataset,
)
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


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\n", "\x0b", '"', "\\"])
def test_a_text_may_hold_any_sign(dataset, folder, sign):
    """Pasted from a web page, U+2028 came into a text. The table was read by Python's `splitlines`, for
    which that ends a line, and the dataset could never be opened again, nor written over."""
    edited = dataset.edited("clips/0001.wav", f"One{sign}two.")
    edited.write(folder)
    same(read_dataset(folder), edited)


DAMAGES = {
    "a column": lambda table: table.replace(b'"start_s"', b'"begin"', 1),
    "no JSON": lambda table: table + b"{",
    "too deep": lambda table: b"[" * 100_000,
    "no object": lambda table: table + b"[1]\n",
    "no UTF-8": lambda table: b"\xff\xfe" + table,
    "a name that leads elsewhere": lambda table: table.replace(b"clips/0001.wav", b"../../etc/passwd"),
    "a name twice": lambda table: table + table,
    "a fault of no kind": lambda table: table.replace(b'"noisy"', b'"boring"'),
    "a fault of no number": lambda table: table.replace(b"9.5", b'"much"'),
    "no finite number": lambda table: table.replace(b'"start_s": 1.5', b'"start_s": NaN'),
    "an unknown language": lambda table: table.replace(b'"en-us"', b'"tlh"'),
    "a text of no text": lambda table: table.replace(b'"One."', b"[1]"),
    "neither kept nor dropped": lambda table: table.replace(b"false", b'"no"'),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_table_is_said_to_be_one_and_can_be_replaced(dataset, folder, damage):
    dataset.write(folder)
    table = folder.path / TABLE
    damaged = DAMAGES[damage](table.read_bytes())
    assert damaged != table.read_bytes()
    table.write_bytes(damaged)
    with pytest.raises(DatasetFormatError, match="metadata.jsonl"):
        read_dataset(folder)
    dataset.write(folder)
    same(read_dataset(folder), dataset)


@pytest.mark.parametrize("damage", ["no sound", "missing", "another", "stereo", "too long"])
def test_a_damaged_clip_is_said_to_be_one(dataset, folder, damage):
    dataset.write(folder)
    path = folder.path / "clips/0002.wav"
    if damage == "no sound":
        path.write_bytes(b"no sound")
    elif damage == "missing":
        path.unlink()
    elif damage == "another":
        path.write_bytes(folder.read("clips/0001.wav"))
    elif damage == "stereo":
        soundfile.write(path, np.zeros((100, 2), np.int16), 24_000, subtype="PCM_16")
    else:
        soundfile.write(path, np.zeros(MAX_SAMPLES + 1, np.int16), 24_000, subtype="PCM_16")
    with pytest.raises(DatasetFormatError, match="line 2"):
        read_dataset(folder)


def test_a_crash_while_another_dataset_is_written_leaves_none(dataset, folder, monkeypatch):
    """Half of the clips of one person, half of another's, under the table of the first: never."""
    dataset.write(folder)
    others = tuple(replace(u, audio=noise(20 + n)) for n, u in enumerate(dataset.utterances))
    write, written = folder.write, []

    def crash(name, data):
        if written:
            raise KeyboardInterrupt
        written.append(name)
        write(name, data)

    monkeypatch.setattr(folder, "write", crash)
    with pytest.raises(KeyboardInterrupt):
        Dataset(others).write(folder)
    assert written == ["clips/0001.wav"] and read_dataset(folder) is None
