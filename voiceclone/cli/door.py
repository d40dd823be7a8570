"""The command line's parser, and the one place where a command ends."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from voiceclone.audio.write import FORMATS
from voiceclone.cli.comparing import compare
from voiceclone.cli.converting import convert
from voiceclone.cli.engines import engines
from voiceclone.cli.hub import browse, pull, push, withdraw
from voiceclone.cli.speech import clone, inspect, speak, weights
from voiceclone.cli.training import finetune
from voiceclone.cli.trust import consent, give, revoke, verify, voices
from voiceclone.comparing import FEWEST, MOST
from voiceclone.consent.receipt import BASES, SCOPES
from voiceclone.console import REFUSALS, Console, own_console
from voiceclone.engines.registry import DEFAULT_ENGINE, REGISTRY
from voiceclone.errors import UsageError
from voiceclone.finetuning import DEFAULT_MINUTES
from voiceclone.settings import Settings
from voiceclone.studio import DEFAULT_PRESET, MAX_SPEED, MAX_STEPS, MIN_SPEED, MIN_STEPS, PRESETS, Studio
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


ENGINES = tuple(spec.name for spec in REGISTRY.specs)
TRAINABLE = tuple(spec.name for spec in REGISTRY.trainable)
VOICE_HELP = "a .safetensors file, a saved voice's id, or OWNER/NAME[@REVISION] on the Hub"


class Parser(argparse.ArgumentParser):
    """A parser that raises, so that a wrong command line leaves by the same door as everything else."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message[:1].upper() + message[1:], self.prog)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
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

    def consented(added: argparse.ArgumentParser) -> None:
        by_word = added.add_mutually_exclusive_group()
        by_word.add_argument("--receipt", type=Path, help="a receipt of consent, written by give")
        by_word.add_argument("--consent", choices=BASES, help="or, on your word, what the consent rests on")
        about(added)
        added.add_argument("--document", default="", help="what shows it: a contract, a licence's name")
        added.add_argument("--stated-by", default="", help="your name, unless it is your own voice")
        added.add_argument("--out", required=True, type=Path, help="the voice, a .safetensors file")

    languages = ", ".join(LANGUAGES)
    c = command(clone)
    c.add_argument("reference", nargs="+", type=Path, metavar="REFERENCE", help="recordings of one speaker")
    consented(c)
    c.add_argument("--language", help=f"of the reference: {languages} (heard when left out)")
    c.add_argument("--transcript", help="what the reference says (recognised when left out)")
    c.add_argument("--engine", default=DEFAULT_ENGINE, help=f"{', '.join(ENGINES)} (%(default)s)")
    c.add_argument("--preset", choices=PRESETS, help=f"how much is learned ({DEFAULT_PRESET})")
    c.add_argument("--steps", type=int, help=f"{MIN_STEPS} to {MAX_STEPS}, in place of the preset's")
    c.add_argument(
        "--seed", type=int, default=0, help="same reference, steps and seed: same voice (%(default)s)"
    )

    t = command(finetune)
    t.add_argument("material", nargs="*", type=Path, metavar="MATERIAL", help="clips, a zip, or a dataset")
    consented(t)
    t.add_argument("--language", help=f"of the clips: {languages} (heard when left out)")
    t.add_argument("--engine", help=f"{', '.join(TRAINABLE)} ({DEFAULT_ENGINE}; of a run, its own)")
    t.add_argument("--minutes", type=float, default=DEFAULT_MINUTES, help="that it may take (%(default)s)")
    t.add_argument("--steps", type=int, help="how many, in place of as many as the time is enough for")
    t.add_argument("--seed", type=int, default=0, help="same clips, steps and seed: same voice (%(default)s)")
    t.add_argument("--resume", action="store_true", help="go on with the run that was begun for this --out")

    s = command(speak)
    s.add_argument("--voice", required=True, help=VOICE_HELP)
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

    x = command(convert)
    x.add_argument("source", type=Path, metavar="SOURCE", help="a recording of speech")
    x.add_argument("--voice", required=True, help=VOICE_HELP)
    x.add_argument("--out", required=True, type=Path, help=f"the speech: {', '.join(FORMATS)}")
    x.add_argument("--language", help=f"of the source: {languages} (heard when left out)")
    x.add_argument("--transcript", help="what the source says (recognised when left out)")
    x.add_argument(
        "--seed", type=int, default=0, help="same voice, source and seed: same speech (%(default)s)"
    )
    x.add_argument("--record", type=Path, help="also write a signed record of how it was made, a .json file")

    m = command(compare)
    m.add_argument("voice", nargs="+", metavar="VOICE", help=f"{FEWEST} to {MOST} voices, each {VOICE_HELP}")
    m.add_argument("--text", required=True, help="what each of them says")
    m.add_argument("--out", required=True, type=Path, help="the folder for a WAV file of each")
    m.add_argument("--language", help=f"of the text: {languages} (the first voice's when left out)")
    m.add_argument("--seed", type=int, default=0, help="of each voice (%(default)s)")

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
    v.add_argument(
        "--add", metavar="VOICE", help="keep the voice in a file, or OWNER/NAME[@REVISION] of the Hub"
    )
    v.add_argument("--rename", nargs=2, metavar=("ID", "NAME"), help="give a voice another name")
    v.add_argument("--export", metavar="ID", help="write a voice to --out")
    v.add_argument("--out", type=Path, help="the exported voice, a .safetensors file")
    v.add_argument("--revoke", metavar="ID", help="withdraw consent: the voice falls silent for good")
    v.add_argument("--reason", default="", help="why; kept with the withdrawal")
    v.add_argument("--delete", metavar="ID", help="destroy a voice and its key")
    r = command(revoke)
    r.add_argument("voice", metavar="VOICE", help=VOICE_HELP)
    r.add_argument("--reason", default="", help="why; kept with the withdrawal")
    p = command(push)
    p.add_argument("voice", metavar="VOICE", help=VOICE_HELP)
    p.add_argument("--repo", required=True, metavar="NAME", help="the repository, made if need be")
    wider = p.add_mutually_exclusive_group()
    wider.add_argument(
        "--gated", dest="visibility", action="store_const", const="gated", help="for whom you accept"
    )
    wider.add_argument(
        "--public", dest="visibility", action="store_const", const="public", help="for everybody"
    )
    p.add_argument("--no-sample", action="store_true", help="without a recording of the voice speaking")
    p.set_defaults(visibility="private")
    u = command(pull)
    u.add_argument("ref", metavar="OWNER/NAME[@REVISION]", help="a voice on the Hub")
    u.add_argument("--out", required=True, type=Path, help="the voice, a .safetensors file")
    w = command(withdraw)
    w.add_argument("repo", metavar="OWNER/NAME", help="a repository that you pushed a voice to")
    what = w.add_mutually_exclusive_group()
    what.add_argument(
        "--gate", dest="how", action="store_const", const="gate", help="show the rest to whom you accept"
    )
    what.add_argument(
        "--delete", dest="how", action="store_const", const="delete", help="delete the repository"
    )
    w.add_argument("--reason", default="", help="why; anybody who may read the repository can read it")
    w.set_defaults(how="empty")
    b = command(browse)
    b.add_argument("query", nargs="?", default="", metavar="QUERY", help="part of a repository's name")
    b.add_argument("--limit", type=int, default=30, help="at most so many (%(default)s)")
    command(weights)
    command(engines)
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
