"""The app on a real port, and a client that says exactly what a test wants said."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.ui.app import App, build_app
from voiceclone.ui.serving import launch

API = "gradio_api/"
PLENTY: dict[str, Any] = {"requests_per_minute": 1e6, "uploads_per_minute": 1e6, "upload_mb_per_minute": 1e6}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@dataclass(frozen=True)
class Said:
    """How a job ended: `complete` with its outputs, or `error` with a sentence or nothing."""

    event: str
    data: Any

    @property
    def error(self) -> str:
        """The sentence of an error that we say ourselves; empty for what Gradio refused by itself."""
        assert self.event == "error", self
        return (self.data.get("error") if isinstance(self.data, dict) else self.data) or ""


class Visitor:
    """A client of the app, from an address of its own on this machine (all of 127/8 is)."""

    def __init__(self, address: str, come_from: str = "127.0.0.1", **headers: str) -> None:
        self.address = address
        transport = httpx.HTTPTransport(local_address=come_from)
        self.http = httpx.Client(base_url=address, transport=transport, headers=headers, timeout=120)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.http.post(API + path, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.http.get(API + path, **options)

    def submit(self, endpoint: str, *data: Any) -> str:
        """Begin a job and return its event id."""
        answer = self.post(f"call/{endpoint}", json={"data": data})
        assert answer.status_code == 200, answer.text
        return answer.json()["event_id"]

    def result(self, endpoint: str, event_id: str) -> Said:
        """Wait for a job's end."""
        return self.heard(self.get(f"call/{endpoint}/{event_id}").text)

    def call(self, endpoint: str, *data: Any) -> Said:
        """Do a job."""
        return self.result(endpoint, self.submit(endpoint, *data))

    @staticmethod
    def heard(stream: str) -> Said:
        """Return the last event of a stream."""
        *_, last = (block for block in stream.split("\n\n") if block.strip())
        kind, _, data = last.partition("\n")
        return Said(kind.removeprefix("event: "), json.loads(data.removeprefix("data: ")))

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """Upload a file and return what stands for it in a job."""
        answer = self.post("upload", files={"files": (name, content)})
        assert answer.status_code == 200, answer.text
        return file_data(answer.json()[0])


def file_data(path: object, **fields: object) -> dict[str, Any]:
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **fields}


@contextmanager
def serving(studio: Studio, **options: Any) -> Iterator[App]:
    """Serve the app with the models of a studio and these settings; `local_url` is its address."""
    settings = Settings(port=free_port(), weights="embedded", data_dir=studio.settings.data_dir, **options)
    own = Studio(settings, studio.services.weights)
    own.services = studio.services
    app = build_app(own)
    try:
        launch(app, settings)
        yield app
    finally:
        app.close(verbose=False)
