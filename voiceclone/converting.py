"""Converting: an utterance said again in a voice, with its own words, timing and melody."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from voiceclone.audio.clip import Audio
from voiceclone.audio.level import levelled
from voiceclone.engines.base import Clip, ConvertingEngine, EngineSpec, SpeakOptions
from voiceclone.errors import (
    LanguageUnknownError,
    NoSpeechError,
    SourceTooLongError,
    TextUnspeakableError,
    TranscriptMismatchError,
)
from voiceclone.finetune.cutting import cuts
from voiceclone.finetune.wording import comparable, shared_out
from voiceclone.listen.reference import SILENCE_DBFS
from voiceclone.listen.vad import Segment
from voiceclone.provenance.facts import Facts
from voiceclone.studio import Studio, check_seed
from voiceclone.text.languages import LANGUAGES, from_whisper, language
from voiceclone.text.phrase import Phrase
from voiceclone.voices.voice import Voice

MAX_SOURCE_S = 300.0
"""Converting takes about as long as the speech on two cores: longer than this nobody waits for one answer."""
HEARD_EDGE_S = 0.3
"""Silence around a piece while it is recognised: cut close, its first word is often missed."""


@dataclass(frozen=True)
class Converted:
    """One piece of the source, converted and watermarked, with the pause before it.

    All pieces joined are as long as the source was, as far as the engine keeps its timing.
    """

    audio: Audio
    start_s: float
    """In the source."""
    end_s: float
    text: str
    """What is said in it; empty where the engine needs no words, and where none were heard."""
    language: str
    """Key of the languages table."""
    silent: bool
    """Whether it was left silent, because no words could be heard that fit its sound."""
    index: int
    total: int


class Converting:
    """Conversions of speech. Safe to share between threads as far as the studio is."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def convert(
        self,
        voice: Voice,
        source: Audio,
        *,
        language_key: str | None = None,
        transcript: str | None = None,
        seed: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[Converted]:
        """Say an utterance again in a voice, piece by piece, each watermarked.

        The source is cut in its pauses into pieces of at most 12 s; the pauses stay as long as they were,
        and silent. All arguments are checked, and the speech is found, before the generator is made.

        Args:
            voice: whose voice it comes back in; its consent must hold.
            source: speech, from `Studio.read`, at most 300 s.
            language_key: the source's language; heard when None.
            transcript: what the source says; recognised when None. Not used by an engine that needs no words.
            seed: same voice, source, words and seed: same samples.
            cancelled: asked between pieces.

        Raises:
            ReceiptExpiredError, VoiceRevokedError: consent has ended.
            EngineCannotError: the voice's engine cannot convert.
            SourceTooLongError, NoSpeechError: nothing can be made of the source.
            LanguageUnknownError, LanguageNotSpokenError: here, or when the language has been heard.
            TextError: the transcript cannot be spoken, or is not what the source says.
            OptionError, WatermarkUnavailableError.
        """
        studio, services = self._studio, self._studio.services
        studio.check(voice.receipt)
        check_seed(seed)
        if source.duration_s > MAX_SOURCE_S:
            raise SourceTooLongError(source.duration_s, MAX_SOURCE_S)
        if language_key is not None:
            language(language_key)
        if studio.registry.spec(voice.engine).needs_transcript:
            if language_key is not None:
                studio.registry.spec_for(voice.engine, language_key)
            if transcript is not None:
                studio.preview_text(transcript, language_key or voice.language, voice.engine)
        level = levelled(source)
        spans = cuts(level, services.vad.speech(level))
        if not spans:
            peak_dbfs = 20 * math.log10(source.peak) if source.peak else SILENCE_DBFS
            raise NoSpeechError(source.duration_s, max(peak_dbfs, SILENCE_DBFS))
        engine = services.converting_engine(voice.engine)
        services.watermarker.ready()

        def ends() -> bool:
            return cancelled() or studio.closing.is_set()

        return self._convert(engine, voice, level, spans, transcript, language_key, seed, ends)

    def said(self, source: Audio, pieces: Sequence[Converted]) -> str:
        """Return what the source says; recognised here where converting needed no words."""
        text = " ".join(piece.text for piece in pieces if piece.text)
        whisper = LANGUAGES[pieces[0].language].whisper
        return text or self._studio.services.recognizer.transcribe(source, whisper).text.strip()

    def facts(self, voice: Voice, source: Audio, *, language_key: str, seed: int) -> Facts:
        """Return what is written down about an output: how it was made, and the hash of its source."""
        made = self._studio.facts(voice, "", language_key=language_key, speed=1.0, seed=seed)
        return replace(made, text_sha256="", source_sha256=source.sha256)

    def _convert(
        self,
        engine: ConvertingEngine,
        voice: Voice,
        source: Audio,
        spans: Sequence[Segment],
        transcript: str | None,
        language_key: str | None,
        seed: int,
        cancelled: Callable[[], bool],
    ) -> Iterator[Converted]:
        rate = engine.spec.sample_rate
        clips = [source.sliced(span.start_s, span.end_s) for span in spans]
        given_out = 0  # samples
        for index, (text, key) in enumerate(self._words(engine.spec, voice, clips, transcript, language_key)):
            span, clip = spans[index], clips[index]
            try:
                made = self._piece(engine, voice, clip, text, key, seed)
            except (TextUnspeakableError, TranscriptMismatchError):
                if transcript is not None:  # somebody said that these are the words
                    raise
                made = None
            audio = Audio.silence(clip.duration_s, rate) if made is None else self._marked(made)
            ends_s = source.duration_s if index == len(spans) - 1 else span.end_s
            before = _still(round(span.start_s * rate) - given_out, rate)
            given_out += len(before.samples) + len(audio.samples)
            after = _still(round(ends_s * rate) - given_out, rate)
            given_out += len(after.samples)
            yield Converted(
                Audio.joined([before, audio, after]),
                round(span.start_s, 3),
                round(span.end_s, 3),
                "" if made is None else text,
                key,
                made is None,
                index,
                len(spans),
            )
            if cancelled():
                return

    def _piece(
        self, engine: ConvertingEngine, voice: Voice, clip: Audio, text: str, key: str, seed: int
    ) -> Audio | None:
        """Return a piece in the voice; None where words are needed and none were heard."""
        phrases: tuple[Phrase, ...] = ()
        if engine.spec.needs_transcript:
            if not text:
                return None
            phrases = self._studio.services.text.phrases(text, key, max_phonemes=engine.spec.max_phonemes)
        return engine.convert(voice.tensors, Clip(clip, phrases), SpeakOptions(seed=seed))

    def _marked(self, audio: Audio) -> Audio:
        return self._studio.services.watermarker.embed(audio)

    def _words(
        self,
        spec: EngineSpec,
        voice: Voice,
        clips: Sequence[Audio],
        transcript: str | None,
        language_key: str | None,
    ) -> Iterator[tuple[str, str]]:
        """Yield what is said in each piece, and its language; of no words, where the engine needs none."""
        if not spec.needs_transcript:
            yield from [("", language_key or voice.language)] * len(clips)
            return
        heard = []
        for clip in clips:
            text, language_key = self._heard(clip, language_key, voice)
            if language_key is not None:
                self._studio.registry.spec_for(spec.name, language_key)
            heard.append(text)
            if transcript is None:
                yield text, language_key or voice.language
        if transcript is not None:
            key = language_key or voice.language
            text_room = self._studio.services.text
            words = comparable(lambda text: text_room.words(text, key), LANGUAGES[key].wetext == "zh")
            for text in shared_out(transcript, heard, words):
                yield text, key

    def _heard(self, clip: Audio, language_key: str | None, voice: Voice) -> tuple[str, str | None]:
        """Return the words of a piece, and its language; None as long as no words were heard.

        Raises:
            LanguageUnknownError: the language that was heard is none that can be spoken.
        """
        still = Audio.silence(HEARD_EDGE_S, clip.sample_rate)
        whisper = LANGUAGES[language_key].whisper if language_key else None
        heard = self._studio.services.recognizer.transcribe(Audio.joined([still, clip, still]), whisper)
        text = heard.text.strip()
        if language_key is not None or not text:
            return text, language_key
        if voice.language in LANGUAGES and LANGUAGES[voice.language].whisper == heard.language:
            return text, voice.language  # of two kinds of English, the voice's own
        found = from_whisper(heard.language)
        if found is None:
            raise LanguageUnknownError(heard.language, tuple(LANGUAGES))
        return text, found.key


def _still(n_samples: int, sample_rate: int) -> Audio:
    """Return silence; none where what came before took longer than it had in the source."""
    return Audio.silence(max(0, n_samples) / sample_rate, sample_rate)
