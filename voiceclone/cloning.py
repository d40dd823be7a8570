"""Learning a voice: what is done with a reference, in order, and what is reported on the way.

What is asked for was checked before: consent, options, and whether the engine is to be had here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from voiceclone.audio.clip import Audio
from voiceclone.engines.base import AdaptationEvent, Budget, Clip, EngineSpec, Material
from voiceclone.engines.registry import Registry
from voiceclone.engines.transcript import check_transcript
from voiceclone.errors import CancelledError, TextError, TranscriptMismatchError, TranscriptMissingError
from voiceclone.listen.reference import Reference
from voiceclone.orders import Learning
from voiceclone.services import Services
from voiceclone.text.languages import LANGUAGES, from_whisper, language
from voiceclone.text.phrase import Phrase
from voiceclone.voices.voice import Learned, Voice

log = logging.getLogger(__name__)

PREVIEW_EVERY = 5
PREVIEWS: Mapping[str, str] = {
    "en-us": "This is how I sound so far, and I am still learning.",
    "en-gb": "This is how I sound so far, and I am still learning.",
    "zh": "这是我现在的声音，我还在继续学习。",
}
LONG_RUN_STEPS = 40
"""From so many steps on a voice can lose words: then they are counted, in a longer preview."""
LONG_PREVIEWS: Mapping[str, str] = {
    "en-us": "Six geese crossed the bridge while an old barge drifted past the church.",
    "en-gb": "Six geese crossed the bridge while an old barge drifted past the church.",
    "zh": "六只鹅走过小桥，一条旧船慢慢地从教堂旁边经过。",
}
"""Spoken after the preview in a long run: sounds that are easily lost."""


@dataclass(frozen=True)
class HeardText:
    """What a reference says."""

    text: str
    language: str
    """Key of the languages table."""
    language_probability: float


@dataclass(frozen=True)
class CloneEvent:
    """One report of a running clone. The last one carries the voice.

    `anchor_stranger` and `anchor_self` are the levels between which `similarity` climbs:
    what two different people, and two recordings of one person, reach on the same scale.
    """

    step: int
    steps: int
    stage: str
    """`preparing`, `learning` or `done`."""
    seconds: float
    seconds_left: float | None = None
    losses: Mapping[str, float] = field(default_factory=dict)
    similarity: float | None = None
    anchor_stranger: float = 0.0
    anchor_self: float = 1.0
    preview: Audio | None = None
    voice: Voice | None = None


class Cloning:
    """Learns voices. Safe to share between threads as far as the services are."""

    def __init__(self, services: Services, registry: Registry) -> None:
        """Args: services: the models; registry: the engines."""
        self._services, self._registry = services, registry

    def run(self, order: Learning, cancelled: Callable[[], bool]) -> Iterator[CloneEvent]:
        """Learn a voice; yields what `Studio.clone` promises.

        Args:
            order: the reference and what is asked; its arguments were checked by whoever made it.
            cancelled: asked between steps.
        """
        reference, receipt, preset, seed = order.reference, order.receipt, order.preset, order.seed
        spec = self._registry.spec(order.engine)
        started = time.monotonic()
        anchors = self._services.speaker.anchors
        steps = preset.steps_on(self._services.devices.main().type)
        learner = self._services.engine(spec.name)

        def report(event: AdaptationEvent, voice: Voice | None = None) -> CloneEvent:
            seconds = time.monotonic() - started
            left = None
            if event.stage == "learning" and event.step > 0:
                left = (seconds - prepared_at) / event.step * (event.steps - event.step)
            preview = self._services.watermarker.embed(event.preview) if event.preview is not None else None
            return CloneEvent(
                event.step, event.steps, event.stage, seconds, left, event.losses, event.similarity,
                anchors.stranger, anchors.same, preview, voice,
            )  # fmt: skip

        yield report(AdaptationEvent(0, steps, stage="preparing"))
        text, spoken_in = self._said(reference, order.transcript, order.language_key, spec)
        clips = [Clip(reference.audio, self._read(text, spoken_in, spec) if spec.needs_transcript else ())]
        if preset.rest:
            clips += self._rest(reference, spoken_in, spec)
        learned_from = Audio.joined([clip.audio for clip in clips])
        embedding = self._services.speaker.embed(learned_from)
        fingerprint = self._services.judge.fingerprint(reference.audio)
        if cancelled():
            raise CancelledError(0)
        says, judge = PREVIEWS[spoken_in], self._services.judge
        if guarded := steps >= LONG_RUN_STEPS:
            says = f"{says} {LONG_PREVIEWS[spoken_in]}"
        budget = Budget(
            steps,
            seed,
            PREVIEW_EVERY,
            self._read(says, spoken_in, spec),
            judge.naturalness,
            (lambda audio: judge.words(audio, says, spoken_in).error_rate) if guarded else None,
        )
        prepared_at = time.monotonic() - started
        similarity_start: float | None = None
        for event in learner.adapt(Material(tuple(clips), embedding), budget, cancelled):
            if similarity_start is None and event.similarity is not None:
                similarity_start = event.similarity
            if event.stage != "done":
                yield report(event)
                continue
            assert event.voice is not None and event.similarity is not None
            learned = Learned(
                steps=event.step,
                seed=seed,
                seconds=round(time.monotonic() - started, 2),
                reference_seconds=round(learned_from.duration_s, 2),
                reference_sha256=reference.sha256,
                transcript=text,
                similarity_start=round(float(similarity_start or 0.0), 4),
                similarity=round(event.similarity, 4),
                best_step=int(event.losses.get("best_step", event.step)),
            )
            voice = Voice(
                name=receipt.voice_name,
                engine=spec.name,
                engine_revision=self._services.weights.resolve(spec.weights[0]).revision,
                language=spoken_in,
                receipt=receipt,
                learned=learned,
                tensors=dict(event.voice),
                embedding=embedding,
                judge_embedding=fingerprint.embedding,
                judge_self_similarity=fingerprint.self_similarity,
            )
            yield report(event, voice)

    def transcribe(self, reference: Reference, language_key: str | None = None) -> HeardText:
        """Return what a reference says, and in which of the known languages.

        Raises:
            LanguageUnknownError: `language_key` is not in the table.
        """
        wanted = language(language_key) if language_key else None
        heard = self._services.recognizer.transcribe(reference.audio, wanted.whisper if wanted else None)
        found = wanted or from_whisper(heard.language) or LANGUAGES["en-us"]
        return HeardText(heard.text, found.key, heard.language_probability)

    def _read(self, text: str, language_key: str, spec: EngineSpec) -> tuple[Phrase, ...]:
        return self._services.text.phrases(text, language_key, max_phonemes=spec.max_phonemes)

    def _rest(self, reference: Reference, language_key: str, spec: EngineSpec) -> list[Clip]:
        """Return the rest of a long reference with what is heard in it; nothing if no words fit it."""
        audio = reference.rest_audio
        if audio is None:
            return []
        text = self._services.recognizer.transcribe(audio, language(language_key).whisper).text
        try:
            phrases = self._read(text, language_key, spec)
            check_transcript(audio, phrases)
        except (TextError, TranscriptMismatchError) as error:
            log.info("the rest of the reference is left out: %s", type(error).__name__)
            return []
        return [Clip(audio, phrases)]

    def _said(
        self, reference: Reference, transcript: str | None, language_key: str | None, spec: EngineSpec
    ) -> tuple[str, str]:
        """Return what a reference says, and the language of the voice that is learned from it.

        An engine that needs no transcript is given none, and takes a reference in any language: then the
        voice speaks the first of the engine's languages, unless the reference's is one of them.

        Raises:
            TranscriptMissingError: no words could be recognised.
            LanguageNotSpokenError: the engine learns from words, and not from this language's.
        """
        if not spec.needs_transcript:
            wanted = language_key or self.transcribe(reference).language
            return "", wanted if wanted in spec.languages else spec.languages[0]
        if transcript is None:
            heard = self.transcribe(reference, language_key)
            if not heard.text.strip():
                raise TranscriptMissingError(reference.audio.duration_s)
            transcript, language_key = heard.text, heard.language
        spoken_in = language_key or self.transcribe(reference).language
        self._registry.spec_for(spec.name, spoken_in)
        return transcript, spoken_in
