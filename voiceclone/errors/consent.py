"""Consent that is missing, does not hold, or was not heard as it must be."""

from __future__ import annotations

from dataclasses import dataclass

from voiceclone.errors.base import VoiceCloneError


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
