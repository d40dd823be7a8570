"""The statement of consent without which no voice is learned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from voiceclone.errors import ConsentMissingError

KINDS = ("self", "authorised")
"""`self`: the speaker is the person who asks; `authorised`: the speaker has allowed it."""

MAX_SPEAKER_LENGTH = 120


@dataclass(frozen=True)
class ConsentStatement:
    """Who speaks, by whose word, and when that was said. Kept inside the voice for good.

    Raises:
        ConsentMissingError: a field is missing or not valid, so the statement cannot exist.
    """

    speaker: str
    kind: str
    date: str
    """ISO 8601 day, `2026-11-23`."""

    def __post_init__(self) -> None:
        speaker = " ".join(self.speaker.split()) if isinstance(self.speaker, str) else ""
        if not 1 <= len(speaker) <= MAX_SPEAKER_LENGTH or not speaker.isprintable():
            raise ConsentMissingError("the speaker's name", f"1 to {MAX_SPEAKER_LENGTH} printable characters")
        object.__setattr__(self, "speaker", speaker)
        if self.kind not in KINDS:
            raise ConsentMissingError("the kind of consent", " or ".join(KINDS))
        try:
            day = dt.date.fromisoformat(str(self.date))
        except ValueError as error:
            raise ConsentMissingError("the date", "a day such as 2026-11-23") from error
        if day > dt.date.today() + dt.timedelta(days=1):
            raise ConsentMissingError("the date", "today or an earlier day")
        object.__setattr__(self, "date", day.isoformat())  # Python 3.11 also reads 20261123 and 2026-W48-1

    @classmethod
    def today(cls, speaker: str, kind: str) -> ConsentStatement:
        """Return a statement made today."""
        return cls(speaker, kind, dt.date.today().isoformat())

    @classmethod
    def from_dict(cls, data: object) -> ConsentStatement:
        """Return the statement kept in a voice file.

        Raises:
            ConsentMissingError: there is none, or it is not whole.
        """
        if not isinstance(data, Mapping):
            raise ConsentMissingError("the consent statement", "speaker, kind and date")
        return cls(data.get("speaker", ""), data.get("kind", ""), data.get("date", ""))

    def to_dict(self) -> dict[str, str]:
        """Return the statement as plain data."""
        return asdict(self)

    @property
    def sentence(self) -> str:
        """The statement in words, as it is shown with the voice."""
        if self.kind == "self":
            return f"{self.speaker} gave their own voice on {self.date}."
        return f"{self.speaker} authorised the use of their voice; stated on {self.date}."
