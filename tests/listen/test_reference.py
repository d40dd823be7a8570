from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.level import loudness
from voiceclone.audio.read import read_audio
from voiceclone.errors import AudioTooShortError, NoSpeechError
from voiceclone.listen.reference import SAMPLE_RATE, prepare
from voiceclone.listen.vad import VoiceActivity


def _scaled(audio: Audio, factor: float) -> Audio:
    return Audio(np.clip(factor * audio.samples, -1, 1), audio.sample_rate)


def test_one_clip_is_trimmed_and_levelled(vad: VoiceActivity, spoken_audio: Audio) -> None:
    rate = spoken_audio.sample_rate
    silence = Audio.silence(3.0, rate)
    given = _scaled(Audio.joined([silence, spoken_audio, silence]), 0.05)
    reference = prepare([("one", given)], vad)
    (clip,) = reference.clips
    assert clip.sample_rate == SAMPLE_RATE
    assert 0.7 * spoken_audio.duration_s <= clip.duration_s <= spoken_audio.duration_s + 0.3
    assert loudness(clip) == pytest.approx(-23.0, abs=0.5)
    assert reference.duration_s == pytest.approx(given.duration_s)
    assert reference.speech_s <= clip.duration_s
    assert reference.names == ("one",) and reference.sha256 == (given.sha256,) and reference.left_out == ()


def test_the_report_is_of_the_recording_not_of_what_was_mended(
    vad: VoiceActivity, spoken_audio: Audio
) -> None:
    """Levelling would hide that a recording is quiet, and scaling down that it is clipped."""
    quiet = prepare([("quiet", _scaled(spoken_audio, 0.003))], vad)
    assert quiet.report.loudness_lufs < -55
    assert "quiet" in {fault.kind for fault in quiet.report.faults}
    loud = prepare([("loud", _scaled(spoken_audio, 8 / spoken_audio.peak))], vad)
    assert "clipped" in {fault.kind for fault in loud.report.faults}
    both = prepare([("loud", _scaled(spoken_audio, 8 / spoken_audio.peak)), ("b", spoken_audio)], vad)
    assert "clipped" in {fault.kind for fault in both.report.faults}


def test_of_a_long_recording_the_clean_part_is_taken(vad: VoiceActivity, spoken_audio: Audio) -> None:
    """The first 30 s are not the best 30 s."""
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(len(spoken_audio.samples)).astype(np.float32) * 0.3 * spoken_audio.rms
    noisy = Audio(np.clip(spoken_audio.samples + noise, -1, 1), spoken_audio.sample_rate)
    given = Audio.joined([noisy] * 4 + [spoken_audio] * 4)
    reference = prepare([("long", given)], vad)
    assert 20 <= reference.audio.duration_s <= 30
    noisy_only = prepare([("noisy", noisy)], vad)
    assert reference.report.snr_db > noisy_only.report.snr_db + 10


def test_what_a_long_recording_leaves_is_the_rest(vad: VoiceActivity, spoken_audio: Audio) -> None:
    pause = Audio.silence(1.0, spoken_audio.sample_rate)
    long = prepare([("long", Audio.joined([spoken_audio, pause] * 6))], vad, max_s=12.0)
    assert long.audio.duration_s <= 12 and len(long.rest) == 1
    assert 6 <= long.rest_audio.duration_s <= 12
    assert loudness(long.rest_audio) == pytest.approx(-23.0, abs=1.0)
    again = prepare([("rest", long.rest_audio)], vad, max_s=12.0)
    assert again.rest == () and again.rest_audio is None


