"""The receipt: the signed record of consent, without which no voice is learned.

Two kinds. `verified`: the speaker read a sentence made for the occasion, and the recording was
checked against it and against every clip (`Evidence`). `attested`: somebody states by what
authority the voice may be used (`Authority`); nothing about it is checked.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from voiceclone import signed
from voiceclone.errors import (
    ConsentMissingError,
    OutputError,
    ReceiptExpiredError,
    ReceiptMismatchError,
    SignatureInvalidError,
)
from voiceclone.keys import SigningKey
from voiceclone.signed import Signed

KIND = "receipt"
"""What a receipt's signature says it is."""

VERIFIED, ATTESTED = "verified", "attested"

SCOPES = ("personal", "share", "commercial")
"""`personal`: the speaker's and the learner's own use; `share`: may be given to others, not sold;
`commercial`: any use."""

BASES = ("own-voice", "written-permission", "contract", "relative", "licence")
"""By what authority an attested voice is used. `own-voice`: the speaker says so themself, unchecked."""

MAX_SPEAKER_LENGTH = 120
MAX_TEXT_LENGTH = 300
MAX_CLIPS = 1_000
FORMAT_VERSION = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Evidence:
    """What was asked, what was heard, and what was measured of a spoken consent."""

    challenge_id: str
    language: str
    """Key of the languages table."""
    sentence: str
    transcript: str
    word_error_rate: float
    similarity: float
    """Lowest ECAPA cosine between the recording and any clip."""
    similarity_threshold: float
    watermark: float
    """Confidence that the recording is marked as synthetic; what is, is refused."""
    seconds: float
    audio_sha256: str
    """Of the decoded recording of the sentence."""
    audio_kept: bool
    models: Mapping[str, str] = field(default_factory=dict)
    """Model to revision: what the measures were made with."""


@dataclass(frozen=True)
class Authority:
    """By what right somebody else's voice, or one's own unchecked, is used.

    Raises:
        ConsentMissingError: a field is missing or not valid.
    """

    basis: str
    document: str = ""
    """What shows it: a contract's number, a letter's date, a licence's name. Not for `own-voice`."""
    stated_by: str = ""
    """Who states it. For `own-voice` the speaker."""

    def __post_init__(self) -> None:
        if self.basis not in BASES:
            raise ConsentMissingError("the basis of the consent", ", ".join(BASES))
        for name, title in (("document", "what shows the consent"), ("stated_by", "who states it")):
            value = _tidy(getattr(self, name))
            if len(value) > MAX_TEXT_LENGTH or (value and not value.isprintable()):
                raise ConsentMissingError(title, f"at most {MAX_TEXT_LENGTH} printable characters")
            if not value and self.basis != "own-voice":
                accepted = {
                    "document": "a contract's number, a letter's date, a licence's name",
                    "stated_by": "the name of the person who states it",
                }[name]
                raise ConsentMissingError(title, accepted)
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Receipt:
    """Who speaks, which voice and clips it is about, for what, by whose word, and until when.

    Made by `issue`, or read by `from_dict` and `load_receipt`, which check the signature.
    """

    id: str
    voice_id: str
    """The voice that may be learned; 32 hex digits."""
    voice_name: str
    speaker: str
    kind: str
    """`verified` or `attested`."""
    scope: str
    issued: str
    """ISO 8601, UTC, to the second."""
    expires: str | None
    """ISO 8601 day; the voice speaks until its end, UTC. None: until revoked."""
    clips: tuple[str, ...]
    """Hash (`Audio.sha256`) of every clip that may be learned from."""
    evidence: Evidence | None
    authority: Authority | None
    document: Signed = field(repr=False, compare=False)

    @property
    def key_id(self) -> str:
        """Name of the key that signed it."""
        return self.document.key_id

    @property
    def verified(self) -> bool:
        """Whether the speaker was heard to consent."""
        return self.kind == VERIFIED

    @property
    def sentence(self) -> str:
        """The receipt in words, as it is shown with the voice."""
        day = self.issued[:10]
        if self.authority is None:
            return f"{self.speaker} consented in their own voice on {day} (verified)."
        if self.authority.basis == "own-voice":
            return f"Stated on {day} to be {self.speaker}'s own voice (not verified)."
        return (
            f"{self.authority.stated_by} stated on {day} to have {self.speaker}'s consent by "
            f"{self.authority.basis}: {self.authority.document} (not verified)."
        )

    def expired(self, now: dt.datetime | None = None) -> bool:
        """Return whether the last day is over, at a time with zone (now by default)."""
        today = (now or dt.datetime.now(dt.timezone.utc)).astimezone(dt.timezone.utc).date()
        return self.expires is not None and today > dt.date.fromisoformat(self.expires)

    def check_current(self, now: dt.datetime | None = None) -> None:
        """Raise `ReceiptExpiredError` when the last day is over."""
        if self.expires is not None and self.expired(now):
            raise ReceiptExpiredError(self.voice_name, self.expires)

    def check_covers(self, clips: Collection[str]) -> None:
        """Raise `ReceiptMismatchError` unless it was issued for every one of these clips (hashes)."""
        missing = set(clips) - set(self.clips)
        if missing:
            raise ReceiptMismatchError(len(missing), len(set(clips)))

    def to_dict(self) -> dict[str, object]:
        """Return the signed document as plain data."""
        return self.document.to_dict()

    def to_bytes(self) -> bytes:
        """Return the signed document as canonical JSON: the contents of a receipt file."""
        return self.document.to_bytes()


