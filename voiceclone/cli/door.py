"""The command line's parser, and the one place where a command ends."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from voiceclone.audio.write import FORMATS
from voiceclone.cli.speech import clone, inspect, speak, weights
from voiceclone.cli.trust import consent, give, revoke, verify, voices
from voiceclone.consent.receipt import BASES, SCOPES
from voiceclone.console import REFUSALS, Console, own_console
from voiceclone.errors import UsageError
from voiceclone.settings import Settings
from voiceclone.studio import DEFAULT_STEPS, MAX_SPEED, MAX_STEPS, MIN_SPEED, MIN_STEPS, Studio
from voiceclone.text.languages import LANGUAGES


def app(args: argparse.Namespace, console: Console) -> int:
    """Serve the app in a browser until Ctrl-C."""
    from voiceclone import logs
    from voiceclone.ui.serving import serve

    settings = Settings.from_env()
    given = {"host": args.host, "port": args.port}
    settings = dataclasses.replace(settings, **{k: v for k, v in given.items() if v is not None})
    logs.keep_secrets(settings)
    serve(
        Studio(settings),
        settings,
        lambda address: console.result({"url": address}, f"The app is at {address} (Ctrl-C ends it)."),
    )


class _Parser(argparse.ArgumentParser):
    """A parser that raises, so that a wrong command line leaves by the same door as everything else."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message[:1].upper() + message[1:], self.prog)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m voiceclone", description="Learn a voice from a few seconds of speech and speak in it."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    def command(run: Callable[[argparse.Namespace, Console], int]) -> argparse.ArgumentParser:
        doc = run.__doc__ or ""
        added = commands.add_parser(run.__name__, help=doc.splitlines()[0], description=doc)
        added.add_argument("--json", action="store_true", help="one JSON document on stdout, no progress")
        added.set_defaults(run=run)
        return added

    def about(added: argparse.ArgumentParser, *, speaker: bool = False) -> None:
        added.add_argument(
            "--speaker", required=speaker, help="name of the person who speaks; kept in the receipt"
        )
        added.add_argument("--name", help="what the voice is called (the speaker's name)")
        added.add_argument("--scope", choices=SCOPES, default="personal", help="what for (%(default)s)")
        added.add_argument("--expires", help="last day of the consent, such as 2027-11-23 (none)")

    languages = ", ".join(LANGUAGES)
    c = command(clone)
    c.add_argument("reference", nargs="+", type=Path, metavar="REFERENCE", help="recordings of one speaker")
    by_word = c.add_mutually_exclusive_group()
    by_word.add_argument("--receipt", type=Path, help="a receipt of consent, written by give")
    by_word.add_argument("--consent", choices=BASES, help="or, on your word, what the consent rests on")
    about(c)
    c.add_argument("--document", default="", help="what shows it: a contract's number, a licence's name")
    c.add_argument("--stated-by", default="", help="your name, unless it is your own voice")
    c.add_argument("--out", required=True, type=Path, help="the voice, a .safetensors file")
    c.add_argument("--language", help=f"of the reference: {languages} (heard when left out)")
    c.add_argument("--transcript", help="what the reference says (recognised when left out)")
    c.add_argument(
        "--steps", type=int, default=DEFAULT_STEPS, help=f"{MIN_STEPS} to {MAX_STEPS} (%(default)s)"
    )
    c.add_argument(
        "--seed", type=int, default=0, help="same reference, steps and seed: same voice (%(default)s)"
    )

    s = command(speak)
    s.add_argument("--voice", required=True, help="a .safetensors file made by clone, or a saved voice's id")
    text = s.add_mutually_exclusive_group(required=True)
    text.add_argument("--text", help="what to say")
    text.add_argument("--text-file", type=Path, help="a UTF-8 file with what to say")
    s.add_argument("--out", required=True, type=Path, help=f"the speech: {', '.join(FORMATS)}")
    s.add_argument("--language", help=f"of the text: {languages} (the voice's when left out)")
    s.add_argument("--speed", type=float, default=1.0, help=f"{MIN_SPEED} to {MAX_SPEED} (%(default)s)")
    s.add_argument(
        "--seed", type=int, default=0, help="same voice, text, speed and seed: same speech (%(default)s)"
    )

    s.add_argument("--record", type=Path, help="also write a signed record of how it was made, a .json file")
    s.add_argument("--disclose", action="store_true", help="begin with a sentence that says it is synthetic")

    command(inspect).add_argument("audio", type=Path, metavar="AUDIO", help="a sound file")
    f = command(verify)
    f.add_argument("audio", type=Path, metavar="AUDIO", help="a sound file")
    f.add_argument("--record", type=Path, help="the signed record that came with it")

    k = command(consent)
    k.add_argument("reference", nargs="+", type=Path, metavar="REFERENCE", help="recordings of the speaker")
    about(k, speaker=True)
    k.add_argument("--language", default="en-us", help=f"to read it in: {languages} (%(default)s)")
    g = command(give)
    g.add_argument("challenge", help="id of the sentence, as consent printed it")
    g.add_argument("recording", type=Path, help="the speaker reading the sentence aloud")
    g.add_argument("reference", nargs="+", type=Path, metavar="REFERENCE", help="the same recordings")
    g.add_argument("--expires", help="last day of the consent, such as 2027-11-23 (none)")
    g.add_argument("--out", required=True, type=Path, help="the receipt, a .json file")
    v = command(voices)
    v.add_argument("--add", type=Path, metavar="FILE", help="keep the voice in a file")
    v.add_argument("--rename", nargs=2, metavar=("ID", "NAME"), help="give a voice another name")
    v.add_argument("--export", metavar="ID", help="write a voice to --out")
    v.add_argument("--out", type=Path, help="the exported voice, a .safetensors file")
    v.add_argument("--revoke", metavar="ID", help="withdraw consent: the voice falls silent for good")
    v.add_argument("--reason", default="", help="why; kept with the withdrawal")
    v.add_argument("--delete", metavar="ID", help="destroy a voice and its key")
    r = command(revoke)
    r.add_argument("voice", type=Path, metavar="VOICE", help="a .safetensors file made by clone")
    r.add_argument("--reason", default="", help="why; kept with the withdrawal")
    command(weights)
    a = command(app)
    a.add_argument("--host", help="address to listen on (VOICECLONE_HOST)")
    a.add_argument("--port", type=int, help="port to listen on (VOICECLONE_PORT)")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 2 bad input, 3 not installed, 130 interrupted."""
    argv = sys.argv[1:] if argv is None else argv
    try:
        args = _parser().parse_args(argv)
    except UsageError as error:
        return Console(sys.stdout, sys.stderr, "--json" in argv).refuse(error)
    with own_console(args.json, quiet=args.run is not app) as console:
        try:
            return args.run(args, console)
        except REFUSALS as error:
            return console.refuse(error)
