"""The gate, with a small app of its own: what Gradio does at its edges is Gradio's own behaviour."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import gradio as gr
import httpx
import pytest
from gradio.helpers import special_args

from voiceclone.settings import Settings
from voiceclone.ui.endpoints import HEAVY
from voiceclone.ui.gate import install_gate
from voiceclone.ui.handler import bound
from voiceclone.ui.limits import Limits
from voiceclone.ui.turns import Turns
from voiceclone.ui.words import Words


class Work:
    """A heavy job that a test lets go on step by step, and that notes how it ended."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)
        self.ended: list[str] = []

    def job(self, studio: object, words: Words, name: str) -> Iterator[str]:
        try:
            for step in range(3):
                self.begun.release()
                assert self.go_on.acquire(timeout=20)
                yield f"{name} {step}"
        finally:
            self.ended.append(name)


def app_of(work: Work) -> gr.Blocks:
    def page(studio: object, words: Words, name: str) -> Iterator[str]:
        yield from work.job(studio, words, name)

    def endpoint(studio: object, words: Words, name: str) -> Iterator[str]:
        yield from work.job(studio, words, name)

    with gr.Blocks() as app:
        name, status, data = gr.Textbox(), gr.HTML(), gr.JSON()
        gr.on([], bound(None, page), name, status, api_name="page", api_visibility="private", **HEAVY)
        gr.on([], bound(None, endpoint), name, data, api_name="endpoint", **HEAVY)
    return app


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def turns() -> Turns:
    return Turns(max_waiting=2, per_visitor=1)


@pytest.fixture
def handlers(work: Work, turns: Turns) -> dict:
    app = app_of(work)
    install_gate(app, turns, Limits(Settings(heavy_per_minute=4)), "none")
    return {event.api_name: event.fn for event in app.fns.values()}


def request(address: str = "203.0.113.7", language: str = "en") -> gr.Request:
    import fastapi

    headers = [(b"accept-language", language.encode())]
    scope = {"type": "http", "client": (address, 1), "headers": headers, "path": "/", "query_string": b""}
    return gr.Request(fastapi.Request(scope))


def waiting_before_one_more(turns: Turns) -> int:
    with turns.join("one more") as ticket:
        return ticket.before() - 1


def until(true: Callable[[], bool]) -> None:
    """Wait for what another thread does; a test that waits in vain fails."""
    for _ in range(2000):
        if true():
            return
        threading.Event().wait(0.01)
    pytest.fail("it never came")


def run(coroutine):
    # In a thread: a test that drove a browser leaves its event loop running in the main one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asyncio.wait_for(coroutine, 30)).result()


async def collect(events) -> list:
    return [event async for event in events]


def test_gradio_still_finds_the_request(handlers):
    inputs, *_ = special_args(handlers["page"], ["ada"], request=request())
    assert inputs[0] == "ada" and isinstance(inputs[1], gr.Request)


def test_who_waits_on_the_page_is_told_how_many_come_before(handlers, work: Work, turns: Turns):
    async def visit() -> None:
        with turns.join("somebody else"):
            waiting = handlers["page"]("ada", request())
            first = await anext(waiting)
        work.go_on.release(3)
        rest = await collect(waiting)
        assert "1 before you" in first[0]["value"] and first[0]["visible"]
        assert rest == ["ada 0", "ada 1", "ada 2"]

    run(visit())
    assert turns.wait_until_idle(0)


def test_an_endpoint_says_nothing_while_it_waits_for_its_answers_are_data(handlers, work: Work, turns: Turns):
    async def visit() -> list:
        work.go_on.release(3)
        with turns.join("somebody else"):
            waiting = asyncio.ensure_future(collect(handlers["endpoint"]("ada", request())))
            await asyncio.sleep(0.3)
            assert not waiting.done()
        return await waiting

    assert run(visit()) == ["ada 0", "ada 1", "ada 2"]


def test_a_full_queue_and_one_visitors_share_are_said_in_words(handlers, turns: Turns):
    async def refused(address: str, language: str = "en") -> str:
        with pytest.raises(gr.Error) as error:
            await collect(handlers["endpoint"]("x", request(address, language)))
        return error.value.message

    async def visit() -> None:
        turns.join("somebody else")
        turns.join("203.0.113.7")
        assert "1 of your requests" in await refused("203.0.113.7")
        turns.join("198.51.100.9")
        assert "queue is full: 2 requests wait" in await refused("192.0.2.1")
        assert "队列已满" in await refused("192.0.2.1", "zh")

    run(visit())


