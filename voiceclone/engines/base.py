"""What an engine is: the contract that every row of the registry keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.text.phrase import Phrase

if TYPE_CHECKING:
    from torch import Tensor

VoiceTensors = Mapping[str, np.ndarray]
"""What an engine learned of one voice: named float32 arrays, small enough to store."""


@dataclass(frozen=True)
class EngineSpec:
    """What can be known of an engine before it is loaded."""

    name: str
    title: str
    languages: tuple[str, ...]
    sample_rate: int
    weights: tuple[str, ...]
    """Names of the rows it needs in `voiceclone.hub.weights`."""
    licence: str
    size_mb: int
    max_phonemes: int
    """Longest phrase, in phonemes, that is spoken in one go."""
    tensor_shapes: Mapping[str, tuple[int, ...]]
    """Shape of every tensor of a voice; loading a voice refuses any other."""
    fine_tuned_shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Of the tensors that a fine-tuned voice has besides, all of them."""


@dataclass(frozen=True)
class Clip:
    """One recording to learn from, and what is said in it."""

    audio: Audio
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True)
class Material:
    """What an adaptation learns from."""

    clips: tuple[Clip, ...]
    embedding: np.ndarray
    """float32 `[192]`, L2-normalised ECAPA embedding of the reference."""


@dataclass(frozen=True)
class Budget:
    """How much an adaptation may do."""

    steps: int
    seed: int = 0
    preview_every: int = 25
    """Steps between spoken previews; 0 for none."""
    preview: tuple[Phrase, ...] = ()
    """What the previews say."""


@dataclass(frozen=True)
class AdaptationEvent:
    """One report of a running adaptation.

    `similarity` is the ECAPA cosine to the reference of a sentence that is *spoken*, not
    of the crop that was trained on; None on the steps where it was not measured. `voice`
    holds the best tensors so far whenever `similarity` was measured, so a cancelled run
    has something to keep.
    """

    step: int
    steps: int
    losses: Mapping[str, float] = field(default_factory=dict)
    similarity: float | None = None
    preview: Audio | None = None
    voice: VoiceTensors | None = None
    stage: str = "learning"
    """`preparing`, `learning` or `done`."""


@dataclass(frozen=True)
class SpeakOptions:
    """How a text is spoken."""

    speed: float = 1.0
    """Speaking rate, 0.5 (half as fast) to 2.0 (twice as fast)."""
    seed: int = 0


class Trainee(Protocol):
    """A voice in training: a torch module whose only parameters are the voice's numbers.

    The engine's own weights are frozen, and no part of it. What a step learns from is drawn by a
    generator of the caller's, so that a run can be taken up where it was left.
    """

    def groups(self) -> list[dict[str, Any]]:
        """Return the parameters with their learning rates, as torch's optimizers take them."""
        ...

    def draw(self, random: np.random.Generator, n: int) -> Any:
        """Return what one step learns from: n pieces of the material."""
        ...

    def __call__(self, drawn: Any) -> Mapping[str, Tensor]:
        """Return the losses; `loss` is what is minimised."""
        ...

    def voice(self) -> VoiceTensors:
        """Return the tensors of the voice as it is now."""
        ...

    def level(self, spoken: Audio) -> None:
        """Set the voice's loudness by what it has just spoken."""
        ...


class Engine(Protocol):
    """An acoustic model with its vocoder, able to learn a voice and to speak.

    Knows nothing of Gradio, consent or storage.
    """

    spec: EngineSpec

    def adapt(
        self, material: Material, budget: Budget, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[AdaptationEvent]:
        """Learn a voice; the last event has `stage == "done"` and the voice's tensors.

        `cancelled` is asked between steps; when true, the generator ends with the best
        voice so far, or raises `CancelledError` if there is none yet.
        """
        ...

    def trainee(self, material: Material, seed: int) -> Trainee:
        """Return a voice to be trained on minutes of speech; it is a `torch.nn.Module` as well.

        Raises:
            TranscriptMismatchError: a text is not what its recording says.
        """
        ...

    def speak(self, voice: VoiceTensors, phrases: Sequence[Phrase], options: SpeakOptions) -> Iterator[Audio]:
        """Yield each phrase as audio at `spec.sample_rate`, its pause included.

        The same voice, phrases, options and seed give the same samples.
        """
        ...
