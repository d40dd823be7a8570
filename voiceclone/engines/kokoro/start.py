"""What a voice begins with, before the first step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from voiceclone.engines.kokoro.spec import ADAIN_OFFSETS, STYLE_DIM, TIMBRE_ROWS


@dataclass(frozen=True)
class Start:
    """What a voice begins with."""

    offsets: Tensor
    """`[37396]`."""
    timbre: Tensor
    """`[128]`."""

    @staticmethod
    def of_pack(pack: np.ndarray) -> Start:
        """Return a stock style pack `[510, 256]` as it is."""
        timbre = pack[TIMBRE_ROWS, :STYLE_DIM].mean(axis=0)
        return Start(torch.zeros(ADAIN_OFFSETS), torch.from_numpy(timbre))
