from __future__ import annotations

import numpy as np
import pytest
import soundfile

from voiceclone.audio.clip import Audio
from voiceclone.audio.read import read_audio
from voiceclone.audio.write import FORMATS, WavStream, write_audio
from voiceclone.errors import OutputError


@pytest.mark.parametrize("sample_rate", [16_000, 22_050, 24_000, 48_000])
@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_written_is_read_back(tmp_path, tone, main_hz, suffix, sample_rate):
    path = write_audio(tone(440.0, 2.0, sample_rate), tmp_path / f"out{suffix}")

    audio = read_audio(path)

    assert audio.sample_rate >= sample_rate
    assert audio.duration_s == pytest.approx(2.0, abs=0.001)
    assert main_hz(audio) == pytest.approx(440.0, abs=0.5)
    assert audio.sliced(0.5, 1.5).rms == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize(
    ("suffix", "container", "subtype"),
    [
        (".wav", "WAV", "PCM_16"),
        (".FLAC", "FLAC", "PCM_16"),
        (".mp3", "MP3", "MPEG_LAYER_III"),
        (".ogg", "OGG", "OPUS"),
    ],
)
def test_the_suffix_names_the_format(tmp_path, tone, suffix, container, subtype):
    info = soundfile.info(write_audio(tone(), tmp_path / f"out{suffix}"))
    assert (info.format, info.subtype, info.channels) == (container, subtype, 1)


def test_a_rate_above_the_codecs_highest_is_brought_down(tmp_path, tone):
    assert read_audio(write_audio(tone(440.0, 1.0, 96_000), tmp_path / "out.mp3")).sample_rate == 48_000


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_lossless_formats_keep_every_sample_to_16_bits(tmp_path, suffix):
    samples = np.random.default_rng(0).uniform(-1, 1, 200_000).astype(np.float32)
    audio = read_audio(write_audio(Audio(samples, 24_000), tmp_path / f"out{suffix}"))
    np.testing.assert_allclose(audio.samples, samples, atol=1 / 32768)


def test_samples_beyond_full_scale_do_not_wrap_around(tmp_path):
    audio = read_audio(write_audio(Audio(np.array([1.5, -1.5] * 100), 8_000), tmp_path / "out.wav"))
    np.testing.assert_allclose(audio.samples, [1.0, -1.0] * 100, atol=1e-4)


@pytest.mark.parametrize("name", ["voice.aiff", "voice", "voice.wav.txt"])
def test_an_unknown_suffix_is_refused_with_what_is_accepted(tmp_path, tone, name):
    with pytest.raises(OutputError) as caught:
        write_audio(tone(), tmp_path / name)
    assert caught.value.path == str(tmp_path / name)
    assert caught.value.accepted == ".wav, .flac, .mp3, .ogg"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path, tone):
    with pytest.raises(OutputError) as caught:
        write_audio(tone(), tmp_path / "nowhere" / "out.wav")
    assert caught.value.reason == "No such file or directory"
    assert "existing folder" in str(caught.value)


def test_a_file_where_a_folder_should_be(tmp_path, tone):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as caught:
        write_audio(tone(), tmp_path / "file" / "out.wav")
    assert caught.value.reason == "Not a directory"


def test_a_folder_of_the_files_name_is_left_alone(tmp_path, tone):
    (tmp_path / "out.wav").mkdir()
    with pytest.raises(OutputError):
        write_audio(tone(), tmp_path / "out.wav")
    assert [path.name for path in tmp_path.iterdir()] == ["out.wav"]


def test_a_file_that_was_there_is_replaced_and_nothing_else_is_left(tmp_path, tone):
    path = tmp_path / "out.wav"
    path.write_bytes(b"an older take")
    write_audio(tone(440.0, 1.0), path)
    assert read_audio(path).duration_s == 1.0
    assert list(tmp_path.iterdir()) == [path]


def test_phrases_are_written_end_to_end(tmp_path, tone):
    low, high = tone(220.0, 0.5), tone(880.0, 0.25)
    path = tmp_path / "out.wav"
    with WavStream(path, 24_000) as stream:
        stream.write(low)
        stream.write(high)
        assert stream.duration_s == pytest.approx(0.75)

    audio = read_audio(path)

    np.testing.assert_allclose(audio.samples, Audio.joined([low, high]).samples, atol=1 / 32768)


def test_a_phrase_of_another_rate_keeps_its_pitch(tmp_path, tone, main_hz):
    with WavStream(tmp_path / "out.wav", 24_000) as stream:
        stream.write(tone(440.0, 1.0, 48_000))
    audio = read_audio(tmp_path / "out.wav")
    assert len(audio.samples) == 24_000
    assert main_hz(audio) == pytest.approx(440.0, abs=0.5)


def test_nothing_is_seen_under_the_name_before_the_stream_is_complete(tmp_path, tone):
    path = tmp_path / "out.wav"
    with WavStream(path, 24_000) as stream:
        stream.write(tone())
        assert not path.exists()
    assert list(tmp_path.iterdir()) == [path]


def test_a_stream_that_fails_leaves_nothing_and_keeps_what_was_there(tmp_path, tone):
    """An error of the speaker's own, even one of the system's kind, is not taken for one of writing."""
    path = tmp_path / "out.wav"
    path.write_bytes(b"an older take")
    with pytest.raises(ConnectionError), WavStream(path, 24_000) as stream:
        stream.write(tone())
        raise ConnectionError("the engine has gone")
    assert path.read_bytes() == b"an older take"
    assert list(tmp_path.iterdir()) == [path]


def test_a_stream_is_wav_only(tmp_path):
    with pytest.raises(OutputError) as caught:
        WavStream(tmp_path / "out.mp3", 24_000)
    assert caught.value.accepted == ".wav"


def test_a_stream_into_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError), WavStream(tmp_path / "nowhere" / "out.wav", 24_000):
        pass
