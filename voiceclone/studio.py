"""The use cases, in the one place that knows their order.

The app, the API and the command line call this and nothing below it. Everything heavy is
built when it is first needed, once, and shared between threads; nothing that a request
brings is kept here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import voiceclone
from voiceclone.audio.clip import Audio
from voiceclone.audio.read import read_audio
from voiceclone.cloning import CloneEvent, Cloning, HeardText
from voiceclone.consent.challenge import Challenge, new_challenge
from voiceclone.consent.receipt import Authority, Receipt, issue
from voiceclone.consent.tombstone import Tombstone
from voiceclone.engines.availability import (
    UNAVAILABLE,
    Availability,
    EngineStatus,
    availability,
    engine_status,
)
from voiceclone.engines.base import DEFAULT_PRESET as DEFAULT_PRESET
from voiceclone.engines.base import (
    EngineSpec,
    SpeakOptions,
)
from voiceclone.engines.pool import DeviceStatus
from voiceclone.engines.registry import DEFAULT_ENGINE, REGISTRY, Registry
from voiceclone.errors import (
    ConsentUnverifiedError,
    EngineUnavailableError,
    OptionError,
    ReceiptUntrustedError,
    SpeakersDifferError,
)
from voiceclone.evaluate.report import Fingerprint, Scores
from voiceclone.hub.weights import WeightStatus, WeightStore
from voiceclone.listen.reference import Reference, prepare
from voiceclone.orders import Heavy, Learning, Order, Speaking
from voiceclone.provenance.facts import Facts
from voiceclone.provenance.verdict import Verdict, verify_file
from voiceclone.services import Services
from voiceclone.settings import Settings
from voiceclone.signed import Signed
from voiceclone.speaker.calibration import SAME_SPEAKER_PART, strangers, voiceprint
from voiceclone.text.languages import LANGUAGES, language
from voiceclone.text.phrase import Phrase
from voiceclone.text.reading import Reading
from voiceclone.voices.voice import (
    Voice,
    checked_name,
    from_bytes,
    load_voice,
    save_voice,
    to_bytes,
)

log = logging.getLogger(__name__)

PRESETS = tuple(REGISTRY.spec(DEFAULT_ENGINE).presets)
"""Names of how much may be learned, least first."""
MIN_STEPS, MAX_STEPS = 1, 500
MIN_SPEED, MAX_SPEED = 0.5, 2.0
SEEDS = 2**32
"""A seed is 0 or more and below this: what every generator of random numbers here takes."""
DISCLOSURES: Mapping[str, str] = {
    "en-us": "This voice is synthetic.",
    "en-gb": "This voice is synthetic.",
    "zh": "这是合成的语音。",
}
"""Spoken before a text when that is asked for."""


class Recordings(Protocol):
    """What consent is given to."""

    @property
    def sha256(self) -> tuple[str, ...]:
        """Of the decoded sound of each."""
        ...


@dataclass(frozen=True)
class Spoken:
    """One phrase, spoken and watermarked."""

    audio: Audio
    phrase: Phrase
    index: int
    total: int
    """How many phrases there are, as far as is known: exactly, with the last one."""


class Studio:
    """Inspect, transcribe, take consent, clone, speak, score, verify."""

    def __init__(
        self,
        settings: Settings | None = None,
        weights: WeightStore | None = None,
        registry: Registry = REGISTRY,
        *,
        device: str | None = None,
        heavy: Heavy | None = None,
    ) -> None:
        """Build nothing yet.

        Args:
            settings: read from the environment when None.
            weights: where they come from; a store of its own when None.
            registry: the engines.
            device: the one device to use, in place of what is found.
            heavy: who learns and speaks, in place of `work`: where the device is not this process's.
        """
        self.settings = settings or Settings.from_env()
        self.registry = registry
        self.services = Services(self.settings, weights or WeightStore(self.settings), registry, device)
        self._cloning = Cloning(self.services, registry)
        self._heavy = heavy or self.work
        self.closing = threading.Event()
        """Once set, whatever runs ends as if it were cancelled."""

    # --- what is here ------------------------------------------------------------------

    @property
    def languages(self) -> dict[str, str]:
        """Return the languages that can be spoken: key to title."""
        return {key: entry.title for key, entry in LANGUAGES.items()}

    @property
    def engines(self) -> tuple[EngineSpec, ...]:
        """Return what is known of every engine, without loading any."""
        return self.registry.specs

    def availability(self) -> dict[str, Availability]:
        """Return, for each engine, whether it can be used here; nothing is loaded or fetched."""
        rows = self.weights()
        return {spec.name: availability(spec, rows) for spec in self.registry.specs}

    def devices(self) -> tuple[DeviceStatus, ...]:
        """Return the devices with their memory, and which engines are loaded on each.

        No engine is loaded; torch is, when this is the first that asks for it.
        """
        return self.services.pool.status()

    def engine_status(self) -> list[EngineStatus]:
        """Return what is shown of each engine; nothing is loaded or fetched."""
        rows = self.weights()
        return [engine_status(spec, rows) for spec in self.registry.specs]

    def usable(self, engine: str) -> EngineSpec:
        """Return what is known of an engine that can be used here, be it once its weights are fetched.

        Raises:
            EngineUnknownError: listing the known ones.
            EngineUnavailableError: weights or libraries are missing; says what mends that.
        """
        spec = self.registry.spec(engine)
        found = availability(spec, self.weights())
        if found.state == UNAVAILABLE:
            raise EngineUnavailableError(spec.name, found.reason, found.remedy)
        return spec

    def weights(self) -> list[WeightStatus]:
        """Return where each model's weights come from."""
        return self.services.weights.status()

    # --- the reference -----------------------------------------------------------------

    def read(self, path: Path | str, name: str | None = None) -> Audio:
        """Return the sound of one untrusted file.

        Raises:
            AudioError: it cannot be used; which one says why.
        """
        return read_audio(
            Path(path), max_mb=self.settings.max_upload_mb, max_seconds=self.settings.max_audio_s, name=name
        )

    def inspect(self, paths: Sequence[Path | str], names: Sequence[str] | None = None) -> Reference:
        """Return the reference made of one or more recordings of one speaker, with its report card.

        Levelled, trimmed by voice activity, and of long recordings the best 30 s, and the best 30 s of what
        they leave.

        Raises:
            AudioError: a file cannot be used, there is no speech, under 3 s of it, or two people's.
            OptionError: no file was given.
        """
        if not paths:
            raise OptionError("reference", "empty", "at least one recording")
        labels = list(names) if names else [Path(p).name for p in paths]
        clips = [(label, self.read(path, label)) for path, label in zip(paths, labels, strict=True)]
        reference = prepare(clips, self.services.vad)
        if len(reference.clips) > 1:
            apart = strangers([voiceprint(self.services.speaker, clip) for clip in reference.clips])
            if apart is not None:
                first, second, cosine = apart
                used = reference.clip_names
                raise SpeakersDifferError(used[first], used[second], cosine, SAME_SPEAKER_PART)
        return reference

    def transcribe(self, reference: Reference, language_key: str | None = None) -> HeardText:
        """Return what a reference says, and in which of the known languages.

        Raises:
            LanguageUnknownError: `language_key` is not in the table.
        """
        return self._cloning.transcribe(reference, language_key)

    def preview_text(self, text: str, language_key: str, engine: str = DEFAULT_ENGINE) -> tuple[Phrase, ...]:
        """Return how a text will be read: its phrases, written out, and their phonemes.

        Raises:
            TextError: nothing to speak, too long, an unknown language, or one the engine does not speak.
            EngineUnknownError: listing the known ones.
        """
        return tuple(self._reading(text, language_key, engine))

    def _reading(self, text: str, language_key: str, engine: str) -> Reading:
        spec = self.registry.spec_for(engine, language_key)
        return self.services.text.reading(
            text,
            language_key,
            max_phonemes=spec.max_phonemes,
            max_characters=self.settings.max_text_chars,
        )

    # --- consent -----------------------------------------------------------------------

    def attest(
        self,
        recordings: Recordings,
        *,
        name: str,
        speaker: str,
        authority: Authority,
        scope: str = "personal",
        expires: str | None = None,
    ) -> Receipt:
        """Return a receipt on somebody's word: for these recordings, unchecked, and shown as such.

        Args:
            recordings: a reference, from `inspect`, or a dataset.
            name: what the voice is called; the speaker's name when empty.
            speaker: who speaks.
            authority: by what right the voice is used, and who says so.
            scope: what for: `personal`, `share` or `commercial`.
            expires: last day of the consent, ISO 8601; None for no end.

        Raises:
            ConsentUnverifiedError: this installation accepts only consent that was heard.
            ConsentMissingError, VoiceNameError: a field is missing or not valid.
            KeyUnavailableError: nothing can be signed.
        """
        if self.settings.consent == "verified":
            raise ConsentUnverifiedError()
        return issue(
            self.services.keys.signing_key(),
            voice_name=checked_name(name.strip() or speaker),
            speaker=speaker,
            clips=recordings.sha256,
            scope=scope,
            expires=expires,
            authority=authority,
        )

    def challenge(
        self,
        recordings: Recordings,
        *,
        name: str,
        speaker: str,
        scope: str = "personal",
        language_key: str = "en-us",
    ) -> Challenge:
        """Return a sentence of consent for the speaker to read aloud: for ten minutes and one try.

        Args:
            recordings: that consent is asked for: a reference, from `inspect`, or a dataset.
            name: what the voice will be called; the speaker's name when empty.
            speaker: who will read it.
            scope: what for: `personal`, `share` or `commercial`.
            language_key: which language it is read in.

        Raises:
            ConsentMissingError, VoiceNameError, LanguageUnknownError: a field is not valid.
            StoreUnavailableError: nobody can keep account of it.
        """
        asked = new_challenge(
            checked_name(name.strip() or speaker), speaker, scope, language_key, recordings.sha256
        )
        self.services.ledger.open_challenge(asked.id, asked.to_dict(), asked.deadline)
        return asked

    def consent(
        self,
        challenge_id: str,
        recording: Path | str,
        clips: Sequence[Audio],
        *,
        expires: str | None = None,
        keep_recording: bool = False,
    ) -> Receipt:
        """Return the receipt of spoken consent, when everything about it is as it must be.

        Args:
            challenge_id: of `challenge`; used up by this call, whatever it finds.
            recording: the speaker reading the sentence.
            clips: the recordings that consent was asked for, all of them, as `read` returns them.
            expires: last day of the consent, ISO 8601; None for no end.
            keep_recording: whether the recording may be kept with the saved voice; goes into the receipt.

        Raises:
            ChallengeError: there is no such sentence, it was used, or its time is over.
            SpokenConsentError: words or voice are not what they must be; which one says why.
            AudioError: a file cannot be used.
        """
        said = self.read(recording)
        asked = Challenge.from_dict(self.services.ledger.take_challenge(challenge_id))
        evidence = self.services.consent_verifier.verify(
            asked, said, clips, first_time=self.services.ledger.remember_recording, kept=keep_recording
        )
        return issue(
            self.services.keys.signing_key(),
            voice_name=asked.voice_name,
            speaker=asked.speaker,
            clips=asked.clips,
            scope=asked.scope,
            expires=expires,
            evidence=evidence,
            voice_id=asked.voice_id,
        )

    def revoke(self, receipt: Receipt, reason: str = "") -> Tombstone:
        """Withdraw consent, for good, on this installation: whatever voice it is in falls silent."""
        return self.services.ledger.revoke(receipt, reason, self.services.keys.signing_key())

    def check(self, receipt: Receipt) -> None:
        """Raise unless consent still holds.

        Raises:
            ReceiptExpiredError: its last day is over.
            VoiceRevokedError: it was withdrawn.
            ConsentUnverifiedError, ReceiptUntrustedError: this installation accepts only consent that
                was heard, here or where it trusts.
        """
        self.services.ledger.check(receipt)
        if self.settings.consent != "verified":
            return
        if not receipt.verified:
            raise ConsentUnverifiedError()
        if not self.trusts(receipt):
            raise ReceiptUntrustedError(receipt.key_id)

    def trusts(self, receipt: Receipt) -> bool:
        """Return whether a receipt was issued here, or by an installation that is trusted.

        Anyone can sign a receipt with a key of their own: whole is not the same as true.
        """
        return receipt.key_id in (self.services.keys.signing_key().id, *self.settings.trusted_keys)

    # --- learning ----------------------------------------------------------------------

    def clone(
        self,
        reference: Reference,
        receipt: Receipt,
        *,
        transcript: str | None = None,
        language_key: str | None = None,
        preset: str | None = None,
        steps: int | None = None,
        seed: int = 0,
        engine: str = DEFAULT_ENGINE,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[CloneEvent]:
        """Learn a voice from a reference; yields reports, the last with the voice.

        All arguments are checked before the generator is made, so a wrong one raises here.

        Args:
            reference: from `inspect`.
            receipt: consent to learn this voice from these recordings; without it there is no voice.
            transcript: what the reference says; recognised when None.
            language_key: the reference's language; heard when None.
            preset: how much is learned: `instant`, `quick`, `standard` or `thorough`; `standard` when None.
            steps: how many steps of learning, 1 to 500; as many as the preset says when None. Both are
                ignored by an engine that learns at once.
            seed: same reference, steps and seed: same voice.
            engine: row of the registry.
            cancelled: asked between steps. When true, the best voice so far is kept; before
                there is one, `CancelledError` is raised.

        Raises:
            ReceiptMismatchError: the receipt is for other recordings.
            ReceiptExpiredError, VoiceRevokedError, ConsentUnverifiedError, ReceiptUntrustedError: it does
                not hold here and now.
            OptionError, EngineUnknownError, TextError.
            EngineUnavailableError: weights or libraries of the engine are missing here.
            WeightsError: on the way, the engine's weights cannot be had.
        """
        receipt.check_covers(reference.sha256)
        self.check(receipt)
        if receipt.verified and not self.trusts(receipt):
            raise ReceiptUntrustedError(receipt.key_id)
        spec = self.usable(engine)
        chosen = spec.preset(preset)
        if steps is not None and not MIN_STEPS <= steps <= MAX_STEPS:
            raise OptionError("steps", steps, f"a whole number from {MIN_STEPS} to {MAX_STEPS}")
        if steps is not None and spec.steps:
            chosen = replace(chosen, steps=steps, accelerator_steps=steps)
        check_seed(seed)
        if language_key is not None:
            language(language_key)
            if spec.needs_transcript:
                self.registry.spec_for(engine, language_key)
        if transcript is not None and language_key is not None and spec.needs_transcript:
            self.preview_text(transcript, language_key, engine)
        order = Learning(reference, receipt, transcript, language_key, chosen, seed, spec.name)
        return self._heavy(order, self._ends(cancelled))

    def work(self, order: Order, cancelled: Callable[[], bool]) -> Iterator[Any]:
        """Do here what was asked for and checked; yields what `clone` or `speak` promise.

        Args:
            order: what to do; its arguments were checked by whoever made it.
            cancelled: asked between steps or phrases.
        """
        return (
            self._cloning.run(order, cancelled)
            if isinstance(order, Learning)
            else self._speak(order, cancelled)
        )

    # --- voices ------------------------------------------------------------------------

    def load_voice(self, path: Path | str, name: str | None = None) -> Voice:
        """Return the voice in a file.

        Raises:
            VoiceError: it is not a voice that can be used; which one says why.
        """
        return load_voice(Path(path), self.registry.tensor_shapes(), name)

    def save_voice(self, voice: Voice, path: Path | str) -> Path:
        """Write a voice to a `.safetensors` file, signed, whole or not at all.

        Raises:
            ReceiptExpiredError, VoiceRevokedError: consent has ended.
            OutputError, KeyUnavailableError: it cannot be written, or not signed.
        """
        self.check(voice.receipt)
        return save_voice(voice, Path(path), self.services.keys.signing_key())

    def voice_bytes(self, voice: Voice) -> bytes:
        """Return the contents of a voice file, signed."""
        return to_bytes(voice, self.services.keys.signing_key())

    def voice_from_bytes(self, raw: bytes, name: str) -> Voice:
        """Return the voice in the contents of a file; as `load_voice`."""
        return from_bytes(raw, self.registry.tensor_shapes(), name)

    # --- speaking ----------------------------------------------------------------------

    def disclosed(self, text: str, language_key: str) -> str:
        """Return a text that begins by saying, in its language, that a machine speaks it."""
        key = language(language_key).key
        return f"{DISCLOSURES[key]} {text}"

    def speak(
        self,
        voice: Voice,
        text: str,
        *,
        language_key: str | None = None,
        speed: float = 1.0,
        seed: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[Spoken]:
        """Speak a text in a voice, phrase by phrase, each watermarked.

        The pieces joined are the whole: streamed and whole output are the same samples. All
        arguments are checked before the generator is made.

        Args:
            voice: from `clone` or `load_voice`; its consent must hold.
            text: what to say, at most `Settings.max_text_chars` characters.
            language_key: the text's language; the voice's own when None.
            speed: 0.5 (half as fast) to 2.0.
            seed: same voice, text, speed and seed: same samples.
            cancelled: asked between phrases.

        Raises:
            ReceiptExpiredError, VoiceRevokedError: consent has ended.
            EngineUnavailableError: weights or libraries of the voice's engine are missing here.
            TextError, OptionError, WatermarkUnavailableError.
        """
        self.check(voice.receipt)
        self.usable(voice.engine)
        if not MIN_SPEED <= speed <= MAX_SPEED:
            raise OptionError("speed", speed, f"{MIN_SPEED} to {MAX_SPEED}")
        check_seed(seed)
        phrases = self._reading(text, language_key or voice.language, voice.engine)
        self.services.watermarker.ready()
        return self._heavy(Speaking(voice, phrases, SpeakOptions(speed, seed)), self._ends(cancelled))

    def _speak(self, order: Speaking, cancelled: Callable[[], bool]) -> Iterator[Spoken]:
        voice, phrases = order.voice, order.phrases
        spoken = self.services.engine(voice.engine).speak(voice.tensors, phrases, order.options)
        for index, (audio, phrase) in enumerate(zip(spoken, phrases, strict=True)):
            yield Spoken(self.services.watermarker.embed(audio), phrase, index, phrases.n_expected)
            if cancelled():
                return

    def score(self, voice: Voice, audio: Audio, text: str, language_key: str | None = None) -> Scores:
        """Measure what was spoken: likeness to the reference, words understood, naturalness.

        The encoder that judges likeness is not the one that learning is driven by.
        """
        fingerprint = Fingerprint(voice.judge_embedding, voice.judge_self_similarity)
        return self.services.judge.score(audio, text, language_key or voice.language, fingerprint)

    # --- telling what was made by a machine ----------------------------------------------

    def facts(self, voice: Voice, text: str, *, language_key: str, speed: float, seed: int) -> Facts:
        """Return what is written down about an output: how it was made, and the hash of its text."""
        spec = self.registry.spec(voice.engine)
        return Facts(
            program=f"voiceclone {voiceclone.__version__}",
            created=dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
            voice_id=voice.id,
            receipt_id=voice.receipt.id,
            consent=voice.receipt.kind,
            engine=voice.engine,
            weights={name: self.services.weights.resolve(name).revision for name in spec.weights},
            seed=seed,
            language=language_key,
            speed=speed,
            text_sha256=hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest(),
        )

    def sign(self, path: Path | str, facts: Facts) -> Signed:
        """Sign an output that was written: a manifest inside WAV, MP3 and FLAC, and a record for beside it.

        Returns:
            The same facts as a signed record, bound to the file as it is now.

        Raises:
            ManifestError, CertificateError, KeyUnavailableError, OutputError: it cannot be signed.
        """
        path, manifests = Path(path), self.services.manifests
        if manifests.can_embed(path.suffix):
            facts = manifests.sign_file(path, facts)
        return manifests.sign_json(facts, path)

    def verify(self, path: Path | str, name: str | None = None, record: bytes | None = None) -> Verdict:
        """Say what a file is, by its signed manifest and by its watermark, and how sure that is.

        Args:
            path: the file.
            name: how to call it in errors.
            record: a signed record that came with it.

        Raises:
            AudioError: the file cannot be read.
        """
        audio = self.read(path, name)
        services = self.services
        return verify_file(Path(path), audio, services.watermarker, services.manifests, record)

    def _ends(self, cancelled: Callable[[], bool]) -> Callable[[], bool]:
        return lambda: cancelled() or self.closing.is_set()


def check_seed(seed: int) -> None:
    """Raise `OptionError` unless a seed is one that every generator here takes."""
    if not 0 <= seed < SEEDS:
        raise OptionError("seed", seed, f"a whole number from 0 to {SEEDS - 1}")
