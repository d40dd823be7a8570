"""What the client library raises, as errors of ours: the one place where it is translated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voiceclone.errors import (
    HubError,
    HubForbiddenError,
    HubGatedError,
    HubRateLimitError,
    HubRefusedError,
    HubRepoNotFoundError,
    HubUnauthorizedError,
    HubUnreachableError,
)

if TYPE_CHECKING:
    from voiceclone.hub.client import Access

MAX_REASON_CHARS = 200
RETRY_AFTER_S = 60.0
"""When the Hub limits requests and does not say for how long."""


class UnansweredError(Exception):
    """The Hub said nothing, or not all; the text says how. Never leaves this room."""


def kinds() -> tuple[type[Exception], ...]:
    """Return what `failure_of` translates."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    # RuntimeError: the library's, around whatever happened to one of several uploads
    return (UnansweredError, OfflineModeIsEnabled, HfHubHTTPError, httpx2.HTTPError, RuntimeError)


def failure_of(error: BaseException, *, repo: str, access: Access) -> HubError:
    """Return the error of ours that an error of the client library is.

    Args:
        error: one of `kinds`.
        repo: which repository was asked about, with its revision if there was one.
        access: by which the Hub was asked.

    Raises:
        RuntimeError: it is none of the library's.
    """
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled

    while isinstance(error, RuntimeError):
        if not isinstance(error.__cause__, kinds()):
            raise error
        error = error.__cause__
    if isinstance(error, OfflineModeIsEnabled):
        return HubUnreachableError("offline mode is on: HF_HUB_OFFLINE is set")
    if isinstance(error, UnansweredError):
        return HubUnreachableError(str(error))
    if not isinstance(error, HfHubHTTPError):
        return HubUnreachableError(silence_of(error))
    if isinstance(error, GatedRepoError):
        return HubGatedError(repo, access.url(repo.partition("@")[0]))
    return _refusal(error, repo, access)


def _refusal(error: Any, repo: str, access: Access) -> HubError:
    """Return what an answer of 400 or more says."""
    from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

    status = error.response.status_code
    reason = " ".join((error.server_message or error.response.reason_phrase or "no reason given").split())
    if access.token is not None:
        reason = reason.replace(access.token, "…")
    if isinstance(error, RepositoryNotFoundError | RevisionNotFoundError):
        return HubRepoNotFoundError(repo)
    if status == 401:
        return HubUnauthorizedError()
    if status == 403:
        return HubForbiddenError(repo, reason[:MAX_REASON_CHARS])
    if status == 404:
        return HubRepoNotFoundError(repo)
    if status == 429:
        return HubRateLimitError(_retry_after_s(error.response.headers))
    return HubRefusedError(status, reason[:MAX_REASON_CHARS])


def silence_of(error: BaseException) -> str:
    """Return how the Hub failed to answer, in words that quote nothing of the request."""
    import httpx2

    said: tuple[tuple[type[Exception], str], ...] = (
        (httpx2.TimeoutException, "it did not answer in time"),
        (httpx2.ConnectError, "no connection could be made"),
        (httpx2.RemoteProtocolError, "the connection was cut"),
        (httpx2.NetworkError, "the connection was cut"),
    )
    return next((words for kind, words in said if isinstance(error, kind)), type(error).__name__)


def _retry_after_s(headers: Any) -> float:
    from huggingface_hub.utils import parse_ratelimit_headers

    limit = parse_ratelimit_headers(headers)
    if limit is not None and limit.remaining == 0:
        return float(limit.reset_in_seconds)
    given = headers.get("retry-after", "")
    return float(given) if given.isdigit() else RETRY_AFTER_S
