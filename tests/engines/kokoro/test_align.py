"""Alignment is tested on speech whose durations are known: the engine's own, in another voice."""

import numpy as np
import pytest
import torch

from voiceclone.audio.clip import Audio
from voiceclone.engines.kokoro.align import _carry_over, align
from voiceclone.engines.kokoro.network import whole_frames
from voiceclone.engines.kokoro.packs import stock_voice
from voiceclone.engines.kokoro.speak import VoiceOnDevice
from voiceclone.engines.kokoro.spec import FRAME_SAMPLES, SAMPLE_RATE
from voiceclone.errors import TranscriptMismatchError

TEXT = "The birch canoe slid on the smooth planks, and the depth of a well is easy to tell."


@pytest.fixture(scope="module")
def engine(kokoro):
    return kokoro


@pytest.fixture(scope="module")
def recording(engine, studio):
    """The text in a man's voice at four fifths of the speed: samples, true frames per token, F0."""
    phrase = studio.preview_text(TEXT, "en-us")[0]
    row = torch.from_numpy(engine._packs["jm_kumo"][len(phrase.phonemes) - 1])[None]
    torch.manual_seed(0)
    with torch.no_grad():
        encoded = engine._network.encode(phrase.phonemes, row[:, 128:])
        durations = whole_frames(encoded.durations, 0.8)
        frames = engine._network.frames(encoded, durations, row[:, 128:])
        samples = engine._network.decode(frames, row[:, :128])[0].numpy()
    return Audio(samples, SAMPLE_RATE), durations.numpy(), frames.f0[0].numpy()


@pytest.fixture(scope="module")
def woman(engine):
    """The voice that speaks the text for comparison."""
    return VoiceOnDevice.of(stock_voice(engine._packs["jf_alpha"]), torch.device("cpu"))


def test_known_boundaries_are_found(engine, studio, recording, woman):
    audio, durations, _ = recording
    aligned = align(engine._network, audio, studio.preview_text(TEXT, "en-us"), woman)
    assert aligned.frames.textual.shape[-1] == len(audio.samples) // FRAME_SAMPLES == durations.sum()
    with torch.no_grad():
        phrase = studio.preview_text(TEXT, "en-us")[0]
        prosody = woman.prosody[len(phrase.phonemes) - 1][None]
        textual = engine._network.encode(phrase.phonemes, prosody).textual
    truth = textual[0][:, np.repeat(np.arange(len(durations)), durations)]
    same = (aligned.frames.textual[0] - truth).abs().amax(dim=0) < 1e-5
    near = same | torch.roll(same, 1) | torch.roll(same, -1) | torch.roll(same, 2) | torch.roll(same, -2)
    assert float(near.float().mean()) > 0.8  # right token within 50 ms in four frames of five


def test_pitch_is_that_of_the_recording(engine, studio, recording, woman):
    audio, _, true_f0 = recording
    aligned = align(engine._network, audio, studio.preview_text(TEXT, "en-us"), woman)
    median = np.median(true_f0[true_f0 > 10])
    assert np.median(aligned.recorded_f0) == pytest.approx(median, rel=0.1)
    assert np.median(aligned.predicted_f0) > 1.3 * median  # the stock style is a woman's


@pytest.mark.parametrize("text", ["Yes.", TEXT * 12])
def test_a_text_that_cannot_be_the_recording_s_is_refused(engine, studio, recording, woman, text):
    audio, *_ = recording
    with pytest.raises(TranscriptMismatchError, match="does not fit"):
        align(engine._network, audio, studio.preview_text(text, "en-us"), woman)


def test_frames_sum_to_the_recording_with_one_at_least_for_every_token():
    rng = np.random.default_rng(0)
    stock, recorded = rng.standard_normal((20, 60)), rng.standard_normal((20, 44))
    durations = _carry_over(np.array([1, 4, 10, 1, 1, 3, 9, 1]), stock, recorded, 22)
    assert durations.sum() == 22 and durations.min() >= 1 and len(durations) == 8
