"""Make `import torchaudio` work beside a CPU build of torch.

torchaudio's Linux wheel links CUDA libraries, so with a CPU torch its native library
cannot be loaded and the import raises OSError; SpeechBrain, DistillMOS and transformers'
audio models then fail too. They only use torchaudio's pure-Python part, so where the
native library cannot be loaded, a stand-in for `torchaudio._extension` says that it is
not there. With a CUDA torch nothing is replaced.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
import types
from pathlib import Path

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