def issue(
    key: SigningKey,
    *,
    voice_name: str,
    speaker: str,
    clips: Collection[str],
    scope: str = "personal",
    expires: str | None = None,
    evidence: Evidence | None = None,
    authority: Authority | None = None,
    voice_id: str | None = None,
    now: dt.datetime | None = None,
) -> Receipt:
    """Return a new receipt, signed.

    Args:
        key: the installation's.
        voice_name: what the voice is called.
        speaker: who speaks.
        clips: `Audio.sha256` of every clip that may be learned from, at least one.
        scope: one of `SCOPES`; one's own voice unverified is for `personal` use only.
        expires: last day, ISO 8601; None for no end.
        evidence: of a spoken consent, for a verified receipt.
        authority: for an attested one. Exactly one of the two is given.
        voice_id: 32 hex digits; a new one by default.
        now: time of issue, with zone.

    Raises:
        ConsentMissingError: a field is missing or not valid.
    """
    now = (now or dt.datetime.now(dt.timezone.utc)).astimezone(dt.timezone.utc)
    payload = {
        "format_version": FORMAT_VERSION,
        "id": uuid.uuid4().hex,
        "voice_id": voice_id or uuid.uuid4().hex,
        "voice_name": " ".join(str(voice_name).split()),
        "speaker": _tidy(speaker),
        "kind": VERIFIED if evidence is not None else ATTESTED,
        "scope": scope,
        "issued": now.isoformat(timespec="seconds"),
        "expires": expires,
        "clips": sorted(set(clips)),
        "evidence": None if evidence is None else asdict(evidence),
        "authority": None if authority is None else asdict(authority),
    }
    if expires is not None:
        day = _day(expires)
        if day < now.date():
            raise ConsentMissingError("the last day", "today or a later day, such as 2027-11-23")
        payload["expires"] = day.isoformat()
    _read(payload)  # before it is signed
    return _from_signed(signed.sign(KIND, payload, key))


def from_dict(document: object) -> Receipt:
    """Return the receipt in plain data from anyone.

    Raises:
        SignatureInvalidError: it is no receipt, or was changed.
        ConsentMissingError: it is signed, but says what no receipt says.
    """
    return _from_signed(signed.from_dict(KIND, document))


def load_receipt(path: Path) -> Receipt:
    """Return the receipt in a file from anyone.

    Raises:
        SignatureInvalidError: it cannot be read, is no receipt, or a byte of it was changed.
        ConsentMissingError: it is signed, but says what no receipt says.
    """
    try:
        with open(path, "rb") as file:
            raw = file.read(signed.MAX_BYTES + 1)
    except OSError as error:
        raise SignatureInvalidError(KIND, f"{path} cannot be read ({error.strerror})") from error
    return _from_signed(signed.from_bytes(KIND, raw))


