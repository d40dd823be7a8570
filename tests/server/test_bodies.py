"""Bodies that are too large, too deep, too slow, or no body at all: each costs little and leaves nothing."""

import json
import socket
import time
from pathlib import Path

import httpx
import pytest

from tests.server.served import PLENTY, Visitor, serving
from voiceclone.studio import Studio

SMALL_MB = 0.5


@pytest.fixture(scope="module")
def small(studio: Studio):
    """The app, taking files of half a megabyte at most."""
    with serving(studio, max_upload_mb=SMALL_MB, **PLENTY) as app:
        yield Visitor(app.local_url)


@pytest.fixture(scope="module")
def uploads(small: Visitor) -> Path:
    """The folder that uploads are written to while they arrive."""
    return Path(small.upload("x.wav", b"x")["path"]).parent.parent


def multipart(content: bytes, boundary: bytes = b"xyz", end: bytes = b"--\r\n") -> bytes:
    head = b'Content-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n'
    return b"--" + boundary + b"\r\n" + head + content + b"\r\n--" + boundary + end


def kind(boundary: str = "xyz") -> dict[str, str]:
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def raw(visitor: Visitor, *parts: bytes, close: bool = False) -> bytes:
    """Send bytes as they are, and return what is answered; with `close`, hang up instead of waiting."""
    url = httpx.URL(visitor.address)
    with socket.create_connection((url.host, url.port), timeout=30) as connection:
        for part in parts:
            connection.sendall(part)
        if close:
            return b""
        answer = b""
        while b"\r\n\r\n" not in answer and (more := connection.recv(65536)):
            answer += more
        return answer


def head(visitor: Visitor, path: str, *lines: str) -> bytes:
    url = httpx.URL(visitor.address)
    lines = (f"POST /gradio_api/{path} HTTP/1.1", f"Host: {url.host}:{url.port}", *lines)
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def partial_files(uploads: Path) -> set[str]:
    return {path.name for path in uploads.glob("tmp*") if path.is_file()}


def until_gone(uploads: Path, before: set[str]) -> None:
    for _ in range(500):
        if partial_files(uploads) <= before:
            return
        time.sleep(0.01)
    pytest.fail(f"left behind: {partial_files(uploads) - before}")


# --- too large ---------------------------------------------------------------------------------------


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(small: Visitor, uploads: Path):
    before = set(uploads.iterdir())
    lines = head(small, "upload", "Content-Length: 900000", "Content-Type: multipart/form-data; boundary=xyz")
    answer = raw(small, lines)
    assert answer.startswith(b"HTTP/1.1 413") and set(uploads.iterdir()) == before


def test_a_file_that_does_not_say_how_large_it_is_is_cut_off(small: Visitor, uploads: Path):
    before = partial_files(uploads)
    sent = []

    def endless():
        yield multipart(b"")[:-10]
        while len(sent) < 100:
            sent.append(1)
            yield b"x" * 50_000

    answer = small.post("upload", content=endless(), headers=kind())
    assert answer.status_code == 413, "by Gradio's limit on a file, or ours on a request"
    until_gone(uploads, before)


def test_many_files_are_together_no_larger_than_one_may_be(small: Visitor):
    files = [("files", (f"{number}.wav", bytes(100_000))) for number in range(8)]
    assert small.post("upload", files=files).status_code == 413


def test_a_file_of_the_size_that_is_accepted_is_accepted(small: Visitor):
    assert small.post("upload", files={"files": ("a.wav", bytes(499_000))}).status_code == 200
    assert small.post("upload", files={"files": ("a.wav", bytes(501_000))}).status_code == 413


def test_a_job_is_no_way_around_it(visitor: Visitor):
    answer = visitor.post("call/preview_text", json={"data": ["x" * 2_000_000, "en-us"]})
    assert answer.status_code == 413 and "1.0 MB" in answer.json()["detail"]
    answer = visitor.post("queue/join", content=iter([b"[" * 200_000] * 10))
    assert answer.status_code == 413


# --- not a body --------------------------------------------------------------------------------------


