"""The x-vector: as SpeechBrain computes it, and from nothing but tensors."""

import pickle

import numpy as np
import pytest
import torch

from voiceclone.audio.clip import Audio
from voiceclone.devices import Devices
from voiceclone.speaker.brain import ready_speechbrain
from voiceclone.speaker.xvector import N_MELS, XVECTOR_DIM, XVectorEncoder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The real architecture with random weights."""
    ready_speechbrain()
    from speechbrain.lobes.models.Xvector import Xvector

    folder = tmp_path_factory.mktemp("xvector")
    with torch.random.fork_rng():
        torch.manual_seed(1)
        torch.save(Xvector(in_channels=N_MELS).state_dict(), folder / "embedding_model.ckpt")
    return folder


@pytest.fixture(scope="module")
def encoder(folder):
    return XVectorEncoder(folder, Devices(1))


@pytest.fixture(scope="module")
def audio():
    noise = np.random.default_rng(2).normal(0, 0.1, 24_000)
    return Audio((noise * np.sin(np.arange(24_000) / 2_000) ** 2).astype(np.float32), 16_000)


def test_it_is_512_numbers_of_unit_length_and_the_same_each_time(encoder, audio):
    """The pooling of SpeechBrain adds noise to its mean: the same clip once came out as another vector."""
    found = encoder.embed(audio)
    assert found.shape == (XVECTOR_DIM,) and found.dtype == np.float32
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(found, encoder.embed(audio))


def test_loudness_is_no_part_of_it(encoder, audio):
    quiet = Audio(audio.samples * np.float32(0.1), audio.sample_rate)
    assert float(encoder.embed(quiet) @ encoder.embed(audio)) > 0.9999


def test_it_is_what_speechbrain_computes_as_the_repository_describes_it(folder, encoder, audio, tmp_path):
    from speechbrain.inference.speaker import EncoderClassifier
    from speechbrain.utils.fetching import FetchConfig

    (tmp_path / "hyperparams.yaml").write_text(
        f"pretrained_path: {folder}\n"
        "compute_features: !new:speechbrain.lobes.features.Fbank\n"
        "    n_mels: 24\n"
        "mean_var_norm: !new:speechbrain.processing.features.InputNormalization\n"
        "    norm_type: sentence\n"
        "    std_norm: False\n"
        "embedding_model: !new:speechbrain.lobes.models.Xvector.Xvector\n"
        "    in_channels: 24\n"
        "    activation: !name:torch.nn.LeakyReLU\n"
        "    tdnn_blocks: 5\n"
        "    tdnn_channels: [512, 512, 512, 512, 1500]\n"
        "    tdnn_kernel_sizes: [5, 3, 3, 1, 1]\n"
        "    tdnn_dilations: [1, 2, 3, 1, 1]\n"
        "    lin_neurons: 512\n"
        "classifier: !new:torch.nn.Identity\n"
        "label_encoder: !new:speechbrain.dataio.encoder.CategoricalEncoder\n"
        "modules:\n"
        "    compute_features: !ref <compute_features>\n"
        "    mean_var_norm: !ref <mean_var_norm>\n"
        "    embedding_model: !ref <embedding_model>\n"
        "    classifier: !ref <classifier>\n"
        "pretrainer: !new:speechbrain.utils.parameter_transfer.Pretrainer\n"
        "    loadables:\n"
        "        embedding_model: !ref <embedding_model>\n"
        "    paths:\n"
        "        embedding_model: !ref <pretrained_path>/embedding_model.ckpt\n"
    )
    theirs = EncoderClassifier.from_hparams(
        source=str(tmp_path), savedir=str(tmp_path), fetch_config=FetchConfig(allow_network=False)
    )
    expected = theirs.encode_batch(torch.from_numpy(audio.samples.copy())[None])[0, 0].numpy()
    cosine = float(encoder.embed(audio) @ expected / np.linalg.norm(expected))
    assert cosine > 0.99999


def test_a_checkpoint_with_more_than_tensors_in_it_is_not_run(tmp_path):
    class Touch:
        def __reduce__(self):
            return (open, (str(tmp_path / "touched"), "w"))

    torch.save({"blocks.0.conv.weight": Touch()}, tmp_path / "embedding_model.ckpt")
    with pytest.raises(pickle.UnpicklingError):
        XVectorEncoder(tmp_path, Devices(1))
    assert not (tmp_path / "touched").exists()
