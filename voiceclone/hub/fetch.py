"""Fetch the files of a row from the Hub, without ever waiting on a Hub that is not there.

The client runs in a thread of its own. The Hub has `timeout_s` to answer at all; after
that, bytes must keep coming (`STALL_FACTOR` × `timeout_s` without any ends the attempt). A
connection that is cut is resumed where it broke by the client itself. An abandoned thread
stops at the next bytes it gets, and the client removes its part file.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from pathlib import Path

from voiceclone.hub.client import use_patient_client
from voiceclone.hub.table import Weight

log = logging.getLogger(__name__)

STALL_FACTOR = 4
"""A download that brings nothing for this many times the answer timeout has died.

The client reports every 10 MB (its chunk), so at 5 s this also ends one below 0.5 MB/s."""


_REFUSED = (401, 403, 404)
"""Answers about one repository: others may be had all the same."""


class HubUnavailableError(Exception):
    """The Hub did not bring the files; the text says why. Never leaves this package."""


class RepoRefusedError(HubUnavailableError):
    """The Hub is there, but has not this repository, revision or file, or not for whoever asks."""

    def __init__(self, reason: str, *, gated: bool) -> None:
        super().__init__(reason)
        self.gated = gated
        """Whether it is given to those whom its owner accepts."""


def cached_files(weight: Weight, cache_dir: Path | None) -> dict[str, Path] | None:
    """Return the row's files where the Hub cache already holds all of them, else None."""
    from huggingface_hub import try_to_load_from_cache

    if weight.repo is None:
        return None
    found: dict[str, Path] = {}
    for file in weight.hub:
        path = try_to_load_from_cache(
            weight.repo, file.hub_path or file.name, cache_dir=cache_dir, revision=weight.revision
        )
        if not isinstance(path, str):
            return None
        found[file.name] = Path(path)
    return found or None


def discard(path: Path) -> None:
    """Remove a damaged file from the Hub cache: the link in its snapshot, and the blob behind it."""
    with contextlib.suppress(OSError):  # a cache that cannot be written keeps its damage
        path.resolve().unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def fetch_files(
    weight: Weight, *, timeout_s: float, endpoint: str | None = None, cache_dir: Path | None = None
) -> dict[str, Path]:
    """Return the row's files from its pinned revision on the Hub, downloaded into the Hub cache.

    Raises:
        RepoRefusedError: the Hub answers, but does not give this; it may give others.
        HubUnavailableError: no connection, too slow, interrupted, or out of order.
    """
    import huggingface_hub.file_download  # noqa: F401  now, or importing it would count as waiting

    use_patient_client()
    job = _Download(weight, timeout_s, endpoint, cache_dir)
    threading.Thread(target=job.run, name=f"hub-{weight.name}", daemon=True).start()
    return job.wait()


class _Download:
    """One attempt, watched from outside."""

    def __init__(
        self, weight: Weight, timeout_s: float, endpoint: str | None, cache_dir: Path | None
    ) -> None:
        self.weight, self.timeout_s = weight, timeout_s
        self.endpoint, self.cache_dir = endpoint, cache_dir
        self.answered = threading.Event()
        self.finished = threading.Event()
        self.abandoned = threading.Event()
        self.last_byte = time.monotonic()
        self.files: dict[str, Path] = {}
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self._download()
        except Exception as error:  # handed to the waiting thread, which raises it
            self.error = error
        finally:
            self.answered.set()
            self.finished.set()

    def _download(self) -> None:
        from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url
        from huggingface_hub.utils import tqdm

        job = self

        class Watched(tqdm):
            """A silent progress bar that tells the watcher that bytes arrive."""

            def __init__(self, *args, **kwargs):
                kwargs["disable"] = True
                super().__init__(*args, **kwargs)

            def update(self, n=1):
                if job.abandoned.is_set():
                    raise HubUnavailableError("abandoned")
                job.last_byte = time.monotonic()
                return super().update(n)

        assert self.weight.repo and self.weight.revision
        for file in self.weight.hub:
            path = file.hub_path or file.name
            if not self.answered.is_set():
                url = hf_hub_url(
                    self.weight.repo, path, revision=self.weight.revision, endpoint=self.endpoint
                )
                get_hf_file_metadata(url, timeout=self.timeout_s)
                self.last_byte = time.monotonic()
                self.answered.set()
            self.files[file.name] = Path(
                hf_hub_download(
                    self.weight.repo,
                    path,
                    revision=self.weight.revision,
                    cache_dir=self.cache_dir,
                    endpoint=self.endpoint,
                    etag_timeout=self.timeout_s,
                    tqdm_class=Watched,
                )
            )
            self.last_byte = time.monotonic()

    def wait(self) -> dict[str, Path]:
        if not self.answered.wait(self.timeout_s):
            self.abandoned.set()
            raise HubUnavailableError(f"the Hub did not answer within {self.timeout_s:g} s")
        stall_s = self.timeout_s * STALL_FACTOR
        while not self.finished.wait(0.2):
            if time.monotonic() - self.last_byte > stall_s:
                self.abandoned.set()
                raise HubUnavailableError(f"the download brought less than 10 MB in {stall_s:g} s")
        if self.error is not None:
            reason = str(self.error).strip().splitlines()
            text = f"the Hub could not be used ({reason[0] if reason else type(self.error).__name__})"
            raise _named(self.error, text, self.weight) from self.error
        return self.files


def _named(error: Exception, text: str, weight: Weight) -> HubUnavailableError:
    """Return what an error of the client library means for whoever asks for other repositories next."""
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError

    if not isinstance(error, HfHubHTTPError) or error.response.status_code not in _REFUSED:
        return HubUnavailableError(text)
    # The Hub names what it refuses; a mirror of it may only say that the door is closed.
    unnamed = error.response.status_code != 404 and "x-error-code" not in error.response.headers
    return RepoRefusedError(text, gated=isinstance(error, GatedRepoError) or weight.gated and unnamed)
