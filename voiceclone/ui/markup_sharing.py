"""HTML of voices on the Hub: what was shared, what is there, whom a token belongs to."""

from __future__ import annotations

from voiceclone.hub.account import Account
from voiceclone.hub.browse import FoundVoice
from voiceclone.sharing import Pushed, SharedVoice
from voiceclone.ui.foreign_card import card_html
from voiceclone.ui.markup import consent_line, esc, paragraph
from voiceclone.ui.words import Words

REVISION_DIGITS = 10
"""Of a commit, as it is shown."""


def account(found: Account, words: Words) -> str:
    """Return in whose name a voice would be shared."""
    more = ""
    if found.organisations:
        names = ", ".join(found.organisations)
        more = paragraph(words("share.who.organisations", organisations=names), "vc-quiet")
    return f'<div role="status">{paragraph(words("share.who.is", account=found.name))}{more}</div>'


def pushed(done: Pushed, words: Words) -> str:
    """Return where a voice is now, with a link there."""
    facts = words(
        "share.pushed.facts",
        visibility=words(f"visibility.{done.visibility}"),
        revision=done.revision[:REVISION_DIGITS],
        files=len(done.files),
    )
    link = esc(done.repo_id)
    if done.url.startswith(("https://", "http://")):
        link = f'<a href="{esc(done.url)}" target="_blank" rel="noopener noreferrer">{link}</a>'
    return (
        f'<div class="vc-card vc-found" role="status"><p class="vc-name">{esc(words("share.pushed"))}</p>'
        f"<p>{link}</p>{paragraph(facts, 'vc-quiet')}</div>"
    )


def shared_voice(found: SharedVoice, words: Words) -> str:
    """Return a voice on the Hub before it is used: its consent, whether that is known, and its card."""
    place = words(
        "pull.place",
        repo=found.repo_id,
        revision=found.revision[:REVISION_DIGITS],
        visibility=words(f"visibility.{found.visibility}"),
    )
    state = paragraph(words(f"pull.state.{found.state}"), "" if found.state == "current" else "vc-warn")
    trust = paragraph(words("pull.trusted" if found.trusted else "pull.untrusted"), "vc-quiet")
    return (
        f'<div class="vc-card" role="status"><p class="vc-name">{esc(found.name)}</p>'
        f"{paragraph(place, 'vc-quiet')}{paragraph(consent_line(found.receipt, found.trusted, words))}"
        f"{trust}{state}"
        f"<details><summary>{esc(words('pull.card'))}</summary>{card_html(found.card)}</details></div>"
    )


def found_label(row: FoundVoice, words: Words) -> str:
    """Return a voice that was found, in a line: what its card claims."""
    return words(
        "browse.label",
        name=row.name,
        repo=row.repo_id,
        language=row.language or "?",
        consent=words(f"browse.consent.{row.consent or 'unknown'}"),
    )
