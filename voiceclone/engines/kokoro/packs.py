"""The stock style packs: how each speaks as it is."""

from __future__ import annotations

import numpy as np

from voiceclone.engines.base import VoiceTensors
from voiceclone.engines.kokoro.speak import UNMAPPED
from voiceclone.engines.kokoro.spec import ADAIN_OFFSETS, STYLE_DIM, TIMBRE_ROWS


def stock_voice(pack: np.ndarray) -> VoiceTensors:
    """Return a style pack `[510, 256]` as a voice with nothing learned."""
    return {
        "adain": np.zeros(ADAIN_OFFSETS, np.float16),
        "timbre": pack[TIMBRE_ROWS, :STYLE_DIM].mean(axis=0),
        "prosody": pack[:, STYLE_DIM:].astype(np.float16),
        "mapping": np.array(UNMAPPED, np.float32),
    }
