"""Honest files of every accepted format come out as what was put in."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from voiceclone.audio import read
from voiceclone.audio.read import read_audio

CODEC_DELAY_S = 0.06
"""AAC pads its start and end by up to 2048 samples, 46 ms at 44.1 kHz; the others by less."""


def write_by_libsndfile(path: Path, samples: np.ndarray, sample_rate: int, subtype: str) -> None:
    container = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG", ".mp3": "MP3"}[path.suffix]
    soundfile.write(path, samples, sample_rate, format=container, subtype=subtype)


def write_by_ffmpeg(path: Path, samples: np.ndarray, sample_rate: int, codec: str) -> None:
    """Write `[n]` or `[n, 2]` samples as a phone or browser does."""
    planes = np.ascontiguousarray(np.atleast_2d(samples.T), np.float32)
    layout = "mono" if len(planes) == 1 else "stereo"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=sample_rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
        frame.sample_rate = sample_rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


FORMATS = [
    ("16.wav", write_by_libsndfile, 24_000, "PCM_16"),
    ("24.wav", write_by_libsndfile, 96_000, "PCM_24"),
    ("float.wav", write_by_libsndfile, 44_100, "FLOAT"),
    ("lossless.flac", write_by_libsndfile, 48_000, "PCM_16"),
    ("vorbis.ogg", write_by_libsndfile, 44_100, "VORBIS"),
    ("opus.ogg", write_by_libsndfile, 24_000, "OPUS"),
    ("song.mp3", write_by_libsndfile, 44_100, "MPEG_LAYER_III"),
    ("phone.m4a", write_by_ffmpeg, 44_100, "aac"),
    ("phone.mp4", write_by_ffmpeg, 48_000, "aac"),
    ("raw.aac", write_by_ffmpeg, 44_100, "aac"),
    ("browser.webm", write_by_ffmpeg, 48_000, "libopus"),
]


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("name", "write", "sample_rate", "codec"), FORMATS, ids=[row[0] for row in FORMATS])
def test_a_tone_keeps_frequency_length_level_and_rate(
    tmp_path, tone, main_hz, name, write, sample_rate, codec, channels
):
    clip = tone(440.0, 2.0, sample_rate)
    samples = clip.samples if channels == 1 else np.stack([clip.samples, clip.samples], axis=1)
    write(tmp_path / name, samples, sample_rate, codec)

    audio = read_audio(tmp_path / name)

    assert audio.sample_rate == sample_rate
    assert audio.duration_s == pytest.approx(2.0, abs=CODEC_DELAY_S)
    assert main_hz(audio) == pytest.approx(440.0, abs=0.5)
    assert audio.sliced(0.5, 1.5).rms == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize(
    ("name", "write", "codec"),
    [("s.wav", write_by_libsndfile, "PCM_16"), ("s.m4a", write_by_ffmpeg, "aac")],
    ids=["libsndfile", "ffmpeg"],
)
def test_stereo_is_the_mean_of_both_sides(tmp_path, tone, name, write, codec):
    left = tone(440.0, 2.0, 48_000).samples
    write(tmp_path / name, np.stack([left, 0 * left], axis=1), 48_000, codec)

    audio = read_audio(tmp_path / name)

    assert audio.sliced(0.5, 1.5).rms == pytest.approx(0.25 / np.sqrt(2), rel=0.05)


def test_mp3_is_the_same_in_blocks_as_in_one(tmp_path, tone):
    """soundfile seeks after every block, which dropped MP3's bit reservoir: errors of 0.6 at the seams."""
    soundfile.write(tmp_path / "tone.mp3", tone(440.0, 20.0).samples, 24_000)
    whole, _ = soundfile.read(tmp_path / "tone.mp3", dtype="float32")

    audio = read_audio(tmp_path / "tone.mp3")

    np.testing.assert_allclose(audio.samples, whole, atol=1e-5)


@pytest.mark.parametrize("data_bytes", [0, 0x7FFFF000, 0xFFFFFFFF])
def test_a_wav_whose_length_was_never_filled_in_is_read_to_its_end(tmp_path, tone, data_bytes):
    path = tmp_path / "stream.wav"
    soundfile.write(path, tone(440.0, 1.0).samples, 24_000, subtype="PCM_16")
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = struct.pack("<I", data_bytes)
    content[4:8] = struct.pack("<I", 0xFFFFFFFF)
    path.write_bytes(content)

    audio = read_audio(path)

    np.testing.assert_allclose(audio.samples, tone(440.0, 1.0).samples, atol=1 / 32768)


def test_a_flac_from_a_pipe_is_read_to_its_end(tmp_path, tone):
    """Without a seekable output the encoder leaves the length at 0, which libsndfile takes for 2^63."""
    path = tmp_path / "pipe.flac"
    soundfile.write(path, tone(440.0, 1.0).samples, 24_000, subtype="PCM_16")
    set_flac_length(path, 0)

    assert len(read_audio(path).samples) == 24_000


def set_flac_length(path: Path, n_samples: int) -> None:
    """Overwrite STREAMINFO's total: the lower 36 bits of bytes 18 to 25."""
    content = bytearray(path.read_bytes())
    fields = int.from_bytes(content[18:26], "big")
    content[18:26] = (fields >> 36 << 36 | n_samples).to_bytes(8, "big")
    path.write_bytes(content)


def test_a_wav_that_was_cut_off_gives_what_is_there(tmp_path, tone):
    path = tmp_path / "cut.wav"
    soundfile.write(path, tone(440.0, 2.0).samples, 24_000, subtype="PCM_16")
    path.write_bytes(path.read_bytes()[: 44 + 24_000 * 2])

    assert read_audio(path).duration_s == pytest.approx(1.0)


def test_what_passes_full_scale_is_turned_down_not_clipped(tmp_path, tone):
    loud = tone(440.0, 1.0, amplitude=2.0)
    soundfile.write(tmp_path / "loud.wav", loud.samples, 24_000, subtype="FLOAT")

    audio = read_audio(tmp_path / "loud.wav")

    np.testing.assert_allclose(audio.samples, loud.samples / loud.peak, atol=1e-6)


def test_a_long_recording_is_kept_at_24_khz(tmp_path, tone, monkeypatch):
    monkeypatch.setattr(read, "LONG_SAMPLES", 2 * 48_000)
    soundfile.write(tmp_path / "long.flac", tone(440.0, 10.0, 48_000).samples, 48_000)

    audio = read_audio(tmp_path / "long.flac")

    assert audio.sample_rate == 24_000
    assert len(audio.samples) == pytest.approx(240_000, abs=1)
    # Everywhere but at the very ends, where any resampler rings, it is the same sine: no seam, no delay.
    expected = tone(440.0, 10.0, 24_000)
    np.testing.assert_allclose(audio.samples[240:-240], expected.samples[240:-240], atol=1e-3)


def test_a_long_recording_of_a_low_rate_keeps_it(tmp_path, tone, monkeypatch):
    monkeypatch.setattr(read, "LONG_SAMPLES", 16_000)
    soundfile.write(tmp_path / "long.flac", tone(440.0, 3.0, 16_000).samples, 16_000)

    assert read_audio(tmp_path / "long.flac").sample_rate == 16_000
