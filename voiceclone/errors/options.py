"""Options, engines and places that are not accepted."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


@dataclass(eq=False)
class EngineUnknownError(VoiceCloneError):
    engine: str
    available: tuple[str, ...]
    template = "Unknown engine '{engine}'. Available: {choices}."

    def __str__(self) -> str:
        return self.template.format(engine=self.engine, choices=", ".join(self.available))


@dataclass(eq=False)
class EngineCannotError(VoiceCloneError):
    engine: str
    task: str
    available: tuple[str, ...]
    template = "The engine '{engine}' cannot {task}. Engines that can: {choices}. Choose one of them."

    def __str__(self) -> str:
        able = ", ".join(self.available) or "none"
        return self.template.format(engine=self.engine, task=self.task, choices=able)


@dataclass(eq=False)
class EngineUnavailableError(VoiceCloneError):
    engine: str
    reason: str
    remedy: str
    template = "The engine '{engine}' cannot be used here: {reason}. {remedy}"


@dataclass(eq=False)
class EngineTooLargeError(VoiceCloneError):
    engine: str
    needed_mb: int
    largest_mb: int
    device: str
    template = (
        "The engine '{engine}' needs {needed_mb} MB of memory; accepted: at most {largest_mb} MB, on "
        "{device}. Choose a smaller engine, or set VOICECLONE_ENGINE_MEMORY_MB higher if there is more."
    )


@dataclass(eq=False)
class EngineMemoryBusyError(VoiceCloneError):
    engine: str
    needed_mb: int
    busy_mb: int
    room_mb: int
    device: str
    template = (
        "The engine '{engine}' needs {needed_mb} MB, and engines at work hold {busy_mb} of the {room_mb} MB "
        "that engines may take on {device}. Try again when they have ended, or set "
        "VOICECLONE_ENGINE_MEMORY_MB higher if there is more."
    )


@dataclass(eq=False)
class OptionError(VoiceCloneError):
    option: str
    value: object
    accepted: str
    template = "{option} is {value}; accepted: {accepted}. Change it and try again."


@dataclass(eq=False)
class UsageError(VoiceCloneError):
    problem: str
    command: str
    template = "{problem}. Run '{command} --help' to see what is accepted."


@dataclass(eq=False)
class OutputError(VoiceCloneError):
    path: str
    reason: str
    accepted: str
    template = "{path} could not be written: {reason}. Accepted: {accepted}. Choose another place."
