"""How good a voice in training is: it speaks held-out texts, and is judged by models it is not driven by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import Engine, SpeakOptions, VoiceTensors
from voiceclone.evaluate.report import Judge
from voiceclone.finetune.events import Evaluation
from voiceclone.finetune.split import Split
from voiceclone.text.phrase import Phrase

WORDS_MARGIN = 0.06
"""How much more of the words than at the start may be missed: of some forty words, two."""
NATURALNESS_MARGIN = 0.2
"""How far naturalness may fall under that of the start or of the recordings, whichever is less."""


@dataclass(frozen=True)
class Floor:
    """What a step must keep to be chosen."""

    word_error_rate: float
    naturalness: float

    def guarded(self, word_error_rate: float, naturalness: float) -> str:
        """Return what keeps a step from being chosen: `words`, `naturalness`, or nothing."""
        if word_error_rate > self.word_error_rate:
            return "words"
        return "naturalness" if naturalness < self.naturalness else ""


class Evaluator:
    """Measures one voice in training against the recordings of its speaker.

    How like it is to what it was trained on is read on a scale whose 1 the held-out recordings set.
    """

    def __init__(
        self,
        engine: Engine,
        judge: Judge,
        parts: Split,
        phrases: Callable[[str, str], tuple[Phrase, ...]],
        seed: int,
    ) -> None:
        """Take the measure of the recordings.

        Args:
            engine: speaks.
            judge: scores.
            parts: what is trained on, and what is held out; the texts of the latter are spoken.
            phrases: turns a text in a language into phrases.
            seed: of everything that is spoken.
        """
        self._engine, self._judge, self._seed = engine, judge, seed
        held_out = parts.held_out
        self._language = held_out[0].language
        self._text = " ".join(u.text for u in held_out)
        self._phrases = tuple(p for u in held_out for p in phrases(u.text, u.language))
        recorded = Audio.joined([u.audio for u in held_out])
        self.fingerprint = judge.fingerprint(Audio.joined([u.audio for u in parts.training]), recorded)
        self.recorded_naturalness = judge.naturalness(recorded)

    def speak(self, voice: VoiceTensors) -> Audio:
        """Return the held-out texts as the voice speaks them."""
        return Audio.joined(list(self._engine.speak(voice, self._phrases, SpeakOptions(seed=self._seed))))

    def measure(self, spoken: Audio, step: int, floor: Floor | None) -> Evaluation:
        """Return the scores of what `speak` gave; without a floor nothing is guarded."""
        scores = self._judge.score(spoken, self._text, self._language, self.fingerprint)
        words, naturalness = scores.words.error_rate, scores.naturalness
        similarity = (scores.similarity - scores.anchor_stranger) / (
            scores.anchor_self - scores.anchor_stranger
        )
        return Evaluation(
            step=step,
            similarity=round(similarity, 4),
            word_error_rate=round(words, 4),
            naturalness=round(naturalness, 3),
            guarded="" if floor is None else floor.guarded(words, naturalness),
        )

    def floor(self, start: Evaluation) -> Floor:
        """Return what later steps must keep, from the scores of the voice that training starts from."""
        return Floor(
            start.word_error_rate + WORDS_MARGIN,
            min(start.naturalness, self.recorded_naturalness) - NATURALNESS_MARGIN,
        )


def better(candidate: Evaluation, chosen: Evaluation | None) -> bool:
    """Return whether a step is to be kept in place of the one that is.

    The most similar of those that nothing guards; where none is, the one with the fewest words missed.
    """
    if chosen is None:
        return True
    if bool(candidate.guarded) != bool(chosen.guarded):
        return not candidate.guarded
    if candidate.guarded:
        return (candidate.word_error_rate, -candidate.similarity) < (
            chosen.word_error_rate,
            -chosen.similarity,
        )
    return candidate.similarity > chosen.similarity
