"""Commands that learn a voice and speak in it."""

from __future__ import annotations

import argparse
import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

from voiceclone.api import endpoints
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import FORMATS, WavStream, write_audio
from voiceclone.cli.files import checked_out, duration, local_studio, local_voice, text_of
from voiceclone.cli.interrupt import stopped_by_ctrl_c
from voiceclone.cloning import CloneEvent
from voiceclone.consent.receipt import BASES, Authority, load_receipt
from voiceclone.console import Console
from voiceclone.errors import ConsentMissingError
from voiceclone.studio import Spoken
from voiceclone.voices.voice import Learned


def clone(args: argparse.Namespace, console: Console) -> int:
    """Learn a voice from recordings of one speaker and write it to a file.

    Ctrl-C ends learning and keeps the best voice so far. In JSON, `similarity` is the cosine
    to the reference of the encoder that learning is driven by, `similarity_start` before it.
    """
    out = checked_out(args.out, (".safetensors",))
    authority = authority_of(args)
    studio = local_studio()
    reference = studio.inspect(args.reference)
    if authority is None:
        receipt = load_receipt(args.receipt)
    else:
        receipt = studio.attest(
            reference,
            name=args.name or "",
            speaker=args.speaker,
            authority=authority,
            scope=args.scope,
            expires=args.expires,
        )
    with stopped_by_ctrl_c(
        console, "Stopping after this step and keeping the best voice so far; Ctrl-C again drops it."
    ) as stop:
        events = studio.clone(
            reference,
            receipt,
            transcript=args.transcript,
            language_key=args.language,
            preset=args.preset,
            steps=args.steps,
            seed=args.seed,
            engine=args.engine,
            cancelled=stop.is_set,
        )
        similarity: float | None = None
        for event in events:
            similarity = similarity if event.similarity is None else event.similarity
            if event.stage != "done":
                console.progress(_learning(event, similarity), event.step, max(1, event.steps))
    assert event.voice is not None
    studio.save_voice(event.voice, out)
    voice = studio.load_voice(out)
    learned = voice.learned
    data = {
        "voice": str(out),
        "name": voice.name,
        "language": voice.language,
        "engine": voice.engine,
        "receipt": voice.receipt.id,
        "interrupted": stop.is_set(),
        **dataclasses.asdict(learned),
    }
    console.result(
        data,
        f"{voice.name} is learned and saved: {out} ({out.stat().st_size / 1000:.0f} kB).",
        voice.receipt.sentence,
        f"Likeness to the reference: {learned.similarity_start:.2f} before, {learned.similarity:.2f} now "
        f"(a stranger: {event.anchor_stranger:.2f}, the same person: {event.anchor_self:.2f}).",
        f"{_steps(learned)} It took {duration(learned.seconds)}.",
    )
    return 130 if stop.is_set() else 0


def speak(args: argparse.Namespace, console: Console) -> int:
    """Speak a text in a voice, write it to a sound file, and score what was written.

    In JSON, `similarity` is 0 for a stranger and 1 for the speaker of the reference, and
    `similarity_cosine` what it comes from, by an encoder that learning is not driven by;
    `naturalness` is a predicted mean opinion, 1 to 5; `watermark` how surely it is found.
    """
    started = time.monotonic()
    out = checked_out(args.out, FORMATS)
    if args.record is not None:
        checked_out(args.record, (".json",))
    text = args.text if args.text is not None else text_of(args.text_file)
    studio, voice = local_voice(args.voice)
    language = args.language or voice.language
    if args.disclose:
        text = studio.disclosed(text, language)
    pieces = studio.speak(voice, text, language_key=language, speed=args.speed, seed=args.seed)
    _write(_counted(pieces, console), out)
    console.progress("scoring", 0, 1)
    audio = studio.read(out)
    scores = studio.score(voice, audio, text, language)
    facts = studio.facts(voice, text, language_key=language, speed=args.speed, seed=args.seed)
    provenance = studio.sign(out, facts)
    if args.record is not None:
        args.record.write_bytes(provenance.to_bytes())
    verdict = studio.verify(out, record=provenance.to_bytes())
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
        "watermark": round(verdict.detection.confidence, 4),
        "provenance": verdict.conclusion,
    }
    console.result(
        data,
        f"{out}: {duration(audio.duration_s)} of speech.",
        f"Likeness to the reference {scores.similarity_percent:.0f} of 100 (a stranger 0, the speaker 100), "
        f"word errors {scores.words.error_rate:.0%}, naturalness {scores.naturalness:.1f} of 5, "
        f"watermark {verdict.detection.confidence:.2f}, {verdict.conclusion}.",
    )
    return 0


def inspect(args: argparse.Namespace, console: Console) -> int:
    """Show what a recording is like as a reference."""
    report = endpoints.inspect(local_studio(), args.audio)
    faults = report["faults"]
    assert isinstance(faults, list)
    console.result(
        report,
        f"{args.audio}: {report['grade']}; {report['used_seconds']} of {report['given_seconds']} s used.",
        *(f"- {fault['advice']}" for fault in faults),
    )
    return 0


def weights(args: argparse.Namespace, console: Console) -> int:
    """Show where each model's weights come from."""
    rows = local_studio().weights()
    lines = (
        f"{row.name:<14}{row.source:<9}{row.bytes / 1e6:>6.1f} MB  {row.licence:<12}"
        f"{row.revision:<42}{row.path}"
        for row in rows
    )
    console.result([dataclasses.asdict(row) for row in rows], *lines)
    return 0


# --- what they share ------------------------------------------------------------------------


def authority_of(args: argparse.Namespace) -> Authority | None:
    """Return what the person who types states; None when there is a receipt.

    Raises:
        ConsentMissingError: who speaks, or the basis, is not given.
    """
    if args.receipt is not None:
        return None
    if args.consent is None:
        accepted = f"--receipt FILE, or --consent with {', '.join(BASES)}"
        raise ConsentMissingError("--receipt or --consent", accepted)
    if not (args.speaker or "").strip():
        raise ConsentMissingError("the speaker's name", "--speaker with the name of who speaks")
    return Authority(args.consent, args.document, args.stated_by)


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


def _steps(learned: Learned) -> str:
    return f"Best of {learned.steps} steps: {learned.best_step}." if learned.steps else "Learned at once."


def _learning(event: CloneEvent, similarity: float | None) -> str:
    """Return one line on a running clone."""
    if event.stage != "learning":
        return event.stage
    line = f"step {event.step} of {event.steps}" if event.steps else "learning at once"
    if similarity is not None:
        anchors = f"stranger {event.anchor_stranger:.2f}, self {event.anchor_self:.2f}"
        line += f", likeness {similarity:.2f} ({anchors})"
    return line if event.seconds_left is None else f"{line}, {duration(event.seconds_left)} left"
