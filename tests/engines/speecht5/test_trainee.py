"""A voice in training: what is learned, from what, and what stays as it is."""

import numpy as np
import pytest
import torch

from tests.engines.speecht5.conftest import hum, phrase
from tests.engines.speecht5.tiny import LOW_RANK
from voiceclone.engines.base import Clip, Material, SpeakOptions
from voiceclone.engines.finish import TARGET_RMS, speech_rms
from voiceclone.errors import TranscriptMismatchError


@pytest.fixture
def trainee(engine, material):
    return engine.trainee(material, seed=1)


def test_only_the_x_vector_and_the_low_rank_parts_are_learned(engine, trainee):
    assert {n: p.numel() for n, p in trainee.named_parameters()} == {"xvector": 512, "low_rank": LOW_RANK}
    assert not any(p.requires_grad for p in engine._network.model.parameters())


def test_the_loss_of_one_batch_falls(trainee):
    drawn = trainee.draw(np.random.default_rng(0), 2)
    optimizer = torch.optim.Adam([dict(group, lr=0.02) for group in trainee.groups()])
    losses = []
    for _ in range(12):
        loss = trainee(drawn)["loss"]
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert min(losses[-3:]) < 0.9 * losses[0]
    assert all(p.grad is not None and bool(p.grad.abs().sum() > 0) for p in trainee.parameters())


def test_the_same_draw_gives_the_same_loss_and_another_another(trainee):
    draws = [trainee.draw(np.random.default_rng(seed), 1) for seed in (5, 5, 6)]
    first, second, third = (float(trainee(drawn)["loss"].detach()) for drawn in draws)
    assert first == second != third


def test_a_shorter_clip_is_padded_with_what_counts_for_nothing(engine, clips, material):
    """What lies beyond the end of a clip has no part in the loss, whatever stands there."""
    short = Clip(hum(130.0, seconds=1.2), (phrase("By the door."),))
    trainee = engine.trainee(Material((clips[0], short), material.embedding), seed=1)
    read = next(
        read for seed in range(50) if not (read := trainee.draw(np.random.default_rng(seed), 2)).spoken.all()
    )
    assert (read.target[~read.spoken.bool()] == -100).all()
    assert read.tokens.shape == read.heard.shape
    loss = trainee(read)["loss"]
    read.tokens[~read.heard.bool()] = 9
    assert torch.allclose(trainee(read)["loss"], loss, atol=1e-5)


def test_the_voice_is_what_the_spec_promises_and_can_speak(registry, engine, trainee):
    spec = registry.spec("speecht5")
    voice = trainee.voice()
    shapes = {name: tensor.shape for name, tensor in voice.items()}
    assert shapes == {**spec.tensor_shapes, **spec.fine_tuned_shapes}
    assert voice["low_rank"].dtype == np.float16
    assert np.linalg.norm(voice["xvector"]) == pytest.approx(1, abs=1e-5)
    spoken = next(iter(engine.speak(voice, (phrase("Please leave it."),), SpeakOptions())))
    trainee.level(spoken)
    again = next(iter(engine.speak(trainee.voice(), (phrase("Please leave it."),), SpeakOptions())))
    assert speech_rms(again) == pytest.approx(TARGET_RMS, rel=0.2)


def test_a_text_that_the_recording_cannot_hold_is_refused(engine, clips, material):
    wrong = Clip(clips[0].audio, (phrase("Please leave it by the door. " * 20),))
    with pytest.raises(TranscriptMismatchError):
        engine.trainee(Material((wrong,), material.embedding), seed=0)
