"""The whole app on loopback, with its real models, for as long as the tests of the API last."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client, handle_file

from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.ui.app import build_app
from voiceclone.ui.serving import launch

STEPS = 3


@pytest.fixture(scope="session")
def address(studio: Studio) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = build_app(studio)
    yield launch(app, Settings(port=port))
    app.close()
    assert app.workshop.wait(300), "what was hung up on has ended"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files that the studio was asked to read, and hosts that were looked up, during one test."""
    asked: list[str] = []
    read_audio, load_voice = Studio.read, Studio.load_voice
    look_up = socket.getaddrinfo

    def resolve(host, *arguments, **options):
        if host not in ("127.0.0.1", b"127.0.0.1", None):
            asked.append(str(host))
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(Studio, "read", lambda *a, **k: asked.append(str(a[1])) or read_audio(*a, **k))
    monkeypatch.setattr(Studio, "load_voice", lambda *a, **k: asked.append(str(a[1])) or load_voice(*a, **k))
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.fixture(scope="session")
def client(address: str, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(address, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


@pytest.fixture(scope="session")
def receipt(client: Client, spoken_reference: Path) -> dict:
    """A receipt on somebody's word, for the reference."""
    return client.predict(
        reference=handle_file(spoken_reference),
        speaker="Nobody",
        basis="contract",
        name="Heron",
        document="no. 7",
        stated_by="Somebody",
        scope="share",
        api_name="/attest",
    )


@pytest.fixture(scope="session")
def clone_events(client: Client, spoken_reference: Path, receipt: dict) -> list[tuple[dict, str | None]]:
    """Everything that one short clone sends."""
    job = client.submit(
        reference=handle_file(spoken_reference),
        receipt=receipt,
        language="en-us",
        steps=STEPS,
        seed=5,
        api_name="/clone",
    )
    job.result()
    return job.outputs()


@pytest.fixture(scope="session")
def learned_file(clone_events: list[tuple[dict, str | None]]) -> Path:
    path = clone_events[-1][1]
    assert path is not None
    return Path(path)
