import pytest

from tests.hub.server.hub import ADA, BOB, LoopbackHub
from tests.hub.server.state import Blob
from voiceclone.errors import OptionError
from voiceclone.hub.browse import browse
from voiceclone.hub.card import withdrawn_card
from voiceclone.hub.client import Access

CARD = """---
library_name: voiceclone
license: other
license_name: voiceclone-consent-share
language: [en]
tags: [voiceclone, consent-verified]
voice_name: The heron
---
# The heron
"""


@pytest.fixture(scope="module")
def hub():
    with LoopbackHub() as server:
        cards = {
            "ada/heron": CARD,
            "ada/wren": CARD.replace("verified", "attested").replace("voice_name: The heron\n", ""),
            "ada/withdrawn": withdrawn_card("ada/withdrawn", "2026-11-23", ""),
            "ada/other": "---\ntags: [text-generation]\n---\n# Something else",
            "ada/bare": None,
        }
        for name, card in cards.items():
            repo = server.state.create(name)
            if card is not None:
                repo.commit("card", {"README.md": Blob(card.encode())})
        server.state.create("ada/secret", private=True).commit("card", {"README.md": Blob(CARD.encode())})
        server.repo("ada/wren").gated = "manual"
        server.repo("ada/heron").downloads = 7
        yield server


def names(hub: LoopbackHub, token: str | None = None, *asked) -> list[str]:
    return [row.repo_id for row in browse(Access(30.0, token, hub.endpoint), *asked)]


def test_voices_are_found_and_nothing_else(hub):
    assert names(hub) == ["ada/heron", "ada/wren"] == names(hub, BOB)
    assert names(hub, ADA) == ["ada/heron", "ada/wren", "ada/secret"], "one's own private voices too"
    assert names(hub, None, "WREN") == ["ada/wren"] and names(hub, None, " nobody ") == []
    assert names(hub, None, "", 1) == ["ada/heron"]


def test_a_row_says_what_the_card_claims(hub):
    heron, wren = browse(Access(30.0, None, hub.endpoint))
    assert (heron.name, heron.language, heron.consent) == ("The heron", "en", "verified")
    assert (heron.visibility, heron.downloads) == ("public", 7) and heron.updated == "2026-11-23"
    assert heron.licence == "voiceclone-consent-share" and heron.card["tags"]
    assert (wren.name, wren.consent, wren.visibility) == ("wren", "attested", "gated")


@pytest.mark.parametrize("limit", [0, -1, 101, 2.5, float("nan"), float("inf")])
def test_a_limit_that_is_none_is_refused(hub, limit):
    with pytest.raises(OptionError, match="1 to 100"):
        names(hub, None, "", limit)
