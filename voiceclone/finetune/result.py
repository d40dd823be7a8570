"""How a comparison of before and after is kept: three sounds, and their scores."""

from __future__ import annotations

import io
import json
from dataclasses import asdict

from voiceclone.audio.clip import Audio
from voiceclone.audio.write import wav_bytes
from voiceclone.evaluate.intelligibility import WordMark, WordReport
from voiceclone.evaluate.report import Scores
from voiceclone.finetune.events import Compared
from voiceclone.finetune.folder import Folder

_SOUNDS = ("original", "before", "after")
_SCORES = ("before_scores", "after_scores")
_FILE = "result/compared.json"


def write_compared(folder: Folder, compared: Compared) -> None:
    """Keep a comparison: 16-bit WAV files, and JSON."""
    for name in _SOUNDS:
        folder.write(f"result/{name}.wav", wav_bytes(getattr(compared, name)))
    kept = {"text": compared.text, **{name: asdict(getattr(compared, name)) for name in _SCORES}}
    folder.write(_FILE, json.dumps(kept).encode())


def read_compared(folder: Folder) -> Compared:
    """Return what `write_compared` kept."""
    kept = json.loads(folder.read(_FILE))
    original, before, after = (_audio(folder.read(f"result/{name}.wav")) for name in _SOUNDS)
    before_scores, after_scores = (_scores(kept[name]) for name in _SCORES)
    return Compared(kept["text"], original, before, after, before_scores, after_scores)


def _scores(kept: dict) -> Scores:
    words = kept.pop("words")
    marks = tuple(WordMark(**mark) for mark in words["asked"])
    return Scores(words=WordReport(words["error_rate"], marks, words["heard"]), **kept)


def _audio(data: bytes) -> Audio:
    import soundfile

    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    return Audio(samples, rate)
