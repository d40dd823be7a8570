"""What the watermark withstands, what it costs, and how often it is found where there is none.

Usage: python -m benchmarks.watermark [--voice FILE]

Five sentences in each of the engine's own voices, or in one voice that was learned.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable

import numpy as np

from benchmarks.corpus import HARVARD, read, speech_folder
from benchmarks.voices import add_voice_argument, voice_of
from voiceclone.audio.clip import Audio
from voiceclone.engines.base import SpeakOptions
from voiceclone.engines.kokoro.spec import PACKS
from voiceclone.evaluate.naturalness import Naturalness
from voiceclone.provenance.watermark import THRESHOLD, Watermarker
from voiceclone.settings import Settings
from voiceclone.studio import Studio

PIECE_S = 2.0
CHORDS = 40


def coded(codec: str, container: str, bit_rate: int, rate: int) -> Callable[[Audio], Audio]:
    """Return a function that encodes a clip with ffmpeg's codec and decodes it again."""

    def through(audio: Audio) -> Audio:
        import av

        clip, file = audio.resampled(rate), io.BytesIO()
        with av.open(file, "w", format=container) as out:
            stream = out.add_stream(codec, rate=rate, layout="mono")
            stream.bit_rate = bit_rate
            frame = av.AudioFrame.from_ndarray(clip.samples[None].copy(), format="fltp", layout="mono")
            frame.sample_rate = rate
            resampler = av.AudioResampler(stream.format, "mono", rate, frame_size=stream.frame_size or None)
            for piece in [*resampler.resample(frame), *resampler.resample(None)]:
                out.mux(stream.encode(piece))
            out.mux(stream.encode(None))
        file.seek(0)
        with av.open(file) as source:
            pieces = [f.to_ndarray().astype(np.float32).reshape(-1) for f in source.decode(audio=0)]
            found = source.streams.audio[0].rate
        samples = np.concatenate(pieces)
        scale = 32768 if np.abs(samples).max() > 2 else 1  # some decoders give 16-bit integers
        return Audio(samples / scale, found)

    return through


def noisy(snr_db: float) -> Callable[[Audio], Audio]:
    """Return a function that adds white noise, so far under the clip's own level."""

    def through(audio: Audio) -> Audio:
        noise = np.random.default_rng(0).standard_normal(len(audio.samples)).astype(np.float32)
        return Audio(audio.samples + noise * audio.rms * 10 ** (-snr_db / 20), audio.sample_rate)

    return through


def played(speed: float) -> Callable[[Audio], Audio]:
    """Return a function that plays a clip faster: pitch and speed rise together."""
    return lambda a: Audio(a.resampled(round(a.sample_rate / speed)).samples, a.sample_rate)


def shifted(semitones: float) -> Callable[[Audio], Audio]:
    """Return a function that changes the pitch alone."""

    def through(audio: Audio) -> Audio:
        import librosa

        samples = librosa.effects.pitch_shift(audio.samples, sr=audio.sample_rate, n_steps=semitones)
        return Audio(samples, audio.sample_rate)

    return through


def middle(audio: Audio) -> Audio:
    """Return 2 s from the middle."""
    return audio.sliced(audio.duration_s / 2 - PIECE_S / 2, audio.duration_s / 2 + PIECE_S / 2)


TREATMENTS: dict[str, Callable[[Audio], Audio]] = {
    "as it was made": lambda a: a,
    "16-bit samples": lambda a: Audio(np.round(a.samples * 32767) / 32767, a.sample_rate),
    "MP3, 64 kbit/s": coded("libmp3lame", "mp3", 64_000, 24_000),
    "MP3, 32 kbit/s": coded("libmp3lame", "mp3", 32_000, 24_000),
    "Opus, 32 kbit/s": coded("libopus", "ogg", 32_000, 48_000),
    "Opus, 16 kbit/s": coded("libopus", "ogg", 16_000, 48_000),
    "16 kHz": lambda a: a.resampled(16_000).resampled(24_000),
    "8 kHz": lambda a: a.resampled(8_000).resampled(24_000),
    "2 s cut from the middle": middle,
    "white noise, 20 dB": noisy(20),
    "white noise, 20 dB, 2 s of it": lambda a: middle(noisy(20)(a)),
    "white noise, 15 dB": noisy(15),
    "white noise, 10 dB": noisy(10),
    "10 % slower (pitch and speed)": played(0.9),
    "10 % faster (pitch and speed)": played(1.1),
    "15 % faster (pitch and speed)": played(1.15),
    "a semitone lower": shifted(-1),
    "a semitone higher": shifted(1),
    "5 % faster, white noise, 20 dB": lambda a: noisy(20)(played(1.05)(a)),
}


