"""Put files into a repository: one commit, read back, and only then shown to others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from voiceclone.errors import HubRepoNotFoundError, HubUploadError
from voiceclone.hub.account import Ref
from voiceclone.hub.client import Access
from voiceclone.hub.pull import Listed, Snapshot, resolve

VISIBILITIES = ("private", "gated", "public")
"""From the fewest readers to the most. `gated`: everybody sees the card, whom the owner accepts the files."""


@dataclass(frozen=True)
class Published:
    """What a repository holds after it was written."""

    revision: str
    """The commit."""
    visibility: str
    files: tuple[str, ...]


def standing(access: Access, repo_id: str) -> Snapshot | None:
    """Return what is under this name now; None when nothing is."""
    try:
        return resolve(access, Ref(repo_id))
    except HubRepoNotFoundError:
        return None


def publish(
    access: Access,
    repo_id: str,
    before: Snapshot | None,
    files: Mapping[str, bytes],
    *,
    visibility: str,
    message: str,
    kept: Collection[str] = (),
    owned: Collection[str] = (),
) -> Published:
    """Write files into a repository, in one commit; files that have not changed are not sent.

    The repository is private until what it holds was read back: cut off anywhere, this leaves nothing
    that is public in part. One that was public before and shall not be is closed first.

    Args:
        access: of somebody who may write there.
        repo_id: `owner/name`.
        before: what is there, from `standing`; None makes the repository, private.
        files: name to contents.
        visibility: one of `VISIBILITIES`, in the end.
        message: of the commit.
        kept: names of files that stay as they are.
        owned: names of files and, ending in `/`, folders which are removed unless they are in `files`
            or `kept`.

    Raises:
        HubUploadError: the Hub holds something else than was sent; it stays private.
        HubError: the Hub refuses, or cannot be asked.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    if before is None:
        access.ask(lambda api: api.create_repo(repo_id, private=True, exist_ok=True), repo_id)
        before = resolve(access, Ref(repo_id))
    if VISIBILITIES.index(before.visibility) > VISIBILITIES.index(visibility):
        show(access, repo_id, visibility)
        shown = visibility
    else:
        shown = before.visibility
    left = [
        name
        for name in before.files
        if name not in files
        and name not in kept
        and any(name == entry or (entry.endswith("/") and name.startswith(entry)) for entry in owned)
    ]
    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        *(CommitOperationDelete(name) for name in left),
        *(CommitOperationAdd(name, data) for name, data in files.items()),
    ]
    parent = before.revision
    made = access.ask(
        lambda api: api.create_commit(repo_id, operations, commit_message=message, parent_commit=parent),
        repo_id,
    )
    after = resolve(access, Ref(repo_id, made.oid))
    check(after, files, gone=left)
    if shown != visibility:
        show(access, repo_id, visibility)
    return Published(after.revision, visibility, tuple(sorted(after.files)))


def check(after: Snapshot, files: Mapping[str, bytes], gone: Collection[str] = ()) -> None:
    """Raise `HubUploadError` unless a revision holds these files, and not those that are gone."""
    nothing = Listed(-1, None, "")
    for name, data in files.items():
        if not after.files.get(name, nothing).holds(data):
            raise HubUploadError(after.repo_id, name)
    for name in gone:
        if name in after.files:
            raise HubUploadError(after.repo_id, name)


def show(access: Access, repo_id: str, visibility: str) -> None:
    """Let a repository be read by more people, or by fewer, in one request."""
    settings: dict[str, Any] = {"private": visibility == "private"}
    if visibility != "private":
        settings["gated"] = "manual" if visibility == "gated" else False
    access.ask(lambda api: api.update_repo_settings(repo_id, **settings), repo_id)
