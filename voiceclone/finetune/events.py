"""What a training run reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voiceclone.audio.clip import Audio
from voiceclone.evaluate.report import Scores
from voiceclone.voices.voice import Voice


@dataclass(frozen=True)
class Evaluation:
    """The voice at one step, speaking held-out texts, measured by models that training is not driven by."""

    step: int
    similarity: float
    """0 a stranger, 1 the speaker's own held-out recordings, and no end there; by the judge's encoder."""
    word_error_rate: float
    naturalness: float
    """Predicted mean opinion score, 1 to 5."""
    guarded: str = ""
    """What keeps this step from being chosen: `words`, `naturalness`, or nothing."""


@dataclass(frozen=True)
class Compared:
    """The same text before and after, and as the speaker said it; it was never trained on."""

    text: str
    original: Audio
    before: Audio
    after: Audio
    before_scores: Scores
    after_scores: Scores


@dataclass(frozen=True)
class TrainingEvent:
    """One report of a training run. The last one carries the voice."""

    stage: str
    """`preparing`, `learning`, `checking` (the saved voice is loaded afresh and speaks), `done`, or `stopped`
    (to be taken up again)."""
    step: int
    steps: int
    seconds: float
    """Of work so far, those before an interruption included."""
    seconds_left: float | None = None
    losses: Mapping[str, float] = field(default_factory=dict)
    """`loss`, and what it is made of, of this step."""
    evaluation: Evaluation | None = None
    """At every few dozen steps."""
    chosen: Evaluation | None = None
    """The step that is kept so far."""
    preview: Audio | None = None
    """The sentence of the person's choice, watermarked; with each evaluation."""
    voice: Voice | None = None
    compared: Compared | None = None
    """With the voice."""


OBSTACLES = (
    "too_little",
    "few_clips",
    "no_text",
    "other_speakers",
    "no_consent",
    "consent_not_valid",
    "consent_other_clips",
    "mixed_languages",
    "language_not_spoken",
    "short_time",
)


@dataclass(frozen=True)
class Obstacle:
    """Something that a check before the run found."""

    kind: str
    """One of `OBSTACLES`."""
    value: float | None = None
    blocking: bool = True
    about: str = ""
    """What it is about, such as a language by its title."""


@dataclass(frozen=True)
class Preflight:
    """What a run would do, and what stands in its way."""

    seconds: float
    """Of speech that is trained on."""
    clips: int
    held_out: int
    """Clips that are never trained on: the scores are measured against them."""
    device: str
    """Such as `cpu, 2 threads` or `NVIDIA H200`."""
    steps: int
    estimate_s: float
    memory_mb: float
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way."""
        return not any(o.blocking for o in self.obstacles)
