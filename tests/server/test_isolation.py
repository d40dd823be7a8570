"""What is one visitor's is not another's, whatever the other one knows of how Gradio works."""

import json
from typing import Any

import pytest

from tests.server.served import Said, Visitor


def dependencies(visitor: Visitor) -> dict[str, dict[str, Any]]:
    return {
        entry["api_name"]: entry
        for entry in visitor.http.get("config").json()["dependencies"]
        if entry["api_name"]
    }


def on_page(visitor: Visitor, name: str, session: str, *data: Any) -> Said:
    """Run one of the page's own handlers as the page of some session would."""
    entry = dependencies(visitor)[name]
    body = {"data": data, "fn_index": entry["id"], "session_hash": session}
    answer = visitor.post("queue/join", json=body)
    assert answer.status_code == 200, answer.text
    event, ended = answer.json()["event_id"], None
    with visitor.http.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            message = json.loads(line.removeprefix("data: ")) if line else {}
            if message.get("msg") == "process_completed" and message["event_id"] == event:
                ended = message
    assert ended is not None
    return Said("complete" if ended["success"] else "error", ended["output"])


def test_the_pages_own_handlers_do_nothing_without_a_session(visitor: Visitor):
    """`api_visibility="private"` hides them from the docs; a raw request still runs them."""
    entries = dependencies(visitor)
    private = [name for name, entry in entries.items() if entry["api_visibility"] == "private"]
    assert "speak" not in private and {"learn", "take_reference", "stop_learning"} <= set(private)
    for name in private:
        blank = [None] * len(entries[name]["inputs"])
        answer = visitor.post(f"call/{name}", json={"data": blank})
        if answer.status_code == 200:
            said = visitor.result(name, answer.json()["event_id"])
            assert "Traceback" not in json.dumps(said.data)
            assert "/tmp" not in json.dumps(said.data), "a file of somebody's"


def test_no_job_is_called_past_the_queue(visitor: Visitor):
    """`/run` would do the work of a queued endpoint at once, as often as one asks at the same time."""
    for name, entry in dependencies(visitor).items():
        for route in ("run", "api"):
            answer = visitor.post(f"{route}/{name}", json={"data": [None] * len(entry["inputs"])})
            assert answer.status_code == 404 or not entry["queue"], name


def test_an_event_is_reached_by_its_id_alone_and_ids_are_not_to_be_guessed(visitor: Visitor):
    ids = {visitor.submit("weights") for _ in range(20)}
    assert all(len(event) == 32 and int(event, 16) for event in ids)
    assert len({event[:6] for event in ids}) == 20
    for event in ids:
        assert visitor.result("weights", event).event == "complete"


@pytest.mark.parametrize("guess", ["", "0" * 32, "*", "%", "../x", "None", "null", "true"])
def test_a_guess_reaches_nothing(visitor: Visitor, guess: str):
    mine = visitor.submit("preview_text", "Mine alone.", "en-us")
    for answer in (
        visitor.get(f"call/preview_text/{guess}"),
        visitor.get("queue/data", params={"session_hash": guess}),
        visitor.post("cancel", json={"session_hash": guess, "fn_index": 0, "event_id": guess}),
        visitor.post(f"stream/{guess}", json={"data": []}),
        visitor.get(f"stream/{guess}/{guess}/1/playlist.m3u8"),
    ):
        assert "Mine alone" not in answer.text and answer.status_code < 500
    assert visitor.result("preview_text", mine).event == "complete"


def test_a_session_sees_its_own_state_and_nobody_elses(visitor: Visitor, voice_file):
    """Two sessions, one of which has a voice: the other is told that there is none."""
    for session in ("ada", "bob"):
        begun = visitor.post("run/begin", json={"data": [None], "session_hash": session})
        assert begun.status_code == 200, begun.text
    file = visitor.upload("nobody.safetensors", voice_file.read_bytes())
    assert on_page(visitor, "open_voice", "ada", None, file).event == "complete"
    inputs = len(dependencies(visitor)["speak_1"]["inputs"])
    args = [None, "Yes.", "en-us", 1.0, 0, False, False][:inputs]
    said = on_page(visitor, "speak_1", "bob", *args)
    assert said.event == "error" and "no voice yet" in said.error


def test_what_stands_for_the_state_is_not_taken_from_the_client(visitor: Visitor):
    """A session's state goes by its name alone; what a client sends in its place is dropped."""
    forged = {"voice": "nobody", "reference": "/etc/passwd", "__class__": "Session"}
    for value in (forged, [forged], "x", 5):
        inputs = len(dependencies(visitor)["speak_1"]["inputs"])
        said = on_page(visitor, "speak_1", "eve", *[value, "Yes.", "en-us", 1.0, 0, False, False][:inputs])
        assert said.event == "error"
