"""The inaudible mark in everything that is spoken, and how it is found again.

Perth's implicit watermark (Resemble AI, MIT): a network adds a residual to the magnitudes
under 2 kHz, another one recognises it. It carries no message, only "a machine spoke this".
It survives MP3, Opus, resampling, cropping, level, noise 20 dB under the speech, and a change
of speed or pitch by a tenth (`python -m benchmarks.watermark`).

Both networks are used as they come. Two things around them are changed: how much of the
residual is added where, and which moments count when it is looked for.
"""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.errors import WatermarkUnavailableError
from voiceclone.native import ready_torchaudio

if TYPE_CHECKING:
    import torch

THRESHOLD = 0.95
"""Confidence from which audio counts as marked. Of 301 unmarked LibriSpeech recordings none passed 0.80; of
1,620 pieces of 2 s of them one reached 0.95. Music is another matter: 5 of 40 pieces of plain chords did."""

WINDOW_S = 4.0
"""Long recordings are looked at in windows: a marked part would drown in the mean of an hour."""
WHOLE_S = 30.0
"""Up to this length a recording is looked at as a whole too: the mean steadies a worn mark."""
SILENCE_PEAK = 1e-4
"""-80 dBFS. A window that stays under it holds nothing that could be marked."""

HEARD_DB = 20.0
"""Only moments whose level under 2 kHz comes this near to the loudest one's count. Noise fills the pauses
first: at 20 dB the mean over all moments found 24 % of the clips, over these 60 % (same mark)."""

STEADY_DB = 10.0
"""Sound whose level under 2 kHz stays within this is no speech, and the network, which never heard any such,
takes tones for marked: speech spans 26 dB and more in every second, under noise at 10 dB still 19."""

SCALES = (1.0, 0.9, 0.93, 0.965, 1.035, 1.07, 1.105)
"""Factors by which frequencies are moved back in search of the mark: the network finds it within 2 % of
its place, and these reach from 0.88 to 1.13. Time needs no search: the network has three speeds."""

DITHER_DB = -60.0
"""White noise added before marking, against the clip's RMS: about -82 dBFS, inaudible. Synthetic
speech has pauses of digital silence, where the mark is so faint that 16-bit samples round it away:
20 clips came back from 64 kbit/s MP3 at 0.80 to 1.00, with the noise at 1.00."""
DITHER_SEED = 0

LOUD_DB = 25.0
"""What comes this near to the clip's peaks in the spectrum is loud, the rest is weak."""
STRENGTH_LOUD = 0.6
STRENGTH_WEAK = 2.5
"""How much of the network's residual is added. The weak places between the harmonics carry the mark
through noise and cost little: the residual lies 19.3 dB under the speech instead of 13.8 dB with 1.25
everywhere, and the lowest of 25 clips comes back from 20 dB of noise at 0.98 instead of 0.82. DistillMOS
changes by 0.01 (the worst clip by -0.23)."""
PEAK_QUANTILE = 0.95

TAIL_S = 0.1
"""Added behind before marking and cut off after: the network drops the last 10 ms."""
MIN_LENGTH_S = 1.0
"""Shorter clips are lengthened by silence for the network and cut back."""


@dataclass(frozen=True)
class Detection:
    """What was found in a recording."""

    watermarked: bool
    """Whether `confidence` reaches `THRESHOLD`."""
    confidence: float
    """0 to 1: of the surest window, or of the whole where that is surer and short enough."""
    seconds_marked: float
    """In windows that reach the threshold, 4 s each."""
    seconds: float
    """In all windows that are not silent."""

    @property
    def fraction_marked(self) -> float:
        """Share of what is not silent that is marked, 0 to 1."""
        return self.seconds_marked / self.seconds if self.seconds else 0.0


