import html
import re

import pytest

from voiceclone.cloning import CloneEvent
from voiceclone.hub.weights import WeightStatus
from voiceclone.provenance.watermark import Detection
from voiceclone.text.phrase import Phrase
from voiceclone.ui import markup
from voiceclone.ui.words import Words

EN, ZH = Words("en"), Words("zh")
HOSTILE = '<img src=x onerror="alert(1)">${alert(1)}{{value}}`'


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
def test_what_a_visitor_wrote_is_never_markup(words):
    shown = markup.phrases([Phrase(HOSTILE, HOSTILE, "", "en-us")]) + markup.paragraph(HOSTILE)
    assert "<img" not in shown
    assert not re.search(r"[{}$`]", shown), "Gradio's HTML component reads these as templates"
    assert html.unescape(shown).count(HOSTILE) == 2


def test_progress_says_the_stage_and_the_time_left():
    event = CloneEvent(12, 80, "learning", 20.0, seconds_left=80.0)
    shown = markup.progress(event, "", EN)
    assert "step 12 of 80" in shown and "about 1 min 20 s left" in shown
    assert 'value="0.150"' in shown


def test_learning_at_once_is_said_without_steps():
    shown = markup.progress(CloneEvent(0, 0, "learning", 2.0, similarity=0.4), "", EN)
    assert "Learning at once" in shown and "step" not in shown
    assert "Learned in 3 s<" in markup.progress(CloneEvent(0, 0, "done", 3.0), "", EN)


def test_progress_says_that_it_is_stopping():
    shown = markup.progress(CloneEvent(12, 80, "learning", 20.0, 80.0), "", EN, stopping=True)
    assert "best voice so far is kept" in shown and "left" not in shown.replace("left;", "")


@pytest.mark.parametrize(
    ("found", "claim"),
    [
        (Detection(True, 0.999, 12.0, 12.0), "The watermark was found."),
        (Detection(True, 0.96, 4.0, 60.0), "in part of it"),
        (Detection(True, 0.96, 0.0, 12.0), "in part of it"),
        (Detection(False, 0.949, 0.0, 12.0), "No watermark was found."),
        (Detection(False, 0.0, 0.0, 0.0), "No watermark was found."),
    ],
)
def test_only_a_recording_that_is_mostly_marked_is_said_to_be(found, claim):
    shown = markup.detection(found, EN)
    assert claim in shown
    assert ("vc-found" in shown) == (claim == "The watermark was found.")


def test_a_signal_just_under_the_threshold_does_not_read_as_if_it_met_it():
    """0.949 was once shown as "95 %; 95 % is needed"."""
    shown = markup.detection(Detection(False, 0.949, 0.0, 12.0), EN)
    assert "94 % sure; 95 % is needed" in shown


def test_the_weights_in_use_are_listed_with_their_source():
    row = WeightStatus("ecapa", "ECAPA", "package", "x==1.0", "/secret/place", "ab", "MIT", 10, "")
    shown = markup.weights_list([row], EN)
    assert "installed package" in shown and "x==1.0" in shown and "MIT" in shown
    assert "/secret/place" not in shown
