"""Speech in, speech in another voice out: what is kept, what is marked, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.consent.receipt import Authority, issue
from voiceclone.converting import MAX_SOURCE_S, Converting
from voiceclone.engines.base import SpeakOptions
from voiceclone.engines.registry import Registry
from voiceclone.errors import (
    EngineCannotError,
    LanguageUnknownError,
    NoSpeechError,
    OptionError,
    SourceTooLongError,
    TextEmptyError,
    TranscriptMismatchError,
    VoiceRevokedError,
)
from voiceclone.studio import Studio

FIRST, SECOND = "The harbour lights went out one by one.", "Nobody knew who had written the letter."
PAUSE_S = 1.5


@pytest.fixture(scope="module")
def converting(studio) -> Converting:
    return Converting(studio)


@pytest.fixture(scope="module")
def source(studio, stock_voice) -> Audio:
    """Two sentences with a long pause between them, after half a second of silence, at 16 kHz."""
    engine = studio.services.engine("kokoro")

    def spoken(text: str) -> Audio:
        phrases = studio.preview_text(text, "en-us")
        return Audio.joined(list(engine.speak(stock_voice.tensors, phrases, SpeakOptions())))

    def still(seconds: float) -> Audio:
        return Audio.silence(seconds, engine.spec.sample_rate)

    parts = [still(0.5), spoken(FIRST), still(PAUSE_S), spoken(SECOND), still(0.7)]
    return Audio.joined(parts).resampled(16_000)


@pytest.fixture(scope="module")
def man(kokoro, stock_voice):
    """A voice of nobody's, lower than the one that speaks in the source."""
    return replace(stock_voice, tensors=kokoro.stock_voice("jm_kumo"))


@pytest.fixture(scope="module")
def pieces(converting, man, source):
    return list(converting.convert(man, source, seed=1))


def test_it_is_cut_in_its_pauses_and_each_piece_has_its_words(pieces, source):
    assert [(piece.index, piece.total) for piece in pieces] == [(0, 2), (1, 2)]
    assert pieces[0].end_s < pieces[1].start_s < pieces[1].end_s <= source.duration_s
    assert "lights" in pieces[0].text and "letter" in pieces[1].text
    assert {piece.language for piece in pieces} == {"en-us"} and not any(piece.silent for piece in pieces)


def test_the_whole_is_as_long_as_the_source_and_its_pauses_are_silent(pieces, source):
    whole = Audio.joined([piece.audio for piece in pieces])
    assert whole.duration_s == pytest.approx(source.duration_s, abs=0.001)
    pause = whole.sliced(pieces[0].end_s + 0.001, pieces[1].start_s - 0.001)
    assert pause.duration_s > PAUSE_S - 0.5 and pause.peak == 0.0
    assert whole.sliced(0, pieces[0].start_s - 0.001).peak == 0.0


def test_every_piece_is_marked_and_its_words_are_understood(studio, converting, man, source, pieces):
    whole = Audio.joined([piece.audio for piece in pieces])
    assert studio.services.watermarker.scan(whole).watermarked
    said = converting.said(source, pieces)
    assert studio.score(man, whole, said, "en-us").words.error_rate <= 0.25


def test_what_is_written_down_names_the_source_and_no_text(converting, man, source):
    facts = converting.facts(man, source, language_key="en-us", seed=1)
    assert (facts.source_sha256, facts.text_sha256, facts.speed) == (source.sha256, "", 1.0)


def test_a_transcript_of_the_whole_is_shared_out_over_its_pieces(converting, man, source, pieces):
    given = converting.convert(man, source, transcript=f"{FIRST} {SECOND}", language_key="en-us", seed=1)
    first = next(given)
    assert first.text == FIRST
    given.close()


def test_words_that_do_not_fit_are_refused(converting, man, source):
    with pytest.raises(TranscriptMismatchError):
        list(converting.convert(man, source, transcript=" ".join([FIRST] * 9), language_key="en-us"))


def test_a_piece_that_no_words_belong_to_is_left_silent_and_says_so(converting, man, source, pieces):
    first = next(converting.convert(man, source, transcript=SECOND, language_key="en-us"))
    assert first.silent and first.text == "" and first.audio.peak == 0.0
    assert len(first.audio.samples) == len(pieces[0].audio.samples)


def test_it_ends_where_it_is_cancelled(converting, man, source):
    assert len(list(converting.convert(man, source, cancelled=lambda: True))) == 1


def test_what_cannot_be_converted_is_refused_before_anything_is_made(converting, man, source):
    long = Audio(
        np.resize(source.samples, round((MAX_SOURCE_S + 1) * source.sample_rate)), source.sample_rate
    )
    for error, speech, options in (
        (SourceTooLongError, long, {}),
        (NoSpeechError, Audio.silence(4.0, 16_000), {}),
        (OptionError, source, {"seed": -1}),
        (LanguageUnknownError, source, {"language_key": "tlh"}),
        (TextEmptyError, source, {"transcript": " "}),
    ):
        with pytest.raises(error):
            converting.convert(man, speech, **options)


def test_a_voice_whose_consent_was_withdrawn_converts_nothing(studio, converting, man, source):
    receipt = issue(
        studio.services.keys.signing_key(),
        voice_name="Gone",
        speaker="Nobody",
        clips=["01" * 32],
        authority=Authority("own-voice"),
    )
    studio.revoke(receipt)
    with pytest.raises(VoiceRevokedError):
        converting.convert(replace(man, receipt=receipt), source)


def test_an_engine_that_cannot_convert_says_so(studio, man, source):
    row = studio.registry.rows[0]
    registry = Registry([replace(row, spec=replace(row.spec, converts=False))])
    with pytest.raises(EngineCannotError, match="convert speech"):
        Converting(Studio(studio.settings, studio.services.weights, registry)).convert(man, source)
