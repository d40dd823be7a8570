"""How the app is served, and how that ends: guarded, one heavy job at a time, and without leftovers."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from gradio.routes import App as Server

from voiceclone.errors import OptionError
from voiceclone.native import bound_heaps
from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.ui.app import App, build_app
from voiceclone.ui.gate import install_gate
from voiceclone.ui.guard import BYTES_PER_MB, Guard
from voiceclone.ui.limits import Limits
from voiceclone.ui.sessions import Sessions, forget_finished
from voiceclone.ui.theme import CSS, build_theme
from voiceclone.ui.turns import Turns
from voiceclone.ui.words import I18N

LIGHT_JOBS = 4
"""Listening, checking, reading: so many at once of each kind. Learning and speaking take turns."""
LIGHT_THREADS = 8
"""Threads for all light jobs together. Each holds on to some 50 MB of what its models needed."""

JOBS = 40
"""Jobs under way, light and heavy, those that wait for a thread included."""

SWEEP_EVERY_S = 600.0
KEEP_PARTS_S = 3600.0
"""As long as whole files are kept."""

GRACE_S = 10.0
"""How long running work may take to end once the server is stopped; then it is left behind."""
CONNECTIONS_S = 2
"""How long connections may take to close after that."""


def launch(app: App, settings: Settings) -> str:
    """Serve the app from now on, in threads of its own, and return its address; `stop` ends it.

    Args:
        app: from `build_app`.
        settings: address, port, limits.

    Raises:
        OptionError: the address or the port cannot be had.
    """
    bound_heaps()
    turns = app.turns = Turns(
        app.studio.services.pool.lanes,
        max_waiting=settings.queue_size,
        per_visitor=min(settings.queue_per_visitor, settings.queue_size),
    )
    limits = Limits(settings)
    install_gate(app, turns, limits, settings.forwarded)

    @asynccontextmanager
    async def guarded(server: Server) -> AsyncIterator[None]:
        # Around Gradio's own middlewares, which answer some requests by themselves.
        assert server.middleware_stack is not None
        server.middleware_stack = Guard(
            server.middleware_stack, settings=settings, limits=limits, stopping=lambda: turns.closed
        )
        server.state_holder = Sessions()
        server.state_holder.set_blocks(app)
        sweeper = asyncio.create_task(_sweep_now_and_then(app, Path(server.uploaded_file_dir)))
        yield
        sweeper.cancel()

    # Else uvicorn takes for the visitor's address what anyone on this machine writes into a header.
    os.environ.setdefault("FORWARDED_ALLOW_IPS", "")
    app.queue(
        max_size=settings.queue_size,
        default_concurrency_limit=LIGHT_JOBS,
        api_open=False,  # no endpoint is called past the queue
    )
    # After each job Gradio sums up the last ten thousand, for a page of figures that is closed here.
    app._queue.ANALYTICS_MAX_EVENTS = 1
    app._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize
    try:
        _, address, _ = app.launch(
            server_name=settings.host,
            server_port=settings.port,
            prevent_thread_lock=True,
            max_threads=JOBS + settings.queue_size,  # who waits for a turn counts as running
            app_kwargs={"lifespan": guarded, "openapi_url": None},
            theme=build_theme(),
            css=CSS,
            i18n=I18N,
            footer_links=["api"],
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            show_error=False,
            mcp_server=False,
            share=False,
            pwa=False,
            max_file_size=round(settings.max_upload_mb * BYTES_PER_MB),
        )
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        raise OptionError("VOICECLONE_HOST and _PORT", place, "a free port of this machine") from error
    assert app.limiter is not None
    app.limiter.total_tokens = LIGHT_THREADS
    return address


async def _sweep_now_and_then(app: App, folder: Path) -> None:
    while True:
        forget_finished(app)
        await asyncio.to_thread(sweep, folder, KEEP_PARTS_S)
        await asyncio.sleep(SWEEP_EVERY_S)


def sweep(folder: Path, age_s: float) -> None:
    """Remove parts of uploads that nobody has written to for so long.

    An upload is written to a file in the folder itself, and moved to one of its folders when it is
    whole. Gradio forgets the file of one that never is, or that came under another field's name.
    """
    for part in folder.glob("tmp*"):
        with suppress(FileNotFoundError):
            if part.is_file() and time.time() - part.stat().st_mtime > age_s:
                part.unlink()


def serve(
    studio: Studio, settings: Settings, announce: Callable[[str], object] = lambda address: None
) -> NoReturn:
    """Serve the app until SIGTERM or SIGINT (Ctrl-C), and end the process with code 0.

    A second signal ends it at once. Called in the main thread.

    Args:
        studio: does the work; its `closing` is set in the end.
        settings: address, port, limits.
        announce: told the address once the app is served.

    Raises:
        OptionError: the address or the port cannot be had.
    """
    with _own_temporary_folder():
        app = build_app(studio)
        announce(launch(app, settings))
        _wait_for_signal()
        stop(app)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # Work that did not end in time still runs in native code, which aborts the process when Python
    # is taken from under it; and what libraries would tidy up at exit is gone with the folder.
    os._exit(0)


@contextmanager
def _own_temporary_folder() -> Iterator[None]:
    """Put all temporary files, Gradio's included, into one folder, and remove it in the end."""
    before = tempfile.gettempdir()
    with tempfile.TemporaryDirectory(prefix="voiceclone-", ignore_cleanup_errors=True) as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before


def _wait_for_signal() -> None:
    asked = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in signals}
    try:
        asked.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop(app: App, grace_s: float = GRACE_S) -> bool:
    """Begin nothing new, let running work end, then hang up and close the server.

    Args:
        app: launched before.
        grace_s: seconds that running work is given.

    Returns:
        Whether all work ended in time.
    """
    app.turns.close()
    app.studio.closing.set()
    deadline = time.monotonic() + grace_s
    ended = app.turns.wait_until_idle(grace_s)
    ended = app.workshop.wait(max(0.0, deadline - time.monotonic())) and ended  # it keeps a checkpoint first
    for request in tuple(app.server.server_state.tasks):  # a page that is left open never hangs up
        request.get_loop().call_soon_threadsafe(request.cancel)
    app.server.config.timeout_graceful_shutdown = CONNECTIONS_S
    app.close(verbose=False)
    return ended
