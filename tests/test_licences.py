"""docs/licences.md leaves nothing out that is installed or loaded."""

import re
from importlib.metadata import metadata
from pathlib import Path

import pytest

from voiceclone.hub.table import WEIGHTS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "licences.md").read_text("utf-8")
REQUIREMENTS = [
    re.split(r"[<=>~!;\s]", line, maxsplit=1)[0]
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def rows(section: str) -> dict[str, list[str]]:
    """Return the rows of a section's tables: their first cell, and the others."""
    body = TEXT.split(f"## {section}\n")[1].split("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in body.splitlines()]
    return {cells[0]: cells[1:] for cells in lines if len(cells) > 1 and not cells[0].startswith("--")}


PACKAGES = {name: cells for name, cells in rows("Packages").items() if name != "package"}
MODELS = {name.strip("`"): cells for name, cells in rows("Model weights").items() if name != "weights"}


def test_every_row_of_the_table_of_weights_and_no_other():
    assert set(MODELS) == {weight.name for weight in WEIGHTS}


@pytest.mark.parametrize("weight", WEIGHTS, ids=lambda weight: weight.name)
def test_weights_are_named_as_in_their_table(weight):
    licence, origin, carried_by, _ = MODELS[weight.name]
    assert licence == weight.licence
    assert weight.repo is None or weight.repo in origin
    assert (weight.distributions[0] in carried_by) if weight.distributions else carried_by == "the Hub"


def test_every_line_of_the_requirements_and_no_other():
    assert set(PACKAGES) == set(REQUIREMENTS)
    assert all(cells[0] for cells in PACKAGES.values())


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_what_a_package_says_of_itself_is_not_softened(requirement):
    """A copyleft licence in the installed metadata is a copyleft licence in the table."""
    found = metadata(requirement.split("[")[0])
    said = " ".join(
        [
            found.get("License-Expression") or "",
            (found.get("License") or "")[:200],
            *(c for c in found.get_all("Classifier") or [] if c.startswith("License")),
        ]
    )
    if "LGPL" in said or "Lesser General Public" in said:
        assert "LGPL" in PACKAGES[requirement][0]
    elif re.search(r"GPL|General Public License", said, re.IGNORECASE):
        assert re.search(r"(?<!L)GPL", PACKAGES[requirement][0])
