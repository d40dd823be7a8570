"""The use cases: push, look, pull, withdraw and browse, for whoever has the token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from voiceclone.consent.receipt import Receipt
from voiceclone.consent.tombstone import Tombstone
from voiceclone.errors import (
    HubRefError,
    HubRepoTakenError,
    HubScopeError,
    OptionError,
    ReceiptUntrustedError,
)
from voiceclone.finetune.dataset import Dataset
from voiceclone.hub import account as accounts
from voiceclone.hub import browse as browsing
from voiceclone.hub import withdraw as withdrawing
from voiceclone.hub.account import Account, parse_ref
from voiceclone.hub.browse import FoundVoice
from voiceclone.hub.card import CARD, body_of, withdrawn_card
from voiceclone.hub.client import Access
from voiceclone.hub.publish import VISIBILITIES, publish, standing
from voiceclone.hub.pull import Snapshot, read
from voiceclone.hub.withdraw import WAYS
from voiceclone.sharing.opening import open_repo, receipt_in, revoked, sample_in, tombstone_in
from voiceclone.sharing.parcel import GITS_OWN, OWNED, RECEIPT, SAMPLE, TOMBSTONE, VOICE, Parcel, pack
from voiceclone.studio import Studio
from voiceclone.voices.voice import Voice

MAX_CARD_BYTES = 256 << 10


@dataclass(frozen=True)
class Pushed:
    """What was pushed, and where."""

    repo_id: str
    url: str
    revision: str
    """The commit: `owner/name@revision` is this very voice for ever."""
    visibility: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class SharedVoice:
    """What a repository holds, checked; to be shown before the voice is used."""

    repo_id: str
    revision: str
    """The commit that was looked at."""
    visibility: str
    """`private`, `gated` or `public`."""
    card: str
    """Markdown, without its metadata. In the words of who pushed it."""
    name: str
    language: str
    """Key of the languages table; empty when the voice is gone."""
    consent: str
    """The receipt in a sentence."""
    receipt: Receipt
    state: str
    """`current`, `expired` or `revoked`."""
    trusted: bool
    """Whether the receipt was issued here, or where this installation trusts."""
    downloads: int
    sample: bytes | None = field(default=None, repr=False)
    """A WAV file."""


@dataclass(frozen=True)
class Withdrawn:
    """What became of a voice that was withdrawn."""

    repo_id: str
    how: str
    """`empty`, `gate` or `delete`."""
    revision: str | None
    """The one commit that is left; None when the repository is deleted."""
    tombstone: Tombstone


class Sharing:
    """Push, look, pull, withdraw and browse, for whoever has the token.

    Every method raises a `HubError` when the Hub refuses or cannot be asked.
    """

    def __init__(self, studio: Studio, token: str | None = None, *, endpoint: str | None = None) -> None:
        """Share what a studio makes.

        Args:
            studio: where voices are checked and speak.
            token: an access token of the Hub; used for these calls and kept nowhere. None asks as
                anybody could.
            endpoint: address of the Hub; None for `HF_ENDPOINT`, or huggingface.co.

        Raises:
            HubUnauthorizedError: the token cannot be one.
        """
        self.studio = studio
        self._access = Access(studio.settings.hub_timeout_s, token or None, endpoint)

    def account(self) -> Account:
        """Return whose token it is.

        Raises:
            HubTokenMissingError, HubUnauthorizedError: there is none, or it is nobody's.
        """
        return accounts.whoami(self._access)

    # --- giving ------------------------------------------------------------------------

    def push(
        self,
        voice: Voice,
        name: str,
        *,
        visibility: str = "private",
        sample: bool = True,
        scores: Mapping[str, float] | None = None,
        training: Mapping[str, object] | None = None,
        recordings: Dataset | None = None,
    ) -> Pushed:
        """Push a voice with its receipt and its card into a repository of the token's owner.

        Nothing of it is public before all of it is there. Pushing again is one more commit of what has
        changed; `visibility` is then set anew too.

        Args:
            voice: whose consent must hold.
            name: of the repository; the owner is who has the token. `organisation/name` for one of theirs.
            visibility: `private`, `gated` (whom the owner accepts) or `public`.
            sample: whether to push a recording of the voice speaking, watermarked and signed.
            scores: what was measured; see `hub.card.METRICS` for names.
            training: what it was learned from, and how, in numbers; the voice's own record when None.
            recordings: what it was learned from, when that shall be pushed too. Never otherwise.

        Raises:
            ReceiptExpiredError, VoiceRevokedError, ConsentUnverifiedError, ReceiptUntrustedError:
                consent has ended, or does not count here.
            HubScopeError: consent does not allow others to have it.
            ReceiptMismatchError: consent does not cover the recordings.
            HubRepoTakenError: something else has this name.
            HubTokenMissingError, HubForbiddenError, HubRefError: no token, or not one's own name.
        """
        self._check_may_be_shared(voice, visibility, recordings)
        repo_id = accounts.own_repo(self.account(), name)
        before = standing(self._access, repo_id)
        if before is not None:
            self._check_is_of(voice, before)
        parcel = Parcel(visibility, sample, scores or {}, training, recordings)
        kept = [SAMPLE] if sample and before is not None and self._has_sample_of(voice, before) else []
        page = self._access.url(repo_id)
        files = pack(self.studio, voice, repo_id, page, parcel, new_sample=sample and not kept)
        done = publish(
            self._access, repo_id, before, files, visibility=visibility, kept=kept, owned=OWNED,
            message="Update the voice" if before is not None and VOICE in before.files else "Add the voice",
        )  # fmt: skip
        return Pushed(repo_id, page, done.revision, done.visibility, done.files)

    def _check_may_be_shared(self, voice: Voice, visibility: str, recordings: Dataset | None) -> None:
        if visibility not in VISIBILITIES:
            raise OptionError("visibility", visibility, ", ".join(VISIBILITIES))
        receipt = voice.receipt
        self.studio.check(receipt)
        if receipt.verified and not self.studio.trusts(receipt):
            # the card would call verified what is not known to be
            raise ReceiptUntrustedError(receipt.key_id)
        if receipt.scope == "personal" and visibility != "private":
            wanted = "giving it to others on request" if visibility == "gated" else "giving it to everybody"
            raise HubScopeError(voice.name, receipt.scope, wanted, "a private repository")
        if recordings is not None:
            receipt.check_covers(recordings.sha256)

    def _check_is_of(self, voice: Voice, before: Snapshot) -> None:
        """Raise unless a repository is empty, or of this voice."""
        names = sorted(set(before.files) - {GITS_OWN})
        if not names:
            return
        if RECEIPT not in names:
            raise HubRepoTakenError(before.repo_id, f"{len(names)} files, {names[0]} among them")
        receipt = receipt_in(self._access, before)
        if receipt.voice_id != voice.id:
            raise HubRepoTakenError(before.repo_id, f"the voice '{receipt.voice_name}'")
        if (tombstone := tombstone_in(self.studio, self._access, before, receipt)) is not None:
            raise revoked(receipt, tombstone)

    def _has_sample_of(self, voice: Voice, before: Snapshot) -> bool:
        """Return whether a repository has a sample, and it is of the voice as it is."""
        same = VOICE in before.files and before.files[VOICE].holds(self.studio.voice_bytes(voice))
        return same and SAMPLE in before.files

    # --- taking ------------------------------------------------------------------------

    def browse(self, query: str = "", limit: float = 30) -> list[FoundVoice]:
        """Return voices on the Hub by what their cards claim; see `look` for what is true.

        Args:
            query: part of a repository's name; all voices when empty.
            limit: at most so many, 1 to 100.

        Raises:
            OptionError: the limit is no such number.
        """
        return browsing.browse(self._access, query, limit)

    def look(self, ref: str) -> SharedVoice:
        """Return what a repository holds, every signature and hash of it checked, to be shown before use.

        The voice that was looked at is pulled with `pull(f"{shared.repo_id}@{shared.revision}")`.

        Args:
            ref: `owner/name`, or `owner/name@revision`.

        Raises:
            HubRefError: it names no repository.
            HubRepoNotFoundError, HubGatedError: there is none, or none for this token.
            HubVoiceError, VoiceError: what it holds is no voice of this program, or not whole.
        """
        opened = open_repo(self.studio, self._access, parse_ref(ref))
        snapshot, receipt, voice = opened.snapshot, opened.receipt, opened.voice
        state = "expired" if receipt.expired() else "current"
        if opened.tombstone is not None or self.studio.services.ledger.tombstone(receipt.id) is not None:
            state = "revoked"
        has_card, has_sample = CARD in snapshot.files, voice is not None and SAMPLE in snapshot.files
        card = read(self._access, snapshot, CARD, MAX_CARD_BYTES) if has_card else b""
        speaks = has_sample and state == "current"
        return SharedVoice(
            repo_id=snapshot.repo_id,
            revision=snapshot.revision,
            visibility=snapshot.visibility,
            card=body_of(card.decode(errors="replace")),
            name=receipt.voice_name if voice is None else voice.name,
            language="" if voice is None else voice.language,
            consent=receipt.sentence,
            receipt=receipt,
            state=state,
            trusted=self.studio.trusts(receipt),
            downloads=snapshot.downloads,
            sample=sample_in(self.studio, self._access, snapshot) if speaks else None,
        )

    def pull(self, ref: str) -> Voice:
        """Return a voice from the Hub, ready to speak.

        Args:
            ref: `owner/name`, or `owner/name@revision`.

        Raises:
            VoiceRevokedError, ReceiptExpiredError, ConsentUnverifiedError, ReceiptUntrustedError:
                consent has ended, or does not count here. A withdrawal that is found is remembered, so
                that copies which were pulled before fall silent too.
            HubError, VoiceError: as `look`.
        """
        opened = open_repo(self.studio, self._access, parse_ref(ref))
        if opened.tombstone is not None:
            raise revoked(opened.receipt, opened.tombstone)
        assert opened.voice is not None
        self.studio.check(opened.receipt)
        return opened.voice

    # --- ending ------------------------------------------------------------------------

    def withdraw(self, repo: str, *, how: str = "empty", reason: str = "") -> Withdrawn:
        """Withdraw consent to a voice that was pushed: here, and for all who look at its repository again.

        The voice, its sample and its recordings are deleted there, with every earlier revision, and a
        signed tombstone is put in their place. What others fetched before stays with them until they
        look. It may be called again when it was cut off.

        Args:
            repo: name of a repository of the token's owner, or `owner/name`.
            how: `empty` leaves the tombstone to be read by who could read the voice, `gate` to whom the
                owner accepts, `delete` leaves nothing, so that others learn only that it is gone.
            reason: in one's own words; goes into the tombstone, and so to the Hub.

        Raises:
            OptionError: no such way, or the reason is too long.
            HubTokenMissingError, HubForbiddenError: no token, or somebody else's repository.
            HubVoiceError, VoiceError: it holds no voice of this program.
        """
        if how not in WAYS:
            raise OptionError("how", how, ", ".join(WAYS))
        repo_id = accounts.own_repo(self.account(), repo)
        opened = open_repo(self.studio, self._access, parse_ref(repo_id))
        tombstone = self.studio.revoke(opened.receipt, reason)
        if how == "delete":
            withdrawing.delete(self._access, repo_id)
            return Withdrawn(repo_id, how, None, tombstone)
        tombstone = opened.tombstone or tombstone
        files = {
            RECEIPT: opened.receipt.to_bytes(),
            TOMBSTONE: tombstone.to_bytes(),
            CARD: withdrawn_card(repo_id, tombstone.revoked, tombstone.reason).encode(),
        }
        revision = withdrawing.clear(self._access, opened.snapshot, files, OWNED, "Withdraw the voice")
        if how == "gate":
            withdrawing.gate(self._access, repo_id)
        return Withdrawn(repo_id, how, revision, tombstone)


def is_ref(text: str) -> bool:
    """Return whether a text names a voice on the Hub: `owner/name[@revision]`, and no file of that name."""
    if text.endswith(".safetensors") or Path(text).exists():
        return False
    try:
        parse_ref(text)
    except HubRefError:
        return False
    return True
