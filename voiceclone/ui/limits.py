"""How much one visitor may ask for in a minute, and who a visitor is.

Token buckets: each visitor has a minute's worth at hand, and gets it back over a minute.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from voiceclone.errors import TooManyRequestsError
from voiceclone.settings import Settings

MAX_VISITORS = 10_000
"""Visitors that a limit remembers; past that the one not seen for longest starts afresh."""
ROUNDING = 1e-6
"""Units that rounding may take from who has waited long enough."""


class PerMinute:
    """One limit: so many units a minute, of each visitor by themselves.

    Args:
        accepted: units a minute, and at once.
        unit: what is counted, for the sentence that a visitor reads.
        clock: seconds that only grow.
    """

    def __init__(self, accepted: float, unit: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.accepted, self.unit = accepted, unit
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Units left, and when that was; in the order in which visitors were last seen."""

    def take(self, visitor: str, units: float = 1.0) -> None:
        """Take units of what the visitor has left.

        More than a whole minute's worth is granted to who has not taken any: else it never could be.

        Raises:
            TooManyRequestsError: not that many are left; nothing was taken.
        """
        now = self._clock()
        with self._lock:
            left, since = self._left.pop(visitor, (self.accepted, now))
            left = min(self.accepted, left + (now - since) * self.accepted / 60)
            missing = min(units, self.accepted) - left
            enough = missing <= ROUNDING
            self._left[visitor] = (left - units if enough else left, now)
            if len(self._left) > MAX_VISITORS:
                self._left.popitem(last=False)
        if not enough:
            raise TooManyRequestsError(self.accepted, self.unit, math.ceil(missing * 60 / self.accepted))

    def __len__(self) -> int:
        return len(self._left)


class Limits:
    """All limits of one app."""

    def __init__(self, settings: Settings) -> None:
        self.heavy = PerMinute(settings.heavy_per_minute, "voices learned or texts spoken")
        self.requests = PerMinute(settings.requests_per_minute, "requests")
        self.uploads = PerMinute(settings.uploads_per_minute, "uploads")
        self.upload_mb = PerMinute(settings.upload_mb_per_minute, "MB of uploads")


def account_of(scope: Mapping[str, Any]) -> str | None:
    """Return the lasting id of the account that is signed in, from a cookie that the server signed."""
    subject = scope.get("session", {}).get("oauth_info", {}).get("userinfo", {}).get("sub")
    return subject or None


def username_of(scope: Mapping[str, Any]) -> str | None:
    """Return what the account that is signed in is called, which may change, from the same cookie."""
    return (
        scope.get("session", {}).get("oauth_info", {}).get("userinfo", {}).get("preferred_username") or None
    )


def token_of(scope: Mapping[str, Any]) -> str | None:
    """Return the access token of the account that is signed in, from the same cookie."""
    return scope.get("session", {}).get("oauth_info", {}).get("access_token") or None


def visitor_of(scope: Mapping[str, Any], forwarded: str) -> str:
    """Return who sends a request: the signed-in user, else the network they come from.

    Never anything that a client may choose, such as its session's name.

    Args:
        scope: ASGI scope of the request.
        forwarded: see `Settings.forwarded`.
    """
    account = account_of(scope)
    if account is not None:
        return f"user {account}"
    address = _forwarded_address(scope, forwarded) or (scope.get("client") or ("unknown",))[0]
    return _network(address)


def _forwarded_address(scope: Mapping[str, Any], forwarded: str) -> str | None:
    if forwarded == "none":
        return None
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    hops = [hop.strip() for hop in ",".join(values).split(",") if hop.strip()]
    if forwarded == "public":
        hops = [hop for hop in hops if _is_public(hop)]
    return hops[-1] if hops else None


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _network(address: str) -> str:
    """Return an IPv4 address as it is, and of an IPv6 address the /64 that one customer gets whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address
