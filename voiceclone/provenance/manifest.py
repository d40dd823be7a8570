"""The manifest in everything that is saved: who made it, how, and that nothing was changed since.

WAV, MP3 and FLAC carry a signed C2PA manifest (https://spec.c2pa.org) inside the file. Other
formats, OGG among them, get the same facts as a signed record beside the file (`sign_json`).

A manifest proves more than the watermark and is lost sooner: any re-encoding drops it. Files of
anyone are read here, so nothing is fetched: not what a manifest points to, not a certificate's status.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voiceclone import signed
from voiceclone.audio.clip import Audio
from voiceclone.audio.decode import FLAC, MP3, WAV, kind_of
from voiceclone.audio.read import read_audio
from voiceclone.audio.write import FOLDER
from voiceclone.errors import ManifestError, OutputError, SignatureInvalidError
from voiceclone.keys import Keyring
from voiceclone.provenance.certificate import Identity, identity, identity_from_files
from voiceclone.provenance.facts import MAX_LENGTH, Facts, facts_from
from voiceclone.signed import Signed

if TYPE_CHECKING:
    import c2pa

KIND = "provenance"
"""What a signed record's signature says it is."""

FORMATS = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".flac": "audio/flac"}
"""Suffixes whose files can carry a manifest, and what C2PA calls them."""

HERE, ELSEWHERE, ALTERED = "here", "elsewhere", "altered"

LABEL = "voiceclone.provenance"
MACHINE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
MACHINES = (
    "/trainedAlgorithmicMedia",
    "/algorithmicMedia",
    "/compositeWithTrainedAlgorithmicMedia",
    "/compositeSynthetic",
)
"""Ends of the IPTC digital source types that name something made, wholly or in part, by a machine."""

MAX_MANIFEST_MB = 8
"""Largest manifest that is unpacked."""
_TRACE = re.compile(rb"c2(?:pa|ma|as|cl|cs)\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71")
"""Types of the boxes that every manifest is made of, wherever they lie in a file (C2PA specification,
section 11.1.4): they stay when what leads to them is broken."""


@dataclass(frozen=True)
class ManifestFound:
    """A manifest, and how far it is to be believed."""

    state: str
    """`here`: whole, and signed by this installation; `elsewhere`: whole, signed by somebody else, who
    may call themself anything; `altered`: file or manifest were changed, and nothing in it counts."""
    signer: str = ""
    """What the signing certificate says. Its own word, where `state` is `elsewhere`."""
    program: str = ""
    """What wrote it, by its own word."""
    made_by_machine: bool = False
    """Whether it says that a machine made the sound."""
    facts: Facts | None = None
    """What this program writes down; None in manifests of others, and where it was altered."""
    reasons: tuple[str, ...] = ()
    """Why it does not count, in C2PA's codes."""

    def to_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "state": self.state,
            "signer": self.signer,
            "program": self.program,
            "made_by_machine": self.made_by_machine,
            "facts": None if self.facts is None else self.facts.to_dict(),
            "reasons": list(self.reasons),
        }


