"""SpeechBrain, made ready to be imported."""

from __future__ import annotations

import sys

from voiceclone.native import ready_torchaudio


def ready_speechbrain() -> None:
    """Import SpeechBrain and leave no stand-ins behind; call it before importing anything of it."""
    ready_torchaudio()
    import speechbrain.inference.speaker  # noqa: F401  what brings the stand-ins
    from speechbrain.utils.importutils import LazyModule

    for name, module in list(sys.modules.items()):
        # Stand-ins for integrations that are not installed raise at any look at their attributes,
        # which whoever walks over sys.modules (inspect, hypothesis) does not expect.
        if isinstance(module, LazyModule) and module.lazy_module is None:
            del sys.modules[name]
