import os
import tempfile
import threading
import time
from pathlib import Path

import pytest

from voiceclone.errors import OptionError
from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.ui import serving
from voiceclone.ui.app import build_app
from voiceclone.ui.turns import Turns
from voiceclone.workshop import Workshop


def test_parts_of_uploads_are_swept_when_nobody_writes_to_them_any_more(tmp_path: Path):
    """Gradio forgets the file of an upload that broke off, and makes an empty one for each that it reads."""
    old, fresh, whole = tmp_path / "tmpold", tmp_path / "tmpfresh", tmp_path / "ab12" / "tmpname.wav"
    whole.parent.mkdir()
    (tmp_path / "tmpfolder").mkdir()
    for path in (old, fresh, whole, tmp_path / "other"):
        path.write_text("sound")
    long_ago = time.time() - 4000
    for path in (old, whole, tmp_path / "other", tmp_path / "tmpfolder"):
        os.utime(path, (long_ago, long_ago))
    serving.sweep(tmp_path, 3600)
    assert {path.name for path in tmp_path.iterdir()} == {"tmpfresh", "ab12", "tmpfolder", "other"}
    assert whole.exists()


def test_temporary_files_have_a_folder_of_their_own_and_go_with_it():
    before = tempfile.gettempdir()
    with pytest.raises(ZeroDivisionError), serving._own_temporary_folder():
        kept = Path(tempfile.mkdtemp())
        (kept / "half").write_text("written")
        assert kept.parent.name.startswith("voiceclone-") and kept.parent.parent == Path(before)
        raise ZeroDivisionError
    assert not kept.parent.exists() and tempfile.gettempdir() == before


def test_an_address_that_cannot_be_had_is_named(tmp_path: Path):
    settings = Settings(weights="embedded", data_dir=tmp_path, host="192.0.2.1", port=9)
    with pytest.raises(OptionError, match=r"192\.0\.2\.1:9; accepted: a free port"):
        serving.launch(build_app(Studio(settings)), settings)


class Closed:
    """What `stop` does to an app, noted; nothing is served."""

    def __init__(self) -> None:
        self.turns = Turns(max_waiting=2, per_visitor=2)
        self.workshop = Workshop(self)  # type: ignore[arg-type]  nothing is ever begun there
        self.studio = self.server = self.config = self.server_state = self
        self.closing = threading.Event()
        self.tasks: set = set()
        self.closed = False

    def close(self, verbose: bool) -> None:
        self.closed = True


@pytest.mark.parametrize("ends", [True, False])
def test_a_stop_waits_for_running_work_and_says_whether_it_ended(ends: bool):
    app = Closed()
    ticket = app.turns.join("ada")

    def work() -> None:
        app.closing.wait()
        if ends:
            ticket.leave()

    worker = threading.Thread(target=work)
    worker.start()
    assert serving.stop(app, grace_s=5 if ends else 0.05) is ends  # type: ignore[arg-type]
    worker.join()
    assert app.closed and app.turns.closed
