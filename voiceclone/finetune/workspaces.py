"""Where a server keeps what its visitors train on: a sealed folder each, destroyed once it is left alone."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

from voiceclone.errors import WorkspaceLimitError
from voiceclone.finetune.folder import Folder
from voiceclone.keys import Keyring
from voiceclone.voices.owner import Owner
from voiceclone.voices.vault import Vault

_KEY = "key"
_PURPOSE = "workspace"
"""Stands in for the id of a voice: an owner has one workspace."""
DAY_S = 86_400.0


class Workspaces:
    """Folders by owner. Safe between threads; another owner's does not exist here."""

    def __init__(self, root: Path, keyring: Keyring, *, keep_days: float, max_workspaces: int) -> None:
        """Keep where they are; nothing is written before there is something to keep.

        Args:
            root: folder of all of them.
            keyring: has the master key.
            keep_days: how long one is kept in which nothing is written any more.
            max_workspaces: how many there may be.
        """
        self._root, self._keyring = root, keyring
        self._keep_s, self._max = keep_days * DAY_S, max_workspaces
        self._lock = threading.Lock()

    def find(self, owner: Owner) -> Folder | None:
        """Return an owner's folder, if there is one.

        Raises:
            KeyUnavailableError: there is no master key.
            StoredVoiceDamagedError: its key was changed from outside, or the master key is another.
        """
        vault = Vault(self._keyring.master_key())
        column = vault.column(owner)
        try:
            wrapped = (self._root / column / _KEY).read_bytes()
        except FileNotFoundError:
            return None
        return Folder(self._root / column, vault.open_key(column, _PURPOSE, wrapped))

    def make(self, owner: Owner) -> Folder:
        """Return an owner's folder, a new one where there is none.

        Raises:
            KeyUnavailableError, StoredVoiceDamagedError: as `find`.
            WorkspaceLimitError: there are as many as there may be.
        """
        with self._lock:
            found = self.find(owner)
            if found is not None:
                return found
            self._sweep()
            kept = [path for path in self._root.glob("*") if (path / _KEY).exists()]
            if len(kept) >= self._max:
                raise WorkspaceLimitError(len(kept), self._max)
            vault = Vault(self._keyring.master_key())
            column = vault.column(owner)
            key = vault.new_key(column, _PURPOSE)
            Folder(self._root / column).write(_KEY, key.wrapped)
            return Folder(self._root / column, key)

    def destroy(self, owner: Owner) -> None:
        """Destroy an owner's key, and then what it sealed: nothing brings it back."""
        column = Vault(self._keyring.master_key()).column(owner)
        with self._lock:
            _destroy(self._root / column)

    def _sweep(self) -> None:
        """Destroy what was left alone for too long."""
        for folder in self._root.glob("*"):
            latest = max((p.stat().st_mtime for p in folder.rglob("*")), default=0.0)
            if time.time() - latest > self._keep_s:
                _destroy(folder)


def _destroy(folder: Path) -> None:
    (folder / _KEY).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
