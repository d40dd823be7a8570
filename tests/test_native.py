"""torchaudio must import beside whatever torch is installed."""

import os
import shutil
import subprocess
import sys

from voiceclone.native import ready_ffmpeg


def test_torchaudio_resamples_after_it_was_made_ready():
    """A CPU torch beside a CUDA torchaudio raised OSError at import, and took SpeechBrain down with it."""
    code = (
        "from voiceclone.native import ready_torchaudio; ready_torchaudio(); ready_torchaudio();"
        "import torch, torchaudio; y = torchaudio.functional.resample(torch.ones(1, 2400), 24000, 16000);"
        "assert y.shape == (1, 1600), y.shape"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_ffmpeg_is_found_where_the_system_has_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("ffmpeg") is None
    ready_ffmpeg(tmp_path / "bin")
    ready_ffmpeg(tmp_path / "bin")
    assert subprocess.run(["ffmpeg", "-version"], capture_output=True).stdout.startswith(b"ffmpeg version")
    assert os.environ["PATH"].count("bin") == 1
