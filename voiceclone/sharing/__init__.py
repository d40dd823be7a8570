"""Sharing voices over the Hub: pushed with their consent, checked before they are used, withdrawn.

`hub/` moves plain bytes; what they mean, and whether they may be moved, is decided here.
"""

from voiceclone.hub.account import Account, Ref, parse_ref
from voiceclone.hub.browse import FoundVoice
from voiceclone.sharing.sharing import Pushed, SharedVoice, Sharing, Withdrawn, is_ref

__all__ = [
    "Account",
    "FoundVoice",
    "Pushed",
    "Ref",
    "SharedVoice",
    "Sharing",
    "Withdrawn",
    "is_ref",
    "parse_ref",
]
