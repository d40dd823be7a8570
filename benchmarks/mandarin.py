"""Ten Chinese sentences in a voice learned from English: characters that Whisper recognises.

Usage: python -m benchmarks.mandarin [--voice FILE]
"""

from __future__ import annotations

import argparse

from benchmarks.corpus import MANDARIN
from benchmarks.voices import add_voice_argument, voice_of
from voiceclone.audio.clip import Audio
from voiceclone.settings import Settings
from voiceclone.studio import Studio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_voice_argument(parser)
    args = parser.parse_args()
    studio = Studio(Settings.from_env())
    voice = voice_of(args, studio)
    print(f"\nVoice {voice.name}, learned from {voice.language}:\n")
    print("| asked | heard | recognised |\n|---|---|---|")
    right = total = 0.0
    for sentence in MANDARIN:
        audio = Audio.joined([s.audio for s in studio.speak(voice, sentence, language_key="zh")])
        words = studio.score(voice, audio, sentence, "zh").words
        n = sum(c.isalnum() for c in sentence)
        total += n
        right += n * max(0.0, 1 - words.error_rate)
        print(f"| {sentence} | {words.heard} | {1 - words.error_rate:.0%} |", flush=True)
    print(f"| all | | {right / total:.1%} |")


if __name__ == "__main__":
    main()
