"""What the Hub refuses, and what is refused before it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


class HubError(VoiceCloneError):
    """Base: a voice cannot be shared, fetched or withdrawn."""


@dataclass(eq=False)
class HubTokenMissingError(HubError):
    template = (
        "No token of the Hub was given, so it is not known whose repositories these are. "
        "Accepted: an access token with write access. "
        "Sign in, paste one of huggingface.co/settings/tokens, or set HF_TOKEN on the command line."
    )


@dataclass(eq=False)
class HubUnauthorizedError(HubError):
    template = (
        "The Hub does not know the token that was given: it is mistyped, expired or was revoked. "
        "Accepted: a current access token. Make one at huggingface.co/settings/tokens, or sign in again."
    )


@dataclass(eq=False)
class HubForbiddenError(HubError):
    repo: str
    reason: str
    template = (
        "This token may not do that to '{repo}' ({reason}). Accepted: repositories of one's own and of "
        "one's organisations, with a token that may write. Choose another name, or another token."
    )


@dataclass(eq=False)
class HubRefError(HubError):
    ref: str
    template = (
        "'{ref}' names no repository of the Hub. Accepted: owner/name, or owner/name@revision, of letters, "
        "digits, '-', '_' and '.', at most 96 each. Correct the name."
    )


@dataclass(eq=False)
class HubRepoNotFoundError(HubError):
    repo: str
    template = (
        "There is no '{repo}' on the Hub that this token may see. Accepted: a public voice, or one that "
        "was shared with you. Check the spelling and the revision, or sign in."
    )


@dataclass(eq=False)
class HubGatedError(HubError):
    repo: str
    url: str
    template = (
        "'{repo}' is given only to people whom its owner has accepted. Accepted: a token of such a person. "
        "Ask for access at {url}, then try again."
    )


@dataclass(eq=False)
class HubRateLimitError(HubError):
    retry_after_s: float
    template = (
        "The Hub has had too many requests for now. It accepts more in {retry_after_s:.0f} s: try again then."
    )


@dataclass(eq=False)
class HubUnreachableError(HubError):
    reason: str
    template = (
        "The Hub could not be reached ({reason}). What was begun there is seen by nobody else. "
        "Check the connection, then begin again."
    )


@dataclass(eq=False)
class HubRefusedError(HubError):
    status: int
    reason: str
    template = (
        "The Hub refused with status {status} ({reason}). What was begun there is seen by nobody else. "
        "Begin again in a minute; if it stays so, look at status.huggingface.co."
    )


@dataclass(eq=False)
class HubScopeError(HubError):
    voice: str
    scope: str
    wanted: str
    accepted: str
    template = (
        "Consent to the voice '{voice}' was given for '{scope}' use, which does not allow {wanted}. "
        "Accepted: {accepted}. Keep it private, or ask the speaker for a wider consent."
    )


@dataclass(eq=False)
class HubRepoTakenError(HubError):
    repo: str
    found: str
    template = (
        "'{repo}' is there already and holds something else ({found}); nothing was changed. "
        "Accepted: a new name, or the repository of this very voice. Choose another name."
    )


@dataclass(eq=False)
class HubVoiceError(HubError):
    repo: str
    reason: str
    template = (
        "'{repo}' holds no voice that can be used: {reason}. Accepted: a repository that voiceclone pushed. "
        "Ask its owner to push the voice again."
    )


@dataclass(eq=False)
class HubUploadError(HubError):
    repo: str
    file: str
    template = (
        "'{repo}' does not hold what was sent ('{file}' differs), so it was opened to nobody else. "
        "Push the voice again."
    )
