"""A loopback hub with the true ECAPA files, and stores that look for their weights there."""

import shutil
import socket

import pytest

from tests.hub.server.hub import LoopbackHub
from voiceclone.hub import packages
from voiceclone.hub.table import weight
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings


@pytest.fixture
def hub():
    row = weight("ecapa")
    files = {name: parts[0] for name, parts in packages.locate(row).items()}
    with LoopbackHub() as server:
        server.files = server.serve(row.repo, row.revision, files)
        yield server


@pytest.fixture
def refusing_endpoint():
    """The address of a port that is taken and never listens: connections are refused at once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def hub_cache(tmp_path):
    """An empty Hub cache; removed afterwards, for it may hold a hundred megabytes."""
    folder = tmp_path / "hub"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def store_at(tmp_path, hub_cache):
    """Build a store that asks the given hub; all of one test share their caches."""

    def build(endpoint: str, weights: str = "auto", timeout_s: float = 30.0) -> WeightStore:
        settings = Settings(weights=weights, cache_dir=tmp_path / "cache", hub_timeout_s=timeout_s)
        return WeightStore(settings, endpoint=endpoint, hub_cache=hub_cache)

    return build
