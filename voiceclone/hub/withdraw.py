"""Take a voice off the Hub: its files, what git remembers of them, or the whole repository."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from voiceclone.hub.account import Ref
from voiceclone.hub.client import Access
from voiceclone.hub.publish import publish
from voiceclone.hub.pull import Snapshot, resolve

WAYS = ("empty", "gate", "delete")
"""What becomes of a repository: it says that the voice was withdrawn; so, and only to whom its owner
accepts; or it is gone."""


def clear(
    access: Access, snapshot: Snapshot, files: Mapping[str, bytes], owned: Collection[str], message: str
) -> str:
    """Replace what a repository offers, and make git forget it; returns the commit that is left.

    Without the second step every earlier revision, and the voice in it, could still be fetched by its
    commit.

    Args:
        access: of the owner.
        snapshot: what is there.
        files: what it shall hold instead.
        owned: what is removed, see `publish`.
        message: of the commit.

    Raises:
        HubError: the Hub refuses, or cannot be asked; the repository may be asked again.
    """
    publish(
        access, snapshot.repo_id, snapshot, files, visibility=snapshot.visibility, message=message,
        owned=owned,
    )  # fmt: skip
    repo_id = snapshot.repo_id
    access.ask(lambda api: api.super_squash_history(repo_id, commit_message=message), repo_id)
    return resolve(access, Ref(repo_id)).revision


def gate(access: Access, repo_id: str) -> None:
    """Give a repository's files only to whom its owner accepts."""
    access.ask(lambda api: api.update_repo_settings(repo_id, gated="manual"), repo_id)


def delete(access: Access, repo_id: str) -> None:
    """Delete a repository with all its revisions; nothing brings it back."""
    access.ask(lambda api: api.delete_repo(repo_id), repo_id)
