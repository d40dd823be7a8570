"""Zips from anyone: counted, measured, unpacked under names of our own."""

from __future__ import annotations

import io
import os
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceclone.errors import ArchiveDamagedError, ArchiveTooLargeError, MaterialEmptyError, MaterialError
from voiceclone.finetune import archive
from voiceclone.finetune.archive import MAX_ENTRIES, unpack, walk


def zipped(path, entries, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as out:
        for name, data in entries:
            out.writestr(name, data)
    return path


@pytest.fixture
def into(tmp_path):
    folder = tmp_path / "unpacked"
    folder.mkdir()
    return folder


def test_recordings_and_tables_come_out_whole_under_generated_names(tmp_path, into):
    path = zipped(tmp_path / "a.zip", [("clips/one.wav", b"1" * 99), ("metadata.csv", b"file_name,text")])
    members = unpack(path, into, "a.zip")
    assert [(m.name, m.is_table) for m in members] == [("clips/one.wav", False), ("metadata.csv", True)]
    assert members[0].path.read_bytes() == b"1" * 99
    assert sorted(os.listdir(into)) == ["00000.wav", "00001.csv"]


@pytest.mark.parametrize("name", ["../../etc/evil.wav", "/etc/evil.wav", "a/../../evil.wav", "C:\\evil.wav"])
def test_no_name_leads_out_of_the_folder(tmp_path, into, name):
    unpack(zipped(tmp_path / "a.zip", [(name, b"x"), ("good.wav", b"y")]), into, "a.zip")
    inside = {into / file for file in os.listdir(into)}
    assert {p for p in tmp_path.rglob("*") if p.is_file()} == {tmp_path / "a.zip", *inside}


def test_two_entries_of_one_name_are_both_there(tmp_path, into):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = zipped(tmp_path / "a.zip", [("a.wav", b"1"), ("a.wav", b"2")])
    assert [m.path.read_bytes() for m in unpack(path, into, "a.zip")] == [b"1", b"2"]


def test_what_is_no_recording_is_passed_over(tmp_path, into):
    entries = [
        ("a.wav", b"1"), ("__MACOSX/._a.wav", b"2"), (".hidden.wav", b"3"), ("b/.c/d.wav", b"4"),
        ("run.sh", b"6"), ("no_suffix", b"7"), ("folder/", b""), ("__MACOSX/inner.zip", b"8"),
    ]  # fmt: skip
    assert [m.name for m in unpack(zipped(tmp_path / "a.zip", entries), into, "a.zip")] == ["a.wav"]


@pytest.mark.parametrize("inner", ["inner.zip", "deep/er/take.tar.GZ", "speech.7z"])
def test_an_archive_inside_is_refused_with_the_reason(tmp_path, into, inner):
    """Passed over, somebody's recordings would be missing, and nobody would know why."""
    path = zipped(tmp_path / "a.zip", [("a.wav", b"1"), (inner, b"PK")])
    with pytest.raises(ArchiveDamagedError, match="archive inside"):
        unpack(path, into, "a.zip")


def test_a_link_is_not_followed(tmp_path, into):
    link = zipfile.ZipInfo("link.wav")
    link.external_attr = 0o120777 << 16
    path = zipped(tmp_path / "a.zip", [(link, b"/etc/passwd"), ("a.wav", b"1")])
    assert [m.name for m in unpack(path, into, "a.zip")] == ["a.wav"]


def test_a_zip_without_recordings_is_said_to_be_one(tmp_path, into):
    with pytest.raises(MaterialEmptyError, match=r"no recording in notes\.zip"):
        unpack(zipped(tmp_path / "a.zip", [("metadata.csv", b"x")]), into, "notes.zip")


def test_a_bomb_is_stopped_while_it_unpacks(tmp_path, into):
    """50 MB of zeros in 50 kB."""
    path = zipped(tmp_path / "a.zip", [("a.wav", bytes(50_000_000))])
    assert path.stat().st_size < 60_000
    with pytest.raises(ArchiveTooLargeError, match="times its size"):
        unpack(path, into, "a.zip")
    assert sum(p.stat().st_size for p in into.iterdir()) < 10_000_000


def test_a_bomb_that_lies_of_its_size_is_stopped_too(tmp_path, into):
    path = zipped(tmp_path / "a.zip", [("a.wav", bytes(50_000_000))])
    data = bytearray(path.read_bytes())
    for header, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(header) + offset, 1_000)
    path.write_bytes(data)
    with pytest.raises(MaterialError):
        unpack(path, into, "a.zip")
    assert sum(p.stat().st_size for p in into.iterdir()) < 10_000_000


def test_the_total_counts_not_only_each_entry(tmp_path, into, monkeypatch):
    monkeypatch.setattr(archive, "MAX_TOTAL_MB", 1.0)
    noise = os.urandom(400_000)
    path = zipped(tmp_path / "a.zip", [(f"{n}.wav", noise) for n in range(4)], zipfile.ZIP_STORED)
    with pytest.raises(ArchiveTooLargeError, match="MB"):
        unpack(path, into, "a.zip")


