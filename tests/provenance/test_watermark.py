from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceclone.audio.clip import Audio
from voiceclone.audio.read import read_audio
from voiceclone.errors import WatermarkUnavailableError
from voiceclone.native import ready_torchaudio
from voiceclone.provenance.watermark import THRESHOLD, WINDOW_S, Watermarker


@pytest.fixture(scope="module")
def marked(watermarker: Watermarker, spoken_audio: Audio) -> Audio:
    return watermarker.embed(spoken_audio)


def _coded(audio: Audio, **format_: str) -> Audio:
    """Return the clip after it was written by libsndfile in some format, and read again."""
    file = io.BytesIO()
    soundfile.write(file, audio.samples, audio.sample_rate, **format_)
    file.seek(0)
    samples, rate = soundfile.read(file, dtype="float32")
    return Audio(samples, rate)


def test_the_mark_is_found_after_embedding_and_not_before(
    watermarker: Watermarker, spoken_audio: Audio, marked: Audio
) -> None:
    assert watermarker.confidence(spoken_audio) < 0.5
    assert watermarker.confidence(marked) >= 0.99
    assert not watermarker.scan(spoken_audio).watermarked
    found = watermarker.scan(marked)
    assert found.watermarked and found.fraction_marked == 1.0
    assert found.seconds == pytest.approx(marked.duration_s)


def test_the_clip_stays_what_it_was(spoken_audio: Audio, marked: Audio) -> None:
    assert marked.sample_rate == spoken_audio.sample_rate
    assert len(marked.samples) == len(spoken_audio.samples)
    assert marked.peak <= 1.0
    error = marked.samples - spoken_audio.samples
    snr_db = 20 * np.log10(spoken_audio.rms / np.sqrt(np.mean(error**2)))
    assert snr_db > 17


def test_the_same_clip_is_marked_the_same_way(
    watermarker: Watermarker, spoken_audio: Audio, marked: Audio
) -> None:
    assert np.array_equal(watermarker.embed(spoken_audio).samples, marked.samples)


@pytest.mark.parametrize(
    "format_",
    [
        {"format": "WAV", "subtype": "PCM_16"},
        {"format": "MP3"},
        {"format": "OGG", "subtype": "OPUS"},
        {"format": "OGG", "subtype": "VORBIS"},
    ],
)
def test_the_mark_survives_the_formats_it_is_saved_in(
    watermarker: Watermarker, marked: Audio, format_: dict[str, str]
) -> None:
    """In pauses of digital silence the mark was so faint that 16-bit samples rounded it away.

    Synthetic speech came back from a WAV file at 0.8 while real recordings, with the noise of
    their rooms, came back at 1.0; a little noise before marking mended it.
    """
    assert watermarker.confidence(_coded(marked, **format_)) >= THRESHOLD


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_the_mark_survives_another_rate(watermarker: Watermarker, marked: Audio, rate: int) -> None:
    assert watermarker.confidence(marked.resampled(rate)) >= THRESHOLD


def test_the_mark_survives_a_change_of_level(watermarker: Watermarker, marked: Audio) -> None:
    assert watermarker.confidence(Audio(0.1 * marked.samples, marked.sample_rate)) >= THRESHOLD


@pytest.mark.parametrize("start_s", [0.0, 1.7, 4.1, 6.6, 9.0])
def test_two_seconds_from_anywhere_are_enough(
    watermarker: Watermarker, marked: Audio, start_s: float
) -> None:
    assert watermarker.confidence(marked.sliced(start_s, start_s + 2)) >= THRESHOLD


def test_every_piece_of_a_stream_is_marked(watermarker: Watermarker, spoken_audio: Audio) -> None:
    pieces = [watermarker.embed(spoken_audio.sliced(start, start + 2.5)) for start in (0.0, 2.5, 5.0)]
    joined = Audio.joined(pieces)
    for start_s in (0.0, 1.5, 2.7, 4.0, 5.5):
        assert watermarker.confidence(joined.sliced(start_s, start_s + 2)) >= THRESHOLD, start_s


@pytest.mark.parametrize("n_samples", [0, 1, 500, 6_000])
def test_clips_too_short_for_the_network(
    watermarker: Watermarker, spoken_audio: Audio, n_samples: int
) -> None:
    clip = Audio(spoken_audio.samples[24_000 : 24_000 + n_samples], 24_000)
    short = watermarker.embed(clip)
    assert len(short.samples) == n_samples and short.sample_rate == 24_000
    assert np.isfinite(short.samples).all()
    assert 0.0 <= watermarker.confidence(short) <= 1.0


def _noisy(audio: Audio, snr_db: float) -> Audio:
    noise = np.random.default_rng(1).standard_normal(len(audio.samples)).astype(np.float32)
    return Audio(audio.samples + noise * audio.rms * 10 ** (-snr_db / 20), audio.sample_rate)


def test_the_mark_survives_noise(watermarker: Watermarker, spoken_audio: Audio, marked: Audio) -> None:
    """At 20 dB two clips of five were found, for noise fills the pauses, and pauses counted as much."""
    assert watermarker.scan(_noisy(marked, 20)).watermarked
    assert not watermarker.scan(_noisy(spoken_audio, 20)).watermarked