def test_an_upload_that_breaks_off_leaves_nothing(small: Visitor, uploads: Path):
    """Gradio writes files while they arrive, and forgot about those that never did."""
    before = partial_files(uploads)
    lines = head(small, "upload", "Content-Length: 400000", "Content-Type: multipart/form-data; boundary=xyz")
    raw(small, lines, multipart(b"y" * 200_000)[:200_000], close=True)
    until_gone(uploads, before)


@pytest.mark.parametrize(
    "body",
    [
        multipart(b"x", end=b""),
        b"-" * 400_000,
        b"--xyz" + b"-" * 400_000,
        b"--xyz\r\n" + b"A: b\r\n" * 50_000,
        b"--xyz\r\n\r\n" * 20_000,
        b"",
        b"--xyz\r\nContent-Disposition: form-data; name=files\r\n\r\nx\r\n--xyz--\r\n",
    ],
    ids=["no end", "dashes", "boundary with a tail", "headers", "empty parts", "nothing", "no file"],
)
def test_multipart_that_is_none_is_answered_at_once(small: Visitor, body: bytes):
    """CVE-2024-8966: a boundary with a long tail was looked at byte by byte, and held the server."""
    answer = small.post("upload", content=body, headers=kind(), timeout=10)
    assert answer.status_code in (200, 400, 413), answer.text
    assert "Traceback" not in answer.text
    assert small.get("info").status_code == 200


@pytest.mark.parametrize("boundary", [b"", b"x" * 5000, b"\x80", b'"', b";"])
def test_a_boundary_that_is_none_is_refused(small: Visitor, boundary: bytes):
    answer = small.post(
        "upload",
        content=multipart(b"x"),
        headers={"Content-Type": b"multipart/form-data; boundary=" + boundary},
    )
    assert answer.status_code in (400, 413), answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"data":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
        b'{"data": "text"}',
        b'{"data": {"0": "text"}}',
        b'{"data": null}',
        b"{",
        b"null",
        b"\xff\xfe",
        b'{"data": [1e999, -1e999]}',
        b'{"data": [' + b"9" * 5000 + b"]}",
        b'{"data": ["\\ud800", "en-us"]}',
        b'{"data": ["x", "en-us"], "fn_index": -1, "session_hash": [], "event_data": 1, "trigger_id": "x"}',
    ],
)
def test_json_that_is_none_of_ours_is_refused_cleanly(visitor: Visitor, body: bytes):
    answer = visitor.post("call/preview_text", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 400, 422), answer.text[:300]
    if answer.status_code == 200:
        assert visitor.result("preview_text", answer.json()["event_id"]).event in ("error", "complete")
    assert "Traceback" not in answer.text


def test_values_nested_to_the_limit_are_refused_cleanly(visitor: Visitor):
    for depth in (50, 200, 500, 900):
        body = '{"data": [' + "[" * depth + "]" * depth + ', "en-us"]}'
        answer = visitor.post("call/preview_text", content=body, headers={"Content-Type": "application/json"})
        if answer.status_code == 200:
            assert visitor.result("preview_text", answer.json()["event_id"]).event == "error"
        else:
            assert answer.status_code in (400, 422)


def test_a_text_that_is_too_long_is_said_to_be(visitor: Visitor):
    assert "30000 characters" in visitor.call("preview_text", "x" * 30_000, "en-us").error


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: -1",),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked, gzip",),
        ("X: " + "y" * 100_000,),
    ],
    ids=["negative length", "two lengths", "length and chunks", "unknown coding", "long header"],
)
def test_a_request_that_two_servers_would_read_differently_is_refused(
    visitor: Visitor, lines: tuple[str, ...]
):
    answer = raw(visitor, head(visitor, "call/weights", *lines), b"0\r\n\r\n")
    assert not answer or answer.split()[1] in (b"400", b"413", b"422", b"431"), answer[:200]
    assert visitor.get("info").status_code == 200


def test_a_stream_of_nobody_ends(visitor: Visitor):
    for path in ("queue/data?session_hash=nobody", "call/weights/nobody"):
        assert "404" in visitor.get(path).text


def test_json_is_read_as_it_is(visitor: Visitor):
    said = visitor.call("preview_text", "One. Two.", "en-us")
    assert said.event == "complete" and json.dumps(said.data, allow_nan=False)
