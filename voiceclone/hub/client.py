"""One connection to the Hub: whose token, how long to wait, and what its refusals are called.

The client library waits for ever by default, and where the Hub asks it to slow down it sleeps
for as long as it is told. Its HTTP client is therefore replaced, once, by one that gives up;
for calls made here, it also leaves repeating to the person who asked.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from voiceclone.errors import HubTokenMissingError, HubUnauthorizedError
from voiceclone.hub import failures

if TYPE_CHECKING:
    from huggingface_hub import HfApi

T = TypeVar("T")

DEFAULT_TIMEOUT_S = 5.0
WORK_FACTOR = 4
"""The Hub has this many times the connection's timeout to do what it is asked, a commit for instance."""

_TOKEN = re.compile(r"[!-~]{1,4096}")
"""What can stand in a header. Anything else would be quoted in the complaint of the HTTP client."""

_timeout_s: ContextVar[float | None] = ContextVar("hub_timeout_s", default=None)


@dataclass(frozen=True)
class Access:
    """How the Hub is asked: by whom, where, and with how much patience."""

    timeout_s: float = DEFAULT_TIMEOUT_S
    """Seconds to connect; four times that to answer."""
    token: str | None = field(default=None, repr=False)
    """An access token, kept nowhere else; None asks as anybody could."""
    endpoint: str | None = None
    """Address of the Hub; None for `HF_ENDPOINT`, or huggingface.co."""

    def __post_init__(self) -> None:
        if self.token is not None and not _TOKEN.fullmatch(self.token):
            raise HubUnauthorizedError()

    @property
    def address(self) -> str:
        """Where the Hub is."""
        from huggingface_hub import constants

        return self.endpoint or constants.ENDPOINT

    def url(self, repo: str) -> str:
        """Return a repository's page."""
        return f"{self.address}/{repo}"

    def signed_in(self) -> Access:
        """Return this access, if it is somebody's.

        Raises:
            HubTokenMissingError: it has no token.
        """
        if self.token is None:
            raise HubTokenMissingError()
        return self

    def ask(self, work: Callable[[HfApi], T], repo: str = "") -> T:
        """Return what `work` gets from the client; what fails leaves as an error of ours.

        Args:
            work: calls of the client, about one repository.
            repo: which one, for errors; with its revision if there is one.

        Raises:
            HubError: see `failures.failure_of`.
        """
        from huggingface_hub import HfApi

        use_patient_client()
        # False, not None: without a token the library would take whatever this machine is signed in with.
        api = HfApi(self.endpoint, token=self.token or False, library_name="voiceclone")
        before = _timeout_s.set(self.timeout_s)
        try:
            return work(api)
        except failures.kinds() as error:
            failed = failures.failure_of(error, repo=repo, access=self)
        finally:
            _timeout_s.reset(before)
        raise failed  # out here, so that it holds nothing of the library's errors: they hold the token


@functools.cache
def use_patient_client() -> None:
    """Give the client library an HTTP client that gives up; done once in a process, before it is used."""
    import httpx2
    from huggingface_hub import get_session, set_client_factory
    from huggingface_hub.utils import disable_progress_bars, hf_raise_for_status

    disable_progress_bars()  # they would be drawn into the log of a server
    hooks = get_session().event_hooks  # the library's own: they keep its promise of being offline

    class PatientClient(httpx2.Client):
        """A client with a timeout for every request, whatever the caller says of timeouts."""

        def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
            ours = _timeout_s.get()
            limits = _limits(ours or DEFAULT_TIMEOUT_S)
            given = request.extensions.get("timeout") or {}
            request.extensions["timeout"] = limits | {k: v for k, v in given.items() if v is not None}
            try:
                response = super().send(request, **options)
            except httpx2.TransportError as error:
                if ours is None:
                    raise
                raise failures.UnansweredError(failures.silence_of(error)) from None
            if ours is not None and response.status_code == httpx2.codes.TOO_MANY_REQUESTS:
                hf_raise_for_status(response)
            return response

    set_client_factory(lambda: PatientClient(event_hooks=hooks, follow_redirects=True, timeout=None))


def _limits(timeout_s: float) -> dict[str, float]:
    return {"connect": timeout_s, **dict.fromkeys(("read", "write", "pool"), WORK_FACTOR * timeout_s)}
