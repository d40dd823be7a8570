"""Readers and sentences to measure with.

Readers are LibriSpeech test-other excerpts (CC BY 4.0), found through `VOICECLONE_SPEECH`
or beside the repository; they are never part of it. The learning rate and the stock prosody
were chosen by looking at some of these readers too, so the figures are not free of choice.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from voiceclone.audio.clip import Audio
from voiceclone.audio.read import read_audio

HARVARD = (
    "The birch canoe slid on the smooth planks.",
    "Glue the sheet to the dark blue background.",
    "It's easy to tell the depth of a well.",
    "These days a chicken leg is a rare dish.",
    "Rice is often served in round bowls.",
)
"""The first five Harvard sentences (IEEE Recommended Practice for Speech Quality Measurements, 1969)."""

MANDARIN = (
    "今天的天气非常好，我们一起去公园散步吧。",
    "请把窗户关上，外面的风太大了。",
    "他每天早上六点起床，然后去跑步。",
    "这家饭馆的菜又便宜又好吃。",
    "我的哥哥在北京的一所大学教书。",
    "火车将在十分钟以后到达上海。",
    "孩子们在院子里高兴地唱歌。",
    "学习一门新的语言需要很多耐心。",
    "昨天晚上我看了一部很有意思的电影。",
    "老师说我们下个星期要考试。",
)

REFERENCE_S = (10.0, 15.0)
"""Length of the references that readers are learned from."""


@dataclass(frozen=True)
class Reader:
    """One reader: the recordings to learn from, and the others to compare with."""

    name: str
    reference: tuple[Path, ...]
    others: tuple[Path, ...]


def speech_folder() -> Path:
    """Return the folder with real speech, or stop with what to do."""
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "speech"
    folder = Path(os.environ.get("VOICECLONE_SPEECH", default))
    if not (folder / "librispeech-test-other").is_dir():
        raise SystemExit(
            f"No speech at {folder}: set VOICECLONE_SPEECH to a folder with librispeech-test-other."
        )
    return folder


def readers() -> list[Reader]:
    """Return the readers, each with 10 to 15 s of reference taken from the first recordings that fit."""
    found = []
    for folder in sorted((speech_folder() / "librispeech-test-other").iterdir()):
        clips = sorted(folder.glob("*.flac"))
        reference = _reference(clips)
        others = tuple(c for c in clips if c not in reference)
        found.append(Reader(folder.name, reference, others))
    return found


def read(path: Path) -> Audio:
    """Return one recording."""
    return read_audio(path)


def _reference(clips: list[Path]) -> tuple[Path, ...]:
    low, high = REFERENCE_S
    lengths = {clip: read(clip).duration_s for clip in clips}
    for clip in clips:  # one recording of the right length, as a person would give
        if low <= lengths[clip] <= high:
            return (clip,)
    for first in clips:  # else the first two that make it together
        for second in clips:
            if first < second and low <= lengths[first] + lengths[second] <= high:
                return (first, second)
    raise SystemExit(f"No {low:.0f} to {high:.0f} s of reference among {len(clips)} recordings.")
