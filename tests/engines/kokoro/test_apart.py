"""Pieces that are computed apart give what they give together."""

import threading

import numpy as np
import pytest
import torch

from voiceclone.engines.base import Clip, Material
from voiceclone.engines.kokoro.apart import Apart
from voiceclone.engines.kokoro.shift import Shift, Shifts


def _compute(piece, weight, bias, unused):
    """A loss, and something else that is reported."""
    loss = (piece * weight + bias).square().mean()
    return torch.stack([loss, 3 * loss.detach()])


@pytest.fixture
def parameters():
    return [torch.nn.Parameter(torch.randn(4, dtype=torch.float64)) for _ in range(3)]


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("threads", [1, 2, 4])
def test_values_and_gradients_are_the_mean_of_the_pieces(parameters, n, threads):
    pieces = [torch.randn(7, 4, dtype=torch.float64) for _ in range(n)]
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        values = Apart.apply(_compute, pieces, *parameters)
        assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    (2 * values[0] + values[1]).backward()  # what is only reported has no gradient
    found = [p.grad for p in parameters]
    for p in parameters:
        p.grad = None
    expected = torch.stack([_compute(piece, *parameters) for piece in pieces]).mean(dim=0)
    (2 * expected[0]).backward()
    assert torch.allclose(values, expected)
    for gradient, parameter in zip(found, parameters, strict=True):
        assert (gradient is None) == (parameter.grad is None)
        assert gradient is None or torch.allclose(gradient, parameter.grad)


def test_what_is_frozen_has_no_gradient(parameters):
    parameters[1].requires_grad_(False)
    Apart.apply(_compute, [torch.ones(4)], *parameters)[0].backward()
    assert parameters[0].grad is not None and parameters[1].grad is None


def test_an_error_in_a_piece_is_raised_and_threads_are_as_before(parameters):
    before = torch.get_num_threads()

    def failing_at_the_second(piece, *given):
        if piece == 2:
            raise MemoryError("the second")
        return _compute(torch.ones(4), *given)

    with pytest.raises(MemoryError, match="the second"):
        Apart.apply(failing_at_the_second, [1, 2], *parameters)
    assert torch.get_num_threads() == before


def test_a_shift_is_applied_on_its_own_thread_alone():
    class Affine(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = torch.nn.Linear(2, 3)

    affine, conv = Affine(), torch.nn.Conv1d(2, 2, 3, padding=1)
    shifts = Shifts([affine], [conv])
    x, sound = torch.ones(1, 2), torch.ones(1, 2, 9)
    plain = affine.fc(x), conv(sound)
    low_rank = torch.ones(shifts.n_low_rank)
    seen = []

    def elsewhere():
        seen.append((affine.fc(x), conv(sound), shifts.low_rank))
        with shifts.applied(Shift(-torch.ones(3))):
            seen.append((affine.fc(x), conv(sound), shifts.low_rank))

    with shifts.applied(Shift(torch.ones(3), low_rank)):
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
        assert torch.allclose(affine.fc(x), plain[0] + 1) and not torch.allclose(conv(sound), plain[1])
        assert shifts.low_rank is low_rank
    assert torch.equal(seen[0][0], plain[0]) and torch.equal(seen[0][1], plain[1]) and seen[0][2] is None
    assert torch.allclose(seen[1][0], plain[0] - 1) and torch.equal(seen[1][1], plain[1])
    assert torch.equal(affine.fc(x), plain[0]) and torch.equal(conv(sound), plain[1])


def test_crops_are_learned_apart_as_one_after_the_other(kokoro, studio, spoken_audio):
    """On the real network, in whatever precision this machine has."""
    audio = spoken_audio.sliced(0, 5.0)
    heard = studio.services.recognizer.transcribe(audio, "en").text
    clip = Clip(audio, studio.preview_text(heard, "en-us"))
    material = Material((clip,), studio.services.speaker.embed(audio))
    trainee = kokoro.trainee(material, 0)
    crops = trainee.draw(np.random.default_rng(0), 2)
    together = trainee(crops)
    together["loss"].backward()
    found = [p.grad.clone() for p in trainee.parameters()]
    trainee.zero_grad(set_to_none=True)
    one_by_one = [trainee(crop) for crop in crops.apart()]
    (sum(losses["loss"] for losses in one_by_one) / 2).backward()
    for name, value in together.items():
        assert float(value) == pytest.approx(sum(float(losses[name]) for losses in one_by_one) / 2, rel=1e-5)
    for gradient, parameter in zip(found, trainee.parameters(), strict=True):
        assert torch.nn.functional.cosine_similarity(gradient, parameter.grad, dim=0) > 0.999
