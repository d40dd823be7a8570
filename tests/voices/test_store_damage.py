"""Whatever somebody changes who can write to the database, but has no master key, is found out."""

import pytest
from sqlalchemy import delete, insert, select, update

from voiceclone.database.tables import PARTS, VOICES
from voiceclone.errors import StoredVoiceDamagedError

ID, OTHER_ID = "1" * 32, "2" * 32
CARD = {"name": "Ada"}
PLACES = 13
"""How far apart bytes are changed; the vault's own tests change every byte."""


@pytest.fixture
def rows(store, ada, ben, database):
    """Tampering with the rows of a store: two voices of one owner, one of another with the same id."""
    for owner, voice_id, name in ((ada, ID, b"ada one"), (ada, OTHER_ID, b"ada two"), (ben, ID, b"ben one")):
        clips = [name + b" first", name + b" other"]
        store.save(owner, voice_id, {"name": name.decode()}, name + b" voice", name + b" sample", clips)
    return Rows(store, database)


class Rows:
    def __init__(self, store, database) -> None:
        self.database = database
        self._store = store

    def voice(self, owner, voice_id=ID):
        """Return what picks the row of a voice."""
        return (VOICES.c.owner == self._store._vault.column(owner)) & (VOICES.c.id == voice_id)

    def part(self, owner, part, voice_id=ID):
        """Return what picks the row of a part."""
        of_voice = (PARTS.c.owner == self._store._vault.column(owner)) & (PARTS.c.voice_id == voice_id)
        return of_voice & (PARTS.c.part == part)

    def get(self, column, where):
        with self.database.reading() as connection:
            return connection.execute(select(column).where(where)).scalar_one()

    def set(self, column, where, value) -> None:
        with self.database.writing() as connection:
            assert connection.execute(update(column.table).where(where).values({column: value})).rowcount == 1

    def each_change(self, column, where):
        """Change a byte here and there, one after the other; at the end all is as it was."""
        original = self.get(column, where)
        for place in (*range(0, len(original), PLACES), len(original) - 1):
            self.set(
                column, where, original[:place] + bytes([original[place] ^ 0x80]) + original[place + 1 :]
            )
            yield
        for length in (0, len(original) - 1):
            self.set(column, where, original[:length])
            yield
        self.set(column, where, original)


def all_of(store, owner, voice_id=ID):
    return store.voice(owner, voice_id), store.sample(owner, voice_id), store.clips(owner, voice_id)


@pytest.mark.parametrize("column", [VOICES.c.wrapped_key, VOICES.c.card], ids=str)
def test_a_changed_byte_of_key_or_card_is_found_wherever_the_voice_is_used(store, ada, rows, column):
    for _ in rows.each_change(column, rows.voice(ada)):
        with pytest.raises(StoredVoiceDamagedError) as caught:
            store.list(ada)
        assert caught.value.voice_id == ID
        with pytest.raises(StoredVoiceDamagedError):
            store.voice(ada, ID)
        with pytest.raises(StoredVoiceDamagedError):
            store.update(ada, ID, CARD, b"")
    assert len(store.list(ada)) == 2 and all_of(store, ada)[0] == b"ada one voice"


@pytest.mark.parametrize(
    ("part", "ask"), [("voice", "voice"), ("sample", "sample"), ("clip 0", "clips"), ("clip 1", "clips")]
)
def test_a_changed_byte_of_a_part_is_found(store, ada, ben, rows, part, ask):
    for _ in rows.each_change(PARTS.c.sealed, rows.part(ada, part)):
        with pytest.raises(StoredVoiceDamagedError) as caught:
            getattr(store, ask)(ada, ID)
        assert (caught.value.voice_id, caught.value.part) == (ID, part)
        assert store.voice(ben, ID) == b"ben one voice"
    assert all_of(store, ada) == (b"ada one voice", b"ada one sample", [b"ada one first", b"ada one other"])


