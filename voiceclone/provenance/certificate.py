"""Who signs manifests: a private certificate authority, and the certificate that signs under it.

Nothing is kept on disk: key and certificates follow from the installation's signing key (HKDF,
RFC 5869) and the year, so they are the same in every process and after every restart, and there
is no file that could expire, be half-written or be read by others. A certificate of one's own,
from an authority that others trust, is given as two PEM files.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from voiceclone.errors import CertificateError
from voiceclone.keys import Keyring

FIRST_YEAR = 2025
"""From its first day on the authority is valid."""
AUTHORITY_YEARS = 75
SIGNER_YEARS = 10
"""A new certificate every year, valid for ten: without a time stamp, which only a server on the
network could give, a manifest is valid no longer than the certificate that signed it."""

_ORGANISATION = "voiceclone"
_ACCEPTED = (
    "a PEM file with the signing certificate first and then its authorities, valid today, "
    "for digital signatures (C2PA specification, section 14.5), and a PEM file with its unencrypted key"
)


@dataclass(frozen=True)
class Identity:
    """What signs a manifest, and by what it is known again. PEM throughout."""

    algorithm: str
    """C2PA's name of it, such as `ed25519`."""
    chain: str
    """The signing certificate, then its authorities."""
    key: str = field(repr=False)
    anchors: str
    """Authorities whose certificates are all of this installation."""
    own: str
    """Single certificates of this installation; empty where an anchor covers them."""


def identity(keyring: Keyring, today: dt.date | None = None) -> Identity:
    """Return the installation's own identity, for a day (today by default).

    Raises:
        KeyUnavailableError: the signing key can be neither read nor made.
    """
    today = today or dt.datetime.now(dt.timezone.utc).date()
    secret = keyring.secret("signing")
    authority_key, key = _derived(secret, "authority"), _derived(secret, f"signer {today.year}")
    installation = f"installation {keyring.signing_key().id}"
    authority = _certificate(
        subject=installation,
        issuer=installation,
        public=authority_key.public_key(),
        signer=authority_key,
        first=dt.date(FIRST_YEAR, 1, 1),
        years=AUTHORITY_YEARS,
        is_authority=True,
    )
    signer = _certificate(
        subject=f"{installation}, {today.year}",
        issuer=installation,
        public=key.public_key(),
        signer=authority_key,
        first=dt.date(today.year, 1, 1),
        years=SIGNER_YEARS,
        is_authority=False,
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Identity("ed25519", signer + authority, pem, anchors=authority, own="")


def identity_from_files(keyring: Keyring, chain: Path, key: Path) -> Identity:
    """Return an identity that somebody else certified.

    What the installation signed by itself before is still known as its own.

    Args:
        chain: PEM, the signing certificate first, then its authorities.
        key: PEM, its private key, not encrypted.

    Raises:
        CertificateError: a file cannot be read, or they do not fit.
        KeyUnavailableError: the installation's own key can be neither read nor made.
    """
    certificates = _loaded(chain)
    try:
        text = key.read_text("ascii")
        private = load_pem_private_key(text.encode(), None)
    except OSError as error:
        raise CertificateError(str(key), error.strerror or str(error), _ACCEPTED) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CertificateError(str(key), "it holds no key that can be read", _ACCEPTED) from error
    signer, now = certificates[0], dt.datetime.now(dt.timezone.utc)
    if not signer.not_valid_before_utc <= now <= signer.not_valid_after_utc:
        days = f"{signer.not_valid_before_utc:%Y-%m-%d} to {signer.not_valid_after_utc:%Y-%m-%d}"
        raise CertificateError(str(chain), f"it is valid from {days}", _ACCEPTED)
    if _public(signer.public_key()) != _public(private.public_key()):
        raise CertificateError(str(chain), f"it is not the certificate of the key {key}", _ACCEPTED)
    pems = [certificate.public_bytes(Encoding.PEM).decode() for certificate in certificates]
    return Identity(
        _algorithm(private, key), "".join(pems), text, anchors=identity(keyring).anchors, own=pems[0]
    )


def _derived(secret: bytes, purpose: str) -> ed25519.Ed25519PrivateKey:
    info = f"voiceclone provenance {purpose}".encode()
    return ed25519.Ed25519PrivateKey.from_private_bytes(HKDF(SHA256(), 32, None, info).derive(secret))


def _certificate(
    *,
    subject: str,
    issuer: str,
    public: ed25519.Ed25519PublicKey,
    signer: ed25519.Ed25519PrivateKey,
    first: dt.date,
    years: int,
    is_authority: bool,
) -> str:
    """Return an X.509 certificate of the profile that C2PA asks for (its section 14.5.1), as PEM.

    The same arguments give the same certificate, byte by byte: its number is the key's hash.
    """
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    start = dt.datetime.combine(first, dt.time())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(public)
        .serial_number(int.from_bytes(identifier.digest[:15], "big") or 1)
        .not_valid_before(start)
        .not_valid_after(start.replace(year=start.year + years))
        .add_extension(x509.BasicConstraints(is_authority, 0 if is_authority else None), critical=True)
        .add_extension(_usage(is_authority), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if not is_authority:
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purposes, critical=False)
    return builder.sign(signer, None).public_bytes(Encoding.PEM).decode()


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _loaded(chain: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(chain.read_bytes())
    except OSError as error:
        raise CertificateError(str(chain), error.strerror or str(error), _ACCEPTED) from error
    except ValueError as error:
        raise CertificateError(str(chain), "it holds no certificate", _ACCEPTED) from error


def _public(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]


def _algorithm(key: PrivateKeyTypes, path: Path) -> str:
    """Return C2PA's name of what a key signs with.

    Raises:
        CertificateError: C2PA has none.
    """
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, rsa.RSAPrivateKey):
        return "ps256"
    curves = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in curves:
        return curves[key.curve.name]
    raise CertificateError(str(path), "C2PA does not sign with a key of its kind", _ACCEPTED)
