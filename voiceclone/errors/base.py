"""What every error has in common."""

from __future__ import annotations

from typing import ClassVar


class VoiceCloneError(Exception):
    """Base of all errors that a user can cause and mend."""

    template: ClassVar[str] = "Something went wrong."

    def __str__(self) -> str:
        return self.template.format(**vars(self))
