"""torchaudio must import beside whatever torch is installed."""

import subprocess
import sys


def test_torchaudio_resamples_after_it_was_made_ready():
    """A CPU torch beside a CUDA torchaudio raised OSError at import, and took SpeechBrain down with it."""
    code = (
        "from voiceclone.native import ready_torchaudio; ready_torchaudio(); ready_torchaudio();"
        "import torch, torchaudio; y = torchaudio.functional.resample(torch.ones(1, 2400), 24000, 16000);"
        "assert y.shape == (1, 1600), y.shape"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
