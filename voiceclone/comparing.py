"""Comparing: several voices say one text, or every engine learns from one reference; each is scored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from voiceclone.audio.clip import Audio
from voiceclone.consent.receipt import Receipt
from voiceclone.engines.availability import UNAVAILABLE
from voiceclone.engines.base import EngineSpec
from voiceclone.errors import OptionError, VoiceCloneError
from voiceclone.evaluate.report import Scores
from voiceclone.listen.reference import Reference
from voiceclone.studio import Studio, check_seed
from voiceclone.voices.voice import Voice

FEWEST, MOST = 2, 4
"""Voices that are compared at once: more players than four nobody keeps apart."""


@dataclass(frozen=True)
class Rendition:
    """One text in one voice."""

    voice: Voice
    audio: Audio
    """Watermarked."""
    scores: Scores
    seconds: float
    """That speaking took, scoring not included."""
    index: int
    total: int

    @property
    def real_time_factor(self) -> float:
        """Seconds of work for each second of speech."""
        return self.seconds / self.audio.duration_s


@dataclass(frozen=True)
class Tried:
    """One engine, tried on a reference: what came of it, or why nothing did."""

    engine: EngineSpec
    rendition: Rendition | None = None
    learning_s: float = 0.0
    obstacle: str = ""
    """Why it could not be tried, in a sentence; empty where there is a rendition."""


class Comparing:
    """Comparisons of voices and of engines. Safe to share between threads as far as the studio is."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def compare(
        self,
        voices: Sequence[Voice],
        text: str,
        *,
        language_key: str | None = None,
        seed: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[Rendition]:
        """Let voices say one text, one after the other, with the same seed.

        All arguments are checked before the generator is made.

        Args:
            voices: 2 to 4, of any engines; the consent of each must hold.
            text: what to say.
            language_key: the text's language; that of the first voice when None.
            seed: as in `Studio.speak`.
            cancelled: asked between voices.

        Raises:
            OptionError: too few voices, or too many.
            ReceiptExpiredError, VoiceRevokedError: consent to one of them has ended.
            TextError: one of the engines cannot speak the text.
        """
        if not FEWEST <= len(voices) <= MOST:
            raise OptionError("voices", len(voices), f"{FEWEST} to {MOST} voices")
        check_seed(seed)
        key = language_key or voices[0].language
        for voice in voices:
            self._studio.check(voice.receipt)
            self._studio.preview_text(text, key, voice.engine)
        return self._compare(voices, text, key, seed, cancelled)

    def engines(
        self,
        reference: Reference,
        receipt: Receipt,
        text: str,
        *,
        language_key: str | None = None,
        steps: int | None = None,
        seed: int = 0,
    ) -> Iterator[Tried]:
        """Learn a voice with every engine and let it say a text; those that learn at once come first.

        An engine that cannot be used here, or not with this reference or text, is yielded with the reason.

        Args:
            reference: from `Studio.inspect`.
            receipt: consent to learn from it.
            text: what to say, in the reference's language.
            language_key: that language; heard when None.
            steps: for the engines that learn in steps; as many as each advises when None.
            seed: of learning and speaking.
        """
        availability = self._studio.availability()
        for spec in sorted(self._studio.engines, key=lambda spec: spec.steps):
            here = availability[spec.name]
            if here.state == UNAVAILABLE:
                yield Tried(spec, obstacle=f"{here.reason}. {here.remedy}".strip())
                continue
            started = time.monotonic()
            try:
                events = self._studio.clone(
                    reference,
                    receipt,
                    language_key=language_key,
                    steps=steps if spec.steps else None,
                    seed=seed,
                    engine=spec.name,
                )
                voice = next(event.voice for event in events if event.voice is not None)
                learning_s = time.monotonic() - started
                yield Tried(spec, self._rendition(voice, text, voice.language, seed, 0, 1), learning_s)
            except VoiceCloneError as error:
                yield Tried(spec, obstacle=str(error))

    def _compare(
        self, voices: Sequence[Voice], text: str, key: str, seed: int, cancelled: Callable[[], bool]
    ) -> Iterator[Rendition]:
        for index, voice in enumerate(voices):
            yield self._rendition(voice, text, key, seed, index, len(voices))
            if cancelled() or self._studio.closing.is_set():
                return

    def _rendition(self, voice: Voice, text: str, key: str, seed: int, index: int, total: int) -> Rendition:
        started = time.monotonic()
        pieces = self._studio.speak(voice, text, language_key=key, seed=seed)
        audio = Audio.joined([piece.audio for piece in pieces])
        seconds = time.monotonic() - started
        scores = self._studio.score(voice, audio, text, key)
        return Rendition(voice, audio, scores, seconds, index, total)
