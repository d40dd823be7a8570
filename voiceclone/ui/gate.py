"""The gate before heavy work: whoever learns or speaks waits for a turn, and sees how many come before.

Gradio's own queue is first come, first served, so one visitor could fill it. Its limit for
heavy work is therefore lifted, and the turns are given here.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import gradio as gr
from anyio import to_thread
from gradio.block_function import BlockFunction
from gradio.context import LocalContext

from voiceclone.errors import ServerStoppingError, VoiceCloneError
from voiceclone.ui import markup
from voiceclone.ui.limits import Limits, visitor_of
from voiceclone.ui.turns import Ticket, Turns
from voiceclone.ui.words import user_error, words_for

log = logging.getLogger(__name__)

HEAVY_ID = "heavy"
"""`concurrency_id` of the events that wait here."""

LOOK_EVERY_S = 0.1
"""How often somebody who waits looks whether it is their turn."""

_END = object()


def install_gate(app: gr.Blocks, turns: Turns, limits: Limits, forwarded: str) -> None:
    """Make every heavy event of the app wait for its turn; done once, before the app is served.

    Args:
        app: whose events with `concurrency_id` "heavy" are generators that end in `request`
            (see `handler.bound`).
        turns: the queue that they share.
        limits: how often one visitor may pass.
        forwarded: see `Settings.forwarded`.
    """
    for event in app.fns.values():
        if event.concurrency_id == HEAVY_ID:
            assert event.fn is not None and inspect.isgeneratorfunction(event.fn), (
                f"{event.name}: no generator"
            )
            event.fn = _in_turn(event.fn, _sign_of(event), turns, limits, forwarded)


def _in_turn(
    fn: Callable[..., Iterator[Any]],
    sign: Callable[[str], Any] | None,
    turns: Turns,
    limits: Limits,
    forwarded: str,
) -> Callable[..., AsyncIterator[Any]]:
    """Return `fn` as it runs behind the gate.

    It waits in the event loop, not in a thread: there Gradio can end it at any moment, and
    nobody who waits takes a thread from others.
    """

    @functools.wraps(fn)
    async def handler(*inputs: Any) -> AsyncIterator[Any]:
        request = inputs[-1]
        words = words_for(request)
        visitor = visitor_of(request.request.scope, forwarded)
        try:
            with _Job(turns.join(visitor), fn(*inputs)) as job:
                limits.heavy.take(visitor)
                async for before in _wait(job.ticket):
                    if sign is not None:
                        yield sign(words("turn.waiting", before=before))
                while not _abandoned() and (step := await job.step()) is not _END:
                    yield step
                    if turns.closed:
                        raise ServerStoppingError()
        except VoiceCloneError as error:
            raise user_error(error, words) from error

    return handler


class _Job:
    """A generator that runs step by step in threads, and its turn: given back when no step runs any more.

    A step cannot be ended from outside, so when the job is cancelled during one, whoever cancels
    goes on at once, and the next job begins when the step has ended.
    """

    def __init__(self, ticket: Ticket, steps: Iterator[Any]) -> None:
        self.ticket = ticket
        self._steps = steps
        self._running: asyncio.Future[Any] | None = None

    async def step(self) -> Any:
        """Return the next output, or `_END`."""
        self._running = asyncio.ensure_future(to_thread.run_sync(next, self._steps, _END))
        return await asyncio.shield(self._running)

    def __enter__(self) -> _Job:
        return self

    def __exit__(self, *ended: object) -> None:
        if self._running is not None and not self._running.done():
            self._running.add_done_callback(self._end)
        else:
            self._end()

    def _end(self, step: asyncio.Future[Any] | None = None) -> None:
        if step is not None and step.cancelled():
            return  # the event loop ends, though the thread does not: no other job follows
        if step is not None and step.exception() is not None:
            log.info("a cancelled job ended with an error", exc_info=step.exception())
        try:
            self._steps.close()  # type: ignore[attr-defined]
        finally:
            self.ticket.leave()


async def _wait(ticket: Ticket) -> AsyncIterator[int]:
    """Yield how many jobs come before, each time that changes, until it is this one's turn."""
    shown = 0
    while before := ticket.before():
        if _abandoned():
            return
        if before != shown:
            shown = before
            yield before
        await asyncio.sleep(LOOK_EVERY_S)


def _abandoned() -> bool:
    """Return whether the client has gone. Gradio notes that, and acts on it only at the next output."""
    app, event_id = LocalContext.blocks.get(None), LocalContext.event_id.get(None)
    event = app._queue.event_ids_to_events.get(event_id) if app is not None and event_id else None
    return event is not None and not event.alive


def _sign_of(event: BlockFunction) -> Callable[[str], Any] | None:
    """Return what shows a sentence in the event's first output: on the page that is its status line.

    None for an endpoint, whose outputs are data.
    """
    outputs = len(event.outputs)
    if event.api_visibility == "public" or not isinstance(event.outputs[0], gr.HTML):
        return None
    return lambda sentence: (
        gr.update(value=markup.paragraph(sentence, "vc-quiet"), visible=True),
        *[gr.skip()] * (outputs - 1),
    )
