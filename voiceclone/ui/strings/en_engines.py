"""Every visible string about engines in English."""

from __future__ import annotations

EN_ENGINES: dict[str, str] = {
    "learn.engine": "Engine",
    "learn.engine.info": "What learns the voice and speaks in it; a voice stays with its engine.",
    "learn.engine.fetch": "{engine} · {megabytes:,} MB are fetched first",
    "learn.engine.unavailable": "{engine} · cannot be used here",
    "learn.steps.ignored": "Ignored: {engine} learns at once, without steps.",
    "learn.at_once": "Learning at once",
    "learn.done.at_once": "Learned in {took}",
    "voice.facts.at_once": "{language} · learned at once from {seconds:.0f} s of speech, {date} · {engine}",
    "speak.language.lacking": "{language} · not spoken by this voice's engine",
    "engines.title": "Engines and devices",
    "engines.ready": "Ready",
    "engines.fetch": "Its weights, {megabytes:,} MB, are fetched from the Hub when it is first used",
    "engines.unavailable": "Cannot be used here: {reason}. {remedy}",
    "engines.other": "{engine} cannot be used here: {reason}. {remedy}",
    "engines.reason.libraries": "it needs what is not installed ({names})",
    "engines.reason.weights": "the weights '{names}' are not here",
    "engines.remedy.install": "Install it with: pip install -r requirements.txt",
    "engines.remedy.allow_hub": "They are on the Hub only: set VOICECLONE_WEIGHTS=auto.",
    "engines.speaks": "Speaks {languages}",
    "engines.steps": "learns in {steps} steps",
    "engines.at_once": "learns at once",
    "engines.fine_tunes": "can be fine-tuned",
    "engines.converts": "converts speech",
    "engines.pipeline": "A voice: {voice} → acoustic model: {acoustic} → vocoder: {vocoder}",
    "engines.devices": "Models run on",
    "engines.device": (
        "{device}: {free:.1f} of {total:.1f} GB are free, engines may take {room:.1f} GB; loaded: {loaded}"
    ),
    "engines.loaded": "{engine} ({megabytes} MB)",
    "engines.loaded.none": "nothing yet",
    "tune.engine": "Engine",
    "tune.engine.info": "What is trained. The check is made anew for another one.",
    "obstacle.language_not_spoken": (
        "Clips in a language that this engine does not speak ({about}): {value:.0f}. Leave them out, or "
        "choose another engine."
    ),
}
