"""The whole path, on real weights: a reference in, a voice out, speech that is marked and scored."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tests.conftest import REFERENCE_TEXT
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.consent.receipt import Authority, Evidence, issue
from voiceclone.engines.base import SpeakOptions
from voiceclone.errors import (
    CancelledError,
    ChallengeUsedError,
    ConsentMissingError,
    ConsentSyntheticError,
    ConsentUnverifiedError,
    EngineUnknownError,
    LanguageUnknownError,
    OptionError,
    ReceiptExpiredError,
    ReceiptMismatchError,
    ReceiptUntrustedError,
    SpeakersDifferError,
    TextEmptyError,
    TextTooLongError,
    VoiceNameError,
    VoiceRevokedError,
    WatermarkUnavailableError,
)
from voiceclone.keys import SigningKey
from voiceclone.listen.reference import prepare
from voiceclone.provenance.watermark import THRESHOLD
from voiceclone.studio import MAX_STEPS, Studio

SENTENCE = "Please bring the small table into the garden."


@pytest.fixture(scope="module")
def reference(studio, spoken_reference):
    return studio.inspect([spoken_reference])


@pytest.fixture(scope="module")
def receipt(studio, reference):
    return studio.attest(reference, name="Clone", speaker="Nobody", authority=Authority("own-voice"))


@pytest.fixture(scope="module")
def events(studio, reference, receipt):
    return list(studio.clone(reference, receipt, steps=6, seed=3))


@pytest.fixture(scope="module")
def voice(events):
    return events[-1].voice


def test_learning_moves_toward_the_reference(events, voice):
    assert [e.stage for e in (events[0], events[1], events[-1])] == ["preparing", "learning", "done"]
    assert voice.learned.similarity > voice.learned.similarity_start
    assert events[0].anchor_stranger < voice.learned.similarity < 1


def test_a_voice_remembers_how_it_came_to_be(voice, reference, receipt):
    assert (voice.name, voice.language, voice.engine) == ("Clone", "en-us", "kokoro")
    assert voice.receipt == receipt and voice.id == receipt.voice_id
    assert voice.learned.reference_sha256 == reference.sha256
    assert "north wind" in voice.learned.transcript.lower()
    assert voice.learned.steps == 6 and voice.learned.best_step in (0, 6)


def test_previews_carry_the_watermark(studio, events):
    previews = [e.preview for e in events if e.preview is not None]
    assert previews
    assert studio.services.watermarker.confidence(previews[0]) >= THRESHOLD


def test_a_saved_voice_speaks_the_same_samples(studio, voice, tmp_path):
    loaded = studio.load_voice(studio.save_voice(voice, tmp_path / "clone.safetensors"))
    assert (tmp_path / "clone.safetensors").stat().st_size < 1_300_000

    def spoken(v):
        return np.concatenate([s.audio.samples for s in studio.speak(v, SENTENCE, seed=1)])

    assert np.array_equal(spoken(loaded), spoken(voice))


def test_speech_says_the_words_and_is_marked_and_scored(studio, voice, tmp_path):
    audio = Audio.joined([s.audio for s in studio.speak(voice, SENTENCE)])
    scores = studio.score(voice, audio, SENTENCE)
    assert scores.words.error_rate <= 0.15
    assert 1 <= scores.naturalness <= 5
    assert 0 <= scores.similarity_percent <= 100
    found = studio.verify(write_audio(audio, tmp_path / "spoken.mp3"))
    assert found.detection.watermarked and found.detection.confidence >= THRESHOLD
    assert found.conclusion == "marked"


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".ogg"])
def test_what_is_signed_is_known_again_and_what_was_changed_is_not(studio, stock_voice, tmp_path, suffix):
    audio = Audio.joined([s.audio for s in studio.speak(stock_voice, SENTENCE, seed=2)])
    file = write_audio(audio, tmp_path / f"spoken{suffix}")
    facts = studio.facts(stock_voice, SENTENCE, language_key="en-us", speed=1.0, seed=2)
    record = studio.sign(file, facts).to_bytes()
    found = studio.verify(file, record=record)
    assert found.conclusion == "made here" and found.detection.watermarked
    assert (found.manifest.facts.voice_id, found.manifest.facts.seed) == (stock_voice.id, 2)
    assert SENTENCE not in record.decode()
    other = write_audio(audio, tmp_path / f"other{suffix}")
    assert studio.verify(other, record=record).conclusion == "altered"


def test_a_recording_is_not_called_marked(studio, spoken_reference):
    found = studio.verify(spoken_reference)
    assert found.conclusion == "nothing found" and found.synthetic is None


def test_a_long_text_comes_phrase_by_phrase(studio, voice):
    text = " ".join([SENTENCE] * 120)  # nearly a thousand words
    stream = studio.speak(voice, text)
    first = next(stream)
    assert first.index == 0 and first.total > 20
    assert first.audio.duration_s < 15
    stream.close()


def test_stopping_ends_the_stream_after_the_phrase(studio, voice):
    text = " ".join([SENTENCE] * 20)
    assert len(list(studio.speak(voice, text, cancelled=lambda: True))) == 1


def test_mandarin_is_spoken_in_a_voice_learned_from_english(studio, voice):
    text = "今天的天气非常好，我们一起去公园散步吧。"
    audio = Audio.joined([s.audio for s in studio.speak(voice, text, language_key="zh")])
    assert studio.score(voice, audio, text, "zh").words.error_rate <= 0.3


def test_cancelling_keeps_the_best_voice_so_far(studio, reference, receipt):
    seen = []

    def after_the_first_measure():
        return any(e.similarity is not None and e.step > 0 for e in seen)

    run = studio.clone(reference, receipt, steps=20, seed=3, cancelled=after_the_first_measure)
    for event in run:
        seen.append(event)
    assert seen[-1].stage == "done" and seen[-1].voice.learned.steps == 7


def test_recordings_of_two_people_are_no_reference(studio, kokoro, spoken_reference, tmp_path):
    """They would be averaged into a voice that is neither's."""
    man = kokoro.stock_voice("jm_kumo")
    phrases = studio.preview_text(REFERENCE_TEXT, "en-us")
    pieces = kokoro.speak(man, phrases, SpeakOptions())
    other = write_audio(Audio.joined(list(pieces)).sliced(0, 6.0), tmp_path / "other.wav")
    with pytest.raises(SpeakersDifferError, match="nobody.wav and other.wav are of two people"):
        studio.inspect([spoken_reference, other])
    assert len(studio.inspect([spoken_reference, spoken_reference]).clips) == 2


