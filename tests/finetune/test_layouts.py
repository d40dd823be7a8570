"""Tables of datasets, as others write them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone.errors import DatasetFormatError
from voiceclone.finetune.layouts import MAX_TEXT, Entry, is_ljspeech, read_table


def test_audiofolder_in_jsonl():
    lines = [
        {"file_name": "clips/1.wav", "text": " Two  words ", "language": "zh", "kept": False, "speaker": 7},
        {"file_name": "2.wav", "transcription": "other column", "language": "tlh"},
    ]
    data = "\ufeff" + "\n".join(json.dumps(line) for line in lines) + "\n\n"
    assert read_table(data.encode(), "metadata.jsonl") == {
        "clips/1.wav": Entry("Two words", "zh", False),
        "2.wav": Entry("other column"),
    }


def test_audiofolder_in_csv():
    data = 'file_name,text\na.wav,"One, and two."\n'
    assert read_table(data.encode(), "metadata.csv") == {"a.wav": Entry("One, and two.")}


def test_ljspeech_takes_the_text_that_is_written_out():
    data = 'LJ001-0001|Chapter "1.|Chapter "one.\nLJ001-0002|Plain.|\nLJ001-0003|Two columns.\n'
    assert read_table(data.encode(), "metadata.csv") == {
        "wavs/LJ001-0001.wav": Entry('Chapter "one.'),
        "wavs/LJ001-0002.wav": Entry("Plain."),
        "wavs/LJ001-0003.wav": Entry("Two columns."),
    }


def test_a_line_ends_where_the_layout_says_and_not_where_unicode_does():
    data = '{"file_name": "a.wav", "text": "One\u2028two\x85three"}\r\n{"file_name": "b.wav"}'
    assert read_table(data.encode(), "metadata.jsonl") == {
        "a.wav": Entry("One two three"),
        "b.wav": Entry(""),
    }
    assert read_table("1|One\u2028two\r\n2|Two".encode(), "metadata.csv")["wavs/1.wav"].text == "One two"


def test_which_layout_a_table_has():
    assert is_ljspeech(b"LJ001|One, two.|One, two.\n", "metadata.csv")
    assert not is_ljspeech(b"file_name,text\na.wav,x|y\n", "metadata.csv")
    assert not is_ljspeech(b"file_name,a|b\n", "metadata.csv")
    assert not is_ljspeech(b'{"file_name": "a|b"}', "metadata.jsonl")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("metadata.jsonl", b"{", "line 1 is not JSON"),
        ("metadata.jsonl", b'{"file_name": "a.wav"}\n[1]', "line 2 is not a JSON object"),
        ("metadata.jsonl", b'{"text": "x"}', "line 1 has no file_name"),
        ("metadata.jsonl", b'{"file_name": "../a.wav"}', "outside"),
        ("metadata.jsonl", b'{"file_name": "/etc/a.wav"}', "outside"),
        ("metadata.jsonl", b'{"file_name": "a.wav", "text": [1]}', "no text"),
        ("metadata.jsonl", b"\xff\xfe", "UTF-8"),
        ("metadata.csv", b"name;words\na;b", "file_name"),
        ("metadata.csv", b"a|b\nc", "line 2 has no text"),
        ("metadata.csv", b"..\\..\\x|b", "outside"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(name, data, reason):
    with pytest.raises(DatasetFormatError, match=reason):
        read_table(data, name)


def test_a_text_longer_than_anyone_speaks_is_cut():
    data = json.dumps({"file_name": "a.wav", "text": "word " * 20_000}).encode()
    assert len(read_table(data, "metadata.jsonl")["a.wav"].text) == MAX_TEXT


@given(st.binary(max_size=300), st.sampled_from(["metadata.jsonl", "metadata.csv"]))
def test_any_bytes_are_a_table_or_refused(data, name):
    try:
        entries = read_table(data, name)
    except DatasetFormatError:
        return
    assert all(isinstance(entry, Entry) and ".." not in key.split("/") for key, entry in entries.items())
