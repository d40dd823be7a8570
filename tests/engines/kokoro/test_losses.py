"""What adaptation minimises must be smallest at the recording itself."""

import torch

from voiceclone.engines.kokoro.losses import N_BANDS, MelDistance, at_level, resampled

DISTANCE = MelDistance()


def _tone(hz, n=24_000):
    return torch.sin(2 * torch.pi * hz * torch.arange(n) / 24_000)[None] * 0.1


def test_a_sound_is_at_no_distance_from_itself_at_any_level():
    tone = _tone(300)
    assert float(DISTANCE(tone, tone)) < 1e-6
    assert float(DISTANCE(tone * 0.2, tone)) < 1e-3


def test_the_distance_grows_with_the_noise():
    torch.manual_seed(0)
    tone, noise = _tone(300), torch.randn(1, 24_000)
    distances = [float(DISTANCE(tone + level * noise, tone)) for level in (0.001, 0.01, 0.1)]
    assert distances == sorted(distances) and distances[0] > 0


def test_going_quiet_is_not_rewarded():
    """With only the recording scaled, a model once learned to whisper: both logs hit the floor."""
    torch.manual_seed(0)
    wrong, right = _tone(800), _tone(300)
    assert float(DISTANCE(wrong * 1e-3, right)) > 0.9 * float(DISTANCE(wrong, right))


def test_levels_are_brought_to_one():
    samples = torch.randn(3, 1000) * torch.tensor([[0.01], [1.0], [7.0]])
    torch.testing.assert_close(at_level(samples).square().mean(-1).sqrt(), torch.full((3,), 0.1))


def _speech_and_noise():
    """Return bursts of a tone with pauses between, and white noise 20 dB under them, `[1, 48000]` each."""
    torch.manual_seed(0)
    tone = _tone(300, 48_000) * (torch.arange(48_000) % 12_000 < 8_000)
    return tone, torch.randn(1, 48_000) * 0.005


def test_the_noise_of_a_recording_is_found_in_its_pauses():
    tone, noise = _speech_and_noise()
    found = zip(DISTANCE.channel((tone + noise)[0]), DISTANCE.channel(noise[0]), strict=True)
    for (with_speech, _), (alone, _) in found:
        assert 0.7 < float((with_speech / alone).median()) < 1.3
    assert max(float(bands[0].max()) for bands in DISTANCE.channel(tone[0])) < 1e-3


def test_the_noise_of_a_recording_is_not_asked_of_the_voice():
    """What has no noise is as near as what has the recording's; without the estimate it is far."""
    tone, noise = _speech_and_noise()
    torch.manual_seed(1)
    other_noise = torch.randn(1, 48_000) * 0.005
    recorded = tone + noise
    found = [bands[None] for bands in DISTANCE.channel(recorded[0])]
    clean, noisy = DISTANCE(tone, recorded, found), DISTANCE(tone + other_noise, recorded, found)
    assert float(clean) < float(noisy)
    assert float(clean) < 0.4 * float(DISTANCE(tone, recorded))
    assert float(DISTANCE(_tone(800, 48_000), recorded, found)) > 1.5 * float(clean)


def _buzz(n=48_000):
    """Return a voice of sorts: harmonics of 40 Hz up to 11 kHz, with pauses, `[1, n]`."""
    tones = sum(_tone(40 * k, n) / k for k in range(1, 276))
    return tones * (torch.arange(n) % 12_000 < 8_000)


def test_where_a_recording_has_no_noise_and_every_band_nothing_changes():
    buzz = _buzz()
    found = [bands[None] for bands in DISTANCE.channel(buzz[0])]
    other = buzz + _tone(800, 48_000)
    torch.testing.assert_close(DISTANCE(other, buzz, found), DISTANCE(other, buzz), rtol=0.1, atol=0)


def test_bands_that_are_not_heard_are_not_compared():
    """Of a telephone's recording nobody can know how the speaker sounds above 4 kHz."""
    spectrum = torch.fft.rfft(_buzz())
    low = spectrum.clone()
    low[:, 7_000:] = 0  # 3.5 kHz
    telephone, whole = torch.fft.irfft(low), torch.fft.irfft(spectrum)
    channel = DISTANCE.channel(telephone[0])
    assert all(0.4 < float(heard.mean()) < 0.8 for _, heard in channel)
    assert DISTANCE.is_narrow(telephone[0]) and not DISTANCE.is_narrow(whole[0])
    found = [bands[None] for bands in channel]
    assert float(DISTANCE(whole, telephone, found)) < 0.1 * float(DISTANCE(whole, telephone))


def test_speech_goes_through_the_line_of_the_recording():
    spectrum = torch.fft.rfft(_buzz())
    low = spectrum.clone()
    low[:, 7_000:] = 0  # 3.5 kHz
    telephone, whole = torch.fft.irfft(low), torch.fft.irfft(spectrum)
    channel = [bands[None] for bands in DISTANCE.channel(telephone[0])]
    passed = DISTANCE.through(whole, channel)
    assert float((passed - telephone).square().mean()) < 0.2 * float((whole - telephone).square().mean())
    all_of_it = [bands[None] for bands in DISTANCE.channel(whole[0])]
    torch.testing.assert_close(DISTANCE.through(whole, all_of_it), whole, rtol=0, atol=1e-5)


def test_another_rate_keeps_what_both_can_hold():
    spoken = _tone(1_000) + _tone(10_000)  # the second is above half of 16 kHz
    expected = torch.sin(2 * torch.pi * 1_000 * torch.arange(16_000) / 16_000)[None] * 0.1
    torch.testing.assert_close(resampled(spoken, 24_000, 16_000), expected, atol=1e-3, rtol=0)


def _dull(samples):
    """Return a sound that falls by 12 dB an octave from 1 kHz on."""
    hz = torch.fft.rfftfreq(len(samples), 1 / 24_000)
    return torch.fft.irfft(torch.fft.rfft(samples) / (1 + (hz / 1_000) ** 2), len(samples))


def test_the_average_spectrum_is_of_the_speech_and_not_of_its_noise_or_level():
    voice = _buzz()[0]
    torch.manual_seed(0)
    plain, quiet = DISTANCE.average_spectrum(voice), DISTANCE.average_spectrum(voice * 0.1)
    noisy = DISTANCE.average_spectrum(voice + torch.randn(48_000) * 0.1 * voice.square().mean().sqrt())
    assert plain.shape == (N_BANDS,)
    torch.testing.assert_close(quiet, plain, atol=0.05, rtol=0)
    apart = (DISTANCE.average_spectrum(_dull(voice)) - plain).abs().mean()
    assert (noisy - plain).abs().mean() < 0.35 * apart


def test_the_average_spectrum_falls_where_the_voice_does():
    voice = _buzz()[0]
    apart = DISTANCE.average_spectrum(voice) - DISTANCE.average_spectrum(_dull(voice))
    assert apart[-5:].mean() > 0.4 > 0.1 > apart[:5].mean()
