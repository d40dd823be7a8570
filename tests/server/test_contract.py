"""Whatever is sent to any endpoint, in whatever types: the answer is an output or a clean error.

What is sent is drawn from the app's own description of itself, so a new endpoint is attacked
the day it is added.
"""

import functools
import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.served import Visitor, file_data

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.text(max_size=60)
    | st.sampled_from(
        ["", "\0", "\ud83d", "{{7*7}}", "${7*7}", "<script>", "'; DROP TABLE voices; --", "../../etc/passwd",
         "en-us", "zh", "NaN", "-1", "1e400", "%s%n", "\u202e\u0000", "A" * 5000]
    )
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
FILES = st.builds(
    file_data,
    SCALARS | st.sampled_from(["/etc/passwd", "http://127.0.0.1:1/x", "x.wav"]),
    url=SCALARS,
    size=SCALARS,
    orig_name=SCALARS,
)


@functools.cache
def described(address: str) -> dict[str, list[str]]:
    """Return the endpoints, each with the JSON types of its inputs; `file` for an upload."""
    endpoints = Visitor(address).get("info").json()["named_endpoints"]
    return {
        name.lstrip("/"): [
            "file" if "FileData" in str(entry["type"].get("title")) else str(entry["type"].get("type"))
            for entry in endpoint["parameters"]
        ]
        for name, endpoint in endpoints.items()
    }


def fitting(kind: str) -> st.SearchStrategy[Any]:
    """Return values of the type that is asked for, at its edges."""
    return {
        "file": FILES,
        "string": st.text(max_size=200),
        "integer": st.integers(-(2**40), 2**40),
        "number": st.floats(-1e6, 1e6),
        "boolean": st.booleans(),
    }.get(kind, ANYTHING)


@st.composite
def requests(draw: st.DrawFn, address: str) -> tuple[str, list[Any]]:
    name = draw(st.sampled_from(sorted(described(address))))
    kinds = described(address)[name]
    values = [draw(fitting(kind) | ANYTHING if draw(st.booleans()) else fitting(kind)) for kind in kinds]
    if draw(st.integers(0, 5)) == 0:  # too few, or too many
        values = draw(st.lists(ANYTHING, max_size=10))
    return name, values


def clean(answer: object) -> None:
    """Fail on a trace, on code, or on a number that JSON does not have."""
    text = json.dumps(answer, allow_nan=False)
    for mark in ("Traceback", 'File \\"', ".py", "site-packages", "Error:", "0x7f"):
        assert mark not in text, text


def test_everything_is_described(address: str):
    assert len(described(address)) >= 7 and "file" in described(address)["speak"]


@pytest.mark.parametrize("route", ["call", "call/v2"])
def test_any_request_is_answered_cleanly(address: str, route: str):
    visitor = Visitor(address)

    @settings(
        max_examples=120,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(requests(address))
    def attack(request: tuple[str, list[Any]]) -> None:
        name, values = request
        if route == "call":
            body: Any = {"data": values}
        else:
            body = {f"p{index}": value for index, value in enumerate(values)}
        content = json.dumps(body).encode()
        answer = visitor.post(
            f"{route}/{name}", content=content, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in (200, 400, 422), (answer.status_code, answer.text)
        if answer.status_code != 200:
            return
        said = visitor.result(name, answer.json()["event_id"])
        assert said.event in ("complete", "error")
        clean(said.data)

    attack()


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e308, -1, 0.5, 2**63, "5", None, [], {}])
def test_a_number_that_is_none_is_refused_in_words(visitor: Visitor, voice_file, number: object):
    voice = visitor.upload("nobody.safetensors", voice_file.read_bytes())
    for place in (3, 4):  # speed, seed
        values = [voice, "", None, 1.0, 0, False]  # nothing to say: no number may be what makes it work
        values[place] = number
        body = json.dumps({"data": values}).encode()
        answer = visitor.post("call/speak", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 200
        said = visitor.result("speak", answer.json()["event_id"])
        assert said.event == "error"
        clean(said.data)
