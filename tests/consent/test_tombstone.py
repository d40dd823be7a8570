import datetime as dt

import pytest

from voiceclone import signed
from voiceclone.consent import tombstone as tombstones
from voiceclone.consent.receipt import Authority, issue
from voiceclone.errors import OptionError, SignatureInvalidError
from voiceclone.keys import SigningKey

KEY = SigningKey(bytes(range(32)))
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.timezone.utc)


@pytest.fixture
def receipt():
    return issue(KEY, voice_name="Ada", speaker="Ada L.", clips=["a" * 64], authority=Authority("own-voice"))


def test_it_says_which_receipt_ended_and_when(receipt):
    local = NOON.astimezone(dt.timezone(dt.timedelta(hours=8)))
    found = tombstones.withdraw(receipt, "  I changed\n my mind ", KEY, local)
    assert (found.receipt_id, found.voice_id) == (receipt.id, receipt.voice_id)
    assert found.revoked == "2026-11-23T12:00:00+00:00"
    assert found.reason == "I changed my mind"
    assert found.key_id == KEY.id


def test_it_is_read_as_it_was_written(receipt):
    written = tombstones.withdraw(receipt, "", KEY, NOON)
    assert tombstones.from_bytes(written.to_bytes()) == written
    assert tombstones.from_dict(written.to_dict()) == written


def test_it_holds_nothing_of_the_speaker(receipt):
    assert b"Ada" not in tombstones.withdraw(receipt, "", KEY, NOON).to_bytes()


def test_no_byte_of_it_can_be_changed(receipt):
    raw = tombstones.withdraw(receipt, "no longer", KEY, NOON).to_bytes()
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(SignatureInvalidError):
            tombstones.from_bytes(changed)


def test_a_receipt_is_no_tombstone(receipt):
    with pytest.raises(SignatureInvalidError):
        tombstones.from_bytes(receipt.to_bytes())


@pytest.mark.parametrize(
    "change",
    [
        {"format_version": 2},
        {"receipt_id": "short"},
        {"voice_id": 7},
        {"revoked": "yesterday"},
        {"revoked": "2026-11-23T12:00:00"},
        {"reason": "x" * 301},
        {"more": "text"},
    ],
    ids=str,
)
def test_what_is_signed_but_no_tombstone_is_refused(receipt, change):
    payload = tombstones.withdraw(receipt, "", KEY, NOON).document.payload
    document = signed.sign(tombstones.KIND, {**payload, **change}, KEY)
    with pytest.raises(SignatureInvalidError, match="no tombstone"):
        tombstones.from_bytes(document.to_bytes())


@pytest.mark.parametrize("reason", ["x" * 301, "bell \a"], ids=["long", "unprintable"])
def test_a_reason_that_nobody_can_read_is_refused(receipt, reason):
    with pytest.raises(OptionError, match="at most 300"):
        tombstones.withdraw(receipt, reason, KEY, NOON)
