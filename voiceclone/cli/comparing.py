"""The command that lets several voices say one text."""

from __future__ import annotations

import argparse

from voiceclone.audio.write import write_audio
from voiceclone.cli.files import checked_folder, local_studio, local_voice
from voiceclone.comparing import Comparing
from voiceclone.console import Console


def compare(args: argparse.Namespace, console: Console) -> int:
    """Let two to four voices say one text, and score each beside the others.

    In JSON, one entry for each voice, in the order given: its file, and the scores of `speak`;
    `real_time_factor` is the seconds of work for a second of speech.
    """
    studio = local_studio()
    voices = [local_voice(given)[1] for given in args.voice]
    renditions = Comparing(studio).compare(voices, args.text, language_key=args.language, seed=args.seed)
    out = checked_folder(args.out)
    language = args.language or voices[0].language
    found, lines = [], []
    for rendition in renditions:
        voice, scores = rendition.voice, rendition.scores
        console.progress(f"spoken: {voice.name}", rendition.index + 1, rendition.total)
        file = write_audio(rendition.audio, out / f"voice-{rendition.index + 1}.wav")
        studio.sign(file, studio.facts(voice, args.text, language_key=language, speed=1.0, seed=args.seed))
        found.append(
            {
                "out": str(file),
                "voice": voice.name,
                "engine": voice.engine,
                "similarity": round(scores.similarity_percent / 100, 4),
                "similarity_cosine": round(scores.similarity, 4),
                "word_error_rate": round(scores.words.error_rate, 4),
                "missed_words": scores.words.missed,
                "naturalness": round(scores.naturalness, 2),
                "real_time_factor": round(rendition.real_time_factor, 3),
                "audio_seconds": round(rendition.audio.duration_s, 3),
            }
        )
        lines.append(
            f"{file}: {voice.name} ({voice.engine}), likeness {scores.similarity_percent:.0f} of 100, "
            f"word errors {scores.words.error_rate:.0%}, naturalness {scores.naturalness:.1f} of 5, "
            f"{rendition.real_time_factor:.2f} s for a second of speech."
        )
    console.result(found, *lines)
    return 0
