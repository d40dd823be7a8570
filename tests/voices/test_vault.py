import pytest

from voiceclone.errors import StoredVoiceDamagedError
from voiceclone.voices.owner import Owner
from voiceclone.voices.vault import KEY_BYTES, NONCE_BYTES, TAG_BYTES, Vault

MASTER = bytes(range(32))
OWNER, OTHER_OWNER = "a" * 64, "b" * 64
ID, OTHER_ID = "1" * 32, "2" * 32
DATA = b"what is said in confidence"


@pytest.fixture
def vault():
    return Vault(MASTER)


@pytest.fixture
def key(vault):
    return vault.new_key(OWNER, ID)


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_what_was_sealed_opens_with_the_key_unwrapped(vault, key):
    for data in (b"", DATA, bytes(100_000)):
        assert vault.open_key(OWNER, ID, key.wrapped).open("voice", key.seal("voice", data)) == data


def test_sealing_adds_a_nonce_and_a_tag_and_shows_nothing(key):
    sealed = key.seal("voice", DATA)
    assert len(sealed) == NONCE_BYTES + len(DATA) + TAG_BYTES
    assert DATA not in sealed
    assert key.seal("voice", DATA) != sealed


def test_every_voice_has_a_key_of_its_own(vault, key):
    assert len(key.wrapped) == NONCE_BYTES + KEY_BYTES + TAG_BYTES
    with pytest.raises(StoredVoiceDamagedError):
        vault.new_key(OWNER, ID).open("voice", key.seal("voice", DATA))


def test_no_byte_of_a_sealed_part_can_be_changed(key):
    sealed = key.seal("clip 0", DATA)
    for place in range(len(sealed)):
        with pytest.raises(StoredVoiceDamagedError) as caught:
            key.open("clip 0", flipped(sealed, place))
        assert (caught.value.voice_id, caught.value.part) == (ID, "clip 0")


def test_no_byte_of_a_wrapped_key_can_be_changed(vault, key):
    for place in range(len(key.wrapped)):
        with pytest.raises(StoredVoiceDamagedError) as caught:
            vault.open_key(OWNER, ID, flipped(key.wrapped, place))
        assert caught.value.part == "key"


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27])
def test_what_was_cut_short_does_not_open(vault, key, length):
    with pytest.raises(StoredVoiceDamagedError):
        key.open("voice", key.seal("voice", DATA)[:length])
    with pytest.raises(StoredVoiceDamagedError):
        vault.open_key(OWNER, ID, key.wrapped[:length])


@pytest.mark.parametrize(("owner", "voice_id"), [(OTHER_OWNER, ID), (OWNER, OTHER_ID)])
def test_a_key_does_not_open_as_that_of_another(vault, key, owner, voice_id):
    with pytest.raises(StoredVoiceDamagedError):
        vault.open_key(owner, voice_id, key.wrapped)


@pytest.mark.parametrize("part", ["sample", "clip 0", "card", "voice "])
def test_a_part_does_not_open_as_another(key, part):
    with pytest.raises(StoredVoiceDamagedError):
        key.open(part, key.seal("voice", DATA))


def test_another_master_key_opens_nothing(key):
    with pytest.raises(StoredVoiceDamagedError):
        Vault(bytes(32)).open_key(OWNER, ID, key.wrapped)


def test_the_database_cannot_be_asked_for_an_account(vault):
    """Account ids can be guessed and hashed; without the master key the column cannot be computed."""
    owner = Owner.from_subject("huggingface", "12345")
    assert vault.column(owner) == Vault(MASTER).column(owner)
    assert vault.column(owner) not in (owner.key, Vault(bytes(32)).column(owner))
    assert vault.column(owner) != vault.column(Owner.from_subject("huggingface", "12346"))
