"""Characters to a spectrogram, and a spectrogram to samples."""

import shutil
import threading

import numpy as np
import pytest
import torch

from tests.engines.speecht5.conftest import hum
from voiceclone.engines.speecht5.network import (
    AROUND_FRAMES,
    FRAMES_PER_CHARACTER,
    SpeechT5HifiGan,
    load_model,
)


@pytest.fixture(scope="module")
def network(engine):
    return engine._network


def spoken(network, tokens, low_rank=None):
    network.dropout.seed(3)
    return network.spectrogram(tokens, torch.ones(512) / 512**0.5, low_rank)


def test_a_text_is_its_characters_and_an_end(network):
    (tokens,) = network.tokens("Good day.")
    assert tokens.shape == (1, len("_Good day.") + 1) and tokens[0, -1] == 2


def test_accents_and_typography_are_brought_into_the_model_s_alphabet(network):
    (fancy,), (plain,) = network.tokens("“Café” – it’s…"), network.tokens('"Cafe" - it\'s...')
    assert torch.equal(fancy, plain) and not (plain == network.tokenizer.unk_token_id).any()


def test_what_has_no_character_is_left_out(network):
    (with_it,), (without,) = network.tokens("ab☃c"), network.tokens("abc")
    assert torch.equal(with_it, without)


def test_more_characters_than_the_encoder_has_places_for_come_in_parts_that_fit(network):
    text = "so it goes " * 80
    parts = network.tokens(text)
    places = network.model.config.max_text_positions
    assert len(parts) > 1 and all(part.shape[1] <= places for part in parts)
    assert sum(part.shape[1] - 1 for part in parts) == len("_" + text.rstrip())


def test_a_decoder_that_does_not_stop_is_stopped_by_the_length_of_the_text(network):
    """The tiny model never stops: without a bound it would speak for ever."""
    for text in ("Hi.", "Hello there."):
        (tokens,) = network.tokens(text)
        frames = len(spoken(network, tokens))
        assert frames == pytest.approx(tokens.shape[1] * FRAMES_PER_CHARACTER[1] + AROUND_FRAMES, abs=2)


def test_a_decoder_that_stops_at_once_is_let_go_on(network):
    (tokens,) = network.tokens("Hello there.")
    bias = network.model.speech_decoder_postnet.prob_out.bias
    before = bias.clone()
    bias.fill_(10.0)
    frames = len(spoken(network, tokens))
    bias.copy_(before)
    assert frames >= tokens.shape[1] * FRAMES_PER_CHARACTER[0]


def test_speed_lays_frames_closer_and_further_apart(network):
    spectrogram = torch.linspace(-4, 0, 60)[:, None].expand(60, 80)
    lengths = [len(network.samples(spectrogram, speed)) for speed in (0.5, 1.0, 2.0)]
    assert lengths == [256 * 120, 256 * 60, 256 * 30]


def test_a_seed_holds_whatever_other_threads_draw(network):
    """Draws from torch's one generator by another thread once changed what a seed gave."""
    (tokens,) = network.tokens("Hi.")
    alone = spoken(network, tokens)
    done = threading.Event()

    def draw():
        while not done.is_set():
            torch.rand(8)

    other = threading.Thread(target=draw)
    other.start()
    try:
        assert torch.equal(spoken(network, tokens), alone)
    finally:
        done.set()
        other.join()


def test_new_low_rank_parts_change_nothing_and_others_do(network):
    (tokens,) = network.tokens("Hi.")
    numbers = network.low_rank.new(0)
    assert torch.equal(spoken(network, tokens, numbers), spoken(network, tokens))
    assert not torch.allclose(spoken(network, tokens, numbers + 0.1), spoken(network, tokens))
    assert torch.equal(spoken(network, tokens), spoken(network, tokens, numbers))


def test_a_recording_becomes_the_spectrogram_that_is_trained_on(network):
    target = network.target(hum(120.0, seconds=1.0).samples)
    assert target.shape[1] == 80 and len(target) % 2 == 0 and len(target) == pytest.approx(62.5, abs=2)
    louder = network.target(np.float32(10) * hum(120.0, seconds=1.0).samples)
    assert torch.allclose(louder, target + 1.0, atol=1e-3)  # decimal logarithm of the amplitude


def test_weights_that_lack_a_tensor_are_refused(tiny, tmp_path):
    """transformers draws what is missing at random and speaks noise."""
    folder = shutil.copytree(tiny["speecht5"].folders["speecht5-hifigan"], tmp_path / "vocoder")
    state = torch.load(folder / "pytorch_model.bin", weights_only=True)
    del state["conv_pre.weight"]
    torch.save(state, folder / "pytorch_model.bin")
    with pytest.raises(ValueError, match="conv_pre.weight"):
        load_model(SpeechT5HifiGan, folder, torch.device("cpu"))
