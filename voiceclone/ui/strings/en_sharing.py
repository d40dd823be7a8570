"""Every visible string about voices on the Hub in English."""

from __future__ import annotations

EN_SHARING: dict[str, str] = {
    "error.no_ref": "No voice is named. Write owner/name, or choose one from the list.",
    "error.not_looked_at": "Look at the voice first: its card and its consent are shown before it is used.",
    "share.title": "Share on the Hub",
    "share.lead": "A repository in your own name, with a card, the signed consent and the voice.",
    "share.token": "Access token of the Hub",
    "share.token.info": (
        "With write access, from huggingface.co/settings/tokens. It is used for what you press, and kept "
        "nowhere."
    ),
    "share.who": "Who am I",
    "share.who.is": "You are {account}. The voice goes to {account}/…",
    "share.who.organisations": "You may also write to {organisations}: put the name before the repository's.",
    "share.name": "Name of the repository",
    "share.name.info": "Such as my-voice. Sharing to the same name again updates it.",
    "share.visibility": "Who may have it",
    "share.visibility.private": "Private: only you",
    "share.visibility.gated": "Gated: everyone sees the card, you decide who gets the voice",
    "share.visibility.public": "Public: anyone",
    "share.scope.personal": "The consent is for personal use: the voice may only be private.",
    "share.scope.share": "The consent allows sharing, not selling: gated and public are open to it.",
    "share.scope.commercial": "The consent allows any use: gated and public are open to it.",
    "share.sample": "A spoken sample, watermarked, goes with it",
    "share.recordings": "The recordings go with it too",
    "share.recordings.info": (
        "Off by default: whoever may open the repository then gets every clip and its text. Tick it only if "
        "the speaker wants that."
    ),
    "share.push": "Share",
    "share.pushed": "It is on the Hub",
    "share.pushed.facts": "{visibility} · revision {revision} · {files} files",
    "withdraw.title": "Withdraw a voice from the Hub",
    "withdraw.lead": "The voice and its sample are taken down. Copies that others made are out of reach.",
    "withdraw.repo": "Repository: owner/name",
    "withdraw.how": "What becomes of the repository",
    "withdraw.how.empty": "It stays, saying that the voice was withdrawn",
    "withdraw.how.gate": "It stays, so, and only those you accept can open it",
    "withdraw.how.delete": "It is deleted",
    "withdraw.reason": "Reason (optional; shown in the repository)",
    "withdraw.button": "Withdraw",
    "withdraw.question": "Withdraw {repo} for good? The voice is removed from every revision of it.",
    "withdraw.done": "{repo} is withdrawn.",
    "pull.title": "A voice on the Hub",
    "pull.ref": "owner/name, or owner/name@revision",
    "pull.token": "Access token of the Hub",
    "pull.token.info": "Only for private and gated voices. It is used for what you press, and kept nowhere.",
    "pull.look": "Look",
    "pull.use": "Use this voice",
    "pull.sample": "A sample",
    "pull.place": "{repo} · revision {revision} · {visibility}",
    "pull.card": "What its card says",
    "pull.trusted": "Its consent was issued here, or where this installation trusts.",
    "pull.untrusted": (
        "Its consent is signed by somebody whom this installation does not know: whether it is true is not "
        "known here."
    ),
    "pull.state.current": "Ready to speak.",
    "pull.state.expired": "The consent has run out: it cannot be used.",
    "pull.state.revoked": "The consent was withdrawn: it cannot be used.",
    "visibility.private": "private",
    "visibility.gated": "gated",
    "visibility.public": "public",
    "browse.title": "Find voices",
    "browse.query": "Part of a name; empty for all",
    "browse.search": "Search",
    "browse.list": "Voices found",
    "browse.none": "No voice was found.",
    "browse.label": "{name} · {repo} · {language} · {consent}",
    "browse.consent.verified": "consent verified",
    "browse.consent.attested": "consent attested",
    "browse.consent.unknown": "consent not stated",
}
