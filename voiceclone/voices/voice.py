"""A voice: one safetensors file with the engine's tensors and signed JSON metadata.

Layout: tensors `engine.<name>` (what the engine learned), `speaker.embedding` (ECAPA),
`judge.embedding` (the encoder that scores, never trained against), and one metadata
entry `voiceclone`: a signed document holding the rest, the receipt and the hash of every
tensor, so that no byte of the file can change unseen. No pickle is ever read or written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import os
import struct
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from voiceclone import signed
from voiceclone.consent import receipt as receipts
from voiceclone.consent.receipt import Receipt
from voiceclone.errors import (
    ConsentMissingError,
    OutputError,
    ReceiptMismatchError,
    SignatureInvalidError,
    VoiceFileError,
    VoiceNameError,
    VoiceVersionError,
)
from voiceclone.keys import SigningKey

FORMAT_VERSION = 2
KIND = "voice"
"""What a voice's signature says it is."""
MAX_BYTES = 16 << 20
"""No voice of any engine is near 16 MB; a bigger file is something else."""
MAX_NAME_LENGTH = 80
SPEAKER_DIM = 192
JUDGE_DIM = 256
_KEY = "voiceclone"
_SUFFIX = ".safetensors"
ShapesByEngine = Mapping[str, Sequence[Mapping[str, tuple[int | None, ...]]]]
"""For each engine, shapes of a voice's tensors in each form it may have; None: any length of 1 and more."""
_TENSORS_OF_OURS: Mapping[str, tuple[int | None, ...]] = {
    "speaker.embedding": (SPEAKER_DIM,),
    "judge.embedding": (JUDGE_DIM,),
}


@dataclass(frozen=True)
class Learned:
    """How a voice came to be: enough to do it again."""

    steps: int
    seed: int
    seconds: float
    reference_seconds: float
    reference_sha256: tuple[str, ...]
    transcript: str
    similarity_start: float
    """ECAPA cosine of the stock voice it started from, speaking, to the reference."""
    similarity: float
    """The same of the learned voice. ECAPA is trained against; the judge is not."""
    best_step: int = 0


