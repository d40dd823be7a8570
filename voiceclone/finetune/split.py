"""Which utterances are held out: never trained on, so that what is measured on them says something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voiceclone.finetune.dataset import Utterance

HELD_OUT_SHARE = 0.12
"""Of the seconds that are there."""
MIN_HELD_OUT, MAX_HELD_OUT = 2, 4
"""Clips. Speaking them is what an evaluation costs; two are the least from which a mean is one."""
IDEAL_S = 5.0
"""Long enough to tell a voice, short enough to be spoken at every evaluation."""


@dataclass(frozen=True, eq=False)
class Split:
    """The two parts of a dataset."""

    training: tuple[Utterance, ...]
    held_out: tuple[Utterance, ...]


def split(utterances: Sequence[Utterance]) -> Split:
    """Return which utterances are trained on, and which are held out.

    Held out are the ones without faults whose length is nearest to 5 s, until an eighth of the
    speech or four of them are reached. The same utterances give the same split.

    Args:
        utterances: what is kept of a dataset, more than `MIN_HELD_OUT`.
    """
    assert len(utterances) > MIN_HELD_OUT, len(utterances)
    budget_s = HELD_OUT_SHARE * sum(u.audio.duration_s for u in utterances)
    order = sorted(utterances, key=lambda u: (len(u.faults), abs(u.audio.duration_s - IDEAL_S), u.file_name))
    chosen: list[Utterance] = []
    taken_s = 0.0
    for u in order[: min(MAX_HELD_OUT, len(utterances) - 1)]:
        if len(chosen) >= MIN_HELD_OUT and taken_s + u.audio.duration_s > budget_s:
            break
        chosen.append(u)
        taken_s += u.audio.duration_s
    names = {u.file_name for u in chosen}
    return Split(
        tuple(u for u in utterances if u.file_name not in names),
        tuple(u for u in utterances if u.file_name in names),
    )
