"""The command line: one function per command.

Results go to stdout, progress and complaints to stderr. With `--json` stdout is one JSON
document, a refusal included (`{"error": {"type", "message", …facts}}`), and stderr holds
nothing but the sentence of a refusal.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from voiceclone.api import endpoints
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import FORMATS, WavStream, write_audio
from voiceclone.consent.statement import KINDS, ConsentStatement
from voiceclone.console import REFUSALS, Console, own_console
from voiceclone.errors import OptionError, OutputError, UsageError
from voiceclone.settings import Settings
from voiceclone.studio import (
    DEFAULT_STEPS,
    MAX_SPEED,
    MAX_STEPS,
    MIN_SPEED,
    MIN_STEPS,
    CloneEvent,
    Spoken,
    Studio,
)
from voiceclone.text.languages import LANGUAGES

LOCAL_MAX_MB = "1000"
"""`VOICECLONE_MAX_UPLOAD_MB` unless it is set: one's own disk is no upload. Seconds stay capped."""


# --- commands -------------------------------------------------------------------------------


def clone(args: argparse.Namespace, console: Console) -> int:
    """Learn a voice from recordings of one speaker and write it to a file.

    Ctrl-C ends learning and keeps the best voice so far. In JSON, `similarity` is the cosine
    to the reference of the encoder that learning is driven by, `similarity_start` before it.
    """
    out = _checked_out(args.out, (".safetensors",))
    consent = ConsentStatement.today(args.speaker, args.consent)
    studio = _studio()
    reference = studio.inspect(args.reference)
    with _stopped_by_ctrl_c(console) as stop:
        events = studio.clone(
            reference,
            name=args.name,
            consent=consent,
            transcript=args.transcript,
            language_key=args.language,
            steps=args.steps,
            seed=args.seed,
            cancelled=stop.is_set,
        )
        similarity: float | None = None
        for event in events:
            similarity = similarity if event.similarity is None else event.similarity
            if event.stage != "done":
                console.progress(_learning(event, similarity), event.step, event.steps)
    assert event.voice is not None
    studio.save_voice(event.voice, out)
    voice = studio.load_voice(out)
    learned = voice.learned
    data = {
        "voice": str(out),
        "name": voice.name,
        "language": voice.language,
        "interrupted": stop.is_set(),
        **dataclasses.asdict(learned),
    }
    console.result(
        data,
        f"{voice.name} is learned and saved: {out} ({out.stat().st_size / 1000:.0f} kB).",
        f"Likeness to the reference: {learned.similarity_start:.2f} before, {learned.similarity:.2f} now "
        f"(a stranger: {event.anchor_stranger:.2f}, the same person: {event.anchor_self:.2f}).",
        f"Best of {learned.steps} steps: {learned.best_step}. It took {_duration(learned.seconds)}.",
    )
    return 130 if stop.is_set() else 0


def speak(args: argparse.Namespace, console: Console) -> int:
    """Speak a text in a voice, write it to a sound file, and score what was written.

    In JSON, `similarity` is 0 for a stranger and 1 for the speaker of the reference, and
    `similarity_cosine` what it comes from, by an encoder that learning is not driven by;
    `naturalness` is a predicted mean opinion, 1 to 5; `watermark` how surely it is found.
    """
    started = time.monotonic()
    out = _checked_out(args.out, FORMATS)
    text = args.text if args.text is not None else _text_of(args.text_file)
    studio = _studio()
    voice = studio.load_voice(args.voice)
    language = args.language or voice.language
    pieces = studio.speak(voice, text, language_key=language, speed=args.speed, seed=args.seed)
    _write(_counted(pieces, console), out)
    console.progress("scoring", 0, 1)
    audio = studio.read(out)
    scores = studio.score(voice, audio, text, language)
    mark = studio.verify(out)
    data = {
        "out": str(out),
        "seconds": round(time.monotonic() - started, 2),
        "audio_seconds": round(audio.duration_s, 3),
        "sample_rate": audio.sample_rate,
        "voice": voice.name,
        "language": language,
        "speed": args.speed,
        "seed": args.seed,
        "similarity": round(scores.similarity_percent / 100, 4),
        "similarity_cosine": round(scores.similarity, 4),
        "word_error_rate": round(scores.words.error_rate, 4),
        "missed_words": scores.words.missed,
        "naturalness": round(scores.naturalness, 2),
        "watermark": round(mark.confidence, 4),
    }
    console.result(
        data,
        f"{out}: {_duration(audio.duration_s)} of speech.",
        f"Likeness to the reference {scores.similarity_percent:.0f} of 100 (a stranger 0, the speaker 100), "
        f"word errors {scores.words.error_rate:.0%}, naturalness {scores.naturalness:.1f} of 5, "
        f"watermark {mark.confidence:.2f}.",
    )
    return 0


def inspect(args: argparse.Namespace, console: Console) -> int:
    """Show what a recording is like as a reference."""
    report = endpoints.inspect(_studio(), args.audio)
    faults = report["faults"]
    assert isinstance(faults, list)
    console.result(
        report,
        f"{args.audio}: {report['grade']}; {report['used_seconds']} of {report['given_seconds']} s used.",
        *(f"- {fault['advice']}" for fault in faults),
    )
    return 0


