"""A hub on a loopback socket, which the real client creates, uploads, searches and downloads at."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
import uvicorn

from tests.hub.server.faults import Asked, Fault, Faulty
from tests.hub.server.routes import build_routes
from tests.hub.server.state import Blob, Person, Repo, State

ADA, BOB, READER = "hf_AdaAdaAdaAdaAdaAdaAda", "hf_BobBobBobBobBobBobBob", "hf_ReaderReaderReaderRe"
"""Tokens of two people, and one of the first with which nothing may be written."""


class LoopbackHub:
    """The hub: a context manager, listening from the start of the block to its end.

    Three tokens are known: `ADA`, of an organisation too, `BOB`, and `READER`.
    """

    def __init__(self, port: int = 0) -> None:
        self.state = State()
        self.state.people = {
            ADA: Person("ada", ("choir",)), BOB: Person("bob"), READER: Person("ada", may_write=False)
        }  # fmt: skip
        self._released = threading.Event()
        self._faulty = Faulty(build_routes(self.state), self._released)
        self._socket = socket.create_server(("127.0.0.1", port))
        self.endpoint = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(self._faulty, log_level="critical", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})

    def __enter__(self) -> LoopbackHub:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._released.set()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def serve(self, repo_id: str, revision: str, files: Mapping[str, Path]) -> dict[str, Blob]:
        """Hold files of the disk as a public repository at this revision; returns what it holds."""
        repo = self.state.repos[repo_id] = Repo(repo_id)
        blobs = {name: Blob(path, large=True) for name, path in files.items()}
        return repo.commit("as it is", blobs, revision).files

    def be_the_hub(self, patch: pytest.MonkeyPatch) -> None:
        """Be what the client takes for the Hub, in this process and in those that it starts.

        In a process that starts, `HF_ENDPOINT` does it; the client reads it when it is imported.
        """
        patch.setenv("HF_ENDPOINT", self.endpoint)
        patch.setattr("huggingface_hub.constants.ENDPOINT", self.endpoint)
        address = f"{self.endpoint}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        patch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", address)

    def repo(self, repo_id: str) -> Repo:
        return self.state.repos[repo_id]

    @property
    def asked(self) -> list[Asked]:
        """Every request that arrived."""
        return self._faulty.asked

    def fail(self, kind: str, **how) -> None:
        """Fail from now on, see `Fault`; `fail("nothing")` is well again."""
        self._faulty.fault = None if kind == "nothing" else Fault(kind, **how)

    def count(self, method: str, part: str = "") -> int:
        return sum(asked.method == method and part in asked.path for asked in self.asked)
