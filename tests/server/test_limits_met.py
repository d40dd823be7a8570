"""What one visitor asks for too often is refused in words, and costs the next visitor nothing."""

import threading
from pathlib import Path

import pytest

from tests.server.served import PLENTY, Visitor, serving
from voiceclone.studio import Studio
from voiceclone.ui import guard

ADA, BOB = "127.0.0.2", "127.0.0.3"
"""Two addresses of this machine."""


def weights(visitor: Visitor, **headers: str) -> int:
    return visitor.post("call/weights", json={"data": []}, headers=headers).status_code


def test_too_many_requests_are_refused_with_the_time_to_wait(studio: Studio):
    with serving(studio, requests_per_minute=5) as app:
        ada, bob = Visitor(app.local_url, ADA), Visitor(app.local_url, BOB)
        assert [weights(ada) for _ in range(7)] == [200] * 5 + [429] * 2
        refused = ada.post("call/weights", json={"data": []})
        assert 1 <= int(refused.headers["retry-after"]) <= 12
        assert "at most 5 requests a minute" in refused.json()["detail"]
        assert "请求太多" in ada.post("call/weights", headers={"Accept-Language": "zh"}).json()["detail"]
        assert weights(bob) == 200


def test_no_header_and_no_session_makes_a_visitor_another_one(studio: Studio):
    with serving(studio, requests_per_minute=6) as app:
        ada = Visitor(app.local_url)
        answers = [weights(ada, **{"X-Forwarded-For": f"198.51.100.{number}:99"}) for number in range(7)]
        assert answers[0] == 200 and answers[-1] == 429
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "Cookie", "User-Agent"):
            assert weights(ada, **{name: "198.51.100.77"}) == 429
        body = {"data": [], "fn_index": 0, "session_hash": "another"}
        assert ada.post("queue/join", json=body).status_code == 429


def test_behind_a_proxy_visitors_are_told_apart(studio: Studio):
    with serving(studio, requests_per_minute=2, forwarded="last") as app:
        proxy = Visitor(app.local_url)
        for visitor in ("198.51.100.1", "6.6.6.6, 198.51.100.2"):
            assert [weights(proxy, **{"X-Forwarded-For": visitor}) for _ in range(3)] == [200, 200, 429]
        assert weights(proxy, **{"X-Forwarded-For": "7.7.7.7, 198.51.100.2"}) == 429


def test_too_many_uploads_and_too_many_megabytes_are_refused(studio: Studio):
    with serving(studio, uploads_per_minute=3, upload_mb_per_minute=1, requests_per_minute=1e6) as app:
        ada, bob = Visitor(app.local_url, ADA), Visitor(app.local_url, BOB)

        def upload(visitor: Visitor, size: int) -> tuple[int, str]:
            answer = visitor.post("upload", files={"files": ("x.wav", bytes(size))})
            return answer.status_code, answer.text

        assert [upload(ada, 10)[0] for _ in range(4)] == [200, 200, 200, 429]
        assert upload(bob, 800_000)[0] == 200
        status, text = upload(bob, 800_000)
        assert status == 429 and "at most 1 MB of uploads a minute" in text
        assert upload(bob, 1000)[0] == 200, "what was refused was not counted"


def test_too_many_open_connections_of_one_visitor_are_refused(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
):
    """Gradio keeps a stream open for as long as a client likes, and a process has so many files."""
    monkeypatch.setattr(guard, "OPEN_PER_VISITOR", 4)
    with serving(studio, **PLENTY) as app:
        ada, bob = Visitor(app.local_url, ADA), Visitor(app.local_url, BOB)
        held = [ada.http.stream("GET", f"gradio_api/heartbeat/{number}") for number in range(4)]
        for stream in held:
            assert stream.__enter__().status_code == 200
        assert weights(ada) == 429 and weights(bob) == 200
        for stream in held:
            stream.__exit__(None, None, None)
        for _ in range(500):
            if weights(ada) == 200:
                return
            threading.Event().wait(0.01)
        pytest.fail("closed connections are still counted")


def test_a_full_queue_is_said_and_another_visitors_turn_comes_first(studio: Studio, voice_file: Path):
    with serving(studio, queue_size=3, queue_per_visitor=2, **PLENTY) as app:
        ada, bob = Visitor(app.local_url, ADA), Visitor(app.local_url, BOB)
        order: list[str] = []

        def speak(visitor: Visitor, name: str) -> tuple[threading.Thread, list[str]]:
            file, errors = visitor.upload("nobody.safetensors", voice_file.read_bytes()), []

            def work() -> None:
                said = visitor.call("speak", file, "", None, 1.0, 0, False)  # nothing to say: a quick refusal
                order.append(name)
                errors.append(said.error)

            before = waiting(app)
            thread = threading.Thread(target=work)
            thread.start()
            for _ in range(1000):
                if waiting(app) > before or not thread.is_alive():
                    break
                threading.Event().wait(0.01)
            return thread, errors

        with app.turns.join("somebody"):
            jobs = [
                speak(ada, "ada 1"),
                speak(ada, "ada 2"),
                speak(ada, "ada 3"),
                speak(bob, "bob 1"),
                speak(bob, "bob 2"),
            ]
        for thread, _ in jobs:
            thread.join()
        assert "2 of your requests wait" in jobs[2][1][0]
        assert "queue is full: 3 requests wait" in jobs[4][1][0]
        assert all("no text to speak" in errors[0] for _, errors in (jobs[0], jobs[1], jobs[3]))
        assert order[2:] == ["ada 1", "bob 1", "ada 2"]
        assert app.turns.wait_until_idle(5)


def waiting(app) -> int:
    """Return how many jobs wait; somebody else's job is under way."""
    return sum(len(tickets) for tickets in app.turns._waiting.values())


def test_light_work_goes_on_while_heavy_work_waits(studio: Studio, voice_file: Path):
    with serving(studio, queue_per_visitor=32, **PLENTY) as app:
        ada = Visitor(app.local_url, ADA)
        file = ada.upload("nobody.safetensors", voice_file.read_bytes())
        with app.turns.join("somebody"):
            events = [ada.submit("speak", file, "", None, 1.0, 0, False) for _ in range(32)]
            for _ in range(1000):
                if waiting(app) == 32:
                    break
                threading.Event().wait(0.01)
            assert waiting(app) == 32
            assert Visitor(app.local_url, BOB).call("preview_text", "Hello.", "en-us").event == "complete"
            assert ada.call("preview_text", "Hello.", "en-us").event == "complete"
        assert all("no text to speak" in ada.result("speak", event).error for event in events)
