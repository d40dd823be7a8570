import datetime as dt
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text, update

from voiceclone.consent import tombstone as tombstones
from voiceclone.consent.ledger import KEPT_AFTER, ConsentLedger
from voiceclone.consent.receipt import Authority, Receipt, issue
from voiceclone.database.connection import Database, open_database
from voiceclone.database.tables import CHALLENGES, RECORDINGS, TOMBSTONES
from voiceclone.errors import (
    ChallengeExpiredError,
    ChallengeUnknownError,
    ChallengeUsedError,
    ReceiptExpiredError,
    SignatureInvalidError,
    StoreUnavailableError,
    VoiceRevokedError,
)
from voiceclone.keys import SigningKey
from voiceclone.settings import Settings

KEY = SigningKey(bytes(range(32)))
ID = "c" * 32
PAYLOAD = {"speaker": "Ada Lovelace", "words": ["amber", "kettle"], "clips": ["a" * 64]}
MINUTE = dt.timedelta(minutes=1)
N_TAKERS = 8


def now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


def new_receipt(**more) -> Receipt:
    authority = Authority("own-voice")
    return issue(KEY, voice_name="Ada", speaker="Ada L.", clips=["a" * 64], authority=authority, **more)


def allow_changes(database: Database, backend: str) -> None:
    """Do what somebody would do who can write to the database and knows its triggers."""
    triggers = {"sqlite": ("no_update", "no_delete"), "postgresql": ("append_only",)}[backend]
    with database.writing() as connection:
        for name in triggers:
            of_table = " ON tombstones" if backend == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER tombstones_{name}{of_table}"))


def contents(database: Database) -> str:
    """Everything that the ledger keeps, as text."""
    with database.reading() as connection:
        return str([connection.execute(select(t)).all() for t in (CHALLENGES, RECORDINGS, TOMBSTONES)])


@pytest.fixture
def ledger(database):
    return ConsentLedger(database)


# --- sentences of consent ----------------------------------------------------------------


def test_a_sentence_is_taken_once(ledger):
    ledger.open_challenge(ID, PAYLOAD, now() + MINUTE)
    assert ledger.take_challenge(ID) == PAYLOAD
    with pytest.raises(ChallengeUsedError, match=ID):
        ledger.take_challenge(ID)


def test_a_sentence_that_nobody_asked_for_is_unknown(ledger):
    ledger.open_challenge(ID, PAYLOAD, now() + MINUTE)
    for unknown in ("d" * 32, "", "x'; DROP TABLE challenges; --", "\0", "声"):
        with pytest.raises(ChallengeUnknownError):
            ledger.take_challenge(unknown)
    assert ledger.take_challenge(ID) == PAYLOAD


def test_a_sentence_cannot_be_taken_after_its_time(ledger):
    end = now() + MINUTE
    ledger.open_challenge(ID, PAYLOAD, end)
    with pytest.raises(ChallengeExpiredError) as caught:
        ledger.take_challenge(ID, now=end)
    assert dt.datetime.fromisoformat(caught.value.expires) == end
    assert ledger.take_challenge(ID, now=end - dt.timedelta(microseconds=1)) == PAYLOAD


def test_times_of_other_zones_are_the_same_times(ledger):
    """As text, 09:00+08:00 comes after 02:00+00:00, though it is an hour before."""
    zone = dt.timezone(dt.timedelta(hours=8))
    end = now() + MINUTE
    ledger.open_challenge(ID, PAYLOAD, end.astimezone(zone))
    with pytest.raises(ChallengeExpiredError):
        ledger.take_challenge(ID, now=end + MINUTE)
    assert ledger.take_challenge(ID, now=(end - MINUTE).astimezone(zone)) == PAYLOAD


def test_an_id_is_not_used_for_a_second_sentence(ledger):
    ledger.open_challenge(ID, PAYLOAD, now() + MINUTE)
    with pytest.raises(ChallengeUsedError):
        ledger.open_challenge(ID, {"other": True}, now() + MINUTE)
    assert ledger.take_challenge(ID) == PAYLOAD


def test_old_sentences_are_forgotten(ledger, database):
    ledger.open_challenge("e" * 32, PAYLOAD, now() - KEPT_AFTER - MINUTE)
    ledger.open_challenge("f" * 32, PAYLOAD, now() - KEPT_AFTER + MINUTE)
    ledger.open_challenge(ID, PAYLOAD, now() + MINUTE)
    with database.reading() as connection:
        assert len(connection.execute(select(CHALLENGES)).all()) == 2
    with pytest.raises(ChallengeUnknownError):
        ledger.take_challenge("e" * 32)
    with pytest.raises(ChallengeExpiredError):
        ledger.take_challenge("f" * 32)


def test_the_database_alone_tells_nothing_of_a_sentence(ledger, database):
    ledger.open_challenge(ID, PAYLOAD, now() + MINUTE)
    kept = contents(database)
    for word in ("Ada", "Lovelace", "amber", "a" * 64, ID):
        assert word not in kept
    ledger.take_challenge(ID)
    with database.reading() as connection:
        assert connection.execute(select(CHALLENGES.c.sealed)).scalar() == b""


def test_a_sentence_that_was_changed_is_not_believed(ledger, database):
    ledger.open_challenge(ID, PAYLOAD, now() + MINUTE)
    with database.writing() as connection:
        sealed = connection.execute(select(CHALLENGES.c.sealed)).scalar()
        connection.execute(update(CHALLENGES).values(sealed=sealed[:-1] + bytes([sealed[-1] ^ 1])))
    with pytest.raises(StoreUnavailableError, match="changed"):
        ledger.take_challenge(ID)


def taken(ledger: ConsentLedger) -> bool:
    try:
        return ledger.take_challenge(ID) == PAYLOAD
    except ChallengeUsedError:
        return False


