"""Certificates are checked by `cryptography`, and by C2PA itself when it signs and reads with them."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.errors import CertificateError
from voiceclone.keys import Keyring
from voiceclone.provenance.certificate import AUTHORITY_YEARS, FIRST_YEAR, identity, identity_from_files
from voiceclone.provenance.facts import Facts
from voiceclone.provenance.manifest import ELSEWHERE, HERE, Manifests

TODAY = dt.datetime.now(dt.timezone.utc)


def _name(text: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "A newspaper"),
            x509.NameAttribute(NameOID.COMMON_NAME, text),
        ]
    )


def _issued(
    folder: Path,
    name: str,
    authority: ec.EllipticCurvePrivateKey,
    days: tuple[int, int] = (-1, 30),
    curve: ec.EllipticCurve | None = None,
) -> tuple[Path, Path]:
    """Write a certificate that some authority issued, and its key; return both paths."""
    key = ec.generate_private_key(curve or ec.SECP256R1())
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name("An authority"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY + dt.timedelta(days=days[0]))
        .not_valid_after(TODAY + dt.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .sign(authority, SHA256())
    )
    chain, secret = folder / f"{name}.pem", folder / f"{name}.key"
    chain.write_bytes(certificate.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, secret


@pytest.fixture(scope="module")
def authority() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def test_the_identity_is_the_same_wherever_the_key_is(keyring: Keyring, tmp_path: Path) -> None:
    secret = keyring.secret("signing").hex()
    assert identity(keyring) == identity(Keyring(tmp_path, signing=secret))
    assert identity(keyring).anchors != identity(Keyring(tmp_path)).anchors


def test_the_key_is_in_no_representation(keyring: Keyring) -> None:
    who = identity(keyring)
    assert "PRIVATE KEY" in who.key and "PRIVATE KEY" not in repr(who)
    assert "PRIVATE KEY" not in who.chain + who.anchors


def test_the_certificate_is_issued_by_the_authority_for_signing_only(keyring: Keyring) -> None:
    signer, authority = x509.load_pem_x509_certificates(identity(keyring).chain.encode())
    signer.verify_directly_issued_by(authority)
    authority.verify_directly_issued_by(authority)
    assert signer.subject != signer.issuer == authority.subject
    extensions = signer.extensions
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.digital_signature and not usage.value.key_cert_sign
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.EMAIL_PROTECTION]
    issuer = extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    subject = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert issuer == subject
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_new_year_brings_a_new_certificate_of_the_same_authority(keyring: Keyring) -> None:
    old, new = (identity(keyring, dt.date(year, 12, 31)) for year in (2026, 2027))
    assert old.anchors == new.anchors
    assert old.key != new.key and old.chain != new.chain
    for year, who in ((2026, old), (2027, new)):
        signer = x509.load_pem_x509_certificate(who.chain.encode())
        assert signer.not_valid_before_utc.date() == dt.date(year, 1, 1)
        assert signer.not_valid_after_utc.year == year + 10
    authority = x509.load_pem_x509_certificate(new.anchors.encode())
    assert authority.not_valid_after_utc.year == FIRST_YEAR + AUTHORITY_YEARS


def test_what_was_signed_last_year_was_still_made_here(
    keyring: Keyring, tone: Audio, facts: Facts, tmp_path: Path
) -> None:
    last_year = identity(keyring, dt.date(TODAY.year - 1, 7, 1))
    (tmp_path / "old.pem").write_text(last_year.chain)
    (tmp_path / "old.key").write_text(last_year.key)
    path = write_audio(tone, tmp_path / "old.wav")
    Manifests(keyring, tmp_path / "old.pem", tmp_path / "old.key").sign_file(path, facts)
    found = Manifests(keyring).read_file(path)
    assert found is not None and found.state == HERE
    assert str(TODAY.year - 1) in found.signer


def test_a_certificate_of_ones_own(
    keyring: Keyring,
    strangers: Manifests,
    authority: ec.EllipticCurvePrivateKey,
    tone: Audio,
    facts: Facts,
    tmp_path: Path,
) -> None:
    """Signed here is what this very certificate signed, not whatever its authority stands for."""
    own = Manifests(keyring, *_issued(tmp_path, "The desk", authority))
    path = write_audio(tone, tmp_path / "own.wav")
    own.sign_file(path, facts)
    mine, theirs = own.read_file(path), strangers.read_file(path)
    assert mine is not None and mine.state == HERE and mine.signer == "The desk"
    assert theirs is not None and theirs.state == ELSEWHERE
    colleague = Manifests(keyring, *_issued(tmp_path, "Another desk", authority))
    found = colleague.read_file(path)
    assert found is not None and found.state == ELSEWHERE


def test_what_was_signed_before_there_was_a_certificate_of_ones_own(
    keyring: Keyring,
    manifests: Manifests,
    authority: ec.EllipticCurvePrivateKey,
    tone: Audio,
    facts: Facts,
    tmp_path: Path,
) -> None:
    path = write_audio(tone, tmp_path / "before.wav")
    manifests.sign_file(path, facts)
    found = Manifests(keyring, *_issued(tmp_path, "The desk", authority)).read_file(path)
    assert found is not None and found.state == HERE


@pytest.mark.parametrize("case", ["missing", "text", "expired", "another's key", "curve", "no certificate"])
def test_files_that_do_not_do_are_refused(
    case: str, keyring: Keyring, authority: ec.EllipticCurvePrivateKey, tmp_path: Path
) -> None:
    chain, key = _issued(
        tmp_path,
        "The desk",
        authority,
        days=(-30, -1) if case == "expired" else (-1, 30),
        curve=ec.SECP256K1() if case == "curve" else None,
    )
    if case == "missing":
        key.unlink()
    elif case == "text":
        key.write_text("no key")
    elif case == "another's key":
        shutil.copy(_issued(tmp_path, "Another desk", authority)[1], key)
    elif case == "no certificate":
        chain.write_text("no certificate")
    with pytest.raises(CertificateError) as caught:
        identity_from_files(keyring, chain, key)
    assert str(tmp_path) in caught.value.path
