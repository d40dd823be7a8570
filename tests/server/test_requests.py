"""The app works for its own page and for programs alone, and fetches and calls nothing that they name."""

import socket
import threading

import httpx
import pytest

from tests.server.served import PLENTY, Visitor, file_data, serving
from voiceclone.studio import Studio

FOREIGN = (
    "https://evil.example",
    "http://evil.example:7860",
    "null",
    "http://localhost.evil.example",
    "file://",
)


@pytest.fixture
def bait():
    """An address of this machine, and what is sent to it: a service that only the server can reach."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    heard.append(connection.recv(1000))

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", heard
        over.set()
        thread.join()


@pytest.mark.parametrize("route", ["proxy=", "file=", "file/"])
def test_no_route_fetches_an_address(visitor: Visitor, bait, route: str):
    """CVE-2024-2206, CVE-2023-51449, CVE-2026-28416: `/proxy=` and `/file=` fetched what they were given."""
    place, heard = bait
    for address in (
        f"http://{place}/", f"https://{place}/", f"http:/{place}/", f"HTTP://{place}/", f"ftp://{place}/",
        f"http://localhost:{place.partition(':')[2]}/", f"http://2130706433:{place.partition(':')[2]}/",
        f"%68ttp://{place}/", f"//{place}/", "http://169.254.169.254/latest/meta-data/",
    ):  # fmt: skip
        for method in ("GET", "HEAD"):
            answer = visitor.http.request(method, "gradio_api/" + route + address)
            assert answer.status_code in (403, 404), (address, answer.status_code)
            assert "location" not in answer.headers
    assert heard == []


@pytest.mark.parametrize("scheme", ["http", "https", "HTTP", "ftp", "file"])
def test_an_address_in_place_of_an_upload_is_not_fetched(visitor: Visitor, bait, scheme: str):
    """CVE-2024-4325, CVE-2024-47167: `/queue/join` saved any address to the cache."""
    place, heard = bait
    url = f"{scheme}://{place}/secret.wav"
    for file in (file_data(url), file_data("x.wav", url=url), file_data(url, url=url), url, {"url": url}):
        assert visitor.call("inspect", file).event == "error"
    assert heard == []


@pytest.mark.parametrize(
    "path",
    ["component_server", "component_server/", "Component_Server", "%63omponent_server",
     "custom_component/x/client/c/f", "deep_link", "process_recording", "vibe-edit", "vibe-code",
     "undo-vibe-edit", "run-history/connect", "runs", "dev/reload", "profiling/traces", "mcp/sse"],
)  # fmt: skip
def test_what_the_app_does_not_use_is_closed(visitor: Visitor, path: str):
    """CVE-2024-1561, CVE-2024-34511: `/component_server` called any method of a component by its name."""
    body = {
        "component_id": 1,
        "fn_name": "move_resource_to_block_cache",
        "data": "/etc/passwd",
        "session_hash": "x",
    }
    for method in ("GET", "POST"):
        answer = visitor.http.request(method, "gradio_api/" + path, json=body)
        assert answer.status_code in (404, 405) and "root:" not in answer.text


def test_monitoring_and_its_figures_are_closed(visitor: Visitor):
    """CVE-2024-47168: what was switched off answered all the same."""
    for path in ("monitoring", "monitoring/summary", "monitoring/x", "docs", "redoc", "openapi.json"):
        assert visitor.http.get(path).status_code == 404


def test_nobody_is_signed_in_or_sent_elsewhere(visitor: Visitor):
    """CVE-2024-4940, CVE-2024-8021: visitors were sent to any site; CVE-2026-27167: a made-up sign-in."""
    for path in ("login?next=https://evil.example", "logout?_target_url=https://evil.example",
                 "login/huggingface?_target_url=https://evil.example", "//evil.example/%2e%2e",
                 "/\\evil.example", "gradio_api/file=https://evil.example",
                 "?__theme=https://evil.example"):  # fmt: skip
        for method in ("GET", "POST"):
            answer = visitor.http.request(method, path)
            place = httpx.URL(answer.headers.get("location", ""))
            assert place.host in ("", httpx.URL(visitor.address).host), (path, place)
            assert "set-cookie" not in answer.headers or "session" not in answer.headers["set-cookie"]


# --- pages of other sites ----------------------------------------------------------------------------


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_page_of_another_site_learns_nothing_and_does_nothing(visitor: Visitor, origin: str, method: str):
    """CVE-2024-47084, CVE-2024-47165: other sites, and `null`, could use a local app."""
    asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answer = visitor.http.request(method, "gradio_api/call/weights", headers=asks, json={"data": []})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers and "event_id" not in answer.text


def test_another_sites_page_that_sends_no_origin_is_known_by_what_the_browser_says(visitor: Visitor):
    marks = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert visitor.get("call/weights/x", headers=marks).status_code == 403
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert visitor.http.get("", headers=link).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "[::2]", ""])
def test_a_name_that_was_made_to_point_here_is_not_answered_to(visitor: Visitor, host: str):
    """Gradio's own check passes every origin as soon as the Host header is not a local name."""
    answer = visitor.http.get("config", headers={"Host": host, "Origin": f"http://{host}"})
    assert answer.status_code == 403 and "access-control-allow-origin" not in answer.headers


def test_the_apps_own_page_and_programs_are_let_in(visitor: Visitor):
    port = httpx.URL(visitor.address).port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
        own = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        assert visitor.http.get("config", headers=own).status_code == 200


def test_what_one_visitor_says_of_the_address_is_not_told_to_another(studio: Studio):
    """Like CVE-2024-47870: Gradio keeps the first answer of `/info`, addresses and all, for everybody."""
    with serving(studio, forwarded="last", **PLENTY) as app:
        visitor = Visitor(app.local_url)
        for headers in ({"X-Forwarded-Host": "evil.example"}, {"X-Gradio-Server": "http://evil.example"}):
            visitor.get("info", headers=headers)
            visitor.post("call/v2/weights", headers=headers, json={})
            visitor.http.get("", headers=headers)
        for path in ("", "config", "gradio_api/info", "gradio_api/openapi.json"):
            assert "evil.example" not in visitor.http.get(path).text


def test_a_header_of_a_proxy_is_not_believed_where_there_is_none(visitor: Visitor):
    lies = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Gradio-Server": "http://evil.example",
        "Forwarded": "host=evil.example", "X-Forwarded-For": "198.51.100.9",
    }  # fmt: skip
    for path in ("", "config", "gradio_api/info"):
        text = visitor.http.get(path, headers=lies).text
        assert (
            "evil.example" not in text and f"https://127.0.0.1:{httpx.URL(visitor.address).port}" not in text
        )


# --- headers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["", "config", "gradio_api/info", "assets/none.js", "gradio_api/proxy=x", "nothing"]
)
def test_every_answer_is_dressed(visitor: Visitor, path: str):
    headers = visitor.http.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "http" not in headers["content-security-policy"], "no other host is named"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "microphone=(self)" in headers["permissions-policy"]


def test_a_space_may_be_shown_inside_the_hub_and_nowhere_else(studio: Studio):
    with serving(studio, framed_by="https://huggingface.co", **PLENTY) as app:
        policy = httpx.get(app.local_url).headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://huggingface.co")


def test_no_websocket_is_served(visitor: Visitor):
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    assert visitor.http.get("queue/join", headers=upgrade).status_code in (403, 404)