class Watermarker:
    """Perth on the CPU. Safe to share between threads; deterministic."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._network: Any = None

    def ready(self) -> None:
        """Load the watermarker now, so that nothing is spoken before it is known to work.

        Raises:
            WatermarkUnavailableError: it cannot run.
        """
        self._load()

    def embed(self, audio: Audio) -> Audio:
        """Return the clip with the mark: same length, same rate, samples within [-1, 1].

        Each piece of a stream is marked by itself, and the mark runs through all of it.
        The residual lies about 19 dB under the speech, masked by it. Where it would pass
        full scale the clip is made quieter, never clipped.

        Raises:
            WatermarkUnavailableError: the watermarker cannot run.
        """
        network = self._load()
        n_samples = len(audio.samples)
        if n_samples == 0:
            return audio
        noise = np.random.default_rng(DITHER_SEED).standard_normal(n_samples, dtype=np.float32)
        dithered = audio.samples + noise * np.float32(audio.rms * 10 ** (DITHER_DB / 20))
        tail = round(TAIL_S * audio.sample_rate)
        missing = max(0, round(MIN_LENGTH_S * audio.sample_rate) - n_samples)
        residual = _residual(network, Audio(np.pad(dithered, (0, tail + missing)), audio.sample_rate))
        marked = dithered + residual.samples[:n_samples]
        return Audio(marked / max(1.0, float(np.abs(marked).max())), audio.sample_rate)

    def confidence(self, audio: Audio) -> float:
        """Return how surely the clip as a whole carries the mark, 0 to 1; 0 for silence.

        Raises:
            WatermarkUnavailableError: the watermarker cannot run.
        """
        network = self._load()
        if audio.peak < SILENCE_PEAK:
            return 0.0
        return max(votes.confidence(0.0, 1.0) for votes in _votes(network, audio))

    def scan(self, audio: Audio) -> Detection:
        """Look for the mark in a recording of any length.

        Raises:
            WatermarkUnavailableError: the watermarker cannot run.
        """
        network = self._load()
        surest, marked_s, heard_s = 0.0, 0.0, 0.0
        for stretch, windows in _stretches(audio):
            heard = [(s, e) for s, e in windows if stretch.sliced(s, e).peak >= SILENCE_PEAK]
            if not heard:
                continue
            windows = [(start_s / stretch.duration_s, end_s / stretch.duration_s) for start_s, end_s in heard]
            steadied = len(heard) > 1 and audio.duration_s <= WHOLE_S
            found = np.zeros(len(windows))
            for votes in _votes(network, stretch):
                found = np.maximum(found, [votes.confidence(*window) for window in windows])
                surest = max(surest, found.max(), votes.confidence(0.0, 1.0) if steadied else 0.0)
                if found.min() >= THRESHOLD:
                    break
            lengths_s = np.array([end_s - start_s for start_s, end_s in heard])
            heard_s += lengths_s.sum()
            marked_s += lengths_s[found >= THRESHOLD].sum()
        return Detection(bool(surest >= THRESHOLD), float(surest), float(marked_s), float(heard_s))

    def _load(self) -> Any:
        with self._lock:
            if self._network is None:
                self._network = _build()
            return self._network


@dataclass(frozen=True)
class _Votes:
    """What the recognising network says of each moment of a stretch."""

    branches: tuple[torch.Tensor, ...]
    """One per speed, `[2, n_moments]`: its claim to be the right speed, and its confidence."""
    levels: torch.Tensor
    """dB under 2 kHz, `[n_frames]`."""

    def confidence(self, start: float, end: float) -> float:
        """Return the confidence, 0 to 1, of the part between two fractions of the stretch."""
        import torch

        n_frames = len(self.levels)
        first = min(int(start * n_frames), n_frames - 1)
        levels = self.levels[first : max(first + 1, round(end * n_frames))]
        if levels.max() - levels.quantile(0.1) < STEADY_DB:
            return 0.0
        heard = (levels >= levels.max() - HEARD_DB).float()  # [n]
        claims, confidences = [], []
        for branch in self.branches:
            ratio = branch.shape[1] / n_frames
            at = (torch.arange(len(levels)) + first + 0.5) * ratio
            votes = branch[:, at.long().clamp(max=branch.shape[1] - 1)]  # [2, n]
            claim, confidence = (votes * heard).sum(1) / heard.sum()
            claims.append(claim)
            confidences.append(confidence)
        weights = torch.softmax(torch.stack(claims), 0)
        return float((weights * torch.stack(confidences)).sum().clamp(0.0, 1.0))


def _votes(network: Any, audio: Audio) -> Iterator[_Votes]:
    """Yield what the network says of a stretch, once for each of `SCALES`."""
    import torch
    from torch.nn.functional import interpolate

    missing = max(0, round(MIN_LENGTH_S * audio.sample_rate) - len(audio.samples))
    padded = Audio(np.pad(audio.samples, (0, missing)), audio.sample_rate)
    decoder = network.decoder
    with torch.inference_mode():
        magnitudes, _ = _spectrum(network, padded)
        levels = _decibels(network, magnitudes[: network.subband])
        levels = 10 * torch.log10((10 ** (levels / 10)).sum(0))
        for scale in SCALES:
            band = _rescaled(magnitudes, scale, network.subband)[None]  # [1, n_bins, n_frames]
            n_frames = band.shape[2]
            branches = []
            for ratio, layers in (
                (1.25, decoder.slow_layers),
                (1.0, decoder.normal_layers),
                (0.75, decoder.fast_layers),
            ):
                length = int(n_frames * ratio)
                branches.append(layers(interpolate(band, size=length, mode="linear", align_corners=True))[0])
            yield _Votes(tuple(branches), levels)


def _residual(network: Any, audio: Audio) -> Audio:
    """Return what is added to a clip to mark it, at the clip's rate."""
    import torch
    from perth.perth_net.perth_net_implicit.utils import magphase_to_cx

    with torch.inference_mode():
        magnitudes, phases = _spectrum(network, audio)
        change = network.encoder(magnitudes[None])[0][0] - magnitudes  # [n_bins, n_frames]
        levels = _decibels(network, magnitudes)
        peak = torch.quantile(levels[: network.subband].amax(0), PEAK_QUANTILE)
        strengths = torch.where(levels > peak - LOUD_DB, STRENGTH_LOUD, STRENGTH_WEAK)
        marked = magphase_to_cx(network.hp, magnitudes + strengths * change, phases)
        residual = network.ap.inv_spectrogram(marked - magphase_to_cx(network.hp, magnitudes, phases))
    return Audio(residual.numpy(), network.hp.sample_rate).resampled(audio.sample_rate)


