from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone.audio.clip import Audio
from voiceclone.provenance.facts import MAX_LENGTH, Facts, facts_from

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_what_is_written_is_read(facts: Facts, tone: Audio) -> None:
    whole = facts.of(tone)
    assert facts_from(json.loads(json.dumps(whole.to_dict()))) == whole
    assert (whole.sample_rate, whole.duration_s, whole.audio_sha256) == (24_000, 0.05, tone.sha256)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("program", "a\nb"),
        ("engine", "x" * (MAX_LENGTH + 1)),
        ("seed", -1),
        ("seed", True),
        ("speed", float("nan")),
        ("speed", "1"),
        ("text_sha256", "the text itself"),
        ("source_sha256", "its name"),
        ("weights", {"kokoro": 3}),
        ("weights", {str(i): "" for i in range(99)}),
        ("format_version", 2),
    ],
)
def test_a_field_that_is_not_what_it_says(facts: Facts, field: str, value: object) -> None:
    with pytest.raises(ValueError):
        replace(facts, **{field: value})  # type: ignore[arg-type]
    assert facts_from(facts.to_dict() | {field: value}) is None


def test_a_field_too_many_or_too_few(facts: Facts) -> None:
    data = facts.to_dict()
    assert facts_from(data | {"text": "never kept"}) is None
    assert facts_from({name: value for name, value in data.items() if name != "seed"}) is None


def test_facts_from_before_there_was_conversion_are_read(facts: Facts) -> None:
    data = {name: value for name, value in facts.to_dict().items() if name != "source_sha256"}
    assert facts_from(data) == facts


@given(ANYTHING, st.sampled_from(["program", "weights", "seed", "speed", "text_sha256", "duration_s"]))
def test_anything_at_all_is_facts_or_none(value: object, field: str) -> None:
    assert facts_from(value) is None
    base = Facts("p", "", "", "", "", "", {}, 0, "", 1.0, "")
    found = facts_from(base.to_dict() | {field: value})
    assert found is None or getattr(found, field) == value
