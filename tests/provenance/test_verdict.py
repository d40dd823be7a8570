"""Both layers in real files: written as the app writes them, then treated as people treat files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.audio.read import read_audio
from voiceclone.audio.write import write_audio
from voiceclone.provenance.facts import Facts
from voiceclone.provenance.manifest import ALTERED as MANIFEST_ALTERED
from voiceclone.provenance.manifest import ELSEWHERE, HERE, ManifestFound, Manifests
from voiceclone.provenance.verdict import (
    ALTERED,
    LIKELY,
    MADE_HERE,
    MARKED,
    NONE,
    NOTHING,
    PROVEN,
    SAYS_SO,
    SENTENCES,
    UNTOLD,
    Verdict,
    judge,
    verify_file,
)
from voiceclone.provenance.watermark import THRESHOLD, Detection, Watermarker

FOUND = Detection(True, 0.99, 8.0, 8.0)
NEARLY = Detection(False, THRESHOLD - 0.001, 0.0, 8.0)
SILENT = Detection(False, 0.0, 0.0, 0.0)
OURS = ManifestFound(HERE, made_by_machine=True)
THEIRS = ManifestFound(ELSEWHERE, made_by_machine=True)
CAMERA = ManifestFound(ELSEWHERE)
BROKEN = ManifestFound(MANIFEST_ALTERED, reasons=("assertion.dataHash.mismatch",))


@pytest.fixture(scope="module")
def marked(watermarker: Watermarker, spoken_audio: Audio) -> Audio:
    return watermarker.embed(spoken_audio.sliced(0.0, 6.0))


def _verified(
    path: Path, watermarker: Watermarker, manifests: Manifests, record: bytes | None = None
) -> Verdict:
    return verify_file(path, read_audio(path), watermarker, manifests, record)


@pytest.mark.parametrize(
    ("manifest", "detection", "conclusion", "sureness", "synthetic"),
    [
        (OURS, FOUND, MADE_HERE, PROVEN, True),
        (OURS, SILENT, MADE_HERE, PROVEN, True),
        (THEIRS, NEARLY, SAYS_SO, LIKELY, True),
        (THEIRS, FOUND, SAYS_SO, LIKELY, True),
        (CAMERA, FOUND, MARKED, LIKELY, True),
        (CAMERA, NEARLY, NOTHING, NONE, None),
        (BROKEN, FOUND, ALTERED, LIKELY, True),
        (BROKEN, NEARLY, ALTERED, NONE, None),
        (None, FOUND, MARKED, LIKELY, True),
        (None, NEARLY, NOTHING, NONE, None),
        (None, SILENT, UNTOLD, NONE, None),
        (None, Detection(False, 0.9, 0.0, 0.6), UNTOLD, NONE, None),
    ],
)
def test_what_the_layers_come_to(
    manifest: ManifestFound | None,
    detection: Detection,
    conclusion: str,
    sureness: str,
    synthetic: bool | None,
) -> None:
    verdict = judge(detection, manifest)
    assert (verdict.conclusion, verdict.sureness, verdict.synthetic) == (conclusion, sureness, synthetic)
    data = json.loads(json.dumps(verdict.to_dict()))
    assert data["conclusion"] == conclusion and data["watermark"]["found"] is detection.watermarked
    assert "{" not in verdict.sentence


def test_to_find_nothing_is_not_to_find_a_person() -> None:
    assert "does not prove" in SENTENCES[NOTHING]
    assert all(
        judge(d, m).synthetic is not False for d in (FOUND, NEARLY, SILENT) for m in (None, CAMERA, OURS)
    )


def test_a_broken_manifest_does_not_hide_the_watermark() -> None:
    assert "watermark" in judge(FOUND, BROKEN).sentence
    assert "watermark" not in judge(NEARLY, BROKEN).sentence


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".flac"])
def test_both_layers_are_in_what_is_written(
    suffix: str, marked: Audio, facts: Facts, watermarker: Watermarker, manifests: Manifests, tmp_path: Path
) -> None:
    path = write_audio(marked, tmp_path / f"speech{suffix}")
    written = manifests.sign_file(path, facts)
    verdict = _verified(path, watermarker, manifests)
    assert (verdict.conclusion, verdict.sureness) == (MADE_HERE, PROVEN)
    assert verdict.detection.watermarked
    assert verdict.manifest is not None and verdict.manifest.facts == written


def test_the_watermark_outlives_the_manifest(
    marked: Audio, facts: Facts, watermarker: Watermarker, manifests: Manifests, tmp_path: Path
) -> None:
    path = write_audio(marked, tmp_path / "speech.wav")
    manifests.sign_file(path, facts)
    for suffix in (".mp3", ".ogg"):
        again = write_audio(read_audio(path), tmp_path / f"again{suffix}")
        verdict = _verified(again, watermarker, manifests)
        assert (verdict.conclusion, verdict.manifest) == (MARKED, None)


def test_the_manifest_holds_without_a_watermark(
    spoken_audio: Audio, facts: Facts, watermarker: Watermarker, manifests: Manifests, tmp_path: Path
) -> None:
    path = write_audio(spoken_audio.sliced(0.0, 3.0), tmp_path / "speech.flac")
    manifests.sign_file(path, facts)
    verdict = _verified(path, watermarker, manifests)
    assert verdict.conclusion == MADE_HERE and not verdict.detection.watermarked


def test_one_changed_sample_is_seen_and_the_watermark_still_found(
    marked: Audio, facts: Facts, watermarker: Watermarker, manifests: Manifests, tmp_path: Path
) -> None:
    path = write_audio(marked, tmp_path / "speech.wav")
    manifests.sign_file(path, facts)
    raw = bytearray(path.read_bytes())
    raw[1000] ^= 1
    path.write_bytes(raw)
    verdict = _verified(path, watermarker, manifests)
    assert (verdict.conclusion, verdict.sureness) == (ALTERED, LIKELY)


def test_another_installation_only_hears_that_it_was_said(
    marked: Audio,
    facts: Facts,
    watermarker: Watermarker,
    manifests: Manifests,
    strangers: Manifests,
    tmp_path: Path,
) -> None:
    path = write_audio(marked, tmp_path / "speech.mp3")
    manifests.sign_file(path, facts)
    assert _verified(path, watermarker, strangers).conclusion == SAYS_SO


def test_a_record_stands_in_where_a_file_carries_no_manifest(
    marked: Audio,
    facts: Facts,
    watermarker: Watermarker,
    manifests: Manifests,
    strangers: Manifests,
    tmp_path: Path,
) -> None:
    path = write_audio(marked, tmp_path / "speech.ogg")
    record = manifests.sign_json(facts, path).to_bytes()
    assert _verified(path, watermarker, manifests).conclusion == MARKED
    assert _verified(path, watermarker, manifests, record).conclusion == MADE_HERE
    assert _verified(path, watermarker, strangers, record).conclusion == SAYS_SO
    other = write_audio(marked.sliced(0.0, 3.0), tmp_path / "other.ogg")
    assert _verified(other, watermarker, manifests, record).conclusion == ALTERED


def test_a_plain_recording_is_not_called_synthetic(
    spoken_audio: Audio, watermarker: Watermarker, manifests: Manifests, tmp_path: Path
) -> None:
    path = write_audio(spoken_audio, tmp_path / "plain.wav")
    verdict = _verified(path, watermarker, manifests)
    assert (verdict.conclusion, verdict.synthetic) == (NOTHING, None)


def test_of_silence_and_scraps_nothing_is_said(
    spoken_audio: Audio, watermarker: Watermarker, manifests: Manifests, tmp_path: Path
) -> None:
    silence = write_audio(Audio(np.zeros(48_000, np.float32), 24_000), tmp_path / "silence.wav")
    scrap = write_audio(spoken_audio.sliced(1.0, 1.4), tmp_path / "scrap.wav")
    for path in (silence, scrap):
        assert _verified(path, watermarker, manifests).conclusion == UNTOLD