@pytest.mark.parametrize("speed", [0.9, 0.95, 1.02, 1.05, 1.1])
def test_the_mark_survives_another_speed(watermarker: Watermarker, marked: Audio, speed: float) -> None:
    """Played faster, all frequencies rise: at 1.05 nothing was found, without looking for it there."""
    played = Audio(marked.resampled(round(marked.sample_rate / speed)).samples, marked.sample_rate)
    assert played.duration_s == pytest.approx(marked.duration_s / speed, rel=0.01)
    assert watermarker.scan(played).watermarked


@pytest.mark.parametrize("semitones", [-1, 1])
def test_the_mark_survives_another_pitch(watermarker: Watermarker, marked: Audio, semitones: int) -> None:
    import librosa

    shifted = librosa.effects.pitch_shift(marked.samples, sr=marked.sample_rate, n_steps=semitones)
    assert watermarker.scan(Audio(shifted, marked.sample_rate)).watermarked


@pytest.mark.parametrize("frequency_hz", [100, 440, 880, 1500])
def test_a_steady_tone_is_not_taken_for_marked(watermarker: Watermarker, frequency_hz: float) -> None:
    """A tone of 440 Hz came back with 1.0: the network never heard any."""
    time_s = np.arange(6 * 24_000) / 24_000
    tone = Audio((0.3 * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.float32), 24_000)
    assert not watermarker.scan(tone).watermarked
    assert not watermarker.scan(_noisy(tone, 30)).watermarked


def test_a_high_voice_keeps_its_sibilants(watermarker: Watermarker) -> None:
    """What lies above the network's own 16 kHz passes through: it was once marked out of the clip."""
    rng = np.random.default_rng(0)
    audio = Audio((0.1 * rng.standard_normal(2 * 48_000)).astype(np.float32), 48_000)
    high = [
        np.abs(np.fft.rfft(a.samples))[2 * 18_000 : 2 * 23_000] for a in (audio, watermarker.embed(audio))
    ]
    assert np.abs(high[1] - high[0]).max() < 0.05 * high[0].mean()


def test_a_second_is_marked_whatever_is_said_in_it(watermarker: Watermarker, spoken_audio: Audio) -> None:
    """Half a second can be too little: one of eight came back at 0.61."""
    for start_s in range(5):
        short = watermarker.embed(spoken_audio.sliced(start_s, start_s + 1.0))
        assert watermarker.confidence(short) >= THRESHOLD


def test_silence_stays_silent_and_unmarked(watermarker: Watermarker) -> None:
    silence = Audio.silence(3.0, 24_000)
    assert watermarker.embed(silence).peak == 0
    found = watermarker.scan(Audio.silence(90.0, 16_000))
    assert not found.watermarked
    assert found.confidence == 0 and found.seconds == 0 and found.fraction_marked == 0


def test_a_loud_clip_is_made_quieter_not_clipped(watermarker: Watermarker, spoken_audio: Audio) -> None:
    loud = Audio(spoken_audio.samples / spoken_audio.peak, spoken_audio.sample_rate)
    result = watermarker.embed(loud)
    assert 0.8 < result.peak <= 1.0
    assert (np.abs(result.samples) == 1.0).sum() <= 1


def test_a_marked_part_is_found_in_a_long_recording(
    watermarker: Watermarker, spoken_audio: Audio, marked: Audio
) -> None:
    rate = spoken_audio.sample_rate
    plain = [spoken_audio, Audio.silence(8.0, rate), spoken_audio]
    found = watermarker.scan(Audio.joined([*plain, marked]))
    assert found.watermarked
    assert marked.duration_s - 2 * WINDOW_S <= found.seconds_marked <= marked.duration_s + WINDOW_S
    assert 0.1 < found.fraction_marked < 0.6
    assert not watermarker.scan(Audio.joined(plain)).watermarked


def test_nothing_is_printed(spoken_audio: Audio, capsys: pytest.CaptureFixture[str]) -> None:
    Watermarker().embed(spoken_audio.sliced(0.0, 1.0))
    assert capsys.readouterr().out == ""


def _raise(*args: object, **kwargs: object) -> None:
    raise FileNotFoundError("perth_net_250000.pth.tar")


@pytest.mark.parametrize(("broken", "reason"), [(None, "import"), (_raise, "perth_net_250000")])
def test_without_a_watermarker_nothing_is_marked_or_passed_on(
    monkeypatch: pytest.MonkeyPatch, spoken_audio: Audio, broken: object, reason: str
) -> None:
    """perth sets its class to None when an import of its own fails."""
    ready_torchaudio()
    import perth

    monkeypatch.setattr(perth, "PerthImplicitWatermarker", broken)
    for use in (Watermarker().ready, lambda: Watermarker().embed(spoken_audio)):
        with pytest.raises(WatermarkUnavailableError) as caught:
            use()
        assert reason in caught.value.reason


def test_real_recordings_are_not_taken_for_marked(watermarker: Watermarker, speech_dir: Path) -> None:
    """Every fifteenth of them; `python -m benchmarks.watermark` takes all."""
    paths = sorted(speech_dir.rglob("*.flac"))
    assert len(paths) >= 300
    for path in paths[::15]:
        found = watermarker.scan(read_audio(path, max_mb=10, max_seconds=60))
        assert not found.watermarked, (path.name, found)
        assert found.seconds_marked == 0


def test_real_recordings_can_be_marked(watermarker: Watermarker, speech_dir: Path) -> None:
    for path in sorted(speech_dir.glob("librispeech-test-other/*/*.flac"))[::10]:
        audio = read_audio(path, max_mb=10, max_seconds=60)
        coded = _coded(watermarker.embed(audio), format="MP3")
        assert watermarker.scan(coded).watermarked, path.name
