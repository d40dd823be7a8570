"""What can be known of the real weights without them: their small files, and the sizes that those tell."""

import hashlib

import pytest
import torch

from tests.engines.speecht5.tiny import REAL
from voiceclone.engines.speecht5.low_rank import LowRank
from voiceclone.engines.speecht5.network import attention_projections
from voiceclone.engines.speecht5.spec import LOW_RANK, SPEECHT5
from voiceclone.hub.table import weight
from voiceclone.speaker.xvector import N_MELS

SMALL = [path for path in sorted(REAL.rglob("*")) if path.is_file()]


def on_paper(name, kind, config):
    """Return a model of the real sizes, without the memory for its numbers."""
    with torch.device("meta"):
        return kind(config.from_pretrained(REAL / name))


def check_fits(model, n_bytes):
    """Check that a file has room for the numbers of a model, and for little else.

    Files of 2023 have tables of positions among them, which are computed today.
    """
    saved = sum(tensor.numel() * tensor.element_size() for tensor in model.state_dict().values())
    tables = (buffer for buffer in model.buffers() if buffer.numel() > 100_000)
    computed = sum(buffer.numel() * buffer.element_size() for buffer in tables)
    assert saved <= n_bytes <= (saved + computed) * 1.002


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.relative_to(REAL).as_posix())
def test_the_small_files_are_those_of_the_pinned_commits(path):
    row = weight(path.parent.name)
    (file,) = (file for file in row.hub if file.name == path.name)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
    assert path.stat().st_size == file.bytes


def test_the_models_that_they_describe_are_as_large_as_the_files():
    from transformers import (
        SpeechT5Config,
        SpeechT5ForSpeechToSpeech,
        SpeechT5ForTextToSpeech,
        SpeechT5HifiGan,
        SpeechT5HifiGanConfig,
    )

    for name, kind, config in (
        ("speecht5", SpeechT5ForTextToSpeech, SpeechT5Config),
        ("speecht5-vc", SpeechT5ForSpeechToSpeech, SpeechT5Config),
        ("speecht5-hifigan", SpeechT5HifiGan, SpeechT5HifiGanConfig),
    ):
        check_fits(on_paper(name, kind, config), max(file.bytes for file in weight(name).hub))


def test_the_x_vector_s_network_is_as_large_as_its_file():
    from speechbrain.lobes.models.Xvector import Xvector

    check_fits(Xvector(in_channels=N_MELS), weight("xvector").hub[0].bytes)


def test_a_fine_tuned_voice_has_as_many_numbers_as_the_real_decoder_asks_for():
    from transformers import SpeechT5Config, SpeechT5ForTextToSpeech

    model = on_paper("speecht5", SpeechT5ForTextToSpeech, SpeechT5Config)
    assert LowRank(attention_projections(model.speecht5.decoder.wrapped_decoder)).size == LOW_RANK
    assert SPEECHT5.max_phonemes * 2 < model.config.max_text_positions


def test_the_size_that_is_told_is_what_is_fetched():
    fetched = sum(file.bytes for name in SPEECHT5.weights for file in weight(name).hub)
    assert round(fetched / 1e6) == pytest.approx(SPEECHT5.size_mb, abs=1)
