import pytest

from voiceclone.errors import TooManyRequestsError
from voiceclone.ui import limits
from voiceclone.ui.limits import PerMinute, visitor_of


class Clock:
    """Seconds that pass when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def request(client: str = "203.0.113.7", forwarded: str | None = None, **scope) -> dict:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return {"client": (client, 5000), "headers": headers, **scope}


def test_a_minutes_worth_is_at_hand_and_comes_back_over_a_minute(clock: Clock):
    limit = PerMinute(6, "requests", clock)
    for _ in range(6):
        limit.take("ada")
    with pytest.raises(TooManyRequestsError) as refused:
        limit.take("ada")
    assert refused.value.retry_after_s == pytest.approx(10)
    clock.now += 10
    limit.take("ada")
    with pytest.raises(TooManyRequestsError):
        limit.take("ada")
    clock.now += 3600
    for _ in range(6):
        limit.take("ada")
    with pytest.raises(TooManyRequestsError):
        limit.take("ada")


def test_waiting_as_long_as_told_is_enough(clock: Clock):
    limit = PerMinute(7, "requests", clock)
    limit.take("ada", 7)
    for units in (1, 2.5, 7):
        with pytest.raises(TooManyRequestsError) as refused:
            limit.take("ada", units)
        clock.now += refused.value.retry_after_s
        limit.take("ada", units)


def test_visitors_have_their_own(clock: Clock):
    limit = PerMinute(1, "requests", clock)
    limit.take("ada")
    limit.take("bob")
    with pytest.raises(TooManyRequestsError):
        limit.take("ada")


def test_a_refusal_takes_nothing(clock: Clock):
    limit = PerMinute(10, "MB", clock)
    limit.take("ada", 8)
    for _ in range(5):
        with pytest.raises(TooManyRequestsError):
            limit.take("ada", 3)
    limit.take("ada", 2)


def test_one_large_file_is_granted_and_paid_off_afterwards(clock: Clock):
    """A limit below the size of one accepted file would otherwise never let it in."""
    limit = PerMinute(10, "MB", clock)
    limit.take("ada", 30)
    clock.now += 60
    with pytest.raises(TooManyRequestsError):
        limit.take("ada", 1)
    clock.now += 120
    limit.take("ada", 1)


def test_memory_is_bounded_and_forgets_the_one_not_seen_for_longest(clock, monkeypatch):
    monkeypatch.setattr(limits, "MAX_VISITORS", 3)
    limit = PerMinute(1, "requests", clock)
    for visitor in ("ada", "bob", "cyd"):
        limit.take(visitor)
    with pytest.raises(TooManyRequestsError):
        limit.take("ada")
    limit.take("dee")
    assert len(limit) == 3
    with pytest.raises(TooManyRequestsError):
        limit.take("ada")
    limit.take("bob")


def test_a_visitor_is_known_by_the_connection_and_by_nothing_they_say():
    said = request(forwarded="198.51.100.9", query_string=b"session_hash=mine")
    assert visitor_of(said, "none") == visitor_of(request(), "none") == "203.0.113.7"


def test_behind_a_proxy_what_the_proxy_wrote_counts_and_not_what_came_before_it():
    spoofed = request("10.0.0.2", "8.8.8.8, 198.51.100.9")
    assert visitor_of(spoofed, "last") == "198.51.100.9"
    assert visitor_of(request("10.0.0.2", "8.8.8.8, 192.168.1.20"), "last") == "192.168.1.20"


def test_behind_several_proxies_the_last_public_address_counts():
    assert visitor_of(request("10.0.0.2", "1.1.1.1, 8.8.4.4, 10.16.3.80, junk"), "public") == "8.8.4.4"
    assert visitor_of(request("10.0.0.2", "10.16.3.80"), "public") == "10.0.0.2"
    assert visitor_of(request("10.0.0.2"), "public") == "10.0.0.2"


def test_a_signed_in_user_is_known_wherever_they_come_from():
    session = {"oauth_info": {"userinfo": {"sub": "u42"}}}
    here, there = request("203.0.113.7", session=session), request("198.51.100.9", session=session)
    assert visitor_of(here, "none") == visitor_of(there, "none") != visitor_of(request(), "none")


def test_a_whole_ipv6_network_is_one_visitor():
    one, two, other = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"
    assert visitor_of(request(one), "none") == visitor_of(request(two), "none")
    assert visitor_of(request(one), "none") != visitor_of(request(other), "none")
    assert visitor_of(request("::ffff:203.0.113.7"), "none") == "203.0.113.7"
