"""Where figures go: printed, and with `--write` into docs/benchmarks.md and docs/benchmarks.json.

In the page a benchmark owns what is between `<!-- begin NAME -->` and `<!-- end NAME -->`; in the JSON, the
key of its name. What people wrote around it stays.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

DOCS = Path(__file__).resolve().parent.parent / "docs"
T95 = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
"""Student's t for a 95 % interval, by the number of readers."""


def add_write_argument(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark write what it prints."""
    parser.add_argument(
        "--write", action="store_true", help="into docs/benchmarks.md and docs/benchmarks.json"
    )


def interval(values: Sequence[float], form: str = ".2f") -> str:
    """Return a mean over readers with its 95 % interval."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return format(mean, form)
    half = T95.get(len(values), 2.0) * float(np.std(values, ddof=1)) / len(values) ** 0.5
    return f"{mean:{form}} ± {half:{form}}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def publish(name: str, text: str, data: Mapping[str, object], *, write: bool) -> None:
    """Print what was measured; with `write`, put it into the page and the JSON too."""
    print(f"\n{text}\n", flush=True)
    if not write:
        return
    page = DOCS / "benchmarks.md"
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    found = re.compile(f"{begin}.*?{end}", re.DOTALL)
    whole = page.read_text()
    if not found.search(whole):
        raise SystemExit(
            f"docs/benchmarks.md has no place for {name!r}: put {begin} and {end} where it goes."
        )
    page.write_text(found.sub(lambda _: f"{begin}\n{text}\n{end}", whole))
    record = DOCS / "benchmarks.json"
    kept = json.loads(record.read_text()) if record.exists() else {}
    when = dt.datetime.now(dt.timezone.utc).isoformat(timespec="minutes")
    kept[name] = _without_nan({"measured": when, "cores": os.cpu_count(), **data})
    record.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n")


def _without_nan(value: object) -> object:
    """Return what JSON can hold: null where there is no number."""
    if isinstance(value, Mapping):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and np.isnan(value) else value
