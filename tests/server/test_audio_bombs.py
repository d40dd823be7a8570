"""Recordings that unfold, sent as a visitor sends them: refused by what they are, before they unfold."""

import io
import struct
import tracemalloc
import wave
import zipfile

import numpy as np
import pytest
import soundfile

from tests.server.served import Visitor

PEAK_MB = 60
"""What a refusal may cost at most; the bombs unfold to hundreds or thousands."""


def flac_of_silence(seconds: int) -> bytes:
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", 8_000, 2, format="FLAC") as file:
        block = np.zeros((8_000 * 60, 2), np.int16)
        for _ in range(seconds // 60):
            file.write(block)
    return out.getvalue()


def wav(channels: int = 1, sample_rate: int = 16_000, frames: int = 16_000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(bytes(2 * channels * frames))
    return out.getvalue()


def lying_wav() -> bytes:
    """A header that claims four gigabytes."""
    head = wav(frames=0)
    return head[:40] + struct.pack("<I", 2**32 - 100) + bytes(32_000)


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.wav", content)
    return out.getvalue()


def nested_ogg() -> bytes:
    """An Ogg stream whose packets are Ogg streams."""
    out = io.BytesIO()
    soundfile.write(out, np.zeros(16_000, np.float32), 16_000, format="OGG")
    inner = out.getvalue()
    page = b"OggS\0\2" + bytes(8) + b"\1\0\0\0" + bytes(8) + b"\1" + bytes([255])
    return page + inner[:255] + inner


@pytest.fixture(scope="module", autouse=True)
def warm(address: str) -> None:
    """What a first recording loads is not counted."""
    visitor = Visitor(address)
    assert visitor.call("inspect", visitor.upload("silence.wav", wav())).error


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("hour.flac", lambda: flac_of_silence(3660), "s of audio; at most 3600 s"),
        ("choir.wav", lambda: wav(channels=1024, frames=16), "1024 channels"),
        ("slow.wav", lambda: wav(sample_rate=1), "1 Hz"),
        ("fast.wav", lambda: wav(sample_rate=2**31 - 1), "Hz; 8000 to"),
        ("zip.wav", lambda: zipped(bytes(50_000_000)), "is not audio"),
        ("gzip.wav", lambda: b"\x1f\x8b\x08" + bytes(1000), "is not audio"),
        ("nested.ogg", nested_ogg, ""),
        ("lying.wav", lying_wav, ""),
        ("empty.wav", lambda: b"", ""),
        ("header.wav", lambda: wav()[:44], ""),
        ("list.m3u8", lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "is not audio"),
        ("list.wav", lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", "is not audio"),
        ("picture.wav", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not audio"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_bomb_is_refused_before_it_unfolds(visitor: Visitor, name: str, content, said: str):
    """CVE-2024-10569 was of this kind: a small file that unfolds."""
    file = visitor.upload(name, content())
    tracemalloc.start()
    try:
        answer = visitor.call("inspect", file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.error and said in answer.error
    assert peak < PEAK_MB * 1e6
    assert "/tmp" not in answer.error, "no path in an answer"
