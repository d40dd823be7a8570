import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from voiceclone.database.connection import open_database
from voiceclone.database.tables import INSTALLATION, METADATA, PARTS, VOICES
from voiceclone.errors import (
    KeyUnavailableError,
    MasterKeyMismatchError,
    QuotaExceededError,
    VoiceNotFoundError,
)
from voiceclone.keys import Keyring
from voiceclone.settings import Settings
from voiceclone.voices.owner import Owner, new_capability
from voiceclone.voices.store import VoiceStore

ID, OTHER_ID = "1" * 32, "2" * 32
CARD = {"name": "Ada Lovelace", "language": "en-us", "steps": 300, "similarity": 0.71, "tags": ["a", None]}
VOICE, SAMPLE, CLIPS = b"voice" * 100, b"sample" * 100, [b"clip one" * 100, b"", b"clip three"]


def noise(name: str, size: int) -> bytes:
    return random.Random(name).randbytes(size)


def files(folder: Path) -> bytes:
    """Every byte that the database has in files."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("voices.db*")))


def sealed_bytes(store: VoiceStore) -> list[bytes]:
    """Pieces of everything that is sealed, each well inside a page of the file."""
    with store._database.reading() as connection:
        values = [*connection.execute(select(PARTS.c.sealed)).scalars()]
        for row in connection.execute(select(VOICES.c.wrapped_key, VOICES.c.card)):
            values += row
    return [value[start : start + 24] for value in values for start in range(0, len(value) - 24, 1000)]


# --- what is kept ------------------------------------------------------------------------


def test_a_voice_is_kept_whole(store, ada):
    saved = store.save(ada, ID, CARD, VOICE, SAMPLE, CLIPS)
    assert store.voice(ada, ID) == VOICE
    assert store.sample(ada, ID) == SAMPLE
    assert store.clips(ada, ID) == CLIPS
    assert store.list(ada) == [saved]
    assert (saved.id, saved.card) == (ID, CARD)
    assert saved.bytes == len(VOICE) + len(SAMPLE) + sum(map(len, CLIPS))
    assert (saved.n_clips, saved.has_sample) == (3, True)


def test_a_voice_needs_neither_sample_nor_clips(store, ada):
    saved = store.save(ada, ID, {}, b"")
    assert store.voice(ada, ID) == b"" and store.sample(ada, ID) is None and store.clips(ada, ID) == []
    assert (saved.bytes, saved.n_clips, saved.has_sample) == (0, 0, False)


def test_clips_keep_their_order(database, keyring, ada):
    """As text, "clip 10" comes before "clip 2"."""
    store = VoiceStore(database, keyring, max_voices=1)
    clips = [f"number {number}".encode() for number in range(12)]
    store.save(ada, ID, CARD, VOICE, clips=clips)
    assert store.clips(ada, ID) == clips


def test_voices_are_there_after_a_restart(store, ada, database_settings):
    saved = store.save(ada, ID, CARD, VOICE, SAMPLE, CLIPS)
    database = open_database(database_settings)
    again = VoiceStore(database, Keyring(database_settings.data_dir), max_voices=3)
    assert again.list(ada) == [saved] and again.clips(ada, ID) == CLIPS
    database.close()


def test_saving_again_replaces_the_whole_voice(store, ada):
    store.save(ada, ID, CARD, VOICE, SAMPLE, CLIPS)
    saved = store.save(ada, ID, {"name": "new"}, b"new")
    assert store.list(ada) == [saved]
    assert (store.voice(ada, ID), store.sample(ada, ID), store.clips(ada, ID)) == (b"new", None, [])


def test_updating_changes_card_and_voice(store, ada):
    before = store.save(ada, ID, CARD, VOICE, SAMPLE, CLIPS)
    after = store.update(ada, ID, {"name": "new"}, b"new")
    assert store.list(ada) == [after]
    assert after.card == {"name": "new"} and after.created == before.created < after.updated
    assert after.bytes == before.bytes - len(VOICE) + 3
    assert (store.voice(ada, ID), store.sample(ada, ID), store.clips(ada, ID)) == (b"new", SAMPLE, CLIPS)


def test_the_latest_voice_comes_first(store, ada):
    for voice_id in (OTHER_ID, ID, "3" * 32):
        store.save(ada, voice_id, CARD, VOICE)
    assert [voice.id for voice in store.list(ada)] == ["3" * 32, ID, OTHER_ID]


def test_a_deleted_voice_is_gone(store, ada):
    store.save(ada, ID, CARD, VOICE, SAMPLE, CLIPS)
    store.save(ada, OTHER_ID, CARD, VOICE)
    store.delete(ada, ID)
    assert [voice.id for voice in store.list(ada)] == [OTHER_ID]
    with pytest.raises(VoiceNotFoundError):
        store.voice(ada, ID)
    with pytest.raises(VoiceNotFoundError):
        store.delete(ada, ID)


@pytest.mark.parametrize("voice_id", ["", "name", "A" * 32, "1" * 31, "../" * 10, "1" * 32 + "\n"])
def test_only_an_id_is_an_id(store, ada, voice_id):
    with pytest.raises(ValueError, match="32 hex digits"):
        store.save(ada, voice_id, CARD, VOICE)
    with pytest.raises(VoiceNotFoundError):
        store.voice(ada, voice_id)


# --- owners ------------------------------------------------------------------------------


def test_two_owners_may_keep_the_same_voice(store, ada, ben):
    store.save(ada, ID, {"of": "ada"}, b"ada", b"sample of ada", [b"clip of ada"])
    store.save(ben, ID, {"of": "ben"}, b"ben")
    store.update(ben, ID, {"of": "still ben"}, b"still ben")
    assert (store.voice(ada, ID), store.voice(ben, ID)) == (b"ada", b"still ben")
    store.delete(ben, ID)
    assert store.list(ada)[0].card == {"of": "ada"} and store.list(ben) == []
    assert (store.sample(ada, ID), store.clips(ada, ID)) == (b"sample of ada", [b"clip of ada"])


def test_a_foreign_voice_is_as_one_that_never_was(store, ada, ben):
    store.save(ada, ID, CARD, VOICE, SAMPLE, CLIPS)
    refusals = set()
    for voice_id in (ID, OTHER_ID):
        for ask in (store.voice, store.sample, store.clips, store.delete):
            with pytest.raises(VoiceNotFoundError) as caught:
                ask(ben, voice_id)
            refusals.add(str(caught.value).replace(voice_id, "…"))
        with pytest.raises(VoiceNotFoundError):
            store.update(ben, voice_id, {}, b"")
    assert len(refusals) == 1
    assert store.list(ben) == [] and store.audit(ben) == []
    assert store.voice(ada, ID) == VOICE


# --- limits ------------------------------------------------------------------------------


def test_a_library_holds_so_many_voices(store, ada, ben):
    for number in range(3):
        store.save(ada, f"{number:032x}", CARD, VOICE)
    with pytest.raises(QuotaExceededError) as caught:
        store.save(ada, ID, CARD, VOICE)
    assert (caught.value.voices, caught.value.max_voices) == (4, 3)
    assert len(store.list(ada)) == 3
    store.save(ada, f"{0:032x}", CARD, b"replaced")
    store.save(ben, ID, CARD, VOICE)
    store.delete(ada, f"{1:032x}")
    store.save(ada, ID, CARD, VOICE)


def test_a_library_holds_so_many_bytes(store, ada):
    store.save(ada, ID, CARD, bytes(40_000), bytes(10_000), [bytes(10_000)])
    with pytest.raises(QuotaExceededError) as caught:
        store.save(ada, OTHER_ID, CARD, bytes(40_001))
    assert caught.value.megabytes == pytest.approx(0.100001) and caught.value.max_megabytes == 0.1
    with pytest.raises(QuotaExceededError):
        store.update(ada, ID, CARD, bytes(80_001))
    assert store.voice(ada, ID) == bytes(40_000)
    store.save(ada, OTHER_ID, CARD, bytes(40_000))


def test_of_many_threads_that_fill_a_library_only_so_many_succeed(store, ada):
    together = threading.Barrier(6)

    def save(number: int) -> bool:
        together.wait()
        try:
            store.save(ada, f"{number:032x}", {"n": number}, noise(str(number), 1000))
        except QuotaExceededError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(save, range(6))).count(True) == 3
    for voice in store.list(ada):
        assert store.voice(ada, voice.id) == noise(str(voice.card["n"]), 1000)
    assert store.verify_audit() == 9


# --- secrecy -----------------------------------------------------------------------------


def test_nothing_is_kept_in_clear(store, ada, database):
    capability = new_capability()
    owner = Owner.from_capability(capability)
    store.save(owner, ID, CARD, b"plain voice" * 20, b"plain sample" * 20, [b"plain clip" * 20])
    with database.reading() as connection:
        kept = str([connection.execute(select(table)).all() for table in METADATA.sorted_tables])
    assert ID in kept
    for secret in ("Ada", "Lovelace", "en-us", "plain", capability, owner.key):
        assert secret not in kept


@pytest.mark.parametrize("change", ["delete", "replace", "update"])
def test_nothing_of_a_destroyed_voice_is_left_in_the_files(tmp_path, ada, change):
    """Neither the ciphertext nor the wrapped key: the file is overwritten, and the journal goes.

    PostgreSQL removes old rows later, in its own time.
    """
    database = open_database(Settings(data_dir=tmp_path))
    store = VoiceStore(database, Keyring(tmp_path), max_voices=3)
    store.save(ada, OTHER_ID, CARD, noise("kept", 30_000))
    store.save(ada, ID, CARD, noise("voice", 50_000), noise("sample", 3_000), [noise("clip", 300)])
    pieces, before = sealed_bytes(store), files(tmp_path)
    if change == "delete":
        store.delete(ada, ID)
    elif change == "replace":
        store.save(ada, ID, CARD, b"")
    else:
        store.update(ada, ID, CARD, b"")
    kept, after = set(sealed_bytes(store)), files(tmp_path)
    destroyed = [piece for piece in pieces if piece not in kept]
    assert sum(piece in before for piece in destroyed) > 0.9 * len(destroyed) > 40  # some span two pages
    assert [piece for piece in destroyed if piece in after] == []
    assert store.voice(ada, OTHER_ID) == noise("kept", 30_000)
    database.close()


def test_without_a_key_nothing_is_stored(database, tmp_path, ada):
    path = tmp_path / "master.key"
    path.write_text("0" * 64)
    path.chmod(0o644)
    store = VoiceStore(database, Keyring(tmp_path), max_voices=3)
    with pytest.raises(KeyUnavailableError, match="0644"):
        store.save(ada, ID, CARD, VOICE)
    with database.reading() as connection:
        for table in (VOICES, PARTS, INSTALLATION):
            assert connection.execute(select(table)).all() == []
    path.chmod(0o600)
    store.save(ada, ID, CARD, VOICE)
    assert store.voice(ada, ID) == VOICE


def test_another_master_key_is_told_from_damage(store, ada, database, tmp_path, keyring):
    store.save(ada, ID, CARD, VOICE)
    wrong = VoiceStore(database, Keyring(tmp_path, master="0" * 64), max_voices=3)
    for ask in (wrong.list, wrong.audit):
        with pytest.raises(MasterKeyMismatchError) as caught:
            ask(ada)
    assert caught.value.given != caught.value.expected
    with pytest.raises(MasterKeyMismatchError):
        wrong.save(ada, OTHER_ID, CARD, VOICE)
    with pytest.raises(MasterKeyMismatchError):
        wrong.voice(ada, ID)
    assert keyring.master_key().hex() not in str(caught.value)
    assert [voice.id for voice in store.list(ada)] == [ID]
