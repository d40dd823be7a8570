"""Words of the *Convert* tab and of the comparison of voices, in English."""

from __future__ import annotations

EN_VOICES: dict[str, str] = {
    "tab.convert": "Convert",
    "choose.page": "{name} (on this page)",
    "choose.info": "The voice on this page, and those that you have saved.",
    "error.no_source": "There is nothing to convert yet. Record an utterance, or upload one.",
    "convert.title": "Say it again in another voice",
    "convert.sentence": (
        "Words, timing and melody of a recording stay; the voice is exchanged. At most five minutes in one "
        "go."
    ),
    "convert.source": "Record or upload speech of anybody",
    "convert.voice": "Voice it comes back in",
    "convert.settings": "Language, words, seed",
    "convert.heard": "As it is heard",
    "convert.transcript.info": "Left empty, it is recognised. Give it where words are misheard.",
    "convert.seed.info": "Same voice, recording and seed: same samples.",
    "convert.button": "Convert",
    "convert.listening": "Listening to what is said…",
    "convert.piece": "Converted: piece {index} of {total}",
    "convert.scoring": "Converted. Listening to it to score it…",
    "convert.result": "The recording in the voice",
    "convert.empty": "The recording in the other voice appears here.",
    "convert.silent": "Left silent, for no words could be heard there: {where}.",
    "convert.stretch": "{start:.1f} to {end:.1f} s",
    "verify.converted": "Converted from a recording of speech (sha256 {source}…), not spoken from a text.",
    "compare.title": "Compare",
    "compare.sentence": "Two to four voices say one text, one beside the other, each with its scores.",
    "compare.voices": "Voices",
    "compare.button": "Compare",
    "compare.speaking": "{name} speaks…",
    "compare.player": "The text in this voice",
    "compare.mos": "{mos:.1f} of 5",
    "compare.work": "Work for a second of speech",
    "compare.rtf": "{seconds:.2f} s",
}
