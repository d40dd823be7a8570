"""Stopped while it works, the app ends soon, by itself, and leaves nothing half done."""

import signal
import threading
from pathlib import Path

import httpx

from tests.server.running import running

LONG = "The north wind and the sun were arguing one day about which of them was the stronger. " * 60
WITHIN_S = 40
"""Far less than the text takes, and more than the time that running work is given."""


def test_a_signal_ends_running_work_and_the_process(tmp_path: Path, voice_file: Path):
    with running(tmp_path) as app:
        visitor = app.visitor()
        file = visitor.upload("nobody.safetensors", voice_file.read_bytes())
        job = visitor.submit("speak", file, LONG, None, 1.0, 0, False)
        waiting = visitor.submit("speak", file, "Hello.", None, 1.0, 0, False)
        answers: dict[str, str] = {}

        def listen(event: str) -> None:
            try:
                answers[event] = visitor.result("speak", event).event
            except httpx.HTTPError as error:
                answers[event] = type(error).__name__

        threads = [threading.Thread(target=listen, args=(event,)) for event in (job, waiting)]
        for thread in threads:
            thread.start()
        page = visitor.http.stream("GET", "gradio_api/heartbeat/a-page-that-stays-open")
        page.__enter__()
        threads[0].join(3)
        assert threads[0].is_alive(), "the work is under way"
        assert app.end(signal.SIGTERM, WITHIN_S) == 0, app.printed
        for thread in threads:
            thread.join()
        assert "complete" not in answers.values()
    assert "Traceback" not in app.printed
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left <= {f"data/{name}" for name in kept(tmp_path / "data")}, left
    assert not list(tmp_path.rglob("voiceclone-*"))


def kept(data: Path) -> set[str]:
    """Return the files that the app keeps on purpose: keys, and the library's database, whole."""
    return {
        path.name for path in data.glob("*") if path.suffix in (".key", ".db", ".sqlite", ".sqlite3", ".pem")
    }