class Manifests:
    """Signs what is made here, and reads what anyone made. Safe to share between threads.

    Args:
        keyring: the installation's keys; the certificate follows from its signing key.
        chain: PEM file of a certificate of one's own and its authorities, with `key`.
        key: PEM file of that certificate's private key.
    """

    def __init__(self, keyring: Keyring, chain: Path | None = None, key: Path | None = None) -> None:
        assert (chain is None) == (key is None), "a certificate and its key are given together"
        self._keyring = keyring
        self._files = None if chain is None or key is None else (chain, key)

    @staticmethod
    def can_embed(suffix: str) -> bool:
        """Return whether files with this suffix (`.wav`) can carry a manifest."""
        return suffix.lower() in FORMATS

    def sign_file(self, path: Path, facts: Facts) -> Facts:
        """Put a manifest into a file that was written here, and return the facts it holds.

        The facts of the sound (rate, length, hash) are taken from the file. It is replaced at
        once, by one that was read again and holds the same samples.

        Raises:
            ManifestError: another suffix, or the file could not be given a manifest.
            OutputError: the folder cannot be written to.
            AudioError: the file is not the sound its suffix says.
            CertificateError: the certificate's files cannot be used.
            KeyUnavailableError: there is no key to sign with.
        """
        path = Path(path)
        if not self.can_embed(path.suffix):
            raise ManifestError(path.name, f"'{path.suffix}' files carry none", ", ".join(FORMATS))
        who = self._identity()
        facts = facts.of(_decoded(path))
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part{path.suffix}")
        try:
            _embed(path, part, facts, who)
            found = _read(part, FORMATS[path.suffix.lower()], who)
            if found is None or found.state != HERE or found.facts != facts:
                raise ManifestError(path.name, "it did not read back as it was written", ", ".join(FORMATS))
            if _decoded(part).sha256 != facts.audio_sha256:
                raise ManifestError(path.name, "its sound would have changed", ", ".join(FORMATS))
            os.replace(part, path)
        except OSError as error:
            raise OutputError(str(path), error.strerror or str(error), FOLDER) from error
        finally:
            part.unlink(missing_ok=True)
        return facts

    def sign_json(self, facts: Facts, path: Path | None = None) -> Signed:
        """Return the facts as a signed record, bound to a file of any format where one is given.

        Raises:
            AudioError: the file cannot be read.
            KeyUnavailableError: there is no key to sign with.
        """
        payload: dict[str, object] = {"facts": facts.to_dict(), "file_sha256": None}
        if path is not None:
            payload = {"facts": facts.of(_decoded(path)).to_dict(), "file_sha256": _sha256(path)}
        return signed.sign(KIND, payload, self._keyring.signing_key())

    def read_file(self, path: Path) -> ManifestFound | None:
        """Return the manifest in a WAV, MP3 or FLAC file from anyone; None if it has none.

        Never fetches anything. A file that is no sound, or cannot be read, has none.

        Raises:
            CertificateError: the certificate's files cannot be used.
            KeyUnavailableError: the installation's key can be neither read nor made.
        """
        return _read(path, _mime(path), self._identity())

    def read_json(self, raw: bytes, path: Path) -> ManifestFound:
        """Return what a signed record from anyone says of the file beside it."""
        try:
            document = signed.from_bytes(KIND, raw)
        except SignatureInvalidError as error:
            return ManifestFound(ALTERED, reasons=(error.reason,))
        facts = facts_from(document.payload.get("facts"))
        if facts is None or document.payload.get("file_sha256") != _sha256(path):
            return ManifestFound(ALTERED, reasons=("the record is of another file",))
        here = document.public_key == self._keyring.signing_key().public
        return ManifestFound(
            HERE if here else ELSEWHERE, f"key {document.key_id}", facts.program, True, facts
        )

    def _identity(self) -> Identity:
        """Return the identity of today: the year may have turned since the program was started."""
        return (
            identity(self._keyring)
            if self._files is None
            else identity_from_files(self._keyring, *self._files)
        )


def _embed(source: Path, target: Path, facts: Facts, who: Identity) -> None:
    import c2pa

    name, _, version = facts.program.partition(" ")
    agent = {"name": name, "version": version or "0"}
    created = {"action": "c2pa.created", "digitalSourceType": MACHINE, "softwareAgent": agent}
    manifest = {
        "claim_generator_info": [agent],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [created | {"when": facts.created}]}},
            {"label": LABEL, "data": facts.to_dict(), "kind": "Json"},
        ],
    }
    mime = FORMATS[source.suffix.lower()]
    try:
        info = c2pa.C2paSignerInfo(who.algorithm, who.chain.encode(), who.key.encode(), None)
        with (
            source.open("rb") as plain,
            target.open("x+b") as out,
            c2pa.Signer.from_info(info) as signer,
            _context(who) as context,
            c2pa.Builder(manifest, context) as builder,
        ):
            builder.sign(signer, mime, plain, out)
            out.flush()
            os.fsync(out.fileno())
    except c2pa.C2paError as error:
        raise ManifestError(source.name, str(error), ", ".join(FORMATS)) from error


