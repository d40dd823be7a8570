"""One app for all attacks, with limits that they do not meet."""

from collections.abc import Iterator

import pytest

from tests.server.served import PLENTY, Visitor, serving
from voiceclone.studio import Studio


@pytest.fixture(scope="session", autouse=True)
def own_uploads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Uploads go to a folder of these tests, where nobody else's come and go."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("uploads")))
        yield


@pytest.fixture(scope="session")
def address(studio: Studio) -> Iterator[str]:
    with serving(studio, **PLENTY) as app:
        yield app.local_url


@pytest.fixture
def visitor(address: str) -> Visitor:
    return Visitor(address)
