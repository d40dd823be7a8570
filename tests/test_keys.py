"""The secrets of an installation: made once, read by their owner only, refused when not whole."""

import os
import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from voiceclone.errors import KeyUnavailableError
from voiceclone.keys import SECRET_BYTES, Keyring, SigningKey, key_id, signed_by

HEX = "0123456789abcdef" * 4


def test_a_key_is_made_on_first_use_and_read_afterwards(tmp_path):
    folder = tmp_path / "data"
    first = Keyring(folder).master_key()
    assert len(first) == SECRET_BYTES and len(set(first)) > 1
    assert Keyring(folder).master_key() == first
    assert Keyring(folder).signing_key().public == Keyring(folder).signing_key().public
    assert {p.name for p in folder.iterdir()} == {"master.key", "signing.key"}
    assert Keyring(folder).secret("signing") != first


def test_nothing_is_made_before_it_is_needed(tmp_path):
    Keyring(tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_only_the_owner_may_read_it(tmp_path):
    old = os.umask(0)
    try:
        Keyring(tmp_path / "data").signing_key()
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "data" / "signing.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_key_that_others_may_read_or_write_is_refused(tmp_path, mode):
    Keyring(tmp_path).master_key()
    (tmp_path / "master.key").chmod(mode)
    with pytest.raises(KeyUnavailableError) as caught:
        Keyring(tmp_path).master_key()
    assert f"{mode:04o}" in caught.value.reason and caught.value.key == "master"


def test_a_key_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "master.key").mkdir(mode=0o700)
    with pytest.raises(KeyUnavailableError):
        Keyring(tmp_path).master_key()


def test_a_link_to_nowhere_is_not_taken_for_a_missing_key(tmp_path):
    """A volume that is not mounted must not lead to a new key."""
    (tmp_path / "master.key").symlink_to(tmp_path / "elsewhere" / "master.key")
    with pytest.raises(KeyUnavailableError):
        Keyring(tmp_path).master_key()
    assert (tmp_path / "master.key").is_symlink()


def test_a_folder_that_cannot_be_made_is_an_error_of_ours(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyUnavailableError) as caught:
        Keyring(tmp_path / "file" / "data").master_key()
    assert caught.value.place == str(tmp_path / "file" / "data" / "master.key")


@pytest.mark.parametrize(
    "contents",
    [b"", HEX[:-1].encode(), (HEX + "0").encode(), HEX.upper().encode(), b"g" * 64, b"\xff" * 64,
     (HEX + "\n" + HEX).encode()],
)  # fmt: skip
def test_a_key_that_is_not_whole_is_refused_and_left_alone(tmp_path, contents):
    path = tmp_path / "signing.key"
    path.write_bytes(contents)
    path.chmod(0o600)
    with pytest.raises(KeyUnavailableError):
        Keyring(tmp_path).signing_key()
    assert path.read_bytes() == contents


def test_a_file_may_end_with_a_line_break(tmp_path):
    path = tmp_path / "master.key"
    path.write_text(HEX + "\n")
    path.chmod(0o600)
    assert Keyring(tmp_path).master_key() == bytes.fromhex(HEX)


def test_a_key_from_the_environment_needs_no_file(tmp_path):
    ring = Keyring(tmp_path / "data", signing=HEX, master="f" * 64)
    assert ring.master_key() == b"\xff" * 32
    assert ring.signing_key().public == SigningKey(bytes.fromhex(HEX)).public
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("given", ["secret", HEX[:-2], HEX + "00", "０" * 64])
def test_a_wrong_key_from_the_environment_is_refused_and_not_shown(tmp_path, given):
    with pytest.raises(KeyUnavailableError) as caught:
        Keyring(tmp_path, master=given).master_key()
    assert given not in str(caught.value)
    assert not (tmp_path / "master.key").exists()


def _made(folder):
    return Keyring(folder).master_key()


def test_processes_that_begin_at_once_agree_on_one_key(tmp_path):
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        for round_ in range(5):
            folder = tmp_path / str(round_)
            keys = set(pool.map(_made, [folder] * 8))
            assert keys == {Keyring(folder).master_key()}
            assert [p.name for p in folder.iterdir()] == ["master.key"]


def test_a_signature_fits_its_key_and_its_data_only():
    key, other = SigningKey(bytes(32)), SigningKey(bytes([1] * 32))
    signature = key.sign(b"data")
    assert signature == key.sign(b"data") and len(signature) == 64
    assert signed_by(key.public, signature, b"data")
    assert not signed_by(key.public, signature, b"datA")
    assert not signed_by(other.public, signature, b"data")
    assert not signed_by(key.public, signature[:-1] + bytes([signature[-1] ^ 1]), b"data")


@pytest.mark.parametrize("public", [b"", b"\0" * 31, b"\xff" * 33])
def test_what_is_no_key_signed_nothing(public):
    assert not signed_by(public, bytes(64), b"data")


def test_ed25519_is_that_of_rfc_8032():
    """Section 7.1, TEST 2."""
    key = SigningKey(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    assert key.public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert key.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert key.id == key_id(key.public) and len(key.id) == 16
