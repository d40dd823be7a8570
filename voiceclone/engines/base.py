"""What an engine is: the contract that every row of the registry keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.errors import OptionError
from voiceclone.text.phrase import Phrase

if TYPE_CHECKING:
    from torch import Tensor

VoiceTensors = Mapping[str, np.ndarray]
"""What an engine learned of one voice: named float32 arrays, small enough to store."""
DEFAULT_PRESET = "standard"
Shapes = Mapping[str, tuple[int | None, ...]]
"""Of named tensors; None stands for any length of 1 and more."""


@dataclass(frozen=True)
class Preset:
    """How much a clone learns."""

    steps: int
    """On a CPU; 0 for none: what is known of the speaker before the first step."""
    accelerator_steps: int
    """On a GPU, in less time."""
    rest: bool = False
    """Whether it learns from the rest of a long reference too."""

    def steps_on(self, device_type: str) -> int:
        """Return the steps on a type of device, as torch calls it."""
        return self.steps if device_type == "cpu" else self.accelerator_steps


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
    memory_mb: int
    """Of one copy that speaks, in 32-bit floats."""
    max_phonemes: int
    """Longest phrase, in phonemes, that is spoken in one go."""
    tensor_shapes: Shapes
    """Shape of every tensor of a voice; loading a voice refuses any other."""
    pipeline: tuple[str, str, str]
    """What a voice is to it, its acoustic model, and its vocoder: for people to read."""
    fine_tuned_shapes: Shapes = field(default_factory=dict)
    """Of the tensors that a fine-tuned voice has besides, all of them; one that was cloned may have them."""
    steps: int = 0
    """Steps that a clone takes unless others are asked for; 0: it is learned at once, without steps."""
    presets: Mapping[str, Preset] = field(default_factory=dict)
    """How much a clone may learn, by name, least first; none where it is learned at once."""
    needs_transcript: bool = False
    """Whether it learns from what the recordings say, and so only from languages that it speaks; and
    converts speech by its words."""
    fine_tunes: bool = False
    """Whether it can be trained on minutes of speech."""
    step_core_s: float = 4.0
    """Core-seconds that a step of such training takes on a CPU; as Kokoro takes, until it is measured."""
    converts: bool = False
    """Whether it can say an utterance again in another voice."""
    modules: tuple[str, ...] = ()
    """Libraries that it needs besides those that everything needs."""
    half: bool = False
    """Whether it speaks as well with weights of 16 bits, where a device computes in them."""
    spreads: bool = False
    """Whether one copy may be spread over several devices: built by `Devices.device_map`."""

    def preset(self, name: str | None) -> Preset:
        """Return how much a clone learns, by name: `standard` when None, nothing where it learns at once.

        Raises:
            OptionError: there is no such preset.
        """
        if not self.presets:
            return Preset(0, 0)
        if name is not None and name not in self.presets:
            raise OptionError("preset", name, ", ".join(self.presets))
        return self.presets[name or DEFAULT_PRESET]


@dataclass(frozen=True)
class Clip:
    """One recording to learn from, and what is said in it."""

    audio: Audio
    phrases: tuple[Phrase, ...]
    """Empty for an engine whose `needs_transcript` is false."""


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
    preview_every: int = 10
    """Steps between spoken previews, at least; 0 for none."""
    preview: tuple[Phrase, ...] = ()
    """What the previews say."""
    natural: Callable[[Audio], float] | None = None
    """Says how natural speech sounds, 1 to 5: a step that sounds worse is not kept for being nearer."""
    words_lost: Callable[[Audio], float] | None = None
    """Says what part of the preview's words is not understood: nor is a step that loses words."""


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

    def speak(self, voice: VoiceTensors, phrases: Iterable[Phrase], options: SpeakOptions) -> Iterator[Audio]:
        """Yield each phrase as audio at `spec.sample_rate`, its pause included.

        The same voice, phrases, options and seed give the same samples.
        """
        ...


class TrainableEngine(Engine, Protocol):
    """An engine whose `spec.fine_tunes` is true."""

    def trainee(self, material: Material, seed: int) -> Trainee:
        """Return a voice to be trained on minutes of speech; it is a `torch.nn.Module` as well.

        Raises:
            TranscriptMismatchError: a text is not what its recording says.
        """
        ...


class ConvertingEngine(Engine, Protocol):
    """An engine whose `spec.converts` is true."""

    def convert(self, voice: VoiceTensors, source: Clip, options: SpeakOptions) -> Audio:
        """Return an utterance said again in a voice, at `spec.sample_rate`: its words, timing and melody.

        Args:
            voice: whose voice it comes back in.
            source: the utterance, at most 15 s, and what is said in it.
            options: the seed; speed is the source's own.
        """
        ...