def spoken(args: argparse.Namespace, studio: Studio) -> list[Audio]:
    """Return the clips to mark."""
    engine = studio.services.engine("kokoro")
    if args.voice:
        voices = [voice_of(args, studio).tensors]
    else:
        with engine.copy() as copy:
            voices = [copy.stock_voice(pack) for pack in PACKS]  # type: ignore[attr-defined]
    texts = [studio.preview_text(text, "en-us") for text in HARVARD]
    return [Audio.joined(list(engine.speak(v, t, SpeakOptions()))) for v in voices for t in texts]


def chords(seed: int) -> Audio:
    """Return six seconds of plain chords, one a second: the music that is most easily taken for marked."""
    rng, time_s = np.random.default_rng(seed), np.arange(24_000) / 24_000
    pieces = []
    for _ in range(6):
        root_hz, third = 110 * 2 ** (rng.integers(0, 24) / 12), rng.choice([3, 4])
        slope, decay = rng.uniform(1, 2), rng.uniform(0, 3)
        tones = [
            np.sin(2 * np.pi * root_hz * 2 ** (interval / 12) * harmonic * time_s) / harmonic**slope
            for interval in (0, third, 7, 12)
            for harmonic in range(1, 6)
        ]
        pieces.append(np.exp(-decay * time_s) * np.sum(tones, axis=0))
    samples = np.concatenate(pieces)
    return Audio((0.5 * samples / np.abs(samples).max()).astype(np.float32), 24_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_voice_argument(parser)
    args = parser.parse_args()
    studio, watermarker, naturalness = Studio(Settings.from_env()), Watermarker(), Naturalness()
    plain = spoken(args, studio)
    clips = [watermarker.embed(clip) for clip in plain]
    print(f"\nConfidence over {len(clips)} clips; {THRESHOLD} and more counts as marked.\n")
    print("| after | lowest | mean | found |\n|---|---|---|---|")
    for name, treat in TREATMENTS.items():
        found = [watermarker.scan(treat(c)).confidence for c in clips]
        share = np.mean([f >= THRESHOLD for f in found])
        print(f"| {name} | {min(found):.2f} | {np.mean(found):.2f} | {share:.0%} |", flush=True)

    pairs = list(zip(plain, clips, strict=True))
    snr_db = [20 * np.log10(p.rms / Audio(m.samples - p.samples, p.sample_rate).rms) for p, m in pairs]
    lost = [naturalness.mos(m) - naturalness.mos(p) for p, m in pairs]
    print(
        f"\nThe residual lies {np.mean(snr_db):.1f} dB under the speech (nearest {min(snr_db):.1f}); "
        f"DistillMOS changes by {np.mean(lost):+.2f} (worst {min(lost):+.2f}).",
        flush=True,
    )
    paths = sorted(speech_folder().rglob("*.flac"))
    scores, pieces = [], []
    for audio in map(read, paths):
        scores.append(watermarker.scan(audio).confidence)
        starts = np.arange(0, audio.duration_s - PIECE_S, PIECE_S)
        pieces += [watermarker.scan(audio.sliced(s, s + PIECE_S)).confidence for s in starts]
    music = [watermarker.scan(chords(seed)).confidence for seed in range(CHORDS)]
    print("\n| not marked | number | highest | flagged |\n|---|---|---|---|")
    for name, scored in (
        ("recordings of readers", scores),
        ("pieces of 2 s of them", pieces),
        ("plain chords", music),
    ):
        flagged = sum(c >= THRESHOLD for c in scored)
        print(f"| {name} | {len(scored)} | {max(scored):.2f} | {flagged} ({flagged / len(scored):.1%}) |")


if __name__ == "__main__":
    main()