def verify(args: argparse.Namespace, console: Console) -> int:
    """Say whether a recording carries this program's watermark."""
    found = _studio().verify(args.audio)
    says = "carries" if found.watermarked else "does not carry"
    console.result(
        dataclasses.asdict(found),
        f"{args.audio} {says} the watermark of this program's speech (confidence {found.confidence:.2f}).",
    )
    return 0


def weights(args: argparse.Namespace, console: Console) -> int:
    """Show where each model's weights come from."""
    rows = _studio().weights()
    lines = (
        f"{row.name:<14}{row.source:<9}{row.bytes / 1e6:>6.1f} MB  {row.licence:<12}"
        f"{row.revision:<42}{row.path}"
        for row in rows
    )
    console.result([dataclasses.asdict(row) for row in rows], *lines)
    return 0


def app(args: argparse.Namespace, console: Console) -> int:
    """Serve the app in a browser until Ctrl-C."""
    from voiceclone.ui.app import build_app, launch

    settings = Settings.from_env()
    given = {"host": args.host, "port": args.port}
    settings = dataclasses.replace(settings, **{k: v for k, v in given.items() if v is not None})
    try:
        address = launch(build_app(Studio(settings)), settings, wait=False)
    except OSError as error:
        listens_at = f"{settings.host}:{settings.port}"
        raise OptionError("--host and --port", listens_at, "a free port of this machine") from error
    console.result({"url": address}, f"The app is at {address} (Ctrl-C ends it).")
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    return 0


# --- what commands share ----------------------------------------------------------------------


def _studio() -> Studio:
    return Studio(Settings.from_env({"VOICECLONE_MAX_UPLOAD_MB": LOCAL_MAX_MB, **os.environ}))


def _checked_out(path: Path, suffixes: Collection[str]) -> Path:
    """Return where to write, tried before the minutes of work that end there.

    Raises:
        OutputError: another suffix, or a folder where no file can be made.
    """
    accepted = f"a file name ending in {', '.join(suffixes)}, in a folder that can be written"
    if path.suffix.lower() not in suffixes:
        reason = f"'{path.suffix}' names no format" if path.suffix else "it has no suffix"
        raise OutputError(str(path), reason, accepted)
    if path.is_dir():
        raise OutputError(str(path), "it is a folder", accepted)
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise OutputError(str(path), error.strerror or str(error), accepted) from error
    return path


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError("--text-file", path, "a text file in UTF-8 that can be read") from error


def _write(pieces: Iterator[Spoken], out: Path) -> None:
    """Write phrases as they come where the format allows, else all at the end."""
    if out.suffix.lower() != ".wav":
        write_audio(Audio.joined([piece.audio for piece in pieces]), out)
        return
    first = next(pieces)
    with WavStream(out, first.audio.sample_rate) as stream:
        stream.write(first.audio)
        for piece in pieces:
            stream.write(piece.audio)


def _counted(pieces: Iterator[Spoken], console: Console) -> Iterator[Spoken]:
    for piece in pieces:
        console.progress(f"spoken: phrase {piece.index + 1} of {piece.total}", piece.index + 1, piece.total)
        yield piece


def _learning(event: CloneEvent, similarity: float | None) -> str:
    """Return one line on a running clone."""
    if event.stage != "learning":
        return event.stage
    line = f"step {event.step} of {event.steps}"
    if similarity is not None:
        anchors = f"stranger {event.anchor_stranger:.2f}, self {event.anchor_self:.2f}"
        line += f", likeness {similarity:.2f} ({anchors})"
    return line if event.seconds_left is None else f"{line}, {_duration(event.seconds_left)} left"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s" if seconds < 10 else f"{rest} s"


@contextmanager
def _stopped_by_ctrl_c(console: Console) -> Iterator[threading.Event]:
    """Yield a flag that the first Ctrl-C sets; the second one interrupts as ever."""
    stop = threading.Event()

    def on_interrupt(signum: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        console.at_once("Stopping after this step and keeping the best voice so far; Ctrl-C again drops it.")

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


# --- the door ---------------------------------------------------------------------------------


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

    languages = ", ".join(LANGUAGES)
    c = command(clone)
    c.add_argument("reference", nargs="+", type=Path, metavar="REFERENCE", help="recordings of one speaker")
    c.add_argument("--name", required=True, help="what the voice is called")
    c.add_argument(
        "--consent", required=True, choices=KINDS, help="your own voice, or authorised by the speaker"
    )
    c.add_argument("--speaker", required=True, help="name of the person who speaks; kept in the voice")
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
    s.add_argument("--voice", required=True, type=Path, help="a .safetensors file made by clone")
    text = s.add_mutually_exclusive_group(required=True)
    text.add_argument("--text", help="what to say")
    text.add_argument("--text-file", type=Path, help="a UTF-8 file with what to say")
    s.add_argument("--out", required=True, type=Path, help=f"the speech: {', '.join(FORMATS)}")
    s.add_argument("--language", help=f"of the text: {languages} (the voice's when left out)")
    s.add_argument("--speed", type=float, default=1.0, help=f"{MIN_SPEED} to {MAX_SPEED} (%(default)s)")
    s.add_argument(
        "--seed", type=int, default=0, help="same voice, text, speed and seed: same speech (%(default)s)"
    )

    for run in (inspect, verify):
        command(run).add_argument("audio", type=Path, metavar="AUDIO", help="a sound file")
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