def test_no_part_can_take_the_place_of_another(store, ada, rows):
    """Sound for sound: a clip played as the sample, one clip as the other, another voice's part."""
    parts = {"voice": "voice", "sample": "sample", "clip 0": "clips", "clip 1": "clips"}
    for part, ask in parts.items():
        original = rows.get(PARTS.c.sealed, rows.part(ada, part))
        others = [rows.part(ada, other) for other in parts if other != part]
        for other in (*others, rows.part(ada, part, OTHER_ID)):
            rows.set(PARTS.c.sealed, rows.part(ada, part), rows.get(PARTS.c.sealed, other))
            with pytest.raises(StoredVoiceDamagedError):
                getattr(store, ask)(ada, ID)
        rows.set(PARTS.c.sealed, rows.part(ada, part), original)


def test_no_voice_can_be_moved_to_another_owner(store, ada, ben, rows):
    """Key, card and parts of one owner's voice in the rows of another's: nothing of it opens."""
    for column in (VOICES.c.wrapped_key, VOICES.c.card, VOICES.c.bytes):
        rows.set(column, rows.voice(ben), rows.get(column, rows.voice(ada)))
    for part in ("voice", "sample", "clip 0", "clip 1"):
        rows.set(PARTS.c.sealed, rows.part(ben, part), rows.get(PARTS.c.sealed, rows.part(ada, part)))
    for ask in (store.voice, store.sample, store.clips):
        with pytest.raises(StoredVoiceDamagedError):
            ask(ben, ID)
    with pytest.raises(StoredVoiceDamagedError):
        store.list(ben)


def test_no_voice_can_be_moved_to_another_id(store, ada, rows):
    for column in (VOICES.c.wrapped_key, VOICES.c.card, VOICES.c.bytes):
        rows.set(column, rows.voice(ada, OTHER_ID), rows.get(column, rows.voice(ada, ID)))
    with pytest.raises(StoredVoiceDamagedError):
        store.voice(ada, OTHER_ID)


@pytest.mark.parametrize(
    ("part", "ask"), [("voice", "voice"), ("sample", "sample"), ("clip 1", "clips"), ("clip 0", "clips")]
)
def test_a_part_that_was_taken_away_is_missed(store, ada, rows, part, ask):
    with rows.database.writing() as connection:
        connection.execute(delete(PARTS).where(rows.part(ada, part)))
    with pytest.raises(StoredVoiceDamagedError):
        getattr(store, ask)(ada, ID)


def test_a_part_that_was_put_in_is_not_played(store, ada, rows):
    column = store._vault.column(ada)
    with rows.database.writing() as connection:
        row = {"owner": column, "voice_id": ID, "part": "clip 2", "sealed": b"anything"}
        connection.execute(insert(PARTS).values(row))
    assert len(store.clips(ada, ID)) == 2 and store.list(ada)[1].n_clips == 2


@pytest.mark.parametrize("change", ["update", "save"])
def test_a_part_of_an_earlier_state_is_found(store, ada, rows, change):
    """It is genuine, sealed for this very place: after `update` even under the same key."""
    old = rows.get(PARTS.c.sealed, rows.part(ada, "voice"))
    getattr(store, change)(ada, ID, CARD, b"newer voice")
    assert store.voice(ada, ID) == b"newer voice"
    rows.set(PARTS.c.sealed, rows.part(ada, "voice"), old)
    with pytest.raises(StoredVoiceDamagedError):
        store.voice(ada, ID)


def test_a_false_size_is_found(store, ada, rows):
    """Which would make room beyond the quota."""
    rows.set(VOICES.c.bytes, rows.voice(ada), 0)
    with pytest.raises(StoredVoiceDamagedError, match="size"):
        store.list(ada)


def test_a_damaged_voice_can_be_deleted_or_saved_again(store, ada, rows):
    rows.set(VOICES.c.wrapped_key, rows.voice(ada), b"")
    rows.set(VOICES.c.card, rows.voice(ada, OTHER_ID), b"")
    store.save(ada, ID, CARD, b"again")
    store.delete(ada, OTHER_ID)
    assert [voice.card for voice in store.list(ada)] == [CARD] and store.voice(ada, ID) == b"again"


def test_that_damage_was_met_is_logged(store, ada, rows):
    before = len(store.audit(ada))
    rows.set(VOICES.c.card, rows.voice(ada), b"")
    with pytest.raises(StoredVoiceDamagedError):
        store.update(ada, ID, CARD, b"")
    logged = store.audit(ada)[before:]
    assert [(entry.action, entry.outcome) for entry in logged] == [("update", "damaged")]
