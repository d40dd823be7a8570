"""All that a training run is at one step, as one safetensors file.

Read back, the run goes on as if it had not ended. What a step draws depends on the seed and its number
alone, so no state of any random generator is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from voiceclone.engines.base import VoiceTensors
from voiceclone.errors import CheckpointError
from voiceclone.finetune.events import Evaluation, TrainingEvent

if TYPE_CHECKING:
    import torch

_KEY = "voiceclone.run"
FORMAT_VERSION = 1


@dataclass
class Progress:
    """How far a run is."""

    engine: str = ""
    """Whose voice is trained."""
    step: int = 0
    seconds: float = 0.0
    """Of work, interruptions left out."""
    start: Evaluation | None = None
    """Of the voice before the first step."""
    chosen: Evaluation | None = None
    best: VoiceTensors = field(default_factory=dict)
    """The voice at the chosen step."""
    history: list[TrainingEvent] = field(default_factory=list)
    """What was reported, without previews."""


def to_bytes(progress: Progress, module: torch.nn.Module, optimizer: torch.optim.Optimizer) -> bytes:
    """Return a checkpoint."""
    from safetensors.numpy import save

    tensors: dict[str, np.ndarray] = {f"best.{name}": np.asarray(t) for name, t in progress.best.items()}
    for name, tensor in module.state_dict().items():
        tensors[f"module.{name}"] = tensor.detach().cpu().numpy()
    for number, state in optimizer.state_dict()["state"].items():
        for name, tensor in state.items():
            tensors[f"optimizer.{number}.{name}"] = tensor.detach().cpu().numpy()
    about = {
        "format_version": FORMAT_VERSION,
        "engine": progress.engine,
        "step": progress.step,
        "seconds": progress.seconds,
        "start": _plain(progress.start),
        "chosen": _plain(progress.chosen),
        "history": [
            {
                "step": event.step,
                "steps": event.steps,
                "seconds": event.seconds,
                "losses": dict(event.losses),
                "evaluation": _plain(event.evaluation),
                "chosen": _plain(event.chosen),
            }
            for event in progress.history
        ],
    }
    tensors = {name: np.array(tensor, order="C") for name, tensor in tensors.items()}
    return save(tensors, {_KEY: json.dumps(about)})


def tensors_to_bytes(voice: VoiceTensors) -> bytes:
    """Return a voice's tensors as a file; `tensors_from_bytes` reads them."""
    from safetensors.numpy import save

    return save({name: np.array(tensor, order="C") for name, tensor in voice.items()})


def tensors_from_bytes(data: bytes) -> VoiceTensors:
    """Return what `tensors_to_bytes` was given.

    Raises:
        CheckpointError: it is damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return load(data)
    except SafetensorError as error:
        raise CheckpointError(str(error)) from error


def from_bytes(
    data: bytes, engine: str, module: torch.nn.Module, optimizer: torch.optim.Optimizer
) -> Progress:
    """Bring an engine's module and its optimizer to where a checkpoint was made, and return how far that is.

    Raises:
        CheckpointError: it is damaged, or of another engine's run.
    """
    import torch

    try:
        about, tensors = _read(data)
        if about.get("engine", engine) != engine:
            raise ValueError(f"it is of the engine '{about['engine']}', not of '{engine}'")
        state = module.state_dict()
        loaded = {name: torch.from_numpy(tensors[f"module.{name}"]).to(t) for name, t in state.items()}
        module.load_state_dict(loaded)
        kept = optimizer.state_dict()
        kept["state"] = _optimizer_state(tensors)
        optimizer.load_state_dict(kept)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError(str(error)) from error
    return _progress(about, tensors)


def progress_of(data: bytes) -> Progress:
    """Return how far the run of a checkpoint is, without taking it up.

    Raises:
        CheckpointError: it is damaged.
    """
    try:
        return _progress(*_read(data))
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(str(error)) from error


def _read(data: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors = load(data)
    except SafetensorError as error:
        raise ValueError(f"it is no safetensors file ({error})") from error
    (length,) = np.frombuffer(data[:8], "<u8")
    about = json.loads(json.loads(data[8 : 8 + int(length)])["__metadata__"][_KEY])
    if about["format_version"] != FORMAT_VERSION:
        raise ValueError(f"its format is {about['format_version']}, not {FORMAT_VERSION}")
    return about, tensors


def _progress(about: Mapping, tensors: Mapping[str, np.ndarray]) -> Progress:
    return Progress(
        engine=about.get("engine", ""),
        step=int(about["step"]),
        seconds=float(about["seconds"]),
        start=_evaluation(about["start"]),
        chosen=_evaluation(about["chosen"]),
        best={n.removeprefix("best."): t for n, t in tensors.items() if n.startswith("best.")},
        history=[
            TrainingEvent(
                "learning",
                entry["step"],
                entry["steps"],
                entry["seconds"],
                losses=entry["losses"],
                evaluation=_evaluation(entry["evaluation"]),
                chosen=_evaluation(entry["chosen"]),
            )
            for entry in about["history"]
        ],
    )


def _optimizer_state(tensors: Mapping[str, np.ndarray]) -> dict[int, dict[str, torch.Tensor]]:
    import torch

    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, tensor in tensors.items():
        kind, _, rest = name.partition(".")
        if kind == "optimizer":
            number, _, part = rest.partition(".")
            state.setdefault(int(number), {})[part] = torch.from_numpy(tensor.copy())
    return state


def _plain(evaluation: Evaluation | None) -> dict | None:
    return None if evaluation is None else asdict(evaluation)


def _evaluation(data: dict | None) -> Evaluation | None:
    return None if data is None else Evaluation(**data)


def without_preview(event: TrainingEvent) -> TrainingEvent:
    """Return an event as it is kept."""
    return replace(event, preview=None)
