"""Find voices on the Hub by what their cards say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voiceclone.errors import OptionError
from voiceclone.hub.card import ATTESTED_TAG, LIBRARY, VERIFIED_TAG
from voiceclone.hub.client import Access
from voiceclone.hub.pull import visibility_of

MAX_ROWS = 100
_ASKED = ["author", "cardData", "downloads", "gated", "lastModified", "private", "sha", "tags"]


@dataclass(frozen=True)
class FoundVoice:
    """One row of a search: what a card claims, none of it checked. Looking at the voice checks it."""

    repo_id: str
    name: str
    language: str
    """ISO 639 code; empty where the card gives none."""
    consent: str
    """`verified`, `attested`, or empty where the card gives neither."""
    licence: str
    visibility: str
    """`private` (one's own), `gated` or `public`."""
    downloads: int
    updated: str
    """ISO 8601 day; empty where the Hub says nothing."""
    card: Mapping[str, Any]
    """The card's metadata."""


def browse(access: Access, query: str = "", limit: float = 30) -> list[FoundVoice]:
    """Return voices on the Hub, what the Hub thinks fits best first.

    Args:
        access: how to ask; with a token one's own private voices are among them.
        query: part of a repository's name; all voices when empty.
        limit: at most so many, 1 to 100.

    Raises:
        OptionError: the limit is no such number.
        HubError: the Hub refuses, or cannot be asked.
    """
    if not 1 <= limit <= MAX_ROWS or limit != int(limit):
        raise OptionError("limit", limit, f"a whole number from 1 to {MAX_ROWS}")
    asked: dict[str, Any] = {"filter": LIBRARY, "search": query.strip() or None, "expand": _ASKED}
    found = access.ask(lambda api: list(api.list_models(limit=int(limit), **asked)))
    return [_row(info) for info in found]


def _row(info: Any) -> FoundVoice:
    data = info.card_data.to_dict() if info.card_data is not None else {}
    tags = set(info.tags or ())
    consent = {VERIFIED_TAG: "verified", ATTESTED_TAG: "attested"}
    languages = data.get("language")
    return FoundVoice(
        repo_id=info.id,
        name=str(data.get("voice_name") or info.id.partition("/")[2]),
        language=str(languages[0] if isinstance(languages, list) and languages else languages or ""),
        consent=next((word for tag, word in consent.items() if tag in tags), ""),
        licence=str(data.get("license_name") or data.get("license") or ""),
        visibility=visibility_of(info),
        downloads=info.downloads or 0,
        updated=info.last_modified.date().isoformat() if info.last_modified else "",
        card=data,
    )
