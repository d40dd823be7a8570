"""Each visitor's clips in a sealed folder of their own, destroyed once it is left alone."""

from __future__ import annotations

import os
import time

import pytest

from voiceclone.errors import StoredVoiceDamagedError, WorkspaceLimitError
from voiceclone.finetune.workspaces import DAY_S, Workspaces
from voiceclone.keys import Keyring
from voiceclone.voices.owner import Owner

ADA, BEN, EVE = (Owner.from_subject("test", name) for name in ("ada", "ben", "eve"))


@pytest.fixture
def workspaces(tmp_path):
    return Workspaces(tmp_path / "work", Keyring(tmp_path / "keys"), keep_days=7, max_workspaces=2)


def age(workspaces, days):
    then = time.time() - days * DAY_S
    for path in workspaces._root.rglob("*"):
        os.utime(path, (then, then))


def test_an_owner_finds_their_own_and_nobody_else_s(workspaces):
    assert workspaces.find(ADA) is None
    workspaces.make(ADA).write("a.txt", b"of ada")
    assert workspaces.make(ADA).read("a.txt") == b"of ada" == workspaces.find(ADA).read("a.txt")
    assert workspaces.find(BEN) is None and not workspaces.make(BEN).has("a.txt")


def test_nothing_on_the_disk_tells_whose_it_is_or_what(workspaces):
    workspaces.make(ADA).write("a.txt", b"of ada")
    paths = list(workspaces._root.rglob("*"))
    assert not any("ada" in str(path.relative_to(workspaces._root)) or ADA.key in str(path) for path in paths)
    assert not any(b"of ada" in path.read_bytes() for path in paths if path.is_file())


def test_another_owner_s_key_or_folder_does_not_open(workspaces, tmp_path):
    workspaces.make(ADA).write("a.txt", b"of ada")
    workspaces.make(BEN).write("a.txt", b"of ben")
    one, other = (workspaces.find(owner).path for owner in (ADA, BEN))
    (one / "a.txt").write_bytes((other / "a.txt").read_bytes())
    with pytest.raises(StoredVoiceDamagedError):
        workspaces.find(ADA).read("a.txt")
    (one / "key").write_bytes((other / "key").read_bytes())
    with pytest.raises(StoredVoiceDamagedError):
        workspaces.find(ADA)
    stranger = Workspaces(tmp_path / "work", Keyring(tmp_path / "other keys"), keep_days=7, max_workspaces=2)
    assert stranger.find(BEN) is None, "under another master key it is not even found"


def test_destroyed_it_is_gone(workspaces):
    path = workspaces.make(ADA).path
    workspaces.destroy(ADA)
    workspaces.destroy(ADA)
    assert workspaces.find(ADA) is None and not path.exists()


def test_there_are_as_many_as_there_may_be(workspaces):
    workspaces.make(ADA), workspaces.make(BEN)
    with pytest.raises(WorkspaceLimitError, match="2 people"):
        workspaces.make(EVE)
    assert workspaces.make(ADA), "who has one keeps it"
    workspaces.destroy(BEN)
    assert workspaces.make(EVE)


def test_what_was_left_alone_makes_room(workspaces):
    workspaces.make(ADA).write("a.txt", b"x"), workspaces.make(BEN)
    age(workspaces, 8)
    workspaces.find(BEN).write("b.txt", b"new")
    workspaces.make(EVE)
    assert workspaces.find(ADA) is None and workspaces.find(BEN) is not None
