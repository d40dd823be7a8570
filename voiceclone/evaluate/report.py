"""The scores of spoken audio: whose voice, which words, how natural."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voiceclone.audio.clip import Audio
from voiceclone.evaluate.intelligibility import WordReport, compare
from voiceclone.evaluate.naturalness import Naturalness
from voiceclone.evaluate.similarity import ANCHOR_STRANGER, DVector, Fingerprint, normalised
from voiceclone.listen.recognize import Recognizer
from voiceclone.text.frontend import TextFrontEnd
from voiceclone.text.languages import language

__all__ = ["Fingerprint", "Judge", "Scores"]


@dataclass(frozen=True)
class Scores:
    """What was measured of one piece of speech."""

    similarity: float
    """Cosine to the reference, by the judge's encoder."""
    similarity_percent: float
    """The same between the anchors: 0 a stranger, 100 the speaker of the reference."""
    anchor_stranger: float
    anchor_self: float
    anchor_self_measured: bool
    """Whether `anchor_self` was measured on this reference; otherwise it is the mean of many speakers."""
    words: WordReport
    naturalness: float
    """Predicted mean opinion score, 1 to 5."""


class Judge:
    """Scores speech; each model is loaded when first needed. Safe to share between threads."""

    def __init__(self, dvector_file: Path, recognizer: Recognizer, text: TextFrontEnd) -> None:
        self._encoder = DVector(dvector_file)
        self._recognizer = recognizer
        self._text = text
        self._naturalness = Naturalness()

    def fingerprint(self, reference: Audio, other: Audio | None = None) -> Fingerprint:
        """Return what has to be kept of a reference to score by it later; see `DVector.fingerprint`."""
        return self._encoder.fingerprint(reference, other)

    def naturalness(self, audio: Audio) -> float:
        """Return the predicted mean opinion score of speech, 1 to 5."""
        return self._naturalness.mos(audio)

    def words(self, audio: Audio, text: str, language_key: str) -> WordReport:
        """Return which words of a text are understood; arguments and errors as `score`."""
        heard = self._recognizer.transcribe(audio, language(language_key).whisper)
        return compare(text, heard.text, lambda t: self._text.words(t, language_key))

    def score(self, audio: Audio, text: str, language_key: str, reference: Fingerprint) -> Scores:
        """Return the scores of speech.

        Args:
            audio: what was spoken.
            text: what it should say.
            language_key: the text's language, a key of the languages table.
            reference: from `fingerprint` of the recording whose voice it should be.

        Raises:
            LanguageUnknownError: `language_key` is not in the table.
        """
        similarity = float(self._encoder.embed(audio) @ reference.embedding)
        return Scores(
            similarity=similarity,
            similarity_percent=100 * normalised(similarity, ANCHOR_STRANGER, reference.anchor_self),
            anchor_stranger=ANCHOR_STRANGER,
            anchor_self=reference.anchor_self,
            anchor_self_measured=reference.self_similarity is not None,
            words=self.words(audio, text, language_key),
            naturalness=self._naturalness.mos(audio),
        )