def test_too_many_jobs_in_a_minute_are_refused_and_the_turn_is_given_back(handlers, work: Work, turns: Turns):
    async def visit() -> None:
        work.go_on.release(12)
        for _ in range(4):
            await collect(handlers["endpoint"]("ada", request()))
        with pytest.raises(gr.Error, match=r"at most 4 .* a minute .* Try again in \d+ s"):
            await collect(handlers["endpoint"]("ada", request()))

    run(visit())
    assert turns.wait_until_idle(0) and len(work.ended) == 4


@pytest.mark.parametrize("steps", [0, 1])
def test_a_visitor_who_leaves_gives_the_turn_back(handlers, work: Work, turns: Turns, steps: int):
    """While waiting, or between two steps: Gradio closes the generator."""

    async def visit() -> None:
        with turns.join("somebody else") as other:
            visit = handlers["page"]("ada", request())
            await anext(visit)
            if steps:
                other.leave()
                work.go_on.release()
                assert await anext(visit) == "ada 0"
            await visit.aclose()
        assert turns.wait_until_idle(0)

    run(visit())
    assert work.ended == ["ada"] * steps


@pytest.mark.parametrize("during", ["waiting", "step"])
def test_a_cancelled_job_gives_the_turn_back_when_its_step_has_ended(handlers, work, turns, during: str):
    """Two jobs on one device would begin if the turn were given back while the thread still works."""

    async def visit() -> None:
        with turns.join("somebody else") as other:
            task = asyncio.ensure_future(collect(handlers["endpoint"]("ada", request())))
            if during == "step":
                other.leave()
                await asyncio.to_thread(work.begun.acquire)
            else:
                await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            if during == "step":
                assert turns.join("next").before() == 1
                work.go_on.release()
                while not work.ended:
                    await asyncio.sleep(0.01)
                await asyncio.sleep(0.05)
                assert turns.join("last").before() == 1, "the next one's turn has come"

    run(visit())


def test_an_error_of_the_work_gives_the_turn_back(turns: Turns):
    def broken(studio: object, words: Words, name: str) -> Iterator[str]:
        yield "begun"
        raise ZeroDivisionError(name)

    with gr.Blocks() as app:
        gr.on([], bound(None, broken), gr.Textbox(), gr.JSON(), api_name="broken", **HEAVY)
    install_gate(app, turns, Limits(Settings()), "none")
    (event,) = app.fns.values()
    with pytest.raises(gr.Error, match="failed at something") as error:
        run(collect(event.fn("hidden detail", request())))
    assert "hidden detail" not in error.value.message
    assert turns.wait_until_idle(0)


def test_a_stop_ends_running_work_after_its_step(handlers, work: Work, turns: Turns):
    async def visit() -> None:
        visit = handlers["endpoint"]("ada", request())
        work.go_on.release(3)
        assert await anext(visit) == "ada 0"
        turns.close()
        with pytest.raises(gr.Error, match="being stopped"):
            await anext(visit)

    run(visit())
    assert work.ended == ["ada"] and turns.wait_until_idle(0)


def test_a_client_that_hangs_up_while_waiting_gives_up_its_place(work: Work, turns: Turns):
    """Gradio notes that a client has gone, and would act on it only at the job's first output."""
    app = app_of(work)
    install_gate(app, turns, Limits(Settings()), "none")
    app.queue(default_concurrency_limit=4)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    _, address, _ = app.launch(prevent_thread_lock=True, quiet=True, server_port=port)
    try:
        with turns.join("somebody else"), httpx.Client(base_url=address, timeout=30) as client:
            event = client.post("gradio_api/call/endpoint", json={"data": ["ada"]}).json()["event_id"]
            with client.stream("GET", f"gradio_api/call/endpoint/{event}"):
                until(lambda: waiting_before_one_more(turns) == 1)
            until(lambda: waiting_before_one_more(turns) == 0)
        assert turns.wait_until_idle(5) and not work.ended
    finally:
        app.close(verbose=False)
