"""Spoken consent with every part real: spoken by the offline engine, heard, compared, marked."""

import datetime as dt
from dataclasses import replace

import pytest

from voiceclone.audio.clip import Audio
from voiceclone.consent.challenge import Challenge, new_challenge
from voiceclone.consent.receipt import Evidence, from_dict, issue
from voiceclone.consent.verification import MAX_S, MIN_SPEECH_S, Verifier
from voiceclone.engines.base import SpeakOptions
from voiceclone.errors import (
    AudioTooLongError,
    ConsentClauseError,
    ConsentClipReusedError,
    ConsentDateError,
    ConsentRefusedError,
    ConsentReplayedError,
    ConsentSpeakerError,
    ConsentSyntheticError,
    ConsentTooShortError,
    ConsentVoicesError,
    ConsentWordsMissingError,
    NoSpeechError,
    ReceiptMismatchError,
)
from voiceclone.keys import SigningKey
from voiceclone.speaker.calibration import SAME_SPEAKER, SAME_SPEAKER_PART

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.timezone.utc)
MODELS = {"whisper-base": "1.0.0", "ecapa": "0.2.4"}
SPEAKER, STRANGER = "jf_gongitsune", "jm_kumo"
"""Two of the engine's own voices; the first one speaks the references too."""
WORDS = {"en-us": ("hospital", "coconut", "mango", "stadium"), "zh": ("火车", "花园", "熊猫", "月亮")}


class Once:
    """What the ledger does with recordings: knows each from the second time on."""

    def __init__(self):
        self.seen = set()

    def __call__(self, sha256: str) -> bool:
        new = sha256 not in self.seen
        self.seen.add(sha256)
        return new


@pytest.fixture(scope="module")
def verifier(studio):
    s = studio.services
    return Verifier(s.recognizer, s.speaker, s.watermarker, s.vad, s.text.words, MODELS)


@pytest.fixture(scope="module")
def say(studio, kokoro):
    def spoken(voice: str, text: str, language: str) -> Audio:
        phrases = studio.services.text.phrases(text, language)
        return Audio.joined(list(kokoro.speak(kokoro.stock_voice(voice), phrases, SpeakOptions())))

    return spoken


@pytest.fixture(scope="module")
def asked(spoken_audio) -> Challenge:
    return challenge([spoken_audio])


def challenge(clips: list[Audio], language: str = "en-us", **changed: object) -> Challenge:
    hashes = [clip.sha256 for clip in clips]
    name = "安娜" if language == "zh" else "Anna"
    made = new_challenge(name, "Anna Smith", "personal", language, hashes, now=NOW)
    return replace(made, **{"words": WORDS[language]} | changed)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def consent(say, asked) -> Audio:
    return say(SPEAKER, asked.sentence, "en-us")


@pytest.fixture(scope="module")
def strangers_consent(say, asked) -> Audio:
    return say(STRANGER, asked.sentence, "en-us")


@pytest.fixture(scope="module")
def evidence(verifier, asked, consent, spoken_audio) -> Evidence:
    return verifier.verify(asked, consent, [spoken_audio], first_time=Once(), kept=True)


def test_the_speaker_who_reads_the_sentence_consents(evidence, asked, consent):
    assert evidence.challenge_id == asked.id and evidence.sentence == asked.sentence
    assert all(word in evidence.transcript.lower() for word in asked.words)
    assert evidence.word_error_rate <= 0.1
    assert SAME_SPEAKER == evidence.similarity_threshold <= evidence.similarity <= 1
    assert evidence.watermark < 0.95
    assert evidence.seconds == pytest.approx(consent.duration_s, abs=0.01)
    assert evidence.audio_sha256 == consent.sha256 and evidence.audio_kept
    assert evidence.language == "en-us" and evidence.models == MODELS


def test_what_was_heard_makes_a_verified_receipt(evidence, asked):
    receipt = issue(
        SigningKey(bytes(32)), voice_id=asked.voice_id, voice_name=asked.voice_name, speaker=asked.speaker,
        scope=asked.scope, clips=asked.clips, evidence=evidence,
    )  # fmt: skip
    assert receipt.verified and from_dict(receipt.to_dict()).evidence == evidence


def test_one_clip_of_another_speaker_among_several_is_found(
    verifier, consent, spoken_audio, strangers_consent
):
    clips = [spoken_audio, strangers_consent]
    with pytest.raises(ConsentSpeakerError) as caught:
        verifier.verify(challenge(clips), consent, clips, first_time=Once())
    assert (caught.value.clip, caught.value.clips) == (2, 2)


def test_a_strangers_speech_inside_a_clip_is_found(verifier, consent, spoken_audio, strangers_consent):
    """By its mean a clip with 12 s of the speaker and 4 s of somebody else is the speaker's."""
    clip = Audio.joined([spoken_audio, strangers_consent.sliced(0, 4)])
    with pytest.raises(ConsentSpeakerError) as caught:
        verifier.verify(challenge([clip]), consent, [clip], first_time=Once())
    assert caught.value.threshold == SAME_SPEAKER_PART


