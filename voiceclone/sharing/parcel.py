"""The files that a voice is pushed as: itself, receipt, card, a sample, and recordings if asked for."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.engines.base import EngineSpec
from voiceclone.finetune.dataset import Dataset
from voiceclone.hub.card import CARD, LIBRARY, CardFacts, voice_card
from voiceclone.hub.table import weight
from voiceclone.studio import Studio
from voiceclone.text.languages import LANGUAGES
from voiceclone.voices.voice import FORMAT_VERSION, Voice

VOICE, RECEIPT, CONFIG = "voice.safetensors", "receipt.json", "config.json"
SAMPLE, TOMBSTONE, RECORDINGS = "sample.wav", "tombstone.json", "data/"
OWNED = (VOICE, CONFIG, SAMPLE, RECORDINGS)
"""What goes when it is not pushed again, or when a voice is withdrawn."""
GITS_OWN = ".gitattributes"
"""What the Hub puts into a new repository."""

SAMPLES: Mapping[str, str] = {
    "en-us": "It says only what somebody had it say, and it speaks because its owner agreed.",
    "en-gb": "It says only what somebody had it say, and it speaks because its owner agreed.",
    "zh": "它说的每一句话都由别人写成，它能说话，是因为声音的主人同意了。",
}
"""What a pushed sample says, after saying that it is synthetic."""
SAMPLE_SEED = 0


@dataclass(frozen=True)
class Parcel:
    """What is to be pushed of a voice, besides the voice."""

    visibility: str
    sample: bool
    scores: Mapping[str, float]
    training: Mapping[str, object] | None
    """The voice's own record when None."""
    recordings: Dataset | None


def pack(
    studio: Studio, voice: Voice, repo_id: str, page: str, parcel: Parcel, *, new_sample: bool
) -> dict[str, bytes]:
    """Return the files of a repository: name to contents.

    Args:
        studio: which signs and speaks.
        voice: what they are of.
        repo_id: where they go.
        page: address of that repository.
        parcel: what is wanted.
        new_sample: whether to make the sample that is wanted; else it is there already.
    """
    spec = studio.registry.spec(voice.engine)
    facts = _facts(voice, spec, repo_id, page, parcel)
    return {
        VOICE: studio.voice_bytes(voice),
        RECEIPT: voice.receipt.to_bytes(),
        CONFIG: _config(voice, spec, facts),
        **({SAMPLE: _sample(studio, voice)} if new_sample else {}),
        **({} if parcel.recordings is None else _recordings(parcel.recordings)),
        CARD: voice_card(facts).encode(),
    }


def _facts(voice: Voice, spec: EngineSpec, repo_id: str, page: str, parcel: Parcel) -> CardFacts:
    receipt, learned = voice.receipt, voice.learned
    known = {
        "seconds_of_recordings": learned.reference_seconds,
        "steps": learned.steps,
        "step_that_was_kept": learned.best_step,
        "seconds_of_learning": learned.seconds,
    }
    return CardFacts(
        repo_id=repo_id,
        name=voice.name,
        base_model=weight(spec.weights[0]).repo or voice.engine,
        language=LANGUAGES[voice.language].whisper if voice.language in LANGUAGES else voice.language,
        verified=receipt.verified,
        scope=receipt.scope,
        consent=receipt.sentence,
        expires=receipt.expires,
        receipt_id=receipt.id,
        receipt_url=f"{page}/blob/main/{RECEIPT}",
        voice_id=voice.id,
        gated=parcel.visibility == "gated",
        sample=parcel.sample,
        recordings=0 if parcel.recordings is None else len(parcel.recordings.kept),
        scores=parcel.scores,
        training=known if parcel.training is None else parcel.training,
    )


def _sample(studio: Studio, voice: Voice) -> bytes:
    """Return a WAV file of the voice speaking, watermarked and with a signed manifest."""
    key = voice.language if voice.language in SAMPLES else "en-us"
    text = studio.disclosed(SAMPLES[key], key)
    spoken = studio.speak(voice, text, language_key=key, seed=SAMPLE_SEED)
    audio = Audio.joined([piece.audio for piece in spoken])
    facts = studio.facts(voice, text, language_key=key, speed=1.0, seed=SAMPLE_SEED)
    with tempfile.TemporaryDirectory(prefix="voiceclone-") as folder:
        file = write_audio(audio, Path(folder) / SAMPLE)
        studio.sign(file, facts)
        return file.read_bytes()


def _config(voice: Voice, spec: EngineSpec, facts: CardFacts) -> bytes:
    return json.dumps(
        {
            "library_name": LIBRARY,
            "format_version": FORMAT_VERSION,
            "engine": voice.engine,
            "engine_revision": voice.engine_revision,
            "base_model": facts.base_model,
            "language": voice.language,
            "sample_rate": spec.sample_rate,
            "voice_id": voice.id,
            "receipt_id": voice.receipt.id,
        },
        indent=2,
    ).encode()


def _recordings(dataset: Dataset) -> dict[str, bytes]:
    """Return a dataset's kept clips as the files of an audiofolder: `metadata.jsonl` and WAV."""
    files, lines = {}, []
    for clip in dataset.kept:
        files[f"{RECORDINGS}{clip.file_name}"] = clip.wav()
        line = {"file_name": clip.file_name, "text": clip.text, "language": clip.language}
        lines.append(json.dumps(line, ensure_ascii=False))
    files[f"{RECORDINGS}metadata.jsonl"] = ("\n".join(lines) + "\n").encode()
    return files