def test_the_thorough_preset_learns_from_the_rest_too(studio, spoken_audio):
    pause = Audio.silence(1.0, spoken_audio.sample_rate)
    long = Audio.joined([spoken_audio.sliced(0, 6.0), pause, spoken_audio.sliced(6.0, 12.0), pause])
    reference = prepare([("long", long)], studio.services.vad, max_s=6.5)
    consent = studio.attest(reference, name="Clone", speaker="Nobody", authority=Authority("own-voice"))
    rest_s = reference.rest_audio.duration_s
    assert rest_s > 3
    seconds = {}
    for preset in ("standard", "thorough"):
        *_, done = studio.clone(reference, consent, preset=preset, steps=1)
        seconds[preset] = done.voice.learned.reference_seconds
    assert seconds["standard"] == pytest.approx(reference.audio.duration_s, abs=0.01)
    assert seconds["thorough"] == pytest.approx(reference.audio.duration_s + rest_s, abs=0.02)


def test_the_instant_voice_is_there_without_a_step(studio, reference, receipt, voice):
    *_, before, last = studio.clone(reference, receipt, preset="instant", seed=3)
    instant = last.voice
    assert (before.step, before.steps, before.stage) == (0, 0, "learning") and before.preview is not None
    assert instant.learned.steps == 0 and instant.learned.similarity == instant.learned.similarity_start
    assert instant.learned.similarity_start == voice.learned.similarity_start  # what more steps begin with
    first, learned = (v.tensors["low_rank"] for v in (instant, voice))
    assert first.any() and first.shape == learned.shape


