"""Voices side by side, and engines side by side."""

from dataclasses import replace

import pytest

from voiceclone.comparing import Comparing
from voiceclone.consent.receipt import Authority, issue
from voiceclone.engines.registry import Registry
from voiceclone.errors import LanguageUnknownError, OptionError, TextEmptyError, VoiceRevokedError
from voiceclone.studio import Studio

TEXT = "The harbour lights went out one by one."


@pytest.fixture(scope="module")
def comparing(studio) -> Comparing:
    return Comparing(studio)


@pytest.fixture(scope="module")
def man(kokoro, stock_voice):
    return replace(stock_voice, name="Man", tensors=kokoro.stock_voice("jm_kumo"))


def test_each_voice_says_the_text_and_is_scored(studio, comparing, stock_voice, man):
    found = list(comparing.compare([stock_voice, man], TEXT, seed=4))
    assert [(r.voice.name, r.index, r.total) for r in found] == [("Nobody", 0, 2), ("Man", 1, 2)]
    for rendition in found:
        assert rendition.scores.words.error_rate <= 0.3 and rendition.real_time_factor > 0
        assert studio.services.watermarker.scan(rendition.audio).watermarked
    one, other = (r.audio for r in found)
    assert studio.services.speaker.embed(one) @ studio.services.speaker.embed(other) < 0.9


def test_it_ends_where_it_is_cancelled(comparing, stock_voice, man):
    assert len(list(comparing.compare([stock_voice, man], "Yes.", cancelled=lambda: True))) == 1


def test_what_cannot_be_compared_is_refused_before_anybody_speaks(studio, comparing, stock_voice, man):
    receipt = issue(
        studio.services.keys.signing_key(),
        voice_name="Gone",
        speaker="Nobody",
        clips=["01" * 32],
        authority=Authority("own-voice"),
    )
    studio.revoke(receipt)
    for error, voices, text, options in (
        (OptionError, [man], TEXT, {}),
        (OptionError, [man] * 5, TEXT, {}),
        (OptionError, [man, man], TEXT, {"seed": -1}),
        (TextEmptyError, [man, man], " ", {}),
        (LanguageUnknownError, [man, man], TEXT, {"language_key": "tlh"}),
        (VoiceRevokedError, [man, replace(man, receipt=receipt)], TEXT, {}),
    ):
        with pytest.raises(error):
            comparing.compare(voices, text, **options)


def test_every_engine_is_tried_and_one_that_cannot_be_used_is_named_with_the_reason(studio, spoken_reference):
    """The second row needs a library that nobody has; as it learns at once, it comes first."""
    row = studio.registry.rows[0]
    absent = replace(row, spec=replace(row.spec, name="absent", steps=0, modules=("no_such_library",)))
    peers = Studio(studio.settings, studio.services.weights, Registry([row, absent]))
    peers.services = studio.services
    reference = peers.inspect([spoken_reference])
    receipt = peers.attest(reference, name="Heron", speaker="Nobody", authority=Authority("own-voice"))
    first, second = Comparing(peers).engines(reference, receipt, TEXT, language_key="en-us", steps=2)
    assert first.engine.name == "absent" and "no_such_library" in first.obstacle and first.rendition is None
    assert second.engine.name == "kokoro" and second.obstacle == "" and second.learning_s > 0
    assert second.rendition is not None and second.rendition.voice.name == "Heron"
