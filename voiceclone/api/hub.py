"""What the endpoints of sharing do, as plain functions of the studio.

The token is the caller's own, given with each call and kept nowhere.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from voiceclone.sharing import SharedVoice, Sharing
from voiceclone.studio import Studio


def push_voice(
    studio: Studio,
    voice: Path,
    name: str,
    token: str,
    visibility: str = "private",
    sample: bool = True,
) -> Iterator[dict[str, object]]:
    """Push a voice with its receipt and card to the token's owner; yield what was pushed, once.

    Args:
        studio: where it happens.
        voice: a voice file.
        name: of the repository, or `organisation/name`.
        token: an access token of the Hub that may write.
        visibility: `private`, `gated` or `public`.
        sample: whether to push a recording of the voice speaking, watermarked and signed.
    """
    sharing = Sharing(studio, token)
    learned = studio.load_voice(voice)
    yield asdict(sharing.push(learned, name or "", visibility=visibility or "private", sample=bool(sample)))


def pull_voice(studio: Studio, ref: str, token: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Fetch a voice from the Hub; yield (path of the voice file, what is known of it), once.

    Args:
        studio: where it happens.
        ref: `owner/name`, or `owner/name@revision`.
        token: an access token, for a voice that is not public.
    """
    sharing = Sharing(studio, token)
    shared = sharing.look(ref or "")
    voice = sharing.pull(f"{shared.repo_id}@{shared.revision}")
    with tempfile.TemporaryDirectory(prefix="voiceclone-") as folder:
        path = studio.save_voice(voice, Path(folder) / f"{voice.id}.safetensors")
        yield str(path), _shown(shared)


def browse_voices(studio: Studio, query: str = "", limit: float = 30) -> list[dict[str, object]]:
    """Return public voices on the Hub by what their cards say.

    Args:
        studio: where it happens.
        query: part of a repository's name; all voices when empty.
        limit: at most so many, 1 to 100.
    """
    return [asdict(row) for row in Sharing(studio).browse(query or "", 30 if limit is None else limit)]


def withdraw_voice(
    studio: Studio, repo: str, token: str, how: str = "empty", reason: str = ""
) -> dict[str, object]:
    """Withdraw consent to a voice that was pushed: deleted on the Hub, silent here; return what is left.

    Args:
        studio: where it happens.
        repo: `owner/name` of the token's owner.
        token: an access token of the Hub that may write.
        how: `empty`, `gate` or `delete`.
        reason: why; goes into the tombstone, which the repository's readers see.
    """
    done = Sharing(studio, token).withdraw(repo or "", how=how or "empty", reason=reason or "")
    return {
        "repo_id": done.repo_id,
        "how": done.how,
        "revision": done.revision,
        "tombstone": done.tombstone.to_dict(),
    }


def _shown(shared: SharedVoice) -> dict[str, object]:
    """Return what is known of a shared voice, as plain data."""
    shown = ("repo_id", "revision", "visibility", "name", "language", "consent", "state", "trusted")
    return {
        **{key: getattr(shared, key) for key in (*shown, "downloads", "card")},
        "receipt": shared.receipt.to_dict(),
    }
