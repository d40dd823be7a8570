"""What adaptation minimises: how far the decoder's speech is from the recording.

Multi-resolution log-mel distance, as in the reconstruction losses of HiFi-GAN (J. Kong et
al., NeurIPS 2020) and Vocos (H. Siuzdak, ICLR 2024), at several window lengths (R. Yamamoto
et al., "Parallel WaveGAN", ICASSP 2020).

A recording has noise in it that is not to be learned. So its noise is added to what the decoder spoke before
the two are compared, in each band's power, as parallel model combination does for recognisers (M. Gales and
S. Young, "Robust continuous speech recognition using parallel model combination", 1996): where speech is
under the noise, nothing is asked of the voice. Nor is it where a recording has nothing at all, as a
telephone's above 4 kHz.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from voiceclone.engines.kokoro.spec import SAMPLE_RATE

RESOLUTIONS = ((512, 40), (1024, 80), (2048, 100))
"""(FFT length in samples, mel bands): 21, 43 and 85 ms at 24 kHz; the hop is a quarter."""
QUIET = 0.1
"""The quietest tenth of a recording's frames is its noise: even dense speech has as many stops."""
HEARD, HEARD_LOW = 3e-3, 4e-2
"""Magnitudes that a twentieth of a band's frames must pass for the band to be heard; the second is for bands
under 400 Hz, where a voice is loudest. What a telephone leaves out stays under them, and so does what is
above half the rate of 16 kHz."""
LOW_HZ = 400.0
TOP_HZ, WIDE = 7_000.0, 0.8
"""A recording of which less than this part of the bands up to there is heard is narrow: a telephone's has
0.73 to 0.76, five readers' 0.99 and more."""
SPEECH_HZ = (100.0, 7_000.0)
"""Where an average spectrum is taken: under it lie hum and what a microphone rolls off, above it what the
rate of a recording leaves out."""
N_BANDS = 35
"""Bands of the first resolution between these."""
LOUD = 0.6
"""Of a recording's frames, those whose average spectrum is taken: the loudest."""
_RMS = 0.1
"""The level to which everything is brought."""
_FLOOR = 1e-3
"""60 dB under the common level: below lies the recording's noise, which is not to be learned."""
_FLOOR_AVERAGE = 3e-3
"""The same where noise was subtracted: with it 20 dB of white noise move an average spectrum by a tenth of
what readers differ by, with a third of it by as much as they do."""