def test_cancelling_at_once_leaves_no_voice(studio, reference, receipt):
    with pytest.raises(CancelledError):
        list(studio.clone(reference, receipt, steps=20, cancelled=lambda: True))


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"steps": 0}, OptionError),
        ({"preset": "perfect"}, OptionError),
        ({"steps": MAX_STEPS + 1}, OptionError),
        ({"engine": "vitz"}, EngineUnknownError),
        ({"language_key": "xx"}, LanguageUnknownError),
        ({"transcript": " ", "language_key": "en-us"}, TextEmptyError),
    ],
)
def test_wrong_arguments_are_refused_before_any_work(studio, reference, receipt, arguments, error):
    """Errors raised inside a generator come after its `try` has ended; these come at the call."""
    with pytest.raises(error):
        studio.clone(reference, receipt, **arguments)


def attested(studio, reference, **changes):
    given = {"name": "X", "speaker": "Nobody", "authority": Authority("contract", "no. 7", "Me")}
    return studio.attest(reference, **(given | changes))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "", "speaker": ""}, VoiceNameError),
        ({"speaker": ""}, ConsentMissingError),
        ({"scope": "any"}, ConsentMissingError),
        ({"expires": "2020-01-01"}, ConsentMissingError),
        ({"authority": Authority("own-voice"), "scope": "commercial"}, ConsentMissingError),
    ],
)
def test_a_statement_that_is_not_whole_gives_no_receipt(studio, reference, changes, error):
    with pytest.raises(error):
        attested(studio, reference, **changes)


def test_a_receipt_for_other_recordings_teaches_nothing(studio, reference):
    other = replace(reference, sha256=("0" * 64,))
    with pytest.raises(ReceiptMismatchError):
        studio.clone(reference, attested(studio, other))


def test_consent_that_is_heard_gives_a_receipt_that_says_so(studio, reference, spoken_reference, recite):
    asked = studio.challenge(reference, name="Heron", speaker="Nobody", scope="share")
    receipt = studio.consent(
        asked.id, recite(asked.sentence), [studio.read(spoken_reference)], expires="2199-01-01"
    )
    assert receipt.verified and receipt.authority is None
    assert (receipt.voice_id, receipt.scope, receipt.expires) == (asked.voice_id, "share", "2199-01-01")
    assert receipt.evidence.similarity >= receipt.evidence.similarity_threshold
    assert receipt.evidence.sentence == asked.sentence and not receipt.evidence.audio_kept
    assert all(receipt.evidence.models.values())
    strict = Studio(replace(studio.settings, consent="verified"), studio.services.weights)
    assert strict.clone(reference, receipt)
    with pytest.raises(ChallengeUsedError):
        studio.consent(asked.id, recite(asked.sentence), [studio.read(spoken_reference)])


def test_a_receipt_that_somebody_signed_themself_is_not_taken_for_consent_heard_here(
    studio, settings, weights, reference, stock_voice
):
    """A receipt is whole when its signature fits, whoever signed: a forger has a key as well."""
    forger = SigningKey(b"the key of somebody else, 32 b..")
    evidence = Evidence("c", "en-us", "s", "s", 0.0, 0.9, 0.4, 0.0, 9.0, "ab" * 32, False)
    forged = issue(
        forger,
        voice_name="X",
        speaker="Somebody",
        clips=reference.sha256,
        scope="commercial",
        evidence=evidence,
    )
    assert forged.verified and not studio.trusts(forged)
    with pytest.raises(ReceiptUntrustedError, match=forger.id):
        studio.clone(reference, forged)
    learned = replace(stock_voice.learned, reference_sha256=reference.sha256)
    foreign = replace(stock_voice, receipt=forged, learned=learned)
    assert studio.speak(foreign, SENTENCE)
    strict = Studio(replace(settings, consent="verified"), weights)
    with pytest.raises(ReceiptUntrustedError):
        strict.speak(foreign, SENTENCE)
    trusting = Studio(replace(settings, consent="verified", trusted_keys=(forger.id,)), weights)
    assert trusting.speak(foreign, SENTENCE)


