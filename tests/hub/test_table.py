"""The table of weights against itself, the packages and the requirements."""

import re
from pathlib import Path

import pytest

from voiceclone.hub import packages
from voiceclone.hub.table import WEIGHTS

REQUIREMENTS = [
    line.partition("#")[0].strip()
    for line in (Path(__file__).parents[2] / "requirements.txt").read_text().splitlines()
]


def test_names_are_unique():
    assert len({row.name for row in WEIGHTS}) == len(WEIGHTS)


@pytest.mark.parametrize("row", WEIGHTS, ids=lambda row: row.name)
def test_every_source_is_pinned(row):
    assert (row.repo is None) == (row.revision is None) == (not row.hub)
    assert row.revision is None or re.fullmatch(r"[0-9a-f]{40}", row.revision)
    for file in (*row.hub, *row.package):
        vouched = row.revision is not None and not row.package and not file.sha256  # by its commit
        assert (vouched or re.fullmatch(r"[0-9a-f]{64}", file.sha256)) and file.bytes > 0
    for name in row.distributions:
        pins = [line for line in REQUIREMENTS if re.match(rf"{name}\s*==", line)]
        assert pins == [f"{name}=={packages.distribution(name).version}"], f"{name} must be pinned"


@pytest.mark.parametrize("row", [row for row in WEIGHTS if row.package], ids=lambda row: row.name)
def test_every_part_is_found_and_of_the_stated_size(row):
    located = packages.locate(row)
    for file in row.package:
        assert sum(part.stat().st_size for part in located[file.name]) == file.bytes
