"""Thirty sentences in one go: do likeness, loudness and pitch stay where they began?

For each sentence: the mean likeness of GE2E and the d-vector to the reader, its level, its median F0; and of
each the slope over the text, in what it changes from the first sentence to the last. Usage:

    python -m benchmarks.drift [--voice FILE] [--write]
"""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.corpus import readers
from benchmarks.judges import GE2E, Judge, scales
from benchmarks.report import add_write_argument, publish, table
from benchmarks.voices import add_voice_argument, voice_of
from voiceclone.audio.features import f0
from voiceclone.audio.read import read_audio
from voiceclone.engines.finish import speech_rms
from voiceclone.studio import Studio

STORY = (
    "The ferry left the island a little after six.",
    "Nobody on the quay had thought to bring an umbrella.",
    "A dog barked twice and then lay down under the bench.",
    "The captain counted the passengers and wrote a number in his book.",
    "Behind the lighthouse the sky was turning a dull orange.",
    "Two children argued about who had seen the seal first.",
    "Their mother folded a map that she had not looked at.",
    "The engine coughed, stopped, and started again.",
    "An old man offered everyone a piece of ginger cake.",
    "It was still warm, and it tasted of honey and smoke.",
    "The wind came from the north and smelled of rain.",
    "Somebody had left a red glove on the railing.",
    "The water was so clear that you could see the stones.",
    "A radio in the kitchen was playing a song from last summer.",
    "The cook knew only half of the words.",
    "By seven the coast was a thin line of lamps.",
    "A woman in a grey coat asked when the last train would leave.",
    "No one could tell her, but everybody had a guess.",
    "The boy with the drum fell asleep against a sack of flour.",
    "His sister covered him with her scarf.",
    "A bell rang, and the deck began to shake.",
    "The harbour master waved a lantern from the end of the pier.",
    "Ropes were thrown, caught, and tied in a moment.",
    "The first to leave was the man with the bicycle.",
    "He did not look back at the sea.",
    "The cake was finished, and the tin went over the side by accident.",
    "It floated for a while between the boats.",
    "The captain closed his book and lit his pipe.",
    "Rain was falling now on the empty benches.",
    "In the morning the ferry would go back again.",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_voice_argument(parser)
    add_write_argument(parser)
    args = parser.parse_args()
    studio = Studio()
    voice = voice_of(args, studio)
    encoders = (GE2E(), Judge(studio.services.weights))
    clips = {r.name: [read_audio(p) for p in r.others] for r in readers()}
    scale = {e.name: scales(e, clips)[voice.name] for e in encoders}
    pieces = [spoken.audio for spoken in studio.speak(voice, "\n\n".join(STORY))]
    assert len(pieces) == len(STORY)  # a paragraph is a phrase of its own
    likeness = [
        np.mean([scale[e.name].normalised(float(e.embed(a) @ scale[e.name].centre)) for e in encoders])
        for a in pieces
    ]
    level = [20 * np.log10(speech_rms(a)) for a in pieces]
    curves = [f0(a) for a in pieces]
    pitch = [12 * np.log2(np.median(c[c > 0])) for c in curves]
    place = np.linspace(0, 1, len(pieces))
    lines = []
    for name, values, unit in (
        ("likeness", likeness, ""),
        ("level", level, " dB"),
        ("median F0", pitch, " semitones"),
    ):
        (slope, _), covariance = np.polyfit(place, values, 1, cov=True)
        half = 2.05 * float(np.sqrt(covariance[0, 0]))
        thirds = [float(np.mean(part)) for part in np.array_split(np.array(values, float), 3)]
        shown = [f"{t - (thirds[0] if unit else 0):+.2f}{unit}" if unit else f"{t:.2f}" for t in thirds]
        lines.append([name, *shown, f"{np.std(values):.2f}{unit}", f"{slope:+.2f} ± {half:.2f}{unit}"])
    head = ("", "first ten", "next ten", "last ten", "spread of sentences", "change over the text")
    text = table(head, lines)
    text += f"\n\nReader {voice.name}, {len(pieces)} sentences; level and F0 against the first ten."
    text += " ± half of the 95 % interval of the slope."
    data = {
        "likeness": [float(x) for x in likeness],
        "level_db": [float(x) for x in level],
        "semitones": [float(x) for x in pitch],
    }
    publish("drift", text, data, write=args.write)


if __name__ == "__main__":
    main()