def _read(path: Path, mime: str | None, who: Identity) -> ManifestFound | None:
    import c2pa

    try:
        if mime is None:
            raise c2pa.C2paError.ManifestNotFound("not one of the formats")
        with (
            path.open("rb") as file,
            _context(who) as context,
            c2pa.Reader(mime, file, context=context) as reader,
        ):
            report = json.loads(reader.json())
    except (c2pa.C2paError, OSError, ValueError, RecursionError) as error:
        if not _has_trace(path):
            return None
        return ManifestFound(ALTERED, reasons=(f"unreadable: {type(error).__name__.strip('_')}",))
    return _found(report)


def _context(who: Identity) -> c2pa.Context:
    """Return what signing and reading work under: nothing fetched, and only one's own trusted."""
    import c2pa

    ours = {
        "trust_anchors": who.anchors,
        "trust_uri": "urn:voiceclone:installation",
        "trust_kind": "manifest",
    }
    if who.own:
        ours["allowed_list"] = who.own
    return c2pa.Context.from_dict(
        {
            "version": 1,
            "trust": {"anchors": [ours]},
            "verify": {
                "verify_after_reading": True,
                "verify_after_sign": True,
                "verify_trust": True,
                "remote_manifest_fetch": False,
                "ocsp_fetch": False,
            },
            "core": {
                "allowed_network_hosts": [],
                "max_decompressed_manifest_size_in_mb": MAX_MANIFEST_MB,
                "backing_store_memory_threshold_in_mb": 64,
            },
            "builder": {"thumbnail": {"enabled": False}},
        }
    )


def _found(report: Mapping[str, Any]) -> ManifestFound:
    """Return what C2PA's report of a file comes to."""
    active = report.get("manifests", {}).get(report.get("active_manifest"), {})
    failures = report.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    reasons = tuple(_line(failure.get("code")) for failure in failures)
    state = {"Trusted": HERE, "Valid": ELSEWHERE}.get(report.get("validation_state", ""), ALTERED)
    if state == ALTERED:
        return ManifestFound(ALTERED, reasons=reasons or ("claim.missing",))
    assertions = [a for a in active.get("assertions", []) if isinstance(a, Mapping)]
    signature = active.get("signature_info", {})
    generators = active.get("claim_generator_info") or [{}]
    return ManifestFound(
        state,
        _line(signature.get("common_name") or signature.get("issuer")),
        _line(f"{generators[0].get('name', '')} {generators[0].get('version', '')}"),
        any(_made_by_machine(a) for a in assertions if str(a.get("label", "")).startswith("c2pa.actions")),
        next((facts_from(a.get("data")) for a in assertions if a.get("label") == LABEL), None),
    )


def _made_by_machine(actions: Mapping[str, Any]) -> bool:
    return any(
        str(action.get("digitalSourceType", "")).endswith(MACHINES)
        for action in actions.get("data", {}).get("actions", [])
        if isinstance(action, Mapping)
    )


def _mime(path: Path) -> str | None:
    """Return C2PA's name of a file's format, by its first bytes; None if it is none of `FORMATS`.

    C2PA puts the manifest of a FLAC file before it, in an ID3 tag, as it does for MP3.
    """
    try:
        with path.open("rb") as file:
            head = file.read(12)
            if head[:3] == b"ID3" and len(head) >= 10:
                tag_bytes = sum((byte & 0x7F) << 7 * (9 - at) for at, byte in enumerate(head[6:10], 6))
                file.seek(10 + tag_bytes)
                if file.read(4) == b"fLaC":
                    return FORMATS[".flac"]
    except OSError:
        return None
    suffixes = {WAV: ".wav", FLAC: ".flac", MP3: ".mp3"}
    kind = kind_of(head)
    return FORMATS[suffixes[kind]] if kind in suffixes else None


def _has_trace(path: Path) -> bool:
    """Return whether there is a manifest somewhere in a file, though it cannot be read."""
    try:
        with path.open("rb") as file, closing(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) as raw:
            return _TRACE.search(raw) is not None
    except (OSError, ValueError):  # ValueError: an empty file
        return False


def _decoded(path: Path) -> Audio:
    return read_audio(path, max_mb=float("inf"), max_seconds=float("inf"))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _line(text: object) -> str:
    """Return somebody else's text as one printable line of bounded length."""
    return "".join(c for c in str(text or "") if c.isprintable())[:MAX_LENGTH].strip()