def _spectrum(network: Any, audio: Audio) -> tuple[torch.Tensor, torch.Tensor]:
    """Return magnitudes, in the network's normalised decibels, and phases, both `[n_bins, n_frames]`."""
    import torch

    samples = audio.resampled(network.hp.sample_rate).samples
    return network.ap.signal_to_magphase(torch.from_numpy(samples.copy()))


def _decibels(network: Any, magnitudes: torch.Tensor) -> torch.Tensor:
    from perth.perth_net.perth_net_implicit.utils import denormalize_spectrogram

    return denormalize_spectrogram(network.hp, magnitudes)


def _rescaled(magnitudes: torch.Tensor, scale: float, n_bins: int) -> torch.Tensor:
    """Return the lowest bins of the spectrum with what lay at `scale * f` at `f`."""
    import torch

    at = torch.arange(n_bins) * scale
    below = at.long()
    share = (at - below)[:, None]
    return magnitudes[below] * (1 - share) + magnitudes[below + 1] * share


def _build() -> Any:
    """Return the networks of `perth`.

    Raises:
        WatermarkUnavailableError: whatever the reason; without a mark nothing is spoken.
    """
    try:
        ready_torchaudio()
        import perth

        if perth.PerthImplicitWatermarker is None:
            raise WatermarkUnavailableError("resemble-perth could not import its own network")
        with contextlib.redirect_stdout(io.StringIO()):  # it prints the step of its checkpoint
            return perth.PerthImplicitWatermarker().perth_net.eval()
    except WatermarkUnavailableError:
        raise
    except Exception as error:
        raise WatermarkUnavailableError(f"{type(error).__name__}: {error}") from error


def _stretches(audio: Audio) -> Iterator[tuple[Audio, list[tuple[float, float]]]]:
    """Yield the recording in stretches that fit in memory, each with its windows in seconds.

    A window is 4 s long; what is left at the end joins the last one. A recording up to
    `WHOLE_S` is one stretch.
    """
    n_windows = max(1, int(audio.duration_s // WINDOW_S))
    per_stretch = int(WHOLE_S // WINDOW_S)
    for first in range(0, n_windows, per_stretch):
        last = min(first + per_stretch, n_windows)
        start_s = WINDOW_S * first
        end_s = audio.duration_s if last == n_windows else WINDOW_S * last
        stretch = audio.sliced(start_s, end_s)
        starts = [WINDOW_S * i for i in range(last - first)]
        ends = [*starts[1:], stretch.duration_s]
        yield stretch, list(zip(starts, ends, strict=True))