def test_too_many_entries_are_not_even_begun(tmp_path, into):
    path = zipped(tmp_path / "a.zip", [(f"{n}.wav", b"") for n in range(MAX_ENTRIES + 1)])
    with pytest.raises(ArchiveTooLargeError, match=f"{MAX_ENTRIES + 1} entries"):
        unpack(path, into, "a.zip")
    assert not os.listdir(into)


def test_a_bomb_in_small_pieces_is_stopped(tmp_path, into):
    """Each entry stays under the megabyte from which its own ratio counts; 300 of them are 300 MB in 0.3."""
    path = zipped(tmp_path / "a.zip", [(f"{n}.wav", bytes(999_000)) for n in range(300)])
    with pytest.raises(ArchiveTooLargeError, match="times its size"):
        unpack(path, into, "a.zip")
    assert sum(p.stat().st_size for p in into.iterdir()) < 60_000_000


def with_directory(path, copies, zip64=False):
    """Write the list of a zip's one entry so many times over."""
    data = path.read_bytes()
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    directory = data[start:end] * copies
    tail = b""
    count, size, place = copies, len(directory), start
    if zip64:
        tail = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, place)
        tail += struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)
        count, size, place = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF
    tail += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, place, 0)
    path.write_bytes(data[:start] + directory + tail)
    return path


def test_entries_that_share_their_bytes_are_refused(tmp_path, into):
    """1 MB unpacked to 1 GB: a thousand entries pointed to the same packed bytes (Fifield, 2019)."""
    path = zipped(tmp_path / "a.zip", [("a.wav", os.urandom(900_000))], zipfile.ZIP_STORED)
    with pytest.raises(ArchiveDamagedError, match="upon one another"):
        unpack(with_directory(path, 1_500), into, "a.zip")
    assert not os.listdir(into)


@pytest.mark.parametrize("zip64", [False, True])
def test_a_long_list_of_entries_is_refused_before_it_is_read(tmp_path, into, monkeypatch, zip64):
    """zipfile makes an object of every entry: 50 MB of list took 300 MB of memory to be counted."""
    path = zipped(tmp_path / "a.zip", [("a.wav", b"1")])
    with_directory(path, 60_000, zip64)
    monkeypatch.setattr(archive.zipfile, "ZipFile", None)
    with pytest.raises(ArchiveTooLargeError, match="60000 entries"):
        unpack(path, into, "a.zip")


def test_a_list_that_lies_of_its_count_is_refused_by_its_bytes(tmp_path, into):
    path = with_directory(zipped(tmp_path / "a.zip", [("a.wav", b"1")]), 60_000)
    data = bytearray(path.read_bytes())
    struct.pack_into("<2H", data, len(data) - 14, 1, 1)
    path.write_bytes(data)
    with pytest.raises(ArchiveTooLargeError, match="bytes in its list"):
        unpack(path, into, "a.zip")


def test_a_small_zip64_and_one_with_a_comment_are_zips_like_others(tmp_path, into):
    path = with_directory(zipped(tmp_path / "a.zip", [("a.wav", b"1")]), 1, zip64=True)
    assert [m.name for m in unpack(path, into, "a.zip")] == ["a.wav"]
    other = zipped(tmp_path / "b.zip", [("b.wav", b"1")])
    with zipfile.ZipFile(other, "a") as out:
        out.comment = b"read in one go" * 100
    (tmp_path / "more").mkdir()
    assert [m.name for m in unpack(other, tmp_path / "more", "b.zip")] == ["b.wav"]


def test_an_encrypted_zip_is_refused_with_the_reason(tmp_path, into):
    path = zipped(tmp_path / "a.zip", [("a.wav", b"1")])
    data = bytearray(path.read_bytes())
    for header, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(ArchiveDamagedError, match="encrypted"):
        unpack(path, into, "a.zip")


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_zip_unpacks_or_is_refused_and_nothing_else(tmp_path_factory, data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.wav", b"sound " * 50)
        out.writestr("metadata.csv", b"file_name,text\n")
    damaged = bytearray(file.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "a.zip").write_bytes(damaged[: data.draw(st.integers(10, len(damaged)))])
    (folder / "into").mkdir()
    try:
        unpack(folder / "a.zip", folder / "into", "a.zip")
    except MaterialError as error:
        assert str(error)


def test_a_folder_is_walked_in_order_and_no_link_is_followed(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("b/2.wav", "a.flac", "notes.txt", ".hidden.wav"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "link.wav").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to("/etc")
    assert [m.name for m in walk(tmp_path, "here")] == ["a.flac", "b/2.wav"]
    with pytest.raises(MaterialEmptyError):
        walk(tmp_path / "folder" / "hostname", "nothing")


def test_a_folder_has_the_limits_of_a_zip(tmp_path, monkeypatch):
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(bytes(600_000))
    monkeypatch.setattr(archive, "MAX_TOTAL_MB", 1.0)
    with pytest.raises(ArchiveTooLargeError, match="1 MB"):
        walk(tmp_path, "here")
    monkeypatch.setattr(archive, "MAX_ENTRIES", 1)
    with pytest.raises(ArchiveTooLargeError, match="2 entries"):
        walk(tmp_path, "here")
