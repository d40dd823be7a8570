"""What the page says of the engines, and that it asks for nothing before somebody looks."""

from __future__ import annotations

from dataclasses import replace

import gradio as gr
import pytest

from voiceclone.engines.availability import availability
from voiceclone.errors import EngineUnavailableError
from voiceclone.studio import Studio
from voiceclone.ui import engines
from voiceclone.ui.app import build_app
from voiceclone.ui.learning import learn, let_speak, take_reference
from voiceclone.ui.session import Session
from voiceclone.ui.speaking import read_text
from voiceclone.ui.words import Words

EN, ZH = Words("en"), Words("zh")
OWN_VOICE = ("Nobody", "own-voice", None, "", "", "personal", "")


def test_each_engine_is_a_choice_and_one_that_cannot_be_used_says_so(several):
    view = engines.show(several, EN, None)
    assert view.engine["value"] == "kokoro"
    names = {name: label for label, name in view.engine["choices"]}
    assert list(names) == [spec.name for spec in several.engines]
    assert names["twin"] == "Twin" and names["far"] == "Far away · cannot be used here"
    assert "Ready" in view.note and "VOICECLONE_WEIGHTS=auto" in view.note, "what mends it is there unasked"


def test_steps_are_shown_as_ignored_for_an_engine_that_learns_at_once(several):
    at_once = engines.choose(several, EN, "stock")
    assert not at_once.steps["interactive"] and "Stock learns at once" in at_once.steps["info"]
    steps = engines.choose(several, EN, "twin").steps
    assert steps["interactive"] and "the preset decides" in steps["info"]


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
def test_the_panel_tells_of_every_engine_what_it_is_and_what_mends_it(several, words):
    shown = engines.panel(several, words)
    for status in several.engine_status():
        assert status.spec.title in shown and status.spec.pipeline[1] in shown
        assert all(revision in shown for revision in status.revisions.values())
    assert "VOICECLONE_WEIGHTS=auto" in shown and several.devices()[0].device.title in shown


def test_what_stands_in_the_way_is_said_in_the_visitor_s_language(several):
    shown = engines.panel(several, ZH)
    assert "权重只在 Hub 上" in shown and "本机没有权重" in shown
    assert "They are" not in shown and "weights '" not in shown
    (far,) = [s for s in several.engine_status() if s.spec.name == "far"]
    lacking = availability(replace(far.spec, modules=("no_such_library",)), [])
    note = engines.markup_engines.note("far", [replace(far, availability=lacking)], several.languages, ZH)
    assert "缺少未安装的程序库（no_such_library）" in note and "安装命令" in note


def test_an_engine_that_is_fetched_first_says_how_much(several):
    (far,) = [s for s in several.engine_status() if s.spec.name == "far"]
    fetched = replace(far, availability=replace(far.availability, state="fetch", fetch_mb=1300))
    assert "1,300 MB" in engines.markup_engines.choice(fetched, EN)
    assert "1,300 MB" in engines.markup_engines.note("far", [fetched], several.languages, EN)


def test_an_engine_that_cannot_be_used_is_refused_when_it_is_chosen_all_the_same(several, spoken_reference):
    session = Session()
    take_reference(several, EN, session, str(spoken_reference))
    with pytest.raises(EngineUnavailableError):
        next(learn(several, EN, session, "", "en-us", "Heron", *OWN_VOICE, "standard", 2, 0, "far"))
    *_, last = learn(several, EN, session, "", "en-us", "Heron", *OWN_VOICE, "standard", 2, 0, "stock")
    assert session.voice.engine == "stock" and "learned at once from" in last.card


def test_the_language_of_a_text_follows_the_engine_of_the_voice(several, stock_voice):
    session = Session()
    view = let_speak(several, EN, session, replace(stock_voice, engine="twin"))
    labels = {key: label for label, key in view.text_language["choices"]}
    assert view.text_language["value"] == "en-us" and "not spoken" not in labels["en-gb"]
    assert labels["zh"].endswith("not spoken by this voice's engine")
    _, read = read_text(several, EN, session, "你好。", "zh")
    assert "&#x27;twin&#x27; does not speak" in read and "kokoro" in read
    assert "<ol" in read_text(several, EN, Session(), "你好。", "zh")[1], "as long as there is no voice"


def test_building_the_page_asks_for_no_weights_and_loads_nothing(settings, monkeypatch):
    monkeypatch.setattr(Studio, "weights", lambda self: pytest.fail("asked before anybody looks"))
    studio = Studio(settings)
    monkeypatch.setattr(studio.services.weights, "resolve", lambda name: pytest.fail(f"{name} was loaded"))
    assert isinstance(build_app(studio), gr.Blocks)
