"""No file of the server is read, and no file of a visitor is run, by whoever names it."""

import os
import tempfile
from pathlib import Path

import pytest

from tests.server.served import Visitor, file_data

SECRET = "top secret words of the server"


@pytest.fixture
def secret() -> Path:
    """A file beside Gradio's own, as another program's, or another visitor's session folder, would be."""
    with tempfile.TemporaryDirectory(prefix="voiceclone-") as folder:
        path = Path(folder) / "reference.wav"
        path.write_text(SECRET)
        yield path


def spellings(path: Path, cache: Path) -> list[str]:
    up = "../" * 12
    return [
        str(path),
        f"/{path}",
        f"{cache}/../{os.path.relpath(path, cache.parent)}",
        f"{up}{path}".replace("//", "/"),
        f"{cache}/{up}{path}",
        str(path).replace("/", "%2f"),
        str(path).replace("/", "%252f"),
        str(path).replace("/", "\\"),
        f"file://{path}",
        f"file:{path}",
        f"{path}%00.wav",
        f"{path}/.",
        f"/proc/self/root{path}",
    ]


@pytest.fixture
def cache(visitor: Visitor) -> Path:
    """The folder that Gradio keeps uploads in."""
    return Path(visitor.upload("x.wav", b"x")["path"]).parent.parent


@pytest.mark.parametrize("route", ["file=", "file/"])
def test_a_path_in_a_url_reads_nothing(visitor: Visitor, secret: Path, cache: Path, route: str):
    """CVE-2023-51449, CVE-2023-34239, CVE-2025-23042: `/file=` read any file of the server."""
    for path in [*spellings(secret, cache), "/etc/passwd", "/proc/self/environ", "C:/windows/win.ini", ""]:
        answer = visitor.get(route + path)
        assert answer.status_code in (403, 404), (path, answer.status_code)
        assert SECRET not in answer.text and "root:" not in answer.text


@pytest.mark.parametrize("route", ["static/", "assets/", "svelte/", "theme.css/", "favicon.ico/"])
def test_no_route_of_the_page_climbs_out_of_its_folder(visitor: Visitor, route: str):
    """CVE-2024-47164, CVE-2024-47166, CVE-2026-28414: paths in the routes of the page's own files."""
    for path in ("../" * 12 + "etc/passwd", "..%2f" * 12 + "etc/passwd", "%2fetc%2fpasswd", "//etc/passwd"):
        answer = visitor.http.get(route + path)
        assert answer.status_code in (403, 404) and "root:" not in answer.text


def test_a_path_in_place_of_an_upload_is_not_taken(visitor: Visitor, secret: Path, cache: Path):
    """CVE-2024-0964, CVE-2024-1728, CVE-2024-4941, CVE-2024-10648, CVE-2024-47868: any path was taken."""
    for path in [*spellings(secret, cache), "app.py", ".", "", "~", "/dev/zero", "\0", "x\0y"]:
        said = visitor.call("inspect", file_data(path))
        assert said.event == "error" and not said.error, (path, said)


@pytest.mark.parametrize(
    "file", [5, [], {}, "x", [["x"]], {"path": 5}, {"path": None}, {"url": "/etc/passwd"}]
)
def test_what_is_no_file_at_all_is_refused(visitor: Visitor, file: object):
    for data in (file, file_data(**file) if isinstance(file, dict) and "path" in file else file):
        assert visitor.call("verify", data, None).event == "error"


@pytest.mark.parametrize(
    "name",
    ["../../../../evil.wav", "..%2f..%2fevil.wav", "/etc/cron.d/evil", "..\\..\\evil.wav", "a/../../evil.wav",
     "\0evil.wav", "..", ".", "", "evil\n.wav", "x" * 5000 + ".wav"],
)  # fmt: skip
def test_an_upload_stays_in_its_folder_whatever_it_is_called(visitor: Visitor, cache: Path, name: str):
    """Its folder is named by what is in it, and the file by what is left of its name."""
    answer = visitor.post("upload", files={"files": (name, b"harmless " + name.encode())})
    if answer.status_code != 200:
        assert answer.status_code in (400, 413), answer.text
        return
    path = Path(answer.json()[0])
    assert path.resolve().parent.parent == cache.resolve() and path.is_file()
    assert not Path("/etc/cron.d/evil").exists() and not (cache.parent / "evil.wav").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("page.xml", b"<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml'><script/></x>"),
        ("code.js", b"alert(1)"),
        ("sound.wav", b"<html><script>alert(1)</script></html>"),
        ("noname", b"<html><script>alert(1)</script></html>"),
    ],
)
def test_an_uploaded_page_is_not_run(visitor: Visitor, name: str, content: bytes):
    """CVE-2024-47872: a link to an uploaded HTML or SVG ran its script as the app's own page."""
    answer = visitor.get("file=" + visitor.upload(name, content)["path"])
    assert answer.status_code == 200 and answer.content == content
    media = answer.headers["content-type"].partition(";")[0]
    assert media.startswith("audio/") or "attachment" in answer.headers["content-disposition"]
    assert media not in ("text/html", "image/svg+xml", "text/xml", "application/xml", "text/javascript")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_range_of_a_file_carries_the_same_headers(visitor: Visitor):
    file = visitor.upload("page.html", b"<script>alert(1)</script>")
    answer = visitor.get("file=" + file["path"], headers={"Range": "bytes=0-7"})
    assert answer.status_code == 206 and answer.content == b"<script>"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_kept_state_of_a_page_is_not_a_file_of_the_api(visitor: Visitor):
    """Deep links write what a session shows to a folder that anyone may name; nothing here uses them."""
    assert visitor.get("deep_link", params={"session_hash": "x"}).status_code == 404
    assert visitor.http.get("", params={"deep_link": "../../etc"}).status_code == 200


def test_no_answer_tells_where_the_program_lies(visitor: Visitor):
    import voiceclone

    told = [visitor.http.get("").text, visitor.http.get("config").text, visitor.get("info").text]
    told += [visitor.get("openapi.json").text, visitor.get("file=nothing").text, visitor.post("call/x").text]
    told += [visitor.post("queue/join", json={"data": [], "fn_index": 9999, "session_hash": "x"}).text]
    said = visitor.call("speak", visitor.upload("v.safetensors", b"junk"), "Hi.", None, 1.0, 0, False)
    for text in [*told, said.error]:
        for place in (Path(voiceclone.__file__).parents[1], Path.home(), Path(os.__file__).parent):
            assert str(place) not in text
        assert "Traceback" not in text and ".py" not in text