def test_nothing_is_in_the_reference_and_in_the_rest(vad: VoiceActivity, spoken_audio: Audio) -> None:
    """A tone tells which second of the recording is where."""
    rate = spoken_audio.sample_rate
    pause = Audio.silence(1.0, rate)
    parts = [spoken_audio.sliced(0.0, 4.0)] * 5
    time = np.arange(len(parts[0].samples)) / rate
    marked = [
        Audio((p.samples + 0.02 * np.sin(2 * np.pi * (1000 + 500 * i) * time)).astype(np.float32), rate)
        for i, p in enumerate(parts)
    ]
    given = Audio.joined([piece for part in marked for piece in (part, pause)])
    reference = prepare([("long", given)], vad, max_s=9.0)
    plain = prepare([("long", Audio.joined([p for part in parts for p in (part, pause)]))], vad, max_s=9.0)
    assert plain.rest

    def tones(audio: Audio) -> set[int]:
        spectrum = np.abs(np.fft.rfft(audio.samples))
        hz = np.fft.rfftfreq(len(audio.samples), 1 / audio.sample_rate)

        def near(centre: float, width: float) -> float:
            return float(spectrum[np.abs(hz - centre) < width].max())

        return {i for i in range(5) if near(1000 + 500 * i, 2) > 8 * near(1100 + 500 * i, 20)}

    assert tones(reference.audio) and tones(reference.rest_audio)
    assert not tones(reference.audio) & tones(reference.rest_audio)


def test_clips_share_the_budget(vad: VoiceActivity, spoken_audio: Audio) -> None:
    short = spoken_audio.sliced(0.0, 5.0)
    long = Audio.joined([spoken_audio] * 4).resampled(44_100)
    reference = prepare([("long", long), ("short", short)], vad)
    first, second = reference.clips
    assert reference.audio.duration_s <= 30.0
    assert second.duration_s > 3.5, "the short clip is used whole"
    assert first.duration_s > 20.0, "the long one gets what the short one leaves"
    assert reference.names == ("long", "short")
    assert reference.audio.duration_s == pytest.approx(first.duration_s + second.duration_s + 0.3, abs=0.01)


def test_more_clips_than_there_is_room_for(vad: VoiceActivity, spoken_audio: Audio) -> None:
    clip = spoken_audio.sliced(0.0, 5.0)
    reference = prepare([(str(i), clip) for i in range(14)], vad)
    assert reference.audio.duration_s <= 30.0
    assert len(reference.clips) + len(reference.left_out) == 14 == len(reference.sha256)


def test_a_clip_without_speech_is_left_out_and_named(
    vad: VoiceActivity, spoken_audio: Audio, music: Audio
) -> None:
    reference = prepare([("music", music), ("voice", spoken_audio)], vad)
    assert reference.left_out == ("music",)
    assert len(reference.clips) == 1 and len(reference.sha256) == 2


@pytest.mark.parametrize("given", [Audio.silence(5.0, 24_000), Audio.silence(0.0, 24_000)])
def test_silence_is_refused(vad: VoiceActivity, given: Audio) -> None:
    with pytest.raises(NoSpeechError) as caught:
        prepare([("silence", given)], vad)
    assert caught.value.duration_s == given.duration_s
    assert caught.value.peak_dbfs == -120


def test_music_and_tones_are_refused(vad: VoiceActivity, music: Audio) -> None:
    time_s = np.arange(5 * 24_000) / 24_000
    tone = Audio(0.3 * np.sin(2 * np.pi * 440 * time_s), 24_000)
    for given in (music, tone):
        with pytest.raises(NoSpeechError):
            prepare([("sound", given)], vad)


def test_too_little_speech_is_refused_with_the_seconds_found(vad: VoiceActivity, spoken_audio: Audio) -> None:
    with pytest.raises(AudioTooShortError) as caught:
        prepare([("short", spoken_audio.sliced(0.0, 2.0))], vad)
    assert 0.5 < caught.value.speech_s <= 2.1
    assert caught.value.min_s == 3.0


def test_short_clips_add_up(vad: VoiceActivity, spoken_audio: Audio) -> None:
    parts = [(str(i), spoken_audio.sliced(2.0 * i, 2.0 * i + 2.0)) for i in range(3)]
    assert prepare(parts, vad).speech_s >= 3.0


def test_real_recordings(vad: VoiceActivity, speech_dir: Path) -> None:
    for folder in sorted((speech_dir / "librispeech-test-other").iterdir()):
        files = sorted(folder.glob("*.flac"))[:5]
        clips = [(path.name, read_audio(path, max_mb=10, max_seconds=60)) for path in files]
        reference = prepare(clips, vad)
        assert 10 <= reference.audio.duration_s <= 30
        assert reference.speech_s >= 0.6 * reference.audio.duration_s
        assert reference.report.f0_median_hz is not None and 60 <= reference.report.f0_median_hz <= 350
