"""What the watermark withstands: confidence after codecs, resampling, cropping, noise, speed and pitch.

Usage: python -m benchmarks.watermark [--voice FILE]
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable

import numpy as np

from benchmarks.corpus import HARVARD, read, speech_folder
from benchmarks.voices import add_voice_argument, voice_of
from voiceclone.audio.clip import Audio
from voiceclone.provenance.watermark import THRESHOLD, Watermarker
from voiceclone.settings import Settings
from voiceclone.studio import Studio

UNMARKED = 50


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


def noisy(audio: Audio) -> Audio:
    noise = np.random.default_rng(0).standard_normal(len(audio.samples)).astype(np.float32)
    return Audio(audio.samples + noise * audio.rms * 0.1, audio.sample_rate)


def faster(audio: Audio) -> Audio:
    return Audio(audio.resampled(round(audio.sample_rate / 1.1)).samples, audio.sample_rate)


def higher(audio: Audio) -> Audio:
    import librosa

    return Audio(
        librosa.effects.pitch_shift(audio.samples, sr=audio.sample_rate, n_steps=1), audio.sample_rate
    )


TREATMENTS: dict[str, Callable[[Audio], Audio]] = {
    "as it was made": lambda a: a,
    "16-bit samples": lambda a: Audio(np.round(a.samples * 32767) / 32767, a.sample_rate),
    "MP3, 64 kbit/s": coded("libmp3lame", "mp3", 64_000, 24_000),
    "Opus, 32 kbit/s": coded("libopus", "ogg", 32_000, 48_000),
    "16 kHz": lambda a: a.resampled(16_000).resampled(24_000),
    "8 kHz": lambda a: a.resampled(8_000).resampled(24_000),
    "2 s cut from the middle": lambda a: a.sliced(a.duration_s / 2 - 1, a.duration_s / 2 + 1),
    "white noise, 20 dB": noisy,
    "10 % faster (pitch and speed)": faster,
    "a semitone higher": higher,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_voice_argument(parser)
    args = parser.parse_args()
    studio, watermarker = Studio(Settings.from_env()), Watermarker()
    voice = voice_of(args, studio)
    clips = [Audio.joined([s.audio for s in studio.speak(voice, text)]) for text in HARVARD]
    print(f"\nConfidence over {len(clips)} clips; {THRESHOLD} and more counts as marked.\n")
    print("| after | lowest | mean | found |\n|---|---|---|---|")
    for name, treat in TREATMENTS.items():
        found = [watermarker.scan(treat(c)).confidence for c in clips]
        share = np.mean([f >= THRESHOLD for f in found])
        print(f"| {name} | {min(found):.2f} | {np.mean(found):.2f} | {share:.0%} |", flush=True)
    folders = ("librispeech-test-other", "librispeech-train-clean-100")
    paths = [p for f in folders for p in sorted((speech_folder() / f).rglob("*.flac"))][::6][:UNMARKED]
    plain = [watermarker.scan(read(p)).confidence for p in paths]
    flagged = sum(c >= THRESHOLD for c in plain)
    print(f"\n{len(plain)} unmarked recordings: highest {max(plain):.2f}, flagged {flagged}.")


if __name__ == "__main__":
    main()