def save_receipt(receipt: Receipt, path: Path) -> Path:
    """Write a receipt file and return its path.

    Raises:
        OutputError: the folder cannot be written.
    """
    try:
        path.write_bytes(receipt.to_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(str(path), reason, "a file name in a folder that can be written") from error
    return path


def _from_signed(document: Signed) -> Receipt:
    return Receipt(**_read(document.payload), document=document)  # type: ignore[arg-type]


def _read(payload: Mapping[str, object]) -> dict[str, object]:
    """Return the checked fields of a payload.

    Raises:
        ConsentMissingError: one is missing or not valid.
    """
    if payload.get("format_version") != FORMAT_VERSION:
        raise ConsentMissingError("the receipt's format version", str(FORMAT_VERSION))
    speaker = payload.get("speaker")
    if not _is_line(speaker, MAX_SPEAKER_LENGTH):
        raise ConsentMissingError("the speaker's name", f"1 to {MAX_SPEAKER_LENGTH} printable characters")
    if not _is_line(payload.get("voice_name"), MAX_SPEAKER_LENGTH):
        raise ConsentMissingError("the voice's name", f"1 to {MAX_SPEAKER_LENGTH} printable characters")
    if payload.get("scope") not in SCOPES:
        raise ConsentMissingError("the scope of the consent", ", ".join(SCOPES))
    for name in ("id", "voice_id"):
        if not isinstance(payload.get(name), str) or not re.fullmatch(r"[0-9a-f]{32}", str(payload[name])):
            raise ConsentMissingError(f"the receipt's {name}", "32 hex digits")
    clips = payload.get("clips")
    if not isinstance(clips, list) or not 1 <= len(clips) <= MAX_CLIPS or not all(map(_is_sha256, clips)):
        raise ConsentMissingError("the list of clips", f"1 to {MAX_CLIPS} sha256 hashes")
    issued, expires = payload.get("issued"), payload.get("expires")
    try:
        dt.datetime.fromisoformat(issued)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise ConsentMissingError("the time of issue", "a time such as 2026-11-23T12:00:00+00:00") from error
    if expires is not None:
        _day(expires)
    evidence, authority = payload.get("evidence"), payload.get("authority")
    if (evidence is None) == (authority is None):
        raise ConsentMissingError("how consent was given", "either evidence of it or an authority")
    kind = VERIFIED if evidence is not None else ATTESTED
    if payload.get("kind") != kind:
        raise ConsentMissingError("the kind of consent", kind)
    found = _fields(Evidence, evidence) if evidence is not None else None
    claimed = _fields(Authority, authority) if authority is not None else None
    if isinstance(claimed, Authority) and claimed.basis == "own-voice" and payload["scope"] != "personal":
        raise ConsentMissingError(
            "the scope of an own voice that nobody heard consent",
            "personal; record the sentence of consent for a wider scope",
        )
    names = ("id", "voice_id", "voice_name", "speaker", "kind", "scope", "issued", "expires")
    return {name: payload[name] for name in names} | {
        "clips": tuple(clips),
        "evidence": found,
        "authority": claimed,
    }


def _fields(kind: type, data: object) -> object:
    """Return a dataclass of texts, numbers and truths from unchecked data."""
    names = {f.name: str(f.type) for f in fields(kind)}
    if not isinstance(data, Mapping) or set(data) != set(names):
        raise ConsentMissingError(f"the receipt's {kind.__name__.lower()}", ", ".join(names))
    checks = {
        "str": lambda v: isinstance(v, str),
        "bool": lambda v: isinstance(v, bool),
        "float": lambda v: isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v),
    }
    for name, type_name in names.items():
        if not checks.get(type_name, lambda v: isinstance(v, Mapping))(data[name]):
            raise ConsentMissingError(f"the receipt's {name}", type_name)
    return kind(**data)


def _day(text: object) -> dt.date:
    try:
        return dt.date.fromisoformat(text)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise ConsentMissingError("the last day", "a day such as 2027-11-23") from error


def _tidy(text: object) -> str:
    return " ".join(text.split()) if isinstance(text, str) else ""


def _is_line(text: object, max_length: int) -> bool:
    return isinstance(text, str) and 1 <= len(text) <= max_length and text.isprintable()


def _is_sha256(text: object) -> bool:
    return isinstance(text, str) and _SHA256.fullmatch(text) is not None
