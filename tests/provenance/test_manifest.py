"""Real C2PA on real files: what is signed is found, and what was changed is never believed."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import c2pa
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voiceclone.audio.clip import Audio
from voiceclone.audio.read import read_audio
from voiceclone.audio.write import write_audio
from voiceclone.errors import AudioError, ManifestError, OutputError, SignatureInvalidError
from voiceclone.keys import Keyring
from voiceclone.provenance.certificate import identity
from voiceclone.provenance.facts import Facts
from voiceclone.provenance.manifest import (
    ALTERED,
    ELSEWHERE,
    FORMATS,
    HERE,
    KIND,
    LABEL,
    MACHINE,
    ManifestFound,
    Manifests,
)
from voiceclone.signed import from_bytes

SUFFIXES = sorted(FORMATS)
CAPTURE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"


@pytest.fixture(scope="module")
def signed_files(
    tone: Audio, facts: Facts, manifests: Manifests, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """One small signed file of each format."""
    folder = tmp_path_factory.mktemp("signed")
    paths = {suffix: write_audio(tone, folder / f"tone{suffix}") for suffix in SUFFIXES}
    for path in paths.values():
        manifests.sign_file(path, facts)
    return paths


def _sign_as(
    keyring: Keyring, source: Path, target: Path, manifest: dict[str, object], remote: str = ""
) -> None:
    """Sign a file with C2PA itself, as another program might."""
    who = identity(keyring)
    info = c2pa.C2paSignerInfo(who.algorithm, who.chain.encode(), who.key.encode(), None)
    unchecked = c2pa.Context.from_dict({"version": 1, "verify": {"verify_after_sign": False}})
    with (
        source.open("rb") as plain,
        target.open("x+b") as out,
        c2pa.Signer.from_info(info) as signer,
        c2pa.Builder(manifest, unchecked) as builder,
    ):
        if remote:
            builder.set_remote_url(remote)
            builder.set_no_embed()
        builder.sign(signer, FORMATS[source.suffix], plain, out)


def _actions(source_type: str) -> dict[str, object]:
    created = {"action": "c2pa.created", "digitalSourceType": source_type}
    return {"assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}]}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_signed_is_found_with_its_facts_and_its_sound(
    suffix: str, tone: Audio, facts: Facts, manifests: Manifests, tmp_path: Path
) -> None:
    path = write_audio(tone, tmp_path / f"speech{suffix}")
    before, size = read_audio(path), path.stat().st_size
    written = manifests.sign_file(path, facts)
    assert read_audio(path).sha256 == before.sha256
    assert written == facts.of(before)
    found = manifests.read_file(path)
    assert found is not None
    assert (found.state, found.facts, found.reasons) == (HERE, written, ())
    assert found.made_by_machine and found.program == "voiceclone 1.2.3"
    assert path.stat().st_size - size < 6_000
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_any_c2pa_reader_can_tell(suffix: str, signed_files: dict[str, Path]) -> None:
    with c2pa.Reader(str(signed_files[suffix]), context=c2pa.Context()) as reader:
        assert reader.get_validation_state() == "Valid"
        active = reader.get_active_manifest()
    assert active is not None
    actions = next(a["data"]["actions"] for a in active["assertions"] if a["label"] == "c2pa.actions.v2")
    assert [(a["action"], a["digitalSourceType"]) for a in actions] == [("c2pa.created", MACHINE)]
    own = next(a["data"] for a in active["assertions"] if a["label"] == LABEL)
    assert own["text_sha256"] == "ab" * 32 and "text" not in own


def test_without_a_manifest_there_is_none(tone: Audio, manifests: Manifests, tmp_path: Path) -> None:
    for suffix in (*SUFFIXES, ".ogg"):
        assert manifests.read_file(write_audio(tone, tmp_path / f"plain{suffix}")) is None
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("RIFF, or so it says")
    for name in ("empty.wav", "text.wav", "absent.wav"):
        assert manifests.read_file(tmp_path / name) is None


def test_the_name_of_a_file_says_nothing(
    signed_files: dict[str, Path], manifests: Manifests, tmp_path: Path
) -> None:
    """A FLAC file with a manifest begins as an MP3 does, with an ID3 tag."""
    for suffix in SUFFIXES:
        path = tmp_path / f"upload{suffix}.bin"
        path.write_bytes(signed_files[suffix].read_bytes())
        found = manifests.read_file(path)
        assert found is not None and found.state == HERE


def test_another_installation_signs_as_somebody_else(
    signed_files: dict[str, Path], strangers: Manifests
) -> None:
    for path in signed_files.values():
        found = strangers.read_file(path)
        assert found is not None
        assert found.state == ELSEWHERE and found.made_by_machine and found.facts is not None


def test_the_manifest_of_a_camera_says_no_machine(
    keyring: Keyring, strangers: Manifests, tone: Audio, tmp_path: Path
) -> None:
    source = write_audio(tone, tmp_path / "plain.wav")
    _sign_as(keyring, source, tmp_path / "camera.wav", _actions(CAPTURE))
    found = strangers.read_file(tmp_path / "camera.wav")
    assert found is not None
    assert (found.state, found.made_by_machine, found.facts) == (ELSEWHERE, False, None)


def test_a_manifest_of_ours_around_which_somebody_signed_is_not_ours(
    signed_files: dict[str, Path], strangers: Manifests, manifests: Manifests, facts: Facts, tmp_path: Path
) -> None:
    path = tmp_path / "taken.wav"
    path.write_bytes(signed_files[".wav"].read_bytes())
    strangers.sign_file(path, facts)
    found = manifests.read_file(path)
    assert found is not None and found.state == ELSEWHERE


def test_lies_of_any_length_are_shown_as_one_line(
    keyring: Keyring, strangers: Manifests, tone: Audio, tmp_path: Path
) -> None:
    source = write_audio(tone, tmp_path / "plain.wav")
    loud = {"claim_generator_info": [{"name": "line\nline\x1b[31m" + "x" * 9_000, "version": "1"}]}
    data = {"label": LABEL, "data": {"program": ["not", "facts"]}, "kind": "Json"}
    manifest = _actions(MACHINE) | loud
    manifest["assertions"] = [*manifest["assertions"], data]  # type: ignore[misc]
    _sign_as(keyring, source, tmp_path / "loud.wav", manifest)
    found = strangers.read_file(tmp_path / "loud.wav")
    assert found is not None and found.state == ELSEWHERE and found.facts is None
    assert found.program.isprintable() and len(found.program) <= 200


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_byte_can_be_changed_unseen(
    suffix: str, signed_files: dict[str, Path], manifests: Manifests, tmp_path: Path
) -> None:
    """Every byte of the file, one at a time.

    C2PA leaves room in its boxes (their flags, and about a kilobyte of padding behind the
    signature) that no hash covers. A change there is not noticed and changes nothing: sound and
    facts must then be what was signed.
    """
    raw, path = signed_files[suffix].read_bytes(), tmp_path / f"broken{suffix}"
    whole = manifests.read_file(signed_files[suffix])
    sound = read_audio(signed_files[suffix]).sha256
    unseen = []
    for at in range(0, len(raw), 1 if suffix == ".wav" else 3):
        changed = bytearray(raw)
        changed[at] ^= 1 << at % 8
        path.write_bytes(changed)
        found = manifests.read_file(path)
        assert found is not None, at
        if found.state == ALTERED:
            assert found.facts is None and found.reasons
            continue
        assert found == whole, at
        assert read_audio(path).sha256 == sound, at
        unseen.append(at)
    step = 1 if suffix == ".wav" else 3
    assert len(unseen) * step < 1_200, "more than C2PA's padding went unseen"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_added_behind_or_cut_off_is_seen(
    suffix: str, signed_files: dict[str, Path], manifests: Manifests, tmp_path: Path
) -> None:
    raw, path = signed_files[suffix].read_bytes(), tmp_path / f"broken{suffix}"
    for changed in (raw + b"\0", raw + raw, raw[:-1], raw[: len(raw) // 2], b"\0" + raw):
        path.write_bytes(changed)
        found = manifests.read_file(path)
        assert found is not None and found.state == ALTERED


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_manifest_does_not_move_to_other_sound(
    suffix: str, tone: Audio, facts: Facts, manifests: Manifests, tmp_path: Path
) -> None:
    """The manifest of one file, its length the same, put into a file with another sound."""
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
    write_audio(tone, first)
    write_audio(Audio(-0.5 * tone.samples, tone.sample_rate), second)
    plain = {path: path.read_bytes() for path in (first, second)}
    manifests.sign_file(first, facts)
    signed = first.read_bytes()
    if suffix == ".wav":  # the manifest lies behind the sound
        moved = bytearray(signed)
        moved[44 : len(plain[second])] = plain[second][44:]
    else:  # before it
        moved = bytearray(signed[: len(signed) - len(plain[first])] + plain[second])
    second.write_bytes(moved)
    found = manifests.read_file(second)
    assert found is not None and found.state == ALTERED


EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.integers(0, 2**16), st.binary(min_size=1, max_size=8)),
        st.tuples(st.just("insert"), st.integers(0, 2**16), st.binary(min_size=1, max_size=64)),
        st.tuples(st.just("delete"), st.integers(0, 2**16), st.integers(1, 500)),
        st.tuples(st.just("repeat"), st.integers(0, 2**16), st.integers(1, 500)),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(SUFFIXES), EDITS)
def test_whatever_is_done_to_a_file_reading_it_ends_well(
    signed_files: dict[str, Path],
    manifests: Manifests,
    tmp_path: Path,
    suffix: str,
    edits: list[tuple[str, int, object]],
) -> None:
    original = signed_files[suffix].read_bytes()
    raw, path = bytearray(original), tmp_path / "mutated"
    for kind, where, what in edits:
        at = where % (len(raw) + 1)
        if isinstance(what, bytes):
            raw[at : at + (len(what) if kind == "set" else 0)] = what
        elif isinstance(what, int):
            raw[at : at + what] = raw[at : at + what] * (0 if kind == "delete" else 2)
    path.write_bytes(raw)
    found = manifests.read_file(path)
    if found is not None and found.state != ALTERED:
        whole = manifests.read_file(signed_files[suffix])
        assert found == whole
        assert read_audio(path).sha256 == read_audio(signed_files[suffix]).sha256


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([b"RIFF\x40\0\0\0WAVE", b"ID3\x04\0\0\0\0\x01\0", b"fLaC", b"\xff\xfb"]),
    st.binary(max_size=300),
)
def test_bytes_that_only_begin_as_sound(
    manifests: Manifests, tmp_path: Path, head: bytes, rest: bytes
) -> None:
    (tmp_path / "bytes").write_bytes(head + rest)
    assert manifests.read_file(tmp_path / "bytes") is None


class _Server(http.server.ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # noqa: N802 (http.server's name)
        assert isinstance(self.server, _Server)
        self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nothing_is_fetched(
    suffix: str, server: _Server, keyring: Keyring, manifests: Manifests, tone: Audio, tmp_path: Path
) -> None:
    """A file may say that its manifest lies at some address: inside one's own network, for instance."""
    source, path = write_audio(tone, tmp_path / f"plain{suffix}"), tmp_path / f"remote{suffix}"
    _sign_as(keyring, source, path, _actions(MACHINE), f"http://127.0.0.1:{server.server_port}/inside.c2pa")
    with pytest.raises(c2pa.C2paError):
        c2pa.Reader(str(path), context=c2pa.Context())
    assert server.asked == ["/inside.c2pa"], "C2PA left to itself would fetch it"
    server.asked.clear()
    assert manifests.read_file(path) is None
    assert server.asked == []


