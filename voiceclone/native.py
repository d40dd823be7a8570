"""Programs and libraries outside Python that others expect to find: torchaudio's, and ffmpeg.

torchaudio's Linux wheel links CUDA libraries, so with a CPU torch its native library
cannot be loaded and the import raises OSError; SpeechBrain, DistillMOS and transformers'
audio models then fail too. They only use torchaudio's pure-Python part, so where the
native library cannot be loaded, a stand-in for `torchaudio._extension` says that it is
not there. With a CUDA torch nothing is replaced.

oneDNN, which computes torch's convolutions on the CPU, keeps what it has compiled for the last
thousand shapes. Speech comes in every length, so a server that speaks for strangers would
fill gigabytes with it; here it keeps fewer. And glibc gives threads heaps of their own, eight a core,
and keeps what each once needed: a server of many threads shares two.

Gradio streams sound through the program `ffmpeg`. Where the system has none, the one that
the package imageio-ffmpeg carries is put on the path of this process.
"""

from __future__ import annotations

import ctypes
import importlib.util
import logging
import os
import shutil
import sys
import threading
import types
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

ONEDNN_SHAPES = 256
"""oneDNN's own is 1,024. Thirty utterances took the process from 1.4 to 4.5 GB with that, and to 2.4 at
most with 32; 256 leaves room for the shapes of learning: 12 steps of it took no longer than with 1,024."""

HEAPS = 2
_M_ARENA_MAX = -8
"""What `malloc.h` calls the setting."""

_lock = threading.Lock()
_EXTENSION = "torchaudio._extension"


def ready_torchaudio() -> None:
    """Make torchaudio importable; call it before importing a library that needs torchaudio."""
    with _lock:
        if "torchaudio" in sys.modules or _EXTENSION in sys.modules:
            return
        spec = importlib.util.find_spec("torchaudio")
        if spec is None or spec.origin is None or _native_loads(Path(spec.origin).parent):
            return
        sys.modules[_EXTENSION] = _stand_in()


def bound_onednn() -> None:
    """Bound what oneDNN keeps; call it before the first convolution. What the environment says stays."""
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(ONEDNN_SHAPES))


def bound_heaps() -> None:
    """Bound how many heaps glibc keeps; call it before threads are started. Does nothing elsewhere.

    Fifty clients took a server from 1.8 to 3.6 GB in 150 s, and with two heaps to 2.7 GB in 220 s.
    """
    if not sys.platform.startswith("linux") or "MALLOC_ARENA_MAX" in os.environ:
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None and mallopt(_M_ARENA_MAX, HEAPS) != 1:
        log.warning("glibc did not take a bound on its heaps: memory may grow more than it need")


def trim_heaps() -> None:
    """Give memory that was freed back to the system, where glibc would keep it. Does nothing elsewhere.

    Of an engine that was unloaded it kept two fifths: the process fell from 1.35 to 1.02 GB, and to 0.82 with
    this.
    """
    if sys.platform.startswith("linux") and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def open_onnx(model_file: Path) -> Any:
    """Open a small ONNX model on one CPU thread, as an `onnxruntime.InferenceSession`.

    Without ONNX Runtime's arenas, which keep what the longest input once needed.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(model_file), options, providers=["CPUExecutionProvider"])


def ready_ffmpeg(folder: Path) -> None:
    """Make `ffmpeg` a program that this process can start, by a link in `folder` where it is needed."""
    with _lock:
        if shutil.which("ffmpeg"):
            return
        import imageio_ffmpeg

        try:
            program = imageio_ffmpeg.get_ffmpeg_exe()
        except RuntimeError as error:  # none is built for this platform: the page says so
            log.warning("no ffmpeg: %s", error)
            return
        folder.mkdir(parents=True, exist_ok=True)
        link = folder / Path("ffmpeg").with_suffix(Path(program).suffix if os.name == "nt" else "")
        temporary = folder / f".ffmpeg-{os.getpid()}"
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(program)
        os.replace(temporary, link)
        os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", ""), str(folder)])


def _native_loads(package: Path) -> bool:
    import torch

    for library in sorted((package / "lib").glob("*torchaudio.*")):
        try:
            torch.ops.load_library(str(library))
        except OSError:
            return False
    return True


def _stand_in() -> types.ModuleType:
    module = types.ModuleType(_EXTENSION)

    def fail_if_no_align(function):
        def refused(*args, **kwargs):
            raise RuntimeError("forced alignment needs torchaudio's native library, which is not loaded")

        return refused

    module._IS_TORCHAUDIO_EXT_AVAILABLE = False  # type: ignore[attr-defined]
    module._IS_ALIGN_AVAILABLE = False  # type: ignore[attr-defined]
    module.fail_if_no_align = fail_if_no_align  # type: ignore[attr-defined]
    return module
