"""What adaptation minimises must be smallest at the recording itself."""

import torch

from voiceclone.engines.kokoro.losses import MelDistance, at_level

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