def test_a_sentence_spoken_by_two_is_refused(
    verifier, asked, consent, strangers_consent, spoken_audio, studio
):
    """A stranger's consent with the speaker's words: cut where the second sentence begins."""
    words = [studio.services.recognizer.transcribe(a, "en").words for a in (consent, strangers_consent)]
    ends = [next(w.end_s for w in heard if w.text.startswith("only")) for heard in words]
    spliced = Audio.joined(
        [strangers_consent.sliced(0, ends[1] + 0.1), consent.sliced(ends[0] + 0.1, consent.duration_s)]
    )
    with pytest.raises((ConsentSpeakerError, ConsentVoicesError)):
        verifier.verify(asked, spliced, [spoken_audio], first_time=Once())
    with pytest.raises((ConsentSpeakerError, ConsentVoicesError)):
        verifier.verify(challenge([strangers_consent]), spliced, [strangers_consent], first_time=Once())


@pytest.mark.parametrize(
    ("changed", "error"),
    [({"words": ("garden", "piano", "window", "orange")}, ConsentWordsMissingError),
     ({"day": "2026-11-22"}, ConsentDateError)],
)  # fmt: skip
def test_a_recording_answers_no_other_challenge(verifier, consent, spoken_audio, changed, error):
    with pytest.raises(error) as caught:
        verifier.verify(challenge([spoken_audio], **changed), consent, [spoken_audio], first_time=Once())
    assert "consent" in caught.value.heard


def test_other_speech_of_the_speaker_is_no_consent(verifier, consent, spoken_audio):
    with pytest.raises(ConsentClauseError):
        verifier.verify(challenge([consent]), spoken_audio, [consent], first_time=Once())


def test_a_refusal_is_heard(verifier, asked, say, spoken_audio):
    refusal = asked.sentence.replace("I give", "I do not give")
    with pytest.raises(ConsentRefusedError) as caught:
        verifier.verify(asked, say(SPEAKER, refusal, "en-us"), [spoken_audio], first_time=Once())
    assert caught.value.word == "not" and "not" in caught.value.heard


def test_in_chinese_too(verifier, say, spoken_audio):
    asked = challenge([spoken_audio], "zh")
    consent = say(SPEAKER, asked.sentence, "zh")
    evidence = verifier.verify(asked, consent, [spoken_audio], first_time=Once())
    assert evidence.language == "zh" and evidence.similarity >= SAME_SPEAKER
    refusal = say(SPEAKER, asked.sentence.replace("我同意", "我不同意"), "zh")
    with pytest.raises(ConsentRefusedError) as caught:
        verifier.verify(asked, refusal, [spoken_audio], first_time=Once())
    assert caught.value.word == "不"


def test_another_voice_is_refused_and_its_recording_counts_once(
    verifier, asked, strangers_consent, spoken_audio
):
    first_time = Once()
    with pytest.raises(ConsentSpeakerError) as refused:
        verifier.verify(asked, strangers_consent, [spoken_audio], first_time=first_time)
    assert refused.value.similarity < refused.value.threshold == SAME_SPEAKER
    with pytest.raises(ConsentReplayedError) as caught:
        verifier.verify(asked, strangers_consent, [spoken_audio], first_time=first_time)
    assert caught.value.audio_sha256 == strangers_consent.sha256


def test_a_clip_is_not_its_own_consent(verifier, consent, spoken_audio):
    clips = [spoken_audio, consent]
    with pytest.raises(ConsentClipReusedError) as caught:
        verifier.verify(challenge(clips), consent, clips, first_time=Once())
    assert caught.value.clip == 2


def test_marked_speech_does_not_consent(verifier, asked, consent, spoken_audio, studio):
    marked = studio.services.watermarker.embed(consent)
    with pytest.raises(ConsentSyntheticError) as caught:
        verifier.verify(asked, marked, [spoken_audio], first_time=Once())
    assert caught.value.confidence >= caught.value.threshold


def test_too_little_speech_is_refused(verifier, asked, consent, spoken_audio):
    with pytest.raises(ConsentTooShortError) as caught:
        verifier.verify(asked, consent.sliced(0, 2), [spoken_audio], first_time=Once())
    assert 0 < caught.value.speech_s < MIN_SPEECH_S


@pytest.mark.parametrize("seconds", [0, 5])
def test_silence_is_refused(verifier, asked, spoken_audio, seconds):
    with pytest.raises(NoSpeechError):
        verifier.verify(asked, Audio.silence(seconds, 24_000), [spoken_audio], first_time=Once())


def test_an_hour_is_not_listened_to(verifier, asked, spoken_audio):
    with pytest.raises(AudioTooLongError) as caught:
        verifier.verify(asked, Audio.silence(3600, 8_000), [spoken_audio], first_time=Once())
    assert caught.value.max_s == MAX_S


@pytest.mark.parametrize("given", ["none", "others", "more"])
def test_the_clips_are_exactly_those_asked_about(verifier, asked, consent, spoken_audio, given):
    clips = {"none": [], "others": [consent], "more": [spoken_audio, consent]}[given]
    with pytest.raises(ReceiptMismatchError):
        verifier.verify(asked, consent, clips, first_time=Once())
