"""The command that says an utterance again in a voice."""

from __future__ import annotations

import argparse
import time

from voiceclone.audio.clip import Audio
from voiceclone.audio.write import FORMATS, write_audio
from voiceclone.cli.files import checked_out, duration, local_voice
from voiceclone.console import Console
from voiceclone.converting import Converted, Converting


def convert(args: argparse.Namespace, console: Console) -> int:
    """Say an utterance again in a voice, with its words, timing and melody, and score what was written.

    In JSON the scores are those of `speak`; words are counted against what the source says.
    `left_silent_s` are the stretches of the source in which no words could be heard.
    """
    started = time.monotonic()
    out = checked_out(args.out, FORMATS)
    if args.record is not None:
        checked_out(args.record, (".json",))
    studio, voice = local_voice(args.voice)
    source = studio.read(args.source)
    converting = Converting(studio)
    pieces: list[Converted] = []
    for piece in converting.convert(
        voice, source, language_key=args.language, transcript=args.transcript, seed=args.seed
    ):
        pieces.append(piece)
        done, total = piece.index + 1, piece.total
        console.progress(f"converted: piece {done} of {total}", done, total)
    console.progress("scoring", 0, 1)
    write_audio(Audio.joined([piece.audio for piece in pieces]), out)
    audio = studio.read(out)
    language, text = pieces[0].language, converting.said(source, pieces)
    scores = studio.score(voice, audio, text, language)
    facts = converting.facts(voice, source, language_key=language, seed=args.seed)
    provenance = studio.sign(out, facts)
    if args.record is not None:
        args.record.write_bytes(provenance.to_bytes())
    verdict = studio.verify(out, record=provenance.to_bytes())
    silent = [[piece.start_s, piece.end_s] for piece in pieces if piece.silent]
    data = {
        "out": str(out),
        "seconds": round(time.monotonic() - started, 2),
        "audio_seconds": round(audio.duration_s, 3),
        "sample_rate": audio.sample_rate,
        "voice": voice.name,
        "language": language,
        "seed": args.seed,
        "source_sha256": source.sha256,
        "transcript": text,
        "left_silent_s": silent,
        "similarity": round(scores.similarity_percent / 100, 4),
        "similarity_cosine": round(scores.similarity, 4),
        "word_error_rate": round(scores.words.error_rate, 4),
        "missed_words": scores.words.missed,
        "naturalness": round(scores.naturalness, 2),
        "watermark": round(verdict.detection.confidence, 4),
        "provenance": verdict.conclusion,
    }
    lines = [
        f"{out}: {duration(audio.duration_s)} of speech, as said in {args.source}.",
        f"Likeness to the voice {scores.similarity_percent:.0f} of 100 (a stranger 0, the speaker 100), "
        f"word errors {scores.words.error_rate:.0%}, naturalness {scores.naturalness:.1f} of 5, "
        f"watermark {verdict.detection.confidence:.2f}, {verdict.conclusion}.",
    ]
    if silent:
        where = ", ".join(f"{start:.1f} to {end:.1f} s" for start, end in silent)
        lines.append(f"Left silent, for no words could be heard there: {where}.")
    console.result(data, *lines)
    return 0
