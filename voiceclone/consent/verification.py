"""Spoken consent: from a recording of the sentence to the evidence that goes into a receipt.

What it shows: somebody read this sentence, made for this occasion, and the same voice speaks in
every clip. What it does not show: who that is, or that no machine spoke. Machine speech is known
by this program's own mark only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from voiceclone.audio.clip import Audio
from voiceclone.audio.level import levelled
from voiceclone.consent.challenge import Challenge
from voiceclone.consent.heard import ReadWords, check_words
from voiceclone.consent.receipt import Evidence
from voiceclone.errors import (
    AudioTooLongError,
    ConsentClipReusedError,
    ConsentReplayedError,
    ConsentSpeakerError,
    ConsentSyntheticError,
    ConsentTooShortError,
    ConsentVoicesError,
    NoSpeechError,
    ReceiptMismatchError,
)
from voiceclone.listen.recognize import Recognizer
from voiceclone.listen.stretch import trimmed
from voiceclone.listen.vad import SAMPLE_RATE, VoiceActivity, speech_s
from voiceclone.provenance.watermark import THRESHOLD as SYNTHETIC
from voiceclone.provenance.watermark import Watermarker
from voiceclone.speaker.calibration import SAME_SPEAKER, SAME_SPEAKER_PART, centre, voiceprint
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.text.languages import language

MIN_SPEECH_S = 3.0
"""The sentence takes 7 s and more; from less no voice is told."""
MAX_S = 60.0
"""Longest recording that is listened to, in seconds."""
SILENCE_DBFS = -120.0


class Verifier:
    """Checks recordings of the sentence of consent. Safe between threads as far as its parts are."""

    def __init__(
        self,
        recognizer: Recognizer,
        speaker: SpeakerEncoder,
        watermarker: Watermarker,
        vad: VoiceActivity,
        read: ReadWords,
        models: Mapping[str, str],
    ) -> None:
        """Keep the parts.

        Args:
            recognizer: hears the words.
            speaker: tells voices apart.
            watermarker: knows this program's own speech.
            vad: finds the speech.
            read: makes words comparable: `TextFrontEnd.words`.
            models: model to revision; goes into the evidence.
        """
        self._recognizer = recognizer
        self._speaker = speaker
        self._watermarker = watermarker
        self._vad = vad
        self._read = read
        self._models = dict(models)

    def verify(
        self,
        challenge: Challenge,
        recording: Audio,
        clips: Sequence[Audio],
        *,
        first_time: Callable[[str], bool],
        kept: bool = False,
    ) -> Evidence:
        """Return what was asked, heard and measured, when all of it is as it must be.

        Args:
            challenge: taken from the ledger, which knows that it is in time and unused.
            recording: the speaker reading the sentence, any rate.
            clips: exactly those that the challenge is about, in any order.
            first_time: remembers a recording's hash and says whether it is new, such as
                `ConsentLedger.remember_recording`. Called once, before words and voice are
                checked: a recording that was refused is not heard again either.
            kept: whether the recording will be kept; stated in the evidence.

        Raises:
            ReceiptMismatchError: the clips are not those of the challenge.
            AudioTooLongError, NoSpeechError, ConsentTooShortError: there is too much or too little.
            ConsentSyntheticError: the recording carries this program's mark.
            ConsentClipReusedError, ConsentReplayedError: it was made for something else.
            SpokenConsentError: the words (see `check_words`) or the voice are not what they must be.
        """
        hashes = [clip.sha256 for clip in clips]
        strange = set(hashes) ^ set(challenge.clips)
        if strange:
            raise ReceiptMismatchError(len(strange), len(set(hashes) | set(challenge.clips)))
        if recording.duration_s > MAX_S:
            raise AudioTooLongError(recording.duration_s, MAX_S)
        speech, seconds = self._speech(recording)
        if seconds < MIN_SPEECH_S:
            raise ConsentTooShortError(seconds, MIN_SPEECH_S)
        mark = self._watermarker.scan(recording)
        if mark.watermarked:
            raise ConsentSyntheticError(mark.confidence, SYNTHETIC)
        if recording.sha256 in hashes:
            raise ConsentClipReusedError(hashes.index(recording.sha256) + 1)
        if not first_time(recording.sha256):
            raise ConsentReplayedError(recording.sha256)
        spoken_in = language(challenge.language)
        transcript = self._recognizer.transcribe(recording, spoken_in.whisper).text
        error_rate = check_words(challenge.asked, transcript, self._read)
        similarity = self._check_voice(speech, clips)
        return Evidence(
            challenge_id=challenge.id,
            language=spoken_in.key,
            sentence=challenge.sentence,
            transcript=transcript,
            word_error_rate=round(error_rate, 4),
            similarity=round(similarity, 4),
            similarity_threshold=SAME_SPEAKER,
            watermark=round(mark.confidence, 4),
            seconds=round(recording.duration_s, 2),
            audio_sha256=recording.sha256,
            audio_kept=kept,
            models=self._models,
        )

    def _speech(self, audio: Audio) -> tuple[Audio, float]:
        """Return a recording trimmed to its speech, and how many seconds of that are speech.

        Raises:
            NoSpeechError: nobody speaks.
        """
        audible = levelled(audio.resampled(SAMPLE_RATE)) if len(audio.samples) else audio
        segments = self._vad.speech(audible) if len(audio.samples) else ()
        if not segments:
            peak_dbfs = 20 * math.log10(audio.peak) if audio.peak else SILENCE_DBFS
            raise NoSpeechError(audio.duration_s, max(peak_dbfs, SILENCE_DBFS))
        return trimmed(audible, segments), speech_s(segments)

    def _check_voice(self, consenting: Audio, clips: Sequence[Audio]) -> float:
        """Return the lowest cosine between the recording and any clip.

        Raises:
            NoSpeechError: a clip has no speech.
            ConsentSpeakerError: a clip, or a part of it, is in another voice.
            ConsentVoicesError: a part of the recording is.
        """
        voice = voiceprint(self._speaker, consenting)
        prints = [voiceprint(self._speaker, self._speech(clip)[0]) for clip in clips]
        for number, clip in enumerate(prints, start=1):
            similarity = voice.similarity(clip)
            if similarity < SAME_SPEAKER:
                raise ConsentSpeakerError(number, len(prints), similarity, SAME_SPEAKER)
            _, similarity = clip.least_similar_part(voice.mean)
            if similarity < SAME_SPEAKER_PART:
                raise ConsentSpeakerError(number, len(prints), similarity, SAME_SPEAKER_PART)
        part, similarity = voice.least_similar_part(centre(np.stack([clip.mean for clip in prints])))
        if similarity < SAME_SPEAKER_PART:
            start_s = part * voice.part_s
            raise ConsentVoicesError(start_s, start_s + voice.part_s, similarity, SAME_SPEAKER_PART)
        return min(voice.similarity(clip) for clip in prints)
