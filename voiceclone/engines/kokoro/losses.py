"""What adaptation minimises: how far the decoder's speech is from the recording.

Multi-resolution log-mel distance, as in the reconstruction losses of HiFi-GAN (J. Kong et
al., NeurIPS 2020) and Vocos (H. Siuzdak, ICLR 2024), at several window lengths (R. Yamamoto
et al., "Parallel WaveGAN", ICASSP 2020).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from voiceclone.engines.kokoro.spec import SAMPLE_RATE

RESOLUTIONS = ((512, 40), (1024, 80), (2048, 100))
"""(FFT length in samples, mel bands): 21, 43 and 85 ms at 24 kHz; the hop is a quarter."""
_FLOOR = 1e-3
"""60 dB under the common level: below lies the recording's noise, which is not to be learned."""


class MelDistance(nn.Module):
    """Mean absolute difference of log-mel spectra over several resolutions."""

    def __init__(self) -> None:
        super().__init__()
        import librosa

        for n_fft, n_mels in RESOLUTIONS:
            bands = librosa.filters.mel(sr=SAMPLE_RATE, n_fft=n_fft, n_mels=n_mels, fmin=40, fmax=11_000)
            self.register_buffer(f"bands_{n_fft}", torch.from_numpy(bands))
            self.register_buffer(f"window_{n_fft}", torch.hann_window(n_fft))

    def forward(self, spoken: Tensor, recorded: Tensor) -> Tensor:
        """Return the distance of two waveforms `[B, n_samples]` at 24 kHz, both first brought to one level.

        Scaling only one of them to the other's level would reward silence: both logs end at the floor.
        """
        spoken, recorded = at_level(spoken), at_level(recorded)
        distances = [
            (self._log_mel(spoken, n_fft) - self._log_mel(recorded, n_fft)).abs().mean()
            for n_fft, _ in RESOLUTIONS
        ]
        return torch.stack(distances).mean()

    def _log_mel(self, samples: Tensor, n_fft: int) -> Tensor:
        window, bands = getattr(self, f"window_{n_fft}"), getattr(self, f"bands_{n_fft}")
        spectrum = torch.stft(samples, n_fft, n_fft // 4, window=window, return_complex=True)
        magnitude = (spectrum.real.square() + spectrum.imag.square() + 1e-9).sqrt()
        return torch.log(bands @ magnitude + _FLOOR)


def at_level(samples: Tensor, rms: float = 0.1) -> Tensor:
    """Return waveforms `[B, n_samples]` scaled to one root mean square."""
    return samples * (rms / (samples.square().mean(dim=-1, keepdim=True).sqrt() + 1e-6))