def test_a_recording_of_the_program_s_own_speech_is_no_consent(studio, reference, spoken_reference, recite):
    asked = studio.challenge(reference, name="Heron", speaker="Nobody")
    recited = studio.read(recite(asked.sentence))
    marked = write_audio(studio.services.watermarker.embed(recited), spoken_reference.parent / "marked.wav")
    with pytest.raises(ConsentSyntheticError):
        studio.consent(asked.id, marked, [studio.read(spoken_reference)])


def test_where_consent_must_be_heard_a_statement_is_not_enough(studio, settings, weights, reference, receipt):
    strict = Studio(replace(settings, consent="verified"), weights)
    with pytest.raises(ConsentUnverifiedError):
        attested(strict, reference)
    with pytest.raises(ConsentUnverifiedError):
        strict.clone(reference, receipt)


def test_a_withdrawn_voice_neither_speaks_nor_is_saved_nor_learned_again(
    studio, reference, stock_voice, tmp_path
):
    receipt = attested(studio, reference)
    learned = replace(stock_voice.learned, reference_sha256=reference.sha256)
    voice = replace(stock_voice, receipt=receipt, learned=learned)
    assert studio.speak(voice, SENTENCE)
    studio.revoke(receipt, "changed my mind")
    for act in (
        lambda: studio.speak(voice, SENTENCE),
        lambda: studio.save_voice(voice, tmp_path / "v.safetensors"),
        lambda: studio.clone(reference, receipt),
    ):
        with pytest.raises(VoiceRevokedError, match="changed my mind"):
            act()
    assert not list(tmp_path.iterdir())


def test_an_expired_voice_neither_speaks_nor_is_saved(studio, reference, stock_voice, tmp_path):
    last_week = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=7)
    receipt = issue(
        studio.services.keys.signing_key(), voice_name="X", speaker="Nobody", clips=reference.sha256,
        authority=Authority("own-voice"), expires=last_week.date().isoformat(), now=last_week,
    )  # fmt: skip
    learned = replace(stock_voice.learned, reference_sha256=reference.sha256)
    voice = replace(stock_voice, receipt=receipt, learned=learned)
    with pytest.raises(ReceiptExpiredError):
        studio.speak(voice, SENTENCE)
    with pytest.raises(ReceiptExpiredError):
        studio.save_voice(voice, tmp_path / "v.safetensors")


def test_closing_the_studio_ends_what_runs(settings, weights, stock_voice):
    closing = Studio(settings, weights)
    spoken = closing.speak(stock_voice, " ".join([SENTENCE] * 20))
    next(spoken)
    closing.closing.set()
    assert len(list(spoken)) <= 1


def test_a_disclosure_comes_first_in_the_language_of_the_text(studio):
    assert studio.disclosed(SENTENCE, "en-us") == f"This voice is synthetic. {SENTENCE}"
    assert studio.disclosed("你好。", "zh").endswith("你好。")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": ""}, TextEmptyError),
        ({"text": "a" * 100_000}, TextTooLongError),
        ({"speed": 0.4}, OptionError),
        ({"speed": 2.1}, OptionError),
        ({"language_key": "tlh"}, LanguageUnknownError),
    ],
)
def test_what_cannot_be_spoken_is_refused_at_the_call(studio, stock_voice, arguments, error):
    with pytest.raises(error):
        studio.speak(stock_voice, **({"text": SENTENCE} | arguments))


def test_without_a_watermarker_nothing_is_spoken(settings, weights, stock_voice, monkeypatch):
    """Perth leaves None in its own place when a part of it is missing: that must not mean no mark."""
    import perth

    monkeypatch.setattr(perth, "PerthImplicitWatermarker", None)
    with pytest.raises(WatermarkUnavailableError, match="Nothing is spoken without a watermark"):
        Studio(settings, weights).speak(stock_voice, SENTENCE)
