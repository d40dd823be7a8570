"""What the loopback hub holds: accounts, repositories with their history, and large files."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path

SMALLEST = "cpu-basic"
"""The hardware of a Space for which nothing else is asked."""


@dataclass(frozen=True)
class Blob:
    """One file of a commit, in memory or on disk."""

    source: bytes | Path
    large: bool = False
    """Whether git holds only a pointer to it."""

    def read_bytes(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()

    @property
    def size(self) -> int:
        return len(self.source) if isinstance(self.source, bytes) else self.source.stat().st_size

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.read_bytes()).hexdigest()

    @property
    def git_sha1(self) -> str:
        data = self.read_bytes()
        if self.large:
            data = (
                f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {self.size}\n"
            ).encode()
        return hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()

    @property
    def etag(self) -> str:
        """What identifies it to the client: the contents' sha256 of a large file, else git's hash."""
        return self.sha256 if self.large else self.git_sha1


@dataclass
class Commit:
    id: str
    title: str
    parent: str | None
    files: dict[str, Blob]


@dataclass
class Repo:
    id: str
    private: bool = False
    gated: str | bool = False
    accepted: set[str] = field(default_factory=set)
    """Accounts that its owner lets in when it is gated."""
    downloads: int = 0
    hardware: str | None = None
    """Of a Space."""
    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    commits: list[Commit] = field(default_factory=list)

    @property
    def owner(self) -> str:
        return self.id.partition("/")[0]

    @property
    def head(self) -> Commit:
        return self.commits[-1]

    def commit(self, title: str, files: dict[str, Blob], id: str | None = None) -> Commit:
        parent = self.commits[-1].id if self.commits else None
        self.commits.append(Commit(id or secrets.token_hex(20), title, parent, files))
        return self.head

    def at(self, revision: str) -> Commit | None:
        if revision == "main":
            return self.head
        return next((commit for commit in self.commits if commit.id == revision), None)


@dataclass(frozen=True)
class Person:
    """An account: whose token it is."""

    name: str
    organisations: tuple[str, ...] = ()
    may_write: bool = True

    def owns(self, repo_id: str) -> bool:
        return repo_id.partition("/")[0] in (self.name, *self.organisations)


class State:
    """Everything, in memory."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        """By token."""
        self.repos: dict[str, Repo] = {}
        self.spaces: dict[str, Repo] = {}
        self.large: dict[str, bytes] = {}
        """Uploaded large files by sha256, whether committed or not."""

    def of(self, kind: str) -> dict[str, Repo]:
        """Return the repositories of a kind: `models` or `spaces`."""
        return self.spaces if kind == "spaces" else self.repos

    def create(self, repo_id: str, private: bool = False, kind: str = "models") -> Repo:
        repo = self.of(kind)[repo_id] = Repo(
            repo_id, private, hardware=SMALLEST if kind == "spaces" else None
        )
        repo.commit("initial commit", {".gitattributes": Blob(b"*.safetensors filter=lfs -text\n")})
        return repo