@pytest.mark.parametrize("name", ["speech.ogg", "speech", "speech.m4a"])
def test_other_formats_are_refused(name: str, manifests: Manifests, facts: Facts, tmp_path: Path) -> None:
    assert not manifests.can_embed(Path(name).suffix)
    with pytest.raises(ManifestError):
        manifests.sign_file(tmp_path / name, facts)


def test_what_is_no_sound_is_left_as_it_is(manifests: Manifests, facts: Facts, tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"no sound at all")
    with pytest.raises(AudioError):
        manifests.sign_file(path, facts)
    assert path.read_bytes() == b"no sound at all"
    assert [p.name for p in tmp_path.iterdir()] == ["speech.wav"]


def test_a_file_that_is_not_what_its_suffix_says_is_left_as_it_is(
    manifests: Manifests, facts: Facts, tone: Audio, tmp_path: Path
) -> None:
    path = write_audio(tone, tmp_path / "speech.wav").rename(tmp_path / "speech.flac")
    before = path.read_bytes()
    with pytest.raises(ManifestError):
        manifests.sign_file(path, facts)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["speech.flac"]


def test_a_folder_that_is_full_or_closed(
    manifests: Manifests, facts: Facts, tone: Audio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_audio(tone, tmp_path / "speech.wav")
    before = path.read_bytes()

    def refuse(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OutputError) as caught:
        manifests.sign_file(path, facts)
    assert "No space" in caught.value.reason
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["speech.wav"]


def test_a_record_beside_a_file_of_any_format(
    manifests: Manifests, strangers: Manifests, facts: Facts, tone: Audio, tmp_path: Path
) -> None:
    path = write_audio(tone, tmp_path / "speech.ogg")
    raw = manifests.sign_json(facts, path).to_bytes()
    expected = facts.of(read_audio(path))
    ours, theirs = manifests.read_json(raw, path), strangers.read_json(raw, path)
    assert (ours.state, ours.facts, ours.made_by_machine) == (HERE, expected, True)
    assert (theirs.state, theirs.facts) == (ELSEWHERE, expected)
    changed = bytearray(path.read_bytes())
    changed[-1] ^= 1
    path.write_bytes(changed)
    assert manifests.read_json(raw, path).state == ALTERED


def test_no_byte_of_a_record_can_be_changed(
    manifests: Manifests, facts: Facts, tone: Audio, tmp_path: Path
) -> None:
    path = write_audio(tone, tmp_path / "speech.ogg")
    raw = manifests.sign_json(facts, path).to_bytes()
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1
        assert manifests.read_json(bytes(changed), path).state == ALTERED, at
    for other in (b"", b"{}", raw + b"\n", b"[" * 100_000):
        assert manifests.read_json(other, path).state == ALTERED


def test_a_record_of_facts_alone_is_of_no_file(
    manifests: Manifests, facts: Facts, tone: Audio, tmp_path: Path
) -> None:
    raw = manifests.sign_json(facts).to_bytes()
    assert json.loads(raw)["payload"]["facts"] == facts.to_dict()
    assert from_bytes(KIND, raw).payload["file_sha256"] is None
    assert manifests.read_json(raw, write_audio(tone, tmp_path / "speech.ogg")).state == ALTERED
    with pytest.raises(SignatureInvalidError):
        from_bytes("receipt", raw)


def test_reencoding_drops_the_manifest(
    signed_files: dict[str, Path], manifests: Manifests, tmp_path: Path
) -> None:
    samples, rate = soundfile.read(signed_files[".wav"])
    soundfile.write(tmp_path / "again.wav", samples, rate)
    assert manifests.read_file(tmp_path / "again.wav") is None


def test_what_was_found_is_plain_data(signed_files: dict[str, Path], manifests: Manifests) -> None:
    found = manifests.read_file(signed_files[".wav"])
    assert isinstance(found, ManifestFound) and found.facts is not None
    data = json.loads(json.dumps(found.to_dict()))
    assert data["state"] == HERE and data["facts"]["seed"] == found.facts.seed
