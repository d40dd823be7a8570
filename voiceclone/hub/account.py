"""Whose token it is, and which repositories are theirs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from voiceclone.errors import HubForbiddenError, HubRefError
from voiceclone.hub.client import Access

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?"
_REVISION = r"[\w./-]{1,200}"
_REF = re.compile(rf"(?P<repo>{_NAME}/{_NAME})(?:@(?P<revision>{_REVISION}))?", re.ASCII)
_FORBIDDEN = re.compile(r"--|\.\.")
"""The Hub refuses them in names; it uses the first one itself."""


@dataclass(frozen=True)
class Account:
    """Who has a token."""

    name: str
    """The namespace of their repositories."""
    fullname: str
    organisations: tuple[str, ...]
    """Other namespaces that they belong to."""


@dataclass(frozen=True)
class Ref:
    """A repository, and the revision of it that is meant."""

    repo_id: str
    """`owner/name`."""
    revision: str | None = None
    """A branch, a tag or a commit; None for the latest."""

    @property
    def owner(self) -> str:
        """The namespace."""
        return self.repo_id.partition("/")[0]

    def __str__(self) -> str:
        return self.repo_id if self.revision is None else f"{self.repo_id}@{self.revision}"


def parse_ref(text: str) -> Ref:
    """Return the repository that `owner/name` or `owner/name@revision` names.

    Raises:
        HubRefError: it names none.
    """
    found = _REF.fullmatch(text.strip())
    if found is None or _FORBIDDEN.search(found["repo"]) or ".." in (found["revision"] or ""):
        raise HubRefError(text[:200])
    return Ref(found["repo"], found["revision"])


def local_token() -> str | None:
    """Return the token of whoever is signed in to the Hub on this machine; for the command line alone.

    A server must never ask for it: its visitors would act in the name of who started it.
    """
    from huggingface_hub import get_token

    return get_token()


def whoami(access: Access) -> Account:
    """Return who has the token.

    Raises:
        HubTokenMissingError, HubUnauthorizedError: there is none, or it is nobody's.
        HubError: the Hub cannot be asked.
    """
    found = access.signed_in().ask(lambda api: api.whoami())
    organisations = tuple(str(org["name"]) for org in found.get("orgs") or () if org.get("name"))
    return Account(str(found["name"]), str(found.get("fullname") or found["name"]), organisations)


def own_repo(account: Account, name: str) -> str:
    """Return `owner/name` of one of the account's repositories.

    Args:
        account: from `whoami`; the owner where `name` has none.
        name: the repository's name; with an owner before it, that has to be the account or one of its
            organisations.

    Raises:
        HubRefError: it cannot be a repository's name.
        HubForbiddenError: it is somebody else's.
    """
    ref = parse_ref(name if "/" in name else f"{account.name}/{name}")
    if ref.revision is not None:
        raise HubRefError(name)
    if ref.owner not in (account.name, *account.organisations):
        raise HubForbiddenError(ref.repo_id, f"it is of '{ref.owner}', and the token of '{account.name}'")
    return ref.repo_id
