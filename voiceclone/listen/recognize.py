"""Speech recognition: what is said in a recording, in which language, and when."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from voiceclone.audio.clip import Audio

SAMPLE_RATE = 16_000
BEAM_SIZE = 5
MAX_COMPRESSION_RATIO = 2.4
"""Text that packs better than this is a loop ("4-4-4-4…"), Whisper's own mark of a failed decode."""
NO_SPEECH_PROBABILITY = 0.6
NO_SPEECH_LOG_PROBABILITY = -0.5
"""A segment that is probably no speech is dropped unless its words are surer than this: Whisper's
own -1.0 lets the "You" it hears in silence (-0.80) pass."""

PROMPTS = {"zh": "以下是普通话的句子。"}
"""Makes Whisper write Mandarin in simplified characters: a transcript is shown and may be edited.
Without it traditional ones came out in 4 clips of 4; the errors are the same."""


@dataclass(frozen=True)
class Word:
    """One recognised word; times in seconds, probability 0 to 1."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True)
class Transcript:
    """What was heard."""

    text: str
    """Empty when nothing was said."""
    language: str
    """Whisper's code, such as `en` or `zh`."""
    language_probability: float
    """1.0 when the language was given."""
    words: tuple[Word, ...]


class Recognizer:
    """Whisper on CTranslate2, int8 on CPU. Safe to share between threads, one at a time.

    Deterministic: greedy temperature only, no conditioning on text before.
    """

    def __init__(self, model_dir: Path, threads: int = 0) -> None:
        """Keep where the model is; it is loaded when first used.

        Args:
            model_dir: folder with model.bin, config.json, tokenizer.json and vocabulary.
            threads: CPU threads, 0 for CTranslate2's own choice.
        """
        self._model_dir = model_dir
        self._threads = threads
        self._model = None
        self._lock = threading.Lock()

    def transcribe(self, audio: Audio, language: str | None = None) -> Transcript:
        """Return what is said.

        Args:
            audio: any rate; recognised at 16 kHz.
            language: Whisper's code; heard from the first 30 s when None.
        """
        samples = audio.resampled(SAMPLE_RATE).samples
        with self._lock:
            model = self._load()
            probability = 1.0
            if language is None:
                language, probability, _ = model.detect_language(samples)
            segments, _ = model.transcribe(
                samples,
                language=language,
                initial_prompt=PROMPTS.get(language),
                beam_size=BEAM_SIZE,
                temperature=0.0,
                condition_on_previous_text=False,
                word_timestamps=True,
                no_speech_threshold=NO_SPEECH_PROBABILITY,
                log_prob_threshold=NO_SPEECH_LOG_PROBABILITY,
            )
            heard = [s for s in segments if s.compression_ratio <= MAX_COMPRESSION_RATIO]
        words = tuple(
            Word(word.word.strip(), float(word.start), float(word.end), float(word.probability))
            for segment in heard
            for word in segment.words or ()
        )
        return Transcript("".join(s.text for s in heard).strip(), language, float(probability), words)

    def _load(self):
        if self._model is None:
            from faster_whisper import WhisperModel

            self._model = WhisperModel(
                str(self._model_dir),
                device="cpu",
                compute_type="int8",
                cpu_threads=self._threads,
                local_files_only=True,
            )
        return self._model
