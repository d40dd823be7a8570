"""Files that are there whole or not at all, sealed where there is a key."""

from __future__ import annotations

import os

import pytest

from voiceclone.errors import OutputError, StoredVoiceDamagedError
from voiceclone.finetune.folder import Folder
from voiceclone.voices.vault import Vault

SECRET = b"somebody's voice"


@pytest.fixture
def sealed(tmp_path):
    return Folder(tmp_path / "sealed", Vault(bytes(32)).new_key("owner", "workspace"))


@pytest.mark.parametrize("kind", ["open", "sealed"])
def test_what_is_written_is_read(tmp_path, sealed, kind):
    folder = sealed if kind == "sealed" else Folder(tmp_path / "open")
    folder.write("clips/0001.wav", SECRET)
    folder.write("job.json", b"")
    assert folder.read("clips/0001.wav") == SECRET and folder.has("job.json")
    assert folder.names() == ["clips/0001.wav", "job.json"] and folder.names("clips") == ["clips/0001.wav"]
    folder.write("job.json", b"new")
    assert folder.read("job.json") == b"new"
    folder.remove("job.json")
    folder.remove("job.json")
    assert not folder.has("job.json")
    with pytest.raises(FileNotFoundError):
        folder.read("job.json")


def test_sealed_contents_are_not_on_the_disk_and_nobody_swaps_them(sealed):
    sealed.write("a.wav", SECRET)
    sealed.write("b.wav", b"other")
    on_disk = [path.read_bytes() for path in sealed.path.iterdir()]
    assert not any(SECRET in data for data in on_disk)
    os.replace(sealed.path / "b.wav", sealed.path / "a.wav")
    with pytest.raises(StoredVoiceDamagedError):
        sealed.read("a.wav")


def test_a_disk_that_refuses_leaves_the_old_contents(tmp_path, monkeypatch):
    folder = Folder(tmp_path)
    folder.write("a.json", b"old")

    def refuse(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutputError, match="No space left"):
        folder.write("a.json", b"new")
    assert folder.read("a.json") == b"old" and os.listdir(tmp_path) == ["a.json"]


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "", ".hidden", "a//b", "a\n"])
def test_no_name_leads_elsewhere(tmp_path, name):
    with pytest.raises(AssertionError):
        Folder(tmp_path).read(name)
