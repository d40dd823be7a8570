"""A short flood; `benchmarks/flood.py` is the long one."""

import signal
from pathlib import Path

from benchmarks.flood import MIX, QUEUE, flood
from tests.server.running import running
from voiceclone.audio.clip import Audio


def test_a_flood_is_answered_or_told_to_wait_and_nobody_gets_anothers_answer(
    tmp_path: Path, voice_file: Path, spoken_audio: Audio
):
    with running(tmp_path, **{**QUEUE, "VOICECLONE_QUEUE_SIZE": "3"}) as app:
        app.visitor()
        report = flood(app.address, app.process.pid, voice_file, spoken_audio, clients=20, seconds=8)
        assert report.errors == [] and report.strays == []
        assert set(report.answers) == set(MIX)
        assert report.refusals["speak"] and "queue is full" not in app.printed
        assert app.end(signal.SIGTERM, 60) == 0
