"""torchaudio must import beside whatever torch is installed."""

import os
import shutil
import subprocess
import sys

import pytest

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


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's heaps are there on Linux only")
def test_threads_share_two_heaps_of_glibc():
    """Without the bound each thread that asks for memory while others do gets a heap of its own."""
    code = (
        "import threading, numpy, re, pathlib; from voiceclone.native import bound_heaps; bound_heaps()\n"
        "gate = threading.Barrier(16)\n"
        "def work():\n"
        "    for _ in range(50): gate.wait(); kept = [bytes(1000) for _ in range(1000)]\n"
        "threads = [threading.Thread(target=work) for _ in range(16)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
        "import ctypes; ctypes.CDLL(None).malloc_stats()\n"
    )
    env = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert 1 <= told.stderr.count("Arena ") <= 2, told.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's heaps are there on Linux only")
def test_memory_that_was_freed_goes_back_to_the_system():
    """The last piece stays, and glibc by itself gives back only what lies above it."""
    code = (
        "import ctypes, psutil; from voiceclone.native import trim_heaps\n"
        "libc = ctypes.CDLL(None)\n"
        "libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]\n"
        "libc.free.argtypes = [ctypes.c_void_p]\n"
        "resident = lambda: psutil.Process().memory_info().rss\n"
        "pieces = [libc.malloc(65536) for _ in range(1600)]\n"
        "for piece in pieces: ctypes.memset(piece, 1, 65536)\n"
        "for piece in pieces[:-1]: libc.free(piece)\n"
        "freed = resident(); trim_heaps()\n"
        "assert freed - resident() > 90e6, (freed, resident())\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