def test_of_many_threads_one_takes_a_sentence(ledger):
    ledger.open_challenge(ID, PAYLOAD, now() + MINUTE)
    together = threading.Barrier(N_TAKERS)

    def take() -> bool:
        together.wait()
        return taken(ledger)

    with ThreadPoolExecutor(N_TAKERS) as pool:
        results = [pool.submit(take) for _ in range(N_TAKERS)]
    assert [result.result() for result in results].count(True) == 1


def take_in_process(settings: Settings, together, results) -> None:
    database = open_database(settings)
    together.wait()
    results.put(taken(ConsentLedger(database)))


def test_of_two_processes_one_takes_a_sentence(ledger, database_settings):
    ledger.open_challenge(ID, PAYLOAD, now() + MINUTE)
    context = multiprocessing.get_context("spawn")
    together, results = context.Barrier(2), context.Queue()
    arguments = (database_settings, together, results)
    processes = [context.Process(target=take_in_process, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    assert sorted(results.get() for _ in processes) == [False, True]
    for process in processes:
        process.join()


# --- recordings --------------------------------------------------------------------------


def test_a_recording_counts_once(ledger):
    assert ledger.remember_recording("1" * 64)
    assert not ledger.remember_recording("1" * 64)
    assert ledger.remember_recording("2" * 64)


def test_of_many_threads_one_hands_in_a_recording(ledger):
    with ThreadPoolExecutor(N_TAKERS) as pool:
        first = list(pool.map(ledger.remember_recording, ["1" * 64] * N_TAKERS))
    assert first.count(True) == 1


# --- withdrawal --------------------------------------------------------------------------


def test_consent_holds_until_it_is_withdrawn(ledger, database_settings):
    receipt, other = new_receipt(), new_receipt()
    ledger.check(receipt)
    assert ledger.tombstone(receipt.id) is None
    written = ledger.revoke(receipt, "I changed my mind", KEY)
    with pytest.raises(VoiceRevokedError) as caught:
        ledger.check(receipt)
    assert caught.value.voice == "Ada"
    assert (caught.value.revoked, caught.value.reason) == (written.revoked, "I changed my mind")
    ledger.check(other)
    again = open_database(database_settings)  # as after a restart
    assert ConsentLedger(again).tombstone(receipt.id) == written
    again.close()


def test_the_first_withdrawal_stays(ledger):
    receipt = new_receipt()
    first = ledger.revoke(receipt, "first", KEY, now() - MINUTE)
    assert ledger.revoke(receipt, "second", KEY) == first
    assert ledger.tombstone(receipt.id) == first


def test_a_withdrawal_that_was_signed_elsewhere_counts_like_ones_own(ledger):
    receipt, elsewhere = new_receipt(), SigningKey(bytes(32))
    brought = tombstones.withdraw(receipt, "said elsewhere", elsewhere)
    assert ledger.accept(brought) == brought == ledger.tombstone(receipt.id)
    with pytest.raises(VoiceRevokedError, match="said elsewhere"):
        ledger.check(receipt)
    assert ledger.accept(tombstones.withdraw(receipt, "later", elsewhere)).reason == "said elsewhere"
    assert ledger.revoke(receipt, "later", KEY).key_id == elsewhere.id


def test_a_withdrawal_needs_no_reason(ledger):
    receipt = new_receipt()
    ledger.revoke(receipt, "", KEY)
    with pytest.raises(VoiceRevokedError, match="no reason was given"):
        ledger.check(receipt)


def test_consent_ends_after_its_last_day(ledger):
    today = now().date()
    receipt = new_receipt(expires=today.isoformat())
    ledger.check(receipt)
    with pytest.raises(ReceiptExpiredError):
        ledger.check(receipt, now() + dt.timedelta(days=1))
    ledger.revoke(receipt, "", KEY)
    with pytest.raises(VoiceRevokedError):  # which is for good, so it is said first
        ledger.check(receipt, now() + dt.timedelta(days=1))


def test_no_byte_of_a_withdrawal_can_be_changed(ledger, database, backend):
    """Not even by someone who takes the triggers away; the voice stays silent then too."""
    receipt = new_receipt()
    document = ledger.revoke(receipt, "x", KEY).to_bytes()
    allow_changes(database, backend)
    places = range(0, len(document), 25)  # every byte: tests of the tombstone itself
    for place in places:
        changed = document[:place] + bytes([document[place] ^ 1]) + document[place + 1 :]
        with database.writing() as connection:
            connection.execute(update(TOMBSTONES).values(document=changed))
        with pytest.raises(SignatureInvalidError):
            ledger.check(receipt)
    with pytest.raises(SignatureInvalidError):
        ledger.revoke(receipt, "x", KEY)


@pytest.mark.parametrize("column", ["receipt_id", "voice_id"])
def test_a_withdrawal_cannot_be_moved(ledger, database, backend, column):
    receipt, other = new_receipt(), new_receipt()
    ledger.revoke(receipt, "", KEY)
    allow_changes(database, backend)
    values = {"receipt_id": other.id, "voice_id": other.voice_id}
    with database.writing() as connection:
        connection.execute(update(TOMBSTONES).values({column: values[column]}))
    with pytest.raises(SignatureInvalidError, match="another receipt"):
        ledger.tombstone(other.id if column == "receipt_id" else receipt.id)


def test_of_many_threads_that_withdraw_all_get_the_same_tombstone(ledger):
    receipt = new_receipt()
    with ThreadPoolExecutor(N_TAKERS) as pool:
        found = list(pool.map(lambda n: ledger.revoke(receipt, f"number {n}", KEY), range(N_TAKERS)))
    assert len({tombstone.reason for tombstone in found}) == 1
    assert ledger.tombstone(receipt.id) == found[0]
