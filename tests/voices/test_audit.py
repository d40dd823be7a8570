import datetime as dt

import pytest
from sqlalchemy import delete, insert, select, text, update

from voiceclone.database.tables import AUDIT, INSTALLATION
from voiceclone.errors import AuditBrokenError, QuotaExceededError

ID, OTHER_ID = "1" * 32, "2" * 32
END = INSTALLATION.c.name == "audit end"


@pytest.fixture
def log(store, ada, ben, database, backend):
    """A store with five rows in its log, whose triggers somebody took away."""
    store.save(ada, ID, {"name": "Ada"}, b"voice")
    store.save(ben, ID, {"name": "Ben"}, b"voice")
    store.voice(ada, ID)
    store.update(ada, ID, {"name": "Countess"}, b"voice")
    store.delete(ada, ID)
    assert store.verify_audit() == 5
    names = {"sqlite": ["no_update", "no_delete", "no_replace"], "postgresql": ["append_only ON audit"]}
    with database.writing() as connection:
        for name in names[backend]:
            connection.execute(text(f"DROP TRIGGER audit_{name}"))
    return store


def test_what_was_done_is_logged_with_its_owner_and_in_order(store, ada, ben):
    start = dt.datetime.now(dt.timezone.utc)
    store.save(ada, ID, {"name": "Ada"}, b"voice", b"sample", [b"clip"])
    store.save(ben, OTHER_ID, {"name": "Ben"}, b"voice")
    store.voice(ada, ID), store.sample(ada, ID), store.clips(ada, ID)
    store.update(ada, ID, {}, b"")
    store.list(ada)
    store.delete(ada, ID)
    entries = store.audit(ada)
    actions = ["save", "open", "open", "open", "update", "delete"]
    assert [entry.action for entry in entries] == actions
    assert {(entry.voice_id, entry.outcome) for entry in entries} == {(ID, "done")}
    times = [dt.datetime.fromisoformat(entry.time) for entry in entries]
    assert start <= times[0] and times == sorted(times) and times[-1] <= dt.datetime.now(dt.timezone.utc)
    assert [entry.voice_id for entry in store.audit(ben)] == [OTHER_ID]


def test_a_refusal_is_logged(store, ada):
    with pytest.raises(QuotaExceededError):
        store.save(ada, ID, {}, bytes(100_001))
    assert [(e.action, e.voice_id, e.outcome) for e in store.audit(ada)] == [("save", ID, "quota")]
    assert store.verify_audit() == 1


def test_an_empty_log_is_whole(store):
    assert store.verify_audit() == 0


@pytest.mark.parametrize("column", ["time", "owner", "action", "voice_id", "outcome", "link"])
@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_row_that_was_changed_is_found(log, database, column, number):
    with database.writing() as connection:
        change = update(AUDIT).where(AUDIT.c.number == number).values({column: "x"})
        assert connection.execute(change).rowcount == 1
    with pytest.raises(AuditBrokenError) as caught:
        log.verify_audit()
    assert caught.value.row == number


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_row_that_was_taken_away_is_found(log, database, number):
    """The last one too, whose place is noted elsewhere."""
    with database.writing() as connection:
        assert connection.execute(delete(AUDIT).where(AUDIT.c.number == number)).rowcount == 1
    with pytest.raises(AuditBrokenError) as caught:
        log.verify_audit()
    assert caught.value.row == number


@pytest.mark.parametrize("number", [0, 6])
def test_a_row_that_was_put_in_is_found(log, database, number):
    with database.writing() as connection:
        row = connection.execute(select(AUDIT).where(AUDIT.c.number == 5)).one()
        connection.execute(insert(AUDIT).values({**row._mapping, "number": number}))
    with pytest.raises(AuditBrokenError):
        log.verify_audit()


def test_rows_that_changed_places_are_found(log, database):
    with database.writing() as connection:
        for old, new in ((2, 9), (3, 2), (9, 3)):
            connection.execute(update(AUDIT).where(AUDIT.c.number == old).values(number=new))
    with pytest.raises(AuditBrokenError) as caught:
        log.verify_audit()
    assert caught.value.row == 2


def test_a_log_that_was_emptied_is_found(log, database):
    with database.writing() as connection:
        connection.execute(delete(AUDIT))
    with pytest.raises(AuditBrokenError) as caught:
        log.verify_audit()
    assert caught.value.row == 1


def test_what_is_done_afterwards_does_not_cover_a_gap(log, database, ada):
    """The chain goes on from the noted end, not from whatever row is the last."""
    with database.writing() as connection:
        connection.execute(delete(AUDIT).where(AUDIT.c.number == 5))
    log.save(ada, ID, {}, b"voice")
    with pytest.raises(AuditBrokenError) as caught:
        log.verify_audit()
    assert caught.value.row == 5


@pytest.mark.parametrize("change", ["remove", "number", "link", "other"])
def test_a_false_end_is_found_and_nothing_added_to_it(log, database, ada, change):
    with database.writing() as connection:
        value = connection.execute(select(INSTALLATION.c.value).where(END)).scalar_one()
        assert value.startswith(b'[5,"')
        if change == "remove":
            connection.execute(delete(INSTALLATION).where(END))
        else:
            other = {"number": value.replace(b"[5,", b"[4,"), "link": value[:4] + b"00" + value[6:]}
            false = other.get(change, b"no JSON")
            connection.execute(update(INSTALLATION).where(END).values(value=false))
    with pytest.raises(AuditBrokenError):
        log.verify_audit()
    with pytest.raises(AuditBrokenError):
        log.save(ada, ID, {}, b"voice")
    assert log.list(ada) == []
