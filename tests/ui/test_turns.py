import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone.errors import QueueFullError, ServerStoppingError, VisitorQueueFullError
from voiceclone.ui.turns import Ticket, Turns


def served(turns: Turns, running: Ticket, waiting: list[Ticket]) -> list[Ticket]:
    """End one job after the other, and return the tickets in the order in which their turn came."""
    order = []
    waiting = list(waiting)
    while waiting:
        running.leave()
        (running,) = (ticket for ticket in waiting if ticket.before() == 0)
        waiting.remove(running)
        order.append(running)
    return order


def test_the_first_has_its_turn_at_once_and_the_others_know_how_many_come_before():
    turns = Turns(max_waiting=10, per_visitor=10)
    assert [turns.join("ada").before() for _ in range(4)] == [0, 1, 2, 3]


def test_two_devices_take_two_jobs():
    turns = Turns(lambda: 2, max_waiting=10, per_visitor=10)
    first, second, third = (turns.join("ada") for _ in range(3))
    assert (first.before(), second.before(), third.before()) == (0, 0, 2)
    second.leave()
    assert third.before() == 0


def test_devices_that_become_known_take_jobs_that_wait():
    """How many there are is known once the first engine is loaded, which is during the first job."""
    known = [1]
    turns = Turns(lambda: known[0], max_waiting=10, per_visitor=10)
    tickets = [turns.join("ada") for _ in range(5)]
    assert [ticket.before() for ticket in tickets] == [0, 1, 2, 3, 4]
    known[0] = 3
    newcomer = turns.join("bob")
    assert [ticket.before() for ticket in [*tickets, newcomer]] == [0, 0, 0, 4, 5, 3]
    tickets[0].leave()
    assert newcomer.before() == 0


def test_ten_jobs_of_one_visitor_delay_another_by_one_job():
    turns = Turns(max_waiting=20, per_visitor=20)
    running, *many = (turns.join("ada") for _ in range(10))
    other = turns.join("bob")
    assert other.before() == 1, "only the job under way"
    assert [ticket.before() for ticket in many] == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert served(turns, running, [*many, other])[0] is other


def test_visitors_take_turns():
    turns = Turns(max_waiting=20, per_visitor=20)
    running = turns.join("eve")
    tickets = [turns.join(visitor) for visitor in ("ada", "ada", "ada", "bob", "bob", "cyd")]
    order = [ticket.visitor for ticket in served(turns, running, tickets)]
    assert order == ["ada", "bob", "cyd", "ada", "bob", "ada"]


@given(
    visitors=st.lists(st.sampled_from("abcd"), min_size=1, max_size=20),
    leaving=st.lists(st.integers(0, 19), max_size=6),
    slots=st.integers(1, 3),
)
def test_what_is_told_comes_true(visitors: list[str], leaving: list[int], slots: int):
    """Whoever is told that n come before has its turn after exactly n jobs have ended."""
    turns = Turns(lambda: slots, max_waiting=20, per_visitor=20)
    tickets = [turns.join(visitor) for visitor in visitors]
    for index in leaving:
        if index < len(tickets):
            tickets[index].leave()
    left = [ticket for index, ticket in enumerate(tickets) if index not in leaving]
    told = {ticket: ticket.before() for ticket in left}
    running = [ticket for ticket in left if told[ticket] == 0]
    assert len(running) == min(slots, len(left))
    ended = 0
    while running:
        running.pop(0).leave()
        ended += 1
        for ticket in left:
            if told[ticket] and ticket not in running and ended >= told[ticket] - slots + 1:
                if told.get(ticket) and ticket.before() == 0:
                    assert ended == told[ticket] - slots + 1
                    told[ticket] = 0
                    running.append(ticket)
    assert not any(told.values())


def test_a_full_queue_says_how_many_wait():
    turns = Turns(max_waiting=2, per_visitor=2)
    for visitor in ("ada", "bob", "cyd"):
        turns.join(visitor)
    with pytest.raises(QueueFullError) as full:
        turns.join("dee")
    assert (full.value.waiting, full.value.max_waiting) == (2, 2)


def test_one_visitor_cannot_fill_the_queue():
    turns = Turns(max_waiting=10, per_visitor=2)
    for _ in range(3):
        turns.join("ada")
    with pytest.raises(VisitorQueueFullError):
        turns.join("ada")
    assert turns.join("bob").before() == 1


def test_a_turn_is_given_back_whatever_ends_it():
    turns = Turns(max_waiting=2, per_visitor=2)
    waiting = None
    with pytest.raises(ZeroDivisionError), turns.join("ada"):
        waiting = turns.join("bob")
        assert waiting.before() == 1
        raise ZeroDivisionError
    assert waiting.before() == 0


def test_who_leaves_the_queue_makes_room_and_may_say_so_twice():
    turns = Turns(max_waiting=2, per_visitor=2)
    running, leaver, last = (turns.join(visitor) for visitor in ("ada", "bob", "cyd"))
    leaver.leave()
    leaver.leave()
    assert last.before() == 1
    running.leave()
    running.leave()
    assert last.before() == 0
    assert turns.join("dee").before() == 1, "leaving twice freed one device, not two"


def test_after_the_end_nobody_joins_and_who_waits_is_told():
    turns = Turns(max_waiting=2, per_visitor=2)
    running, waiting = turns.join("ada"), turns.join("bob")
    turns.close()
    assert turns.closed and running.before() == 0
    with pytest.raises(ServerStoppingError):
        waiting.before()
    with pytest.raises(ServerStoppingError):
        turns.join("cyd")
    assert not turns.wait_until_idle(0)
    waiting.leave()
    running.leave()
    assert turns.wait_until_idle(0)


def test_threads_never_share_a_device():
    turns, inside, most = Turns(lambda: 2, max_waiting=100, per_visitor=100), [], []

    def work(visitor: str) -> None:
        for _ in range(20):
            with turns.join(visitor) as ticket:
                while ticket.before():
                    threading.Event().wait(0.0005)
                inside.append(visitor)
                most.append(len(inside))
                inside.remove(visitor)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) <= 2 and len(most) == 120
    assert turns.wait_until_idle(0)
