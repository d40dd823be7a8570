import gc
from pathlib import Path

import pytest

from voiceclone.ui.session import MAX_TAKES, Session, Take


@pytest.fixture
def session():
    return Session()


def make_take(session: Session) -> Take:
    number = session.next_take_number()
    audio, record = session.path("take.wav"), session.path("take.json")
    audio.write_bytes(b"sound")
    record.write_text("{}")
    return Take(number, "Ada", "Hello.", "en-us", 1.0, 7, audio, record, scores=None)


def test_no_two_files_of_a_session_meet(session):
    first, second = session.path("a.wav"), session.path("a.wav")
    assert first != second and first.name == second.name == "a.wav"


def test_two_sessions_share_nothing():
    one, other = Session(), Session()
    assert one.path("a").parents[1] != other.path("a").parents[1]
    one.stop_learning.set()
    assert not other.stop_learning.is_set()


def test_the_folder_goes_with_the_session():
    session = Session()
    path = session.path("voice.safetensors")
    path.write_bytes(b"x")
    del session
    gc.collect()
    assert not path.exists() and not path.parents[1].exists()


def test_the_last_takes_are_kept_newest_first_and_the_files_of_older_ones_go(session):
    takes = []
    for _ in range(MAX_TAKES + 2):
        take = make_take(session)
        session.keep(take)
        takes.append(take)
    assert [take.number for take in session.takes] == [7, 6, 5, 4, 3]
    assert [Path(take.audio).exists() for take in takes] == [False, False, True, True, True, True, True]


def test_a_take_is_found_by_its_number_and_only_its_own(session):
    take = make_take(session)
    session.keep(take)
    assert session.take(take.number) is take
    assert session.take(99) is None
    assert Session().take(take.number) is None
