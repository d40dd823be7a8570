"""A real browser on the real app: headless Chromium, its microphone a WAV file."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.ui.app import build_app
from voiceclone.ui.serving import launch

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


def _missing(what: str) -> None:
    """Skip where there is no browser; in CI there has to be one."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI is set: install it (see requirements-dev.txt)")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def address(studio: Studio) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = build_app(studio)
    yield launch(app, Settings(port=port))
    app.close()


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("VOICECLONE_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Watched:
    """A page, and what it did that it must not do."""

    def __init__(self, page, address: str) -> None:
        self.page = page
        self.foreign: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self._note(request.url, address))
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.foreign.append(url)

    def reload(self) -> None:
        """Load the page again; what the page that is left complains of meanwhile does not count.

        It is cut off from its stream of events, and says so in the console: now and then, for the stream
        is closed when nothing is under way.
        """
        before = len(self.errors)

        def left(frame) -> None:
            if frame == self.page.main_frame:
                del self.errors[before:]
                self.page.remove_listener("framenavigated", left)

        self.page.on("framenavigated", left)
        self.page.reload()

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    def check(self) -> None:
        """Fail on a request to another host, an error in the console, or sideways scrolling."""
        assert self.foreign == []
        assert self.errors == []
        assert self.overflow() <= 0


@pytest.fixture(scope="session")
def open_page(address: str) -> Iterator[Callable]:
    """Return a context manager: `open_page(width=..., microphone=...)` gives a `Watched` page."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright")
    if not Path(CHROMIUM).exists() and not shutil.which("chromium"):
        _missing("chromium")
    with sync_playwright() as playwright:

        @contextmanager
        def opened(width: int = 1280, *, microphone: Path | None = None, **options) -> Iterator[Watched]:
            flags = [*FLAGS, *([f"--use-file-for-fake-audio-capture={microphone}"] if microphone else [])]
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM if Path(CHROMIUM).exists() else shutil.which("chromium"),
                args=flags,
            )
            context = browser.new_context(viewport={"width": width, "height": 900}, **options)
            context.grant_permissions(["microphone"], origin=address)
            page = context.new_page()
            page.set_default_timeout(120_000)
            watched = Watched(page, address)
            page.goto(address)
            page.locator("#learn").wait_for()
            try:
                yield watched
            finally:
                browser.close()

        yield opened
