"""Whose turn it is: heavy work one job at a time on each device, fair among visitors.

Visitors take turns, each with their own jobs in the order they came (round robin), so that
ten jobs of one visitor delay another visitor's by one job and not by ten.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from itertools import takewhile
from types import TracebackType

from voiceclone.errors import QueueFullError, ServerStoppingError, VisitorQueueFullError


class Ticket:
    """A place in the queue, then a turn. As a context manager it is given back at the end, whatever ends it.

    Made by `Turns.join`.
    """

    def __init__(self, turns: Turns, visitor: str) -> None:
        self._turns = turns
        self.visitor = visitor

    def before(self) -> int:
        """Return how many jobs come before this one, those under way included; 0: it is this one's turn.

        Raises:
            ServerStoppingError: the turn will not come any more.
        """
        return self._turns._before(self)

    def leave(self) -> None:
        """Give up the place or the turn; the next one moves up. A second time does nothing."""
        self._turns._leave(self)

    def __enter__(self) -> Ticket:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()


class Turns:
    """The queue before the devices. Safe between threads.

    Args:
        slots: returns how many jobs run at a time: the number of devices, which may become known later.
        max_waiting: jobs that may wait, of all visitors together.
        per_visitor: jobs of one visitor that may wait.
    """

    def __init__(self, slots: Callable[[], int] = lambda: 1, *, max_waiting: int, per_visitor: int) -> None:
        self._slots = slots
        self._max_waiting = max_waiting
        self._per_visitor = per_visitor
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, deque[Ticket]] = OrderedDict()
        """Visitors in the order of their next turn, each with at least one waiting job."""
        self._running: set[Ticket] = set()
        self._closed = False
        self._idle = threading.Event()
        self._idle.set()

    def join(self, visitor: str) -> Ticket:
        """Return a place behind the visitor's earlier jobs; nobody waits where a device is free.

        Raises:
            QueueFullError, VisitorQueueFullError: too many wait already.
            ServerStoppingError: nothing new is begun.
        """
        ticket = Ticket(self, visitor)
        with self._lock:
            if self._closed:
                raise ServerStoppingError()
            self._admit_waiting()
            if self._free():
                self._admit(ticket)
                return ticket
            total, own = sum(map(len, self._waiting.values())), len(self._waiting.get(visitor, ()))
            if total >= self._max_waiting:
                raise QueueFullError(total, self._max_waiting)
            if own >= self._per_visitor:
                raise VisitorQueueFullError(own, self._per_visitor)
            self._waiting.setdefault(visitor, deque()).append(ticket)
            if own == 0:
                self._let_newcomer_pass()
        return ticket

    def close(self) -> None:
        """Begin nothing new: whoever waits or joins is told that the server is stopping."""
        with self._lock:
            self._closed = True
            self._waiting.clear()

    @property
    def closed(self) -> bool:
        """Whether `close` was called: a job under way should end."""
        return self._closed

    def wait_until_idle(self, timeout_s: float) -> bool:
        """Wait for the jobs under way; return whether they ended in time."""
        return self._idle.wait(timeout_s)

    def _let_newcomer_pass(self) -> None:
        """Put those who are being served behind the visitor who has just joined the end of the line."""
        served = {ticket.visitor for ticket in self._running}
        others = reversed(list(self._waiting)[:-1])
        for visitor in reversed(list(takewhile(served.__contains__, others))):
            self._waiting.move_to_end(visitor)

    def _free(self) -> bool:
        return len(self._running) < self._slots()

    def _admit(self, ticket: Ticket) -> None:
        self._running.add(ticket)
        self._idle.clear()

    def _admit_waiting(self) -> None:
        while self._free() and self._waiting:
            visitor, tickets = next(iter(self._waiting.items()))
            self._admit(tickets.popleft())
            if tickets:
                self._waiting.move_to_end(visitor)
            else:
                del self._waiting[visitor]

    def _before(self, ticket: Ticket) -> int:
        with self._lock:
            if ticket in self._running:
                return 0
            own = self._waiting.get(ticket.visitor)
            if own is None or ticket not in own:
                raise ServerStoppingError()
            rank = own.index(ticket)
            ahead, passed = rank, False
            for visitor, tickets in self._waiting.items():
                if visitor == ticket.visitor:
                    passed = True
                else:  # one of theirs for each of mine, and one more if they come first
                    ahead += min(len(tickets), rank if passed else rank + 1)
            return ahead + len(self._running)

    def _leave(self, ticket: Ticket) -> None:
        with self._lock:
            own = self._waiting.get(ticket.visitor, deque())
            if ticket in own:
                own.remove(ticket)
                if not own:
                    del self._waiting[ticket.visitor]
            if ticket in self._running:
                self._running.remove(ticket)
            self._admit_waiting()
            if not self._running:
                self._idle.set()
