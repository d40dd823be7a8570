"""Make a Space of one's own, or bring it up to date: `python -m spaces_config.deploy OWNER/NAME`.

The token comes from `HF_TOKEN` or from `hf auth login`, and secrets come from the environment: no option
takes either, for options can be read by everybody on the machine.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import voiceclone
from spaces_config.assemble import space_files, write_folder
from spaces_config.hardware import DEFAULT, ZERO_GPU
from voiceclone.cli.door import Parser
from voiceclone.console import REFUSALS, Console, own_console
from voiceclone.errors import OptionError, UsageError
from voiceclone.hub.account import local_token, own_repo, whoami
from voiceclone.hub.client import Access
from voiceclone.hub.space import Deployed, Wish, deploy, hardware_names, hardware_of
from voiceclone.logs import SECRET_VARIABLE
from voiceclone.settings import Settings

TIMEOUT_S = 15.0
"""To connect; four times that to answer: a Space is some hundred files in one commit."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _parser() -> Parser:
    parser = Parser(
        prog="python -m spaces_config.deploy", description="Make a Space of your own, or bring it up to date."
    )
    parser.add_argument("space", nargs="?", metavar="OWNER/NAME", help="the Space, made if need be")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--hardware",
        choices=hardware_names(),
        metavar="NAME",
        help=f"one of {', '.join(hardware_names())} (what it has; {DEFAULT} for a new one)",
    )
    what.add_argument(
        "--zero-gpu", dest="hardware", action="store_const", const=ZERO_GPU, help=f"the same as {ZERO_GPU}"
    )
    parser.add_argument("--private", action="store_true", help="for you alone")
    parser.add_argument(
        "--variable", action="append", default=[], metavar="NAME=VALUE", help="a setting that all may read"
    )
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="NAME",
        help="a setting from this environment, hidden",
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="only write the Space's files there")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    return parser


def push(args: argparse.Namespace, console: Console) -> int:
    """Put the app into the Space and say what was done."""
    variables, secrets = _variables(args.variable), _secrets(args.secret, os.environ)
    Settings.from_env(variables)  # a wrong value is refused here, not by the Space when it starts
    access = Access(TIMEOUT_S, local_token())
    repo_id = own_repo(whoami(access), args.space)
    files = space_files(args.hardware or hardware_of(access, repo_id) or DEFAULT)
    wish = Wish(files, args.hardware, args.private, variables, secrets)
    done = deploy(access, repo_id, wish, message=f"Run voiceclone {voiceclone.__version__}")
    console.result(dataclasses.asdict(done), *_said(done))
    return 0


def assemble(args: argparse.Namespace, console: Console) -> int:
    """Write the Space's files into a folder."""
    files = space_files(args.hardware or DEFAULT)
    write_folder(files, args.out)
    console.result(
        {"folder": str(args.out), "files": sorted(files)},
        f"{len(files)} files are in {args.out}. They are a whole Space: python app.py starts it there.",
    )
    return 0


def _said(done: Deployed) -> list[str]:
    shown = "private" if done.private else "public"
    lines = [f"The Space is {'made' if done.created else 'up to date'}: {done.url} ({shown})."]
    if done.sent or done.removed:
        lines.append(
            f"{len(done.sent)} files were sent, {len(done.removed)} removed: commit {done.revision}."
        )
    if done.variables or done.secrets:
        lines.append(f"Set: {', '.join((*done.variables, *done.secrets))}.")
    return lines


def _variables(given: Sequence[str]) -> dict[str, str]:
    found = dict(entry.partition("=")[::2] for entry in given)
    for name, value in found.items():
        if not _VARIABLE.fullmatch(name) or not value:
            raise OptionError("--variable", f"'{name}'", "NAME=VALUE, the name of letters, digits and '_'")
        if SECRET_VARIABLE.search(name) or name == "VOICECLONE_DATABASE_URL":
            raise OptionError("--variable", f"'{name}'", f"no secrets, which all could read: --secret {name}")
    return found


def _secrets(names: Sequence[str], env: Mapping[str, str]) -> dict[str, str]:
    for name in names:
        if not env.get(name):
            accepted = f"names of variables that are set here: export {name}=… first"
            raise OptionError("--secret", f"'{name}'", accepted)
    return {name: env[name] for name in names}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 2 bad input, 130 interrupted."""
    argv = sys.argv[1:] if argv is None else argv
    try:
        args = _parser().parse_args(argv)
        if (args.space is None) == (args.out is None):
            raise UsageError("Either OWNER/NAME or --out is needed", _parser().prog)
    except UsageError as error:
        return Console(sys.stdout, sys.stderr, "--json" in argv).refuse(error)
    with own_console(args.json) as console:
        try:
            return (push if args.out is None else assemble)(args, console)
        except REFUSALS as error:
            return console.refuse(error)


if __name__ == "__main__":
    sys.exit(main())
