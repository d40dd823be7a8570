"""Commands of consent, saved voices, and of telling what was made by a machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from voiceclone.cli.files import checked_out, local_library, local_studio, local_voice, record_of
from voiceclone.consent.receipt import save_receipt
from voiceclone.console import Console
from voiceclone.errors import OptionError
from voiceclone.library import SavedVoice


def consent(args: argparse.Namespace, console: Console) -> int:
    """Show a sentence for the speaker to read aloud; `give` takes the recording of it."""
    studio = local_studio()
    asked = studio.challenge(
        studio.inspect(args.reference),
        name=args.name or "",
        speaker=args.speaker,
        scope=args.scope,
        language_key=args.language,
    )
    console.result(
        asked.to_dict() | {"sentence": asked.sentence},
        asked.sentence,
        f"Record {asked.speaker} reading this aloud before {asked.deadline:%H:%M} UTC, then run:",
        f"  python -m voiceclone give {asked.id} RECORDING {' '.join(map(str, args.reference))} "
        "--out FILE.json",
    )
    return 0


def give(args: argparse.Namespace, console: Console) -> int:
    """Check a recording of the sentence against it and the references, and write the receipt."""
    out = checked_out(args.out, (".json",))
    studio = local_studio()
    receipt = studio.consent(
        args.challenge, args.recording, [studio.read(path) for path in args.reference], expires=args.expires
    )
    save_receipt(receipt, out)
    evidence = receipt.evidence
    assert evidence is not None
    console.result(
        receipt.to_dict(),
        f"{receipt.sentence} The receipt is {out}; learn the voice with: clone … --receipt {out}",
        f"Same voice: {evidence.similarity:.2f} (at least {evidence.similarity_threshold:.2f} is asked); "
        f"word errors {evidence.word_error_rate:.0%}.",
    )
    return 0


def voices(args: argparse.Namespace, console: Console) -> int:
    """List, keep, rename, export, revoke or delete the voices that are saved on this machine, encrypted."""
    library = local_library()
    actions = {
        "add": lambda: library.keep(local_voice(args.add)[1]),
        "rename": lambda: library.rename(*args.rename),
        "revoke": lambda: library.revoke(args.revoke, args.reason),
        "delete": lambda: library.delete(args.delete),
        "export": lambda: library.export(args.export, checked_out(_needed(args.out), (".safetensors",))),
    }
    for name, act in actions.items():
        if getattr(args, name) is not None:
            act()
    saved = library.list()
    console.result(
        [voice.to_dict() for voice in saved],
        *(_line(voice) for voice in saved),
        *(() if saved else ("No voice is saved yet. Keep one with: voices --add FILE.safetensors",)),
    )
    return 0


def revoke(args: argparse.Namespace, console: Console) -> int:
    """Withdraw the consent to a voice: it never speaks here again."""
    studio, voice = local_voice(args.voice)
    tombstone = studio.revoke(voice.receipt, args.reason)
    console.result(
        tombstone.to_dict(),
        f"The consent to {voice.name} is withdrawn; on this installation it no longer speaks.",
    )
    return 0


def verify(args: argparse.Namespace, console: Console) -> int:
    """Say whether a recording was made by this program: its signed manifest and its watermark."""
    record = None if args.record is None else record_of(args.record)
    found = local_studio().verify(args.audio, record=record)
    console.result(found.to_dict(), f"{args.audio}: {found.sentence}")
    return 0


def _needed(out: Path | None) -> Path:
    if out is None:
        raise OptionError("--out", "missing", "where to write the voice, a .safetensors file")
    return out


def _line(voice: SavedVoice) -> str:
    return f"{voice.id}  {voice.name}  {voice.language}  {voice.state}  {voice.receipt.sentence}"
