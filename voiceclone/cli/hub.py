"""Commands that share voices over the Hub.

The token comes from `HF_TOKEN` or from `hf auth login`; no option takes it, for options can be read
by everybody on the machine.
"""

from __future__ import annotations

import argparse
import dataclasses

from voiceclone.cli.files import checked_out, local_sharing, local_voice
from voiceclone.console import Console
from voiceclone.hub.browse import FoundVoice


def push(args: argparse.Namespace, console: Console) -> int:
    """Push a voice with its consent to a repository of your own on the Hub: private unless you say more."""
    studio, voice = local_voice(args.voice)
    pushed = local_sharing(studio).push(
        voice, args.repo, visibility=args.visibility, sample=not args.no_sample
    )
    console.result(
        dataclasses.asdict(pushed),
        f"{voice.name} is at {pushed.url} ({pushed.visibility}).",
        f"This very voice, whatever is pushed later: {pushed.repo_id}@{pushed.revision}",
    )
    return 0


def pull(args: argparse.Namespace, console: Console) -> int:
    """Fetch a voice from the Hub, check its consent, and write it to a file."""
    out = checked_out(args.out, (".safetensors",))
    sharing = local_sharing()
    shared = sharing.look(args.ref)
    exact = f"{shared.repo_id}@{shared.revision}"
    voice = sharing.pull(exact)
    sharing.studio.save_voice(voice, out)
    console.result(
        {
            "voice": str(out),
            "name": voice.name,
            "language": voice.language,
            "ref": exact,
            "visibility": shared.visibility,
            "consent": shared.consent,
            "scope": shared.receipt.scope,
            "trusted": shared.trusted,
            "receipt": shared.receipt.to_dict(),
        },
        f"{voice.name} is written to {out}, from {exact}.",
        shared.consent,
        f"It may be used within the scope '{shared.receipt.scope}'.",
        *(() if shared.trusted else ("The receipt was issued by an installation that is not known here.",)),
    )
    return 0


def withdraw(args: argparse.Namespace, console: Console) -> int:
    """Withdraw the consent to a voice that you pushed: it is deleted on the Hub, and silent here for good."""
    done = local_sharing().withdraw(args.repo, how=args.how, reason=args.reason)
    left = {
        "empty": "a signed tombstone is left in its repository",
        "gate": "a signed tombstone is left in its repository, for whom you accept",
        "delete": "its repository is deleted",
    }
    console.result(
        {
            "repo_id": done.repo_id,
            "how": done.how,
            "revision": done.revision,
            "tombstone": done.tombstone.to_dict(),
        },
        f"The consent to the voice in {done.repo_id} is withdrawn, and {left[done.how]}.",
    )
    return 0


def browse(args: argparse.Namespace, console: Console) -> int:
    """List voices on the Hub, by what their cards say; pull checks whether it is true."""
    found = local_sharing().browse(args.query, args.limit)
    console.result(
        [dataclasses.asdict(row) for row in found],
        *(_line(row) for row in found),
        *(() if found else ("No voice was found.",)),
    )
    return 0


def _line(row: FoundVoice) -> str:
    consent = row.consent or "no word of consent"
    return f"{row.repo_id}  {row.name}  {row.language}  {consent}  {row.licence}  {row.visibility}"
