"""Read one revision of a repository: what it lists, and its files, into memory.

Nothing goes through the cache of downloads: what one visitor may see must not lie where another's
request finds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voiceclone.errors import HubUnreachableError, HubVoiceError
from voiceclone.hub.account import Ref
from voiceclone.hub.client import Access

ATTEMPTS = 3
"""How often a file is begun when the connection is cut; they are small."""


@dataclass(frozen=True)
class Listed:
    """What the Hub says of a file."""

    size: int
    sha256: str | None
    """Of its contents, when it is stored as a large file."""
    git_sha1: str
    """Git's hash of what is committed: the contents, or a pointer to the large file."""

    def holds(self, data: bytes) -> bool:
        """Return whether these are its contents."""
        if self.sha256 is not None:
            return hashlib.sha256(data).hexdigest() == self.sha256
        blob = f"blob {len(data)}\0".encode() + data
        return hashlib.sha1(blob, usedforsecurity=False).hexdigest() == self.git_sha1


@dataclass(frozen=True)
class Snapshot:
    """A repository at one commit."""

    repo_id: str
    revision: str
    """The commit."""
    visibility: str
    """`private`, `gated` or `public`."""
    downloads: int
    files: Mapping[str, Listed]


def resolve(access: Access, ref: Ref) -> Snapshot:
    """Return what a repository holds at the revision that is meant, by its commit.

    Raises:
        HubRepoNotFoundError: there is no such repository or revision, for this token.
        HubError: the Hub refuses, or cannot be asked.
    """
    info = access.ask(
        lambda api: api.model_info(
            ref.repo_id, revision=ref.revision, files_metadata=True, timeout=access.timeout_s
        ),
        str(ref),
    )
    files = {
        entry.rfilename: Listed(entry.size or 0, entry.lfs.sha256 if entry.lfs else None, entry.blob_id or "")
        for entry in info.siblings or ()
    }
    return Snapshot(info.id, str(info.sha), visibility_of(info), info.downloads or 0, files)


def visibility_of(info: Any) -> str:
    """Return `private`, `gated` or `public`, of what the Hub says of a repository."""
    return "private" if info.private else "gated" if info.gated else "public"


def read(access: Access, snapshot: Snapshot, name: str, max_bytes: int) -> bytes:
    """Return a file's contents, which are what the Hub listed.

    Args:
        access: how to ask.
        snapshot: from `resolve`.
        name: of the file.
        max_bytes: a larger one is refused by its listed size, before anything is fetched.

    Raises:
        HubVoiceError: there is no such file, it is too large, or what came is something else.
        HubGatedError: its owner has not accepted whoever asks.
        HubError: the Hub refuses, or cannot be asked.
    """
    listed = snapshot.files.get(name)
    if listed is None:
        raise HubVoiceError(snapshot.repo_id, f"it has no {name}")
    if listed.size > max_bytes:
        size, most = listed.size / 1e6, max_bytes / 1e6
        raise HubVoiceError(snapshot.repo_id, f"its {name} has {size:.1f} MB, at most {most:.1f} are read")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            data = _download(access, snapshot, name, max_bytes)
            break
        except HubUnreachableError:
            if attempt == ATTEMPTS:
                raise
    if not listed.holds(data):
        raise HubVoiceError(snapshot.repo_id, f"its {name} is not the file that the Hub lists")
    return data


def _download(access: Access, snapshot: Snapshot, name: str, max_bytes: int) -> bytes:
    from huggingface_hub import get_session, hf_hub_url
    from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

    url = hf_hub_url(snapshot.repo_id, name, revision=snapshot.revision, endpoint=access.endpoint)
    headers = build_hf_headers(token=access.token or False, library_name="voiceclone")

    def fetch(api: object) -> bytes:
        data = bytearray()
        with get_session().stream("GET", url, headers=headers) as response:
            hf_raise_for_status(response)
            for block in response.iter_bytes():
                data += block
                if len(data) > max_bytes:
                    raise HubVoiceError(snapshot.repo_id, f"its {name} is larger than the Hub lists")
        return bytes(data)

    return access.ask(fetch, snapshot.repo_id)