class MelDistance(nn.Module):
    """Mean absolute difference of log-mel spectra over several resolutions."""

    def __init__(self) -> None:
        super().__init__()
        import librosa

        for n_fft, n_mels in RESOLUTIONS:
            bands = librosa.filters.mel(sr=SAMPLE_RATE, n_fft=n_fft, n_mels=n_mels, fmin=40, fmax=11_000)
            self.register_buffer(f"bands_{n_fft}", torch.from_numpy(bands))
            self.register_buffer(f"window_{n_fft}", torch.hann_window(n_fft))
            centres = librosa.mel_frequencies(n_mels + 2, fmin=40, fmax=11_000)[1:-1]
            loud = torch.from_numpy(np.where(centres < LOW_HZ, HEARD_LOW, HEARD))
            self.register_buffer(f"loud_{n_fft}", loud.float())
            self.register_buffer(f"centres_{n_fft}", torch.from_numpy(centres))

    def forward(self, spoken: Tensor, recorded: Tensor, channel: Sequence[Tensor] = ()) -> Tensor:
        """Return the distance of two waveforms `[B, n_samples]` at 24 kHz, both first brought to one level.

        Scaling only one of them to the other's level would reward silence: both logs end at the floor.

        Args:
            spoken, recorded: the waveforms.
            channel: of the recordings, from `channel`, each `[B, 2, n_mels]`; empty: of none.
        """
        gain = _gain(recorded)[..., None]  # [B, 1, 1]
        spoken, recorded = at_level(spoken), at_level(recorded)
        distances = []
        for index, (n_fft, _) in enumerate(RESOLUTIONS):
            ours, theirs = self._mel(spoken, n_fft), self._mel(recorded, n_fft)
            heard = torch.ones_like(theirs[:, :, :1])
            if channel:
                noise, heard = channel[index][..., None].unbind(dim=1)  # each [B, n_mels, 1]
                ours = (ours.square() + (noise * gain).square()).sqrt()
            apart = (torch.log(ours + _FLOOR) - torch.log(theirs + _FLOOR)).abs() * heard
            distances.append(apart.mean(dim=-1).sum() / heard.sum().clamp(min=1))
        return torch.stack(distances).mean()

    def channel(self, recorded: Tensor) -> tuple[Tensor, ...]:
        """Return what a whole recording `[n_samples]` did to speech, `[2, n_mels]` for each resolution.

        Of each band the noise, root mean square, and 1 where anything is heard in it, else 0.
        """
        found = []
        for n_fft, _ in RESOLUTIONS:
            magnitude = self._mel(recorded, n_fft)  # [n_mels, n_frames]
            loudness = magnitude.square().sum(dim=0)
            quiet = loudness <= torch.quantile(loudness, QUIET)
            noise = magnitude[:, quiet].square().mean(dim=-1).sqrt()
            heard = torch.quantile(magnitude * _gain(recorded), 0.95, dim=-1) > getattr(self, f"loud_{n_fft}")
            found.append(torch.stack([noise, heard.float()]))
        return tuple(found)

    def average_spectrum(self, recorded: Tensor) -> Tensor:
        """Return the long-term average spectrum of a whole recording `[n_samples]`, `[35]`, in logarithms.

        Of the louder frames, in mel bands, with the recording's noise subtracted from each in power (S. Boll,
        "Suppression of acoustic noise in speech using spectral subtraction", 1979).
        """
        n_fft, _ = RESOLUTIONS[0]
        magnitude = self._mel(recorded, n_fft) * _gain(recorded)  # [n_mels, n_frames]
        loudness = magnitude.square().sum(dim=0)
        louder = magnitude[:, loudness >= torch.quantile(loudness, 1 - LOUD)]
        noise = self.channel(recorded)[0][0] * _gain(recorded)
        clean = (louder.square() - noise[:, None].square()).clamp(min=0).sqrt()
        low, high = SPEECH_HZ
        centres = getattr(self, f"centres_{n_fft}")
        return torch.log(clean + _FLOOR_AVERAGE).mean(dim=-1)[(centres > low) & (centres < high)]

    def through(self, spoken: Tensor, channel: Sequence[Tensor]) -> Tensor:
        """Return waveforms `[B, n_samples]` without the bands that are not heard in the recordings."""
        n_fft, _ = RESOLUTIONS[1]
        bands, heard = getattr(self, f"bands_{n_fft}"), channel[1][:, 1]  # [n_mels, n_bins], [B, n_mels]
        all_of_it = bands.sum(dim=0)
        gain = torch.where(all_of_it > 0, heard @ bands / all_of_it.clamp(min=1e-12), 1.0)  # [B, n_bins]
        n_samples = spoken.shape[-1]
        gain = functional.interpolate(gain[:, None], n_samples // 2 + 1, mode="linear", align_corners=True)
        return torch.fft.irfft(torch.fft.rfft(spoken) * gain[:, 0], n_samples)

    def is_narrow(self, recorded: Tensor) -> bool:
        """Return whether a recording `[n_samples]` lacks more bands of speech than any voice does."""
        n_fft, _ = RESOLUTIONS[1]
        heard, centres = self.channel(recorded)[1][1], getattr(self, f"centres_{n_fft}")
        return float(heard[centres < TOP_HZ].mean()) < WIDE

    def _mel(self, samples: Tensor, n_fft: int) -> Tensor:
        window, bands = getattr(self, f"window_{n_fft}"), getattr(self, f"bands_{n_fft}")
        spectrum = torch.stft(samples, n_fft, n_fft // 4, window=window, return_complex=True)
        magnitude = (spectrum.real.square() + spectrum.imag.square() + 1e-9).sqrt()
        return bands @ magnitude


def resampled(samples: Tensor, rate: int, to: int) -> Tensor:
    """Return waveforms `[B, n_samples]` at another rate, in a fifth of the time that filters take.

    What is above half of the lower rate is left out of the spectrum; the ends are taken for neighbours.
    """
    n_samples = samples.shape[-1]
    n_after = round(n_samples * to / rate)
    bins = torch.fft.rfft(samples)[..., : n_after // 2 + 1]
    return torch.fft.irfft(bins, n_after) * (n_after / n_samples)


def at_level(samples: Tensor) -> Tensor:
    """Return waveforms `[B, n_samples]` scaled to one root mean square."""
    return samples * _gain(samples)


def _gain(samples: Tensor) -> Tensor:
    return _RMS / (samples.square().mean(dim=-1, keepdim=True).sqrt() + 1e-6)
