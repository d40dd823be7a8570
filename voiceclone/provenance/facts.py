"""What is written down about everything that is spoken: never its text, only the text's hash."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace

from voiceclone.audio.clip import Audio

FORMAT_VERSION = 1
MAX_LENGTH = 200
"""Characters of one text field."""
MAX_WEIGHTS = 32
_SHA256 = re.compile(r"(|[0-9a-f]{64})")


@dataclass(frozen=True)
class Facts:
    """How one output was made.

    Raises:
        ValueError: a field is not what it says. An error of the program, for whoever makes one; what
            comes from a file goes through `facts_from`, which returns None for it.
    """

    program: str
    """Name and version, such as `voiceclone 1.0.0`."""
    created: str
    """ISO 8601, UTC, to the second."""
    voice_id: str
    receipt_id: str
    """Of the receipt that allows the voice."""
    consent: str
    """The receipt's kind: `verified` or `attested`."""
    engine: str
    weights: Mapping[str, str]
    """Model to revision."""
    seed: int
    language: str
    """Key of the languages table."""
    speed: float
    text_sha256: str
    """Of the spoken text, UTF-8: whoever has the text can show that it is this one. Empty where speech
    was converted."""
    source_sha256: str = ""
    """`Audio.sha256` of the speech that was converted; empty where a text was spoken."""
    sample_rate: int = 0
    """Hz, of the file; this and what follows is filled in when the file is there (`of`)."""
    duration_s: float = 0.0
    audio_sha256: str = ""
    """`Audio.sha256` of what the file decodes to."""
    format_version: int = field(default=FORMAT_VERSION)

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            value = getattr(self, name)
            if not _is(kind, value):
                raise ValueError(f"{name} cannot be {value!r:.100}")
        if not all(map(_SHA256.fullmatch, (self.text_sha256, self.source_sha256, self.audio_sha256))):
            raise ValueError("a sha256 has 64 hex digits")
        if self.format_version != FORMAT_VERSION:
            raise ValueError(f"format version {self.format_version} is not known")

    def of(self, audio: Audio) -> Facts:
        """Return the facts with those of the sound itself, as its file decodes."""
        return replace(
            self,
            sample_rate=audio.sample_rate,
            duration_s=round(audio.duration_s, 3),
            audio_sha256=audio.sha256,
        )

    def to_dict(self) -> dict[str, object]:
        """Return the facts as plain data."""
        return asdict(self) | {"weights": dict(self.weights)}


def facts_from(data: object) -> Facts | None:
    """Return the facts in plain data from anyone; None if it is something else."""
    if not isinstance(data, Mapping) or set(data) | set(_LATER) != set(_KINDS):
        return None
    try:
        return Facts(**(_LATER | dict(data)))
    except ValueError:
        return None


def _is(kind: str, value: object) -> bool:
    """Return whether a value is of a field's kind, and of a size that can be shown."""
    if kind == "str":
        return isinstance(value, str) and len(value) <= MAX_LENGTH and (not value or value.isprintable())
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
    if kind == "float":
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf
    return (
        isinstance(value, Mapping)
        and len(value) <= MAX_WEIGHTS
        and all(_is("str", part) for item in value.items() for part in item)
    )


_LATER = {"source_sha256": ""}
"""What files from before there was conversion do not state."""
_KINDS = {f.name: str(f.type) for f in fields(Facts)}
