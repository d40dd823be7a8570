"""The challenge: one sentence of consent, made for one occasion, to be read aloud.

It names the day, the program, the purpose and the voice, and ends with words drawn at random, so
that no recording made before can answer it. It counts for ten minutes and once; who keeps account
of that is `voiceclone.consent.ledger`.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import secrets
import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from voiceclone.consent.receipt import MAX_CLIPS, MAX_SPEAKER_LENGTH, SCOPES
from voiceclone.consent.sentence import Sentence, phrasing
from voiceclone.errors import ConsentMissingError

LIFETIME = dt.timedelta(minutes=10)
N_WORDS = 4
"""Of two hundred words: one and a half thousand million sequences, none of which can be recorded ahead."""


@dataclass(frozen=True)
class Challenge:
    """What a speaker is asked to say, about which voice and clips, and until when.

    Raises:
        ConsentMissingError: a field is missing or not valid.
        LanguageUnknownError: there is no such language.
    """

    id: str
    """32 hex digits."""
    voice_id: str
    """The voice that the receipt will be about; 32 hex digits."""
    voice_name: str
    speaker: str
    scope: str
    language: str
    """Key of the languages table."""
    day: str
    """ISO 8601 day that the sentence names."""
    words: tuple[str, ...]
    """Drawn at random, in the order in which they are read."""
    issued: str
    """ISO 8601, UTC, to the second."""
    expires: str
    """ISO 8601, UTC, to the second: the recording must arrive before."""
    clips: tuple[str, ...]
    """Hash (`Audio.sha256`) of every clip that consent is asked for."""

    def __post_init__(self) -> None:
        for name, title in (("voice_name", "the voice's name"), ("speaker", "the speaker's name")):
            value = getattr(self, name)
            value = " ".join(value.split()) if isinstance(value, str) else ""
            if not 1 <= len(value) <= MAX_SPEAKER_LENGTH or not value.isprintable():
                raise ConsentMissingError(title, f"1 to {MAX_SPEAKER_LENGTH} printable characters")
            object.__setattr__(self, name, value)
        if self.scope not in SCOPES:
            raise ConsentMissingError("the scope of the consent", ", ".join(SCOPES))
        known = phrasing(str(self.language)).words
        object.__setattr__(self, "words", tuple(self.words))
        object.__setattr__(self, "clips", tuple(sorted(set(self.clips))))
        if len(self.words) != N_WORDS or not set(self.words) <= set(known):
            raise ConsentMissingError("the words of the sentence", f"{N_WORDS} words of the list")
        if not 1 <= len(self.clips) <= MAX_CLIPS or not all(_is_hex(clip, 64) for clip in self.clips):
            raise ConsentMissingError("the list of clips", f"1 to {MAX_CLIPS} sha256 hashes")
        if not _is_hex(self.id, 32) or not _is_hex(self.voice_id, 32):
            raise ConsentMissingError("the challenge's ids", "32 hex digits")
        try:
            dt.date.fromisoformat(self.day)
            dt.datetime.fromisoformat(self.issued)
            dt.datetime.fromisoformat(self.expires)
        except (TypeError, ValueError) as error:
            raise ConsentMissingError("the challenge's times", "ISO 8601 days and times") from error

    @property
    def asked(self) -> Sentence:
        """What is to be said, in its parts."""
        day = dt.date.fromisoformat(self.day)
        return Sentence(self.language, day, self.voice_name, self.scope, self.words)

    @property
    def sentence(self) -> str:
        """What is to be said, as it is shown."""
        return self.asked.text

    @property
    def deadline(self) -> dt.datetime:
        """`expires` as a time with zone."""
        return dt.datetime.fromisoformat(self.expires)

    def to_dict(self) -> dict[str, object]:
        """Return the challenge as plain data."""
        return asdict(self) | {"words": list(self.words), "clips": list(self.clips)}

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Challenge:
        """Return the challenge in plain data.

        Raises:
            ConsentMissingError, LanguageUnknownError: it is not whole.
        """
        if not isinstance(data, Mapping) or set(data) != set(cls.__dataclass_fields__):
            raise ConsentMissingError("the challenge", ", ".join(cls.__dataclass_fields__))
        for name in ("words", "clips"):
            values = data[name]
            if not isinstance(values, list | tuple) or not all(isinstance(v, str) for v in values):
                raise ConsentMissingError(f"the challenge's {name}", "a list of texts")
        return cls(**data)  # type: ignore[arg-type]


def new_challenge(
    voice_name: str,
    speaker: str,
    scope: str,
    language_key: str,
    clips: Collection[str],
    *,
    now: dt.datetime | None = None,
    rng: random.Random | None = None,
) -> Challenge:
    """Return a sentence of consent for one occasion.

    Args:
        voice_name: what the voice will be called; it is part of the sentence.
        speaker: who is asked.
        scope: one of `voiceclone.consent.receipt.SCOPES`.
        language_key: in which language.
        clips: `Audio.sha256` of every clip that is to be learned from, at least one.
        now: time of issue; the sentence names the day that it is in its zone. UTC by default.
        rng: draws the words; the system's own source by default.

    Raises:
        ConsentMissingError: something is missing or not valid.
        LanguageUnknownError: there is no such language.
    """
    now = (now or dt.datetime.now(dt.timezone.utc)).replace(microsecond=0)
    words = (rng or secrets.SystemRandom()).sample(phrasing(language_key).words, N_WORDS)
    return Challenge(
        id=uuid.uuid4().hex,
        voice_id=uuid.uuid4().hex,
        voice_name=voice_name,
        speaker=speaker,
        scope=scope,
        language=language_key,
        day=now.date().isoformat(),
        words=tuple(words),
        issued=now.astimezone(dt.timezone.utc).isoformat(),
        expires=(now + LIFETIME).astimezone(dt.timezone.utc).isoformat(),
        clips=tuple(clips),
    )


def _is_hex(text: object, digits: int) -> bool:
    return isinstance(text, str) and re.fullmatch(f"[0-9a-f]{{{digits}}}", text) is not None