@dataclass(frozen=True, eq=False)
class Voice:
    """A learned voice, ready to speak, save or send."""

    name: str
    engine: str
    engine_revision: str
    language: str
    receipt: Receipt
    learned: Learned
    tensors: Mapping[str, np.ndarray]
    embedding: np.ndarray
    """float32 `[192]`, ECAPA of the reference."""
    judge_embedding: np.ndarray
    """float32 `[256]`, d-vector of the reference."""
    judge_self_similarity: float | None
    """The judge's cosine between the reference's halves; None when it was too short to halve."""
    created: str = field(default_factory=lambda: _now().isoformat(timespec="seconds"))
    sealed_by: str | None = None
    """Name of the key that signed the file it was read from."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", checked_name(self.name))
        self.receipt.check_covers(self.learned.reference_sha256)

    @property
    def id(self) -> str:
        """The voice that the receipt was issued for: 32 hex digits."""
        return self.receipt.voice_id

    def renamed(self, name: str) -> Voice:
        """Return the same voice under another name."""
        return replace(self, name=name)

    def metadata(self) -> dict[str, object]:
        """Return everything but the tensors, as plain data."""
        return {
            "format_version": FORMAT_VERSION,
            "id": self.id,
            "created": self.created,
            "name": self.name,
            "engine": self.engine,
            "engine_revision": self.engine_revision,
            "language": self.language,
            "receipt": self.receipt.to_dict(),
            "learned": asdict(self.learned),
            "judge_self_similarity": self.judge_self_similarity,
        }


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


def checked_name(name: str) -> str:
    """Return a voice's name, spaces tidied.

    Raises:
        VoiceNameError: empty, too long, or with unprintable characters.
    """
    tidy = " ".join(str(name).split())
    if not 1 <= len(tidy) <= MAX_NAME_LENGTH or not tidy.isprintable():
        raise VoiceNameError(str(name)[:MAX_NAME_LENGTH], MAX_NAME_LENGTH)
    return tidy


def to_bytes(voice: Voice, key: SigningKey) -> bytes:
    """Return the contents of a voice file, signed."""
    from safetensors.numpy import save

    tensors = {f"engine.{name}": np.asarray(t, order="C") for name, t in voice.tensors.items()}
    tensors["speaker.embedding"] = np.ascontiguousarray(voice.embedding, np.float32)
    tensors["judge.embedding"] = np.ascontiguousarray(voice.judge_embedding, np.float32)
    hashes = {name: _sha256(tensor) for name, tensor in tensors.items()}
    document = signed.sign(KIND, voice.metadata() | {"tensors": hashes}, key)
    return save(tensors, {_KEY: document.to_bytes().decode()})


def save_voice(voice: Voice, path: Path, key: SigningKey) -> Path:
    """Write a voice file, signed, whole or not at all, and return its path.

    Raises:
        OutputError: the name does not end in .safetensors, or the folder cannot be written.
    """
    path = Path(path)
    accepted = f"a file name ending in {_SUFFIX} in a folder that can be written"
    if path.suffix.lower() != _SUFFIX:
        raise OutputError(str(path), f"a voice file ends in {_SUFFIX}", accepted)
    data = to_bytes(voice, key)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=".voice-", dir=path.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(str(path), error.strerror or str(error), accepted) from error
    return path


def load_voice(path: Path, shapes_by_engine: ShapesByEngine, name: str | None = None) -> Voice:
    """Read a voice file from anyone, trusting nothing in it.

    Args:
        path: the file.
        shapes_by_engine: for each known engine, the shapes of a voice's tensors, in each form it may have.
        name: how to call the file in errors; its own name by default.

    Raises:
        VoiceFileError: not a voice: missing, damaged, changed, cut short, a pickle, a wrong shape,
            an unknown engine, no consent.
        VoiceVersionError: made by a newer program, or by one that knew no receipts.
    """
    path = Path(path)
    label = name or path.name
    return from_bytes(_read(path, label), shapes_by_engine, label)


def from_bytes(raw: bytes, shapes_by_engine: ShapesByEngine, label: str) -> Voice:
    """Return the voice in the contents of a file, called `label` in errors; as `load_voice`."""
    document = _document(_header(raw, label), label)
    metadata = document.payload
    version = metadata.get("format_version")
    if type(version) is not int or version < 1:
        raise VoiceFileError(label, "its format version is missing")
    if version != FORMAT_VERSION:
        raise VoiceVersionError(label, version, FORMAT_VERSION)
    engine = str(metadata.get("engine"))
    if engine not in shapes_by_engine:
        raise VoiceFileError(label, f"it needs the engine '{engine:.40}', which is not here")
    forms = [
        {f"engine.{n}": tuple(s) for n, s in shapes.items()} | dict(_TENSORS_OF_OURS)
        for shapes in shapes_by_engine[engine]
    ]
    tensors = _tensors(raw, label, forms)
    if metadata.get("tensors") != {name: _sha256(tensor) for name, tensor in tensors.items()}:
        raise VoiceFileError(label, "it was changed since it was saved")
    try:
        voice = _described(metadata, engine, tensors, document.key_id)
    except (ConsentMissingError, SignatureInvalidError, ReceiptMismatchError) as error:
        raise VoiceFileError(label, f"it carries no valid consent ({error})") from error
    except VoiceNameError as error:
        raise VoiceFileError(label, "the name inside it is not valid") from error
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise VoiceFileError(label, f"its description is not whole ({error})") from error
    _check_whole(raw, tensors, document, label)
    return voice


def _check_whole(raw: bytes, tensors: Mapping[str, np.ndarray], document: signed.Signed, label: str) -> None:
    """Raise unless the file is what is written from its contents: no byte may differ, not even a blank."""
    from safetensors.numpy import save

    if save(dict(tensors), {_KEY: document.to_bytes().decode()}) != raw:
        raise VoiceFileError(label, "it was changed since it was saved")


def _sha256(tensor: np.ndarray) -> str:
    return hashlib.sha256(f"{tensor.dtype.name} {tensor.shape} ".encode() + tensor.tobytes()).hexdigest()


def _described(
    metadata: Mapping[str, object], engine: str, tensors: Mapping[str, np.ndarray], sealed_by: str
) -> Voice:
    """Return the voice that checked tensors and unchecked metadata make.

    Raises:
        KeyError, TypeError, ValueError, OverflowError: an entry is missing, or not of its kind.
        ConsentMissingError, SignatureInvalidError, ReceiptMismatchError, VoiceNameError: the receipt
            or the name is not valid.
    """
    learned = metadata["learned"]
    if not isinstance(learned, Mapping):
        raise TypeError("'learned' is no table")
    hashes = learned["reference_sha256"]
    if not isinstance(hashes, list) or not all(isinstance(h, str) for h in hashes):
        raise TypeError("'reference_sha256' is no list of hashes")
    judged = metadata["judge_self_similarity"]
    receipt = receipts.from_dict(metadata["receipt"])
    if metadata["id"] != receipt.voice_id:
        raise ValueError("its receipt is another voice's")
    return Voice(
        name=_text(metadata, "name"),
        engine=engine,
        engine_revision=_text(metadata, "engine_revision"),
        language=_text(metadata, "language"),
        receipt=receipt,
        learned=Learned(
            steps=_whole(learned, "steps"),
            seed=_whole(learned, "seed"),
            seconds=_number(learned, "seconds"),
            reference_seconds=_number(learned, "reference_seconds"),
            reference_sha256=tuple(hashes),
            transcript=_text(learned, "transcript"),
            similarity_start=_number(learned, "similarity_start"),
            similarity=_number(learned, "similarity"),
            best_step=_whole(learned, "best_step"),
        ),
        tensors={n.removeprefix("engine."): t for n, t in tensors.items() if n.startswith("engine.")},
        embedding=tensors["speaker.embedding"],
        judge_embedding=tensors["judge.embedding"],
        judge_self_similarity=None if judged is None else _number(metadata, "judge_self_similarity"),
        created=dt.datetime.fromisoformat(_text(metadata, "created")).isoformat(),
        sealed_by=sealed_by,
    )


def _text(data: Mapping[str, object], key: str) -> str:
    value = data[key]
    if not isinstance(value, str):
        raise TypeError(f"'{key}' is no text")
    return value


def _number(data: Mapping[str, object], key: str) -> float:
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"'{key}' is no number")
    return float(value)


def _whole(data: Mapping[str, object], key: str) -> int:
    value = data[key]
    if type(value) is not int:
        raise TypeError(f"'{key}' is no whole number")
    return value


def _read(path: Path, label: str) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise VoiceFileError(label, "it is not a file")
        if size > MAX_BYTES:
            raise VoiceFileError(label, f"it has {size / 1e6:.0f} MB, a voice has less than 1 MB")
        return path.read_bytes()
    except OSError as error:
        raise VoiceFileError(label, f"it cannot be read ({error.strerror})") from error


def _header(raw: bytes, label: str) -> dict:
    """Return the JSON header of a safetensors file: 8 bytes of length, then the header."""
    # A voice may begin with these bytes too, its header's length, but its byte 8 is the header's brace.
    if raw[8:9] != b"{" and (raw[:1] == b"\x80" or raw[:2] == b"PK"):
        raise VoiceFileError(label, "it is a pickle or zip archive, which is never opened")
    if len(raw) < 8:
        raise VoiceFileError(label, "it is empty or cut short")
    (length,) = struct.unpack("<Q", raw[:8])
    if length > len(raw) - 8:
        raise VoiceFileError(label, "it is cut short, or no safetensors file")
    try:
        header = json.loads(raw[8 : 8 + length])
    except (ValueError, RecursionError) as error:  # the latter: lists nested a thousand deep
        raise VoiceFileError(label, "it is no safetensors file") from error
    if not isinstance(header, dict):
        raise VoiceFileError(label, "it is no safetensors file")
    return header


def _document(header: dict, label: str) -> signed.Signed:
    """Return the signed description.

    Raises:
        VoiceFileError: there is none, or it was changed.
        VoiceVersionError: it is of the first format, which was not signed.
    """
    try:
        text = header["__metadata__"][_KEY]
        description = json.loads(text)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise VoiceFileError(label, "it is a safetensors file, but not of a voice") from error
    if isinstance(description, dict) and "format_version" in description:
        raise VoiceVersionError(label, 1, FORMAT_VERSION)
    try:
        return signed.from_bytes(KIND, text.encode())
    except (SignatureInvalidError, UnicodeEncodeError) as error:
        raise VoiceFileError(label, f"it was changed since it was saved ({error})") from error


def _tensors(
    raw: bytes, label: str, forms: Sequence[Mapping[str, tuple[int | None, ...]]]
) -> dict[str, np.ndarray]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors = load(raw)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise VoiceFileError(label, "it is damaged or cut short") from error
    expected = next((form for form in forms if set(form) == set(tensors)), None)
    if expected is None:
        odd = min((sorted(set(tensors) ^ set(form)) for form in forms), key=len)
        raise VoiceFileError(label, f"its tensors are not those of a voice ({', '.join(odd)[:120]})")
    for key, tensor in tensors.items():
        if not _fits(tensor.shape, expected[key]):
            wanted = tuple("any" if length is None else length for length in expected[key])
            raise VoiceFileError(label, f"{key} has shape {tensor.shape} instead of {wanted}")
        if tensor.dtype not in (np.float16, np.float32) or not np.isfinite(tensor).all():
            raise VoiceFileError(label, f"{key} holds values that are no finite floats")
    return tensors


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(shape) == len(wanted) and all(
        length >= 1 if want is None else length == want for length, want in zip(shape, wanted, strict=True)
    )
