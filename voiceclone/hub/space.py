"""Put an app into a Space: its settings, then its files in one commit; only then is it shown to others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from voiceclone.errors import HubRepoNotFoundError, OptionError
from voiceclone.hub.client import Access
from voiceclone.hub.publish import check
from voiceclone.hub.pull import Listed, Snapshot

KEPT = (".gitattributes",)
"""Files that the Hub makes itself."""


@dataclass(frozen=True)
class Wish:
    """What a Space shall be."""

    files: Mapping[str, bytes]
    """All of them; whatever else is there goes."""
    hardware: str | None = None
    """None leaves it: `cpu-basic` for a new one."""
    private: bool = False
    """A new one is public otherwise; one that is there already is closed by this and never opened."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Settings that anybody may read."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Settings that nobody can read again, not even the owner."""


@dataclass(frozen=True)
class Deployed:
    """What came of it."""

    repo_id: str
    url: str
    revision: str
    """The commit."""
    created: bool
    private: bool
    sent: tuple[str, ...]
    """Files that were new or had changed."""
    removed: tuple[str, ...]
    variables: tuple[str, ...]
    """Names of those that were set."""
    secrets: tuple[str, ...]


def hardware_names() -> tuple[str, ...]:
    """Return what the Hub offers Spaces to run on."""
    from huggingface_hub import SpaceHardware

    return tuple(kind.value for kind in SpaceHardware)


def deploy(access: Access, repo_id: str, wish: Wish, *, message: str) -> Deployed:
    """Make a Space, or bring the one that is there up to date, in one commit.

    A new one is private until its files were read back. Settings come first, so that the app never
    starts without them.

    Args:
        access: of somebody who may write there.
        repo_id: `owner/name`.
        wish: what it shall be.
        message: of the commit.

    Raises:
        OptionError: there is no such hardware.
        HubUploadError: the Hub holds something else than was sent.
        HubError: the Hub refuses, or cannot be asked.
    """
    from huggingface_hub import SpaceHardware

    hardware = next((kind for kind in SpaceHardware if kind == wish.hardware), None)
    if wish.hardware is not None and hardware is None:
        raise OptionError("hardware", wish.hardware, ", ".join(hardware_names()))
    before = standing(access, repo_id)
    created = before is None
    if before is None:
        made: dict[str, Any] = {"space_sdk": "gradio", "space_hardware": hardware}
        access.ask(
            lambda api: api.create_repo(repo_id, repo_type="space", private=True, exist_ok=True, **made),
            repo_id,
        )
        before = _there(access, repo_id)
    elif wish.private and before.visibility != "private":
        _show(access, repo_id, private=True)
    variables = _set(access, repo_id, wish)
    gone = sorted(name for name in before.files if name not in wish.files and name not in KEPT)
    sent = sorted(
        n for n, data in wish.files.items() if not (n in before.files and before.files[n].holds(data))
    )
    after = _commit(access, repo_id, before, {name: wish.files[name] for name in sent}, gone, message)
    check(after, wish.files, gone)
    if hardware is not None and hardware != hardware_of(access, repo_id):
        access.ask(lambda api: api.request_space_hardware(repo_id, hardware), repo_id)
    if created and not wish.private:
        _show(access, repo_id, private=False)
    return Deployed(
        repo_id=repo_id,
        url=access.url(f"spaces/{repo_id}"),
        revision=after.revision,
        created=created,
        private=wish.private or (not created and before.visibility == "private"),
        sent=tuple(sent),
        removed=tuple(gone),
        variables=variables,
        secrets=tuple(wish.secrets),
    )


def hardware_of(access: Access, repo_id: str) -> str | None:
    """Return what a Space runs on, or was asked to run on; None when the token may see none of this name."""
    try:
        runtime = access.ask(lambda api: api.get_space_runtime(repo_id), repo_id)
    except HubRepoNotFoundError:
        return None
    return runtime.requested_hardware or runtime.hardware


def standing(access: Access, repo_id: str) -> Snapshot | None:
    """Return what is in a Space now; None when there is none that the token may see."""
    try:
        return _there(access, repo_id)
    except HubRepoNotFoundError:
        return None


def _there(access: Access, repo_id: str) -> Snapshot:
    info = access.ask(
        lambda api: api.space_info(repo_id, files_metadata=True, timeout=access.timeout_s), repo_id
    )
    files = {
        entry.rfilename: Listed(entry.size or 0, entry.lfs.sha256 if entry.lfs else None, entry.blob_id or "")
        for entry in info.siblings or ()
    }
    return Snapshot(info.id, str(info.sha), "private" if info.private else "public", 0, files)


def _set(access: Access, repo_id: str, wish: Wish) -> tuple[str, ...]:
    """Set all secrets and the variables that differ; returns the names of the latter."""
    for name, value in wish.secrets.items():
        access.ask(lambda api, n=name, v=value: api.add_space_secret(repo_id, n, v), repo_id)  # type: ignore[misc]
    if not wish.variables:
        return ()
    there = access.ask(lambda api: api.get_space_variables(repo_id), repo_id)
    changed = {n: v for n, v in wish.variables.items() if n not in there or there[n].value != v}
    for name, value in changed.items():
        access.ask(lambda api, n=name, v=value: api.add_space_variable(repo_id, n, v), repo_id)  # type: ignore[misc]
    return tuple(changed)


def _commit(
    access: Access,
    repo_id: str,
    before: Snapshot,
    files: Mapping[str, bytes],
    gone: Collection[str],
    message: str,
) -> Snapshot:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    if not files and not gone:
        return before
    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        *(CommitOperationDelete(name) for name in gone),
        *(CommitOperationAdd(name, data) for name, data in files.items()),
    ]
    access.ask(
        lambda api: api.create_commit(
            repo_id, operations, repo_type="space", commit_message=message, parent_commit=before.revision
        ),
        repo_id,
    )
    return _there(access, repo_id)


def _show(access: Access, repo_id: str, *, private: bool) -> None:
    access.ask(lambda api: api.update_repo_settings(repo_id, repo_type="space", private=private), repo_id)
