"""Learning that ended before there was a voice."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


@dataclass(eq=False)
class CancelledError(VoiceCloneError):
    step: int
    template = "Learning was cancelled at step {step}, before there was a voice to keep."


@dataclass(eq=False)
class CheckpointError(VoiceCloneError):
    reason: str
    template = (
        "The training run cannot be taken up where it was: its checkpoint cannot be used ({reason}). "
        "Begin the run again; the clips and their texts are still there."
    )


@dataclass(eq=False)
class TrainingObstacleError(VoiceCloneError):
    obstacle: str
    found: float
    accepted: str
    template = (
        "Training cannot begin: {obstacle} ({found:g}). Accepted: {accepted}. Mend that, then start again."
    )


@dataclass(eq=False)
class WorkspaceLimitError(VoiceCloneError):
    found: int
    max_workspaces: int
    template = (
        "This server keeps the clips of {found} people already, and at most {max_workspaces}. "
        "Try again tomorrow, or run the program on a machine of your own."
    )


@dataclass(eq=False)
class TrainingBusyError(VoiceCloneError):
    state: str
    template = (
        "A training run of yours is {state} already, and there is one at a time. "
        "Wait for it to end, or stop it and begin anew."
    )


@dataclass(eq=False)
class NoTrainingError(VoiceCloneError):
    template = "There is no training run to go on with. Prepare clips and start one."


@dataclass(eq=False)
class TrainingFailedError(VoiceCloneError):
    reason: str
    template = "The training run ended with an error ({reason}). Resume it, or begin anew."


@dataclass(eq=False)
class TrainingHardwareError(VoiceCloneError):
    hardware: str
    template = (
        "Fine-tuning is not offered on {hardware}, which lends a GPU for seconds at a time; a run takes "
        "minutes. Accepted: hardware of one's own. Duplicate this Space onto dedicated hardware, or run the "
        "program on a machine of your own."
    )
