"""Every hostile file is refused by its own class, with its facts, before it costs anything."""

from __future__ import annotations

import io
import struct
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voiceclone.audio.read import read_audio
from voiceclone.errors import (
    AudioChannelsError,
    AudioDamagedError,
    AudioEmptyError,
    AudioError,
    AudioFormatError,
    AudioNotFiniteError,
    AudioNotFoundError,
    AudioSampleRateError,
    AudioTooLargeError,
    AudioTooLongError,
)

MEGABYTE = 10**6


def wav(
    channels: int = 1, sample_rate: int = 16_000, data: bytes = bytes(32_000), data_bytes: int | None = None
) -> bytes:
    """Return a 16-bit WAV by hand, which may claim any `data_bytes`."""
    block = 2 * channels
    size = len(data) if data_bytes is None else data_bytes
    fmt = struct.pack("<HHIIHH", 1, channels, sample_rate, min(sample_rate * block, 2**32 - 1), block, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.fixture
def file(tmp_path):
    """Write bytes to a file of some name, and return its path."""

    def write(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def peak_memory():
    """Measure what Python and numpy allocate at most from here on, in bytes."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


def test_the_handmade_wav_is_sound_where_nothing_is_wrong(file):
    assert read_audio(file("right.wav", wav(data=bytes(32_000)))).duration_s == pytest.approx(1.0)


def test_no_file(tmp_path):
    with pytest.raises(AudioNotFoundError) as caught:
        read_audio(tmp_path / "gone.wav")
    assert caught.value.path == str(tmp_path / "gone.wav")
    assert "gone.wav" in str(caught.value)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(AudioNotFoundError):
        read_audio(tmp_path)


def test_zero_bytes(file):
    with pytest.raises(AudioEmptyError) as caught:
        read_audio(file("nothing.wav", b""))
    assert caught.value.name == "nothing.wav"
    assert str(caught.value).startswith("nothing.wav is empty")


def test_a_wav_without_samples(file):
    with pytest.raises(AudioEmptyError):
        read_audio(file("header.wav", wav(data=b"")))


def test_over_the_size_cap(tmp_path):
    path = tmp_path / "large.wav"
    with path.open("wb") as large:
        large.truncate(51 * MEGABYTE)
    with pytest.raises(AudioTooLargeError) as caught:
        read_audio(path)
    assert (caught.value.size_mb, caught.value.max_mb) == (51.0, 50)
    assert "51.0 MB" in str(caught.value)
    assert "at most 50 MB" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.wav", b"Dear diary, today I recorded nothing at all.\n" * 20),
        ("page.mp3", b"<!doctype html><html><body>404</body></html>"),
        ("picture.flac", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("film.wav", b"RIFF\x24\x00\x00\x00AVI " + bytes(200)),
        ("short.mp3", b"\xff"),
        ("sync.aac", b"\xff\xe1" + bytes(200)),
        # ffmpeg would open what these name: other files, other hosts.
        ("playlist.m4a", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n"),
        ("concat.webm", b"ffconcat version 1.0\nfile /etc/passwd\n"),
    ],
)
def test_no_sound_under_the_name_of_one(file, name, content):
    with pytest.raises(AudioFormatError) as caught:
        read_audio(file(name, content))
    assert caught.value.name == name
    assert "Accepted: WAV, FLAC" in str(caught.value)


def test_a_name_of_ones_own_is_used_in_messages(file):
    with pytest.raises(AudioFormatError) as caught:
        read_audio(file("tmp81k2.wav", b"no sound at all"), name="My voice.wav")
    assert str(caught.value).startswith("My voice.wav is not audio")


def test_a_film_without_a_sound_track(tmp_path):
    path = tmp_path / "silent_film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25, width=64, height=64, pix_fmt="yuv420p")
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(AudioFormatError):
        read_audio(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers(tmp_path, value):
    samples = np.zeros(16_000, np.float32)
    samples[12_345] = value
    soundfile.write(tmp_path / "float.wav", samples, 16_000, subtype="FLOAT")
    with pytest.raises(AudioNotFiniteError) as caught:
        read_audio(tmp_path / "float.wav")
    assert caught.value.name == "float.wav"
    assert "NaN or infinite" in str(caught.value)


def test_the_largest_finite_samples_are_only_turned_down(tmp_path):
    """The mean of two such sides, taken as a sum and a division, would be infinite."""
    samples = np.full((16_000, 2), np.finfo(np.float32).max)
    soundfile.write(tmp_path / "huge.wav", samples, 16_000, subtype="FLOAT")
    assert read_audio(tmp_path / "huge.wav").peak == pytest.approx(1.0)


def test_1024_channels(file, peak_memory):
    with pytest.raises(AudioChannelsError) as caught:
        read_audio(file("crowd.wav", wav(channels=1024)))
    assert (caught.value.channels, caught.value.max_channels) == (1024, 2)
    assert "1024 channels" in str(caught.value)
    assert peak_memory() < MEGABYTE


@pytest.mark.parametrize("sample_rate", [1, 7_999, 192_001, 2**31 - 1])
def test_a_rate_no_voice_is_recorded_at(file, sample_rate):
    with pytest.raises(AudioSampleRateError) as caught:
        read_audio(file("rate.wav", wav(sample_rate=sample_rate)))
    facts = caught.value
    assert (facts.sample_rate, facts.min_hz, facts.max_hz) == (sample_rate, 8_000, 192_000)
    assert f"{sample_rate} Hz" in str(facts)


def test_a_wav_header_that_claims_two_hours(file, peak_memory):
    path = file("lie.wav", wav(data=bytes(32_000), data_bytes=7200 * 32_000))
    with pytest.raises(AudioTooLongError) as caught:
        read_audio(path)
    assert (caught.value.duration_s, caught.value.max_s) == (7200, 3600)
    assert "7200 s" in str(caught.value)
    assert peak_memory() < MEGABYTE


def test_a_flac_header_that_claims_two_hours(tmp_path, peak_memory):
    path = tmp_path / "lie.flac"
    soundfile.write(path, np.zeros(16_000, np.float32), 16_000)
    claim_flac_length(path, 7200 * 16_000)
    with pytest.raises(AudioTooLongError) as caught:
        read_audio(path)
    assert caught.value.duration_s == 7200
    assert peak_memory() < MEGABYTE


def test_a_claim_within_the_cap_costs_nothing_either(tmp_path, peak_memory):
    """Memory follows what is decoded: 59 minutes at 48 kHz would be 680 MB."""
    path = tmp_path / "lie.flac"
    soundfile.write(path, np.zeros(48_000, np.float32), 48_000)
    claim_flac_length(path, 59 * 60 * 48_000)
    assert read_audio(path).duration_s == pytest.approx(1.0)
    assert peak_memory() < 3 * MEGABYTE


def claim_flac_length(path: Path, n_samples: int) -> None:
    """Overwrite STREAMINFO's total: the lower 36 bits of bytes 18 to 25."""
    content = bytearray(path.read_bytes())
    fields = int.from_bytes(content[18:26], "big")
    content[18:26] = (fields >> 36 << 36 | n_samples).to_bytes(8, "big")
    path.write_bytes(content)


def test_the_stop_is_hard_where_the_header_claims_nothing(tmp_path):
    path = tmp_path / "longer.flac"
    soundfile.write(path, np.zeros(60 * 8_000, np.float32), 8_000)
    claim_flac_length(path, 0)
    with pytest.raises(AudioTooLongError) as caught:
        read_audio(path, max_seconds=20)
    assert 20 < caught.value.duration_s < 30  # within one block of 8 s, not at the end
    assert caught.value.max_s == 20


def test_the_stop_is_hard_where_the_header_claims_less(file):
    content = encoded(np.zeros(20 * 48_000, np.float32), "webm", "libopus")
    at = content.index(b"\x44\x89\x88") + 3  # Duration, 8 bytes, in milliseconds
    content = content[:at] + struct.pack(">d", 1000.0) + content[at + 8 :]
    with pytest.raises(AudioTooLongError) as caught:
        read_audio(file("longer.webm", content), max_seconds=5)
    assert 5 < caught.value.duration_s < 7


@pytest.fixture(scope="module")
def hour(tmp_path_factory) -> Path:
    """One hour of silence: a few hundred kilobytes of FLAC."""
    path = tmp_path_factory.mktemp("hour") / "hour.flac"
    with soundfile.SoundFile(path, "w", 8_000, 1, "PCM_16") as out:
        for _ in range(60):
            out.write(np.zeros(60 * 8_000, np.int16))
    assert path.stat().st_size < MEGABYTE
    return path


def test_an_hour_of_silence_is_refused_by_its_header(hour, peak_memory):
    with pytest.raises(AudioTooLongError) as caught:
        read_audio(hour, max_seconds=600)
    assert (caught.value.duration_s, caught.value.max_s) == (3600, 600)
    assert peak_memory() < MEGABYTE


def test_an_hour_of_silence_is_read_in_bounded_memory(hour, peak_memory):
    audio = read_audio(hour)
    assert audio.duration_s == 3600
    assert peak_memory() < 2.2 * audio.samples.nbytes  # the blocks, and the clip they are joined into


@pytest.mark.parametrize(("name", "keep"), [("cut.flac", 0.5), ("cut.m4a", 0.5), ("cut.webm", 0.02)])
def test_cut_off_where_the_decoder_needs_the_rest(samples_by_name, file, name, keep):
    content = samples_by_name["x" + name.removeprefix("cut")]
    with pytest.raises(AudioDamagedError) as caught:
        read_audio(file(name, content[: int(keep * len(content))]))
    assert caught.value.name == name
    assert caught.value.reason
    assert str(caught.value).startswith(f"{name} is damaged ({caught.value.reason})")


@pytest.fixture(scope="session")
def samples_by_name() -> dict[str, bytes]:
    """Half a second of noise in every format, by file name."""
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, 24_000).astype(np.float32)
    files = {}
    for suffix, subtype in (
        ("wav", "PCM_16"),
        ("flac", "PCM_16"),
        ("ogg", "OPUS"),
        ("mp3", "MPEG_LAYER_III"),
    ):
        out = io.BytesIO()
        soundfile.write(out, noise, 48_000, format=suffix.upper(), subtype=subtype)
        files[f"x.{suffix}"] = out.getvalue()
    for suffix, container, codec in (
        ("m4a", "mp4", "aac"),
        ("aac", "adts", "aac"),
        ("webm", "webm", "libopus"),
    ):
        files[f"x.{suffix}"] = encoded(noise, container, codec)
    return files


def encoded(samples: np.ndarray, container: str, codec: str) -> bytes:
    """Return mono samples at 48 kHz as ffmpeg writes them."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as muxer:
        stream = muxer.add_stream(codec, rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = 48_000
        muxer.mux(stream.encode(frame))
        muxer.mux(stream.encode(None))
    return out.getvalue()


MAGIC = (
    b"RIFF\xff\xff\xff\xffWAVE",
    b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00",
    b"fLaC\x00\x00\x00\x22",
    b"OggS\x00\x02",
    b"ID3\x04\x00\x00",
    b"\xff\xfb\x90\x00",
    b"\xff\xf1\x50\x80",
    b"\x00\x00\x00\x18ftypM4A ",
    b"\x1a\x45\xdf\xa3",
    b"",
)


def must_be_sound_or_audio_error(path: Path) -> None:
    try:
        audio = read_audio(path, max_seconds=30)
    except AudioError as error:
        assert str(error)
        return
    assert 0 < audio.duration_s <= 30
    assert np.isfinite(audio.samples).all()
    assert audio.peak <= 1


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(magic=st.sampled_from(MAGIC), rest=st.binary(max_size=2000))
def test_random_bytes_raise_nothing_but_audio_errors(tmp_path, magic, rest):
    path = tmp_path / "random"
    path.write_bytes(magic + rest)
    must_be_sound_or_audio_error(path)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["x.wav", "x.flac", "x.ogg", "x.mp3", "x.m4a", "x.aac", "x.webm"]),
    changes=st.lists(
        st.tuples(st.integers(0, 600), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6
    ),
    keep=st.floats(0.0, 1.0),
)
def test_changed_headers_raise_nothing_but_audio_errors(tmp_path, samples_by_name, name, changes, keep):
    content = bytearray(samples_by_name[name])
    for at, new in changes:
        content[at : at + len(new)] = new
    path = tmp_path / name
    path.write_bytes(content[: int(keep * len(content))])
    must_be_sound_or_audio_error(path)
