import json
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
import soundfile

from voiceclone.errors import TextEmptyError
from voiceclone.ui.learning import SKIP
from voiceclone.ui.session import Session
from voiceclone.ui.speaking import choose_take, read_text, repeat_take, speak, stop_speaking
from voiceclone.ui.words import Words

EN = Words("en")
TEXT = "The boat is here. It leaves at noon."


def samples(path) -> np.ndarray:
    return soundfile.read(path, dtype="int16")[0]


def spoken(studio, session, text=TEXT, seed=3, fresh=False):
    return list(speak(studio, EN, session, text, "en-us", 1.0, seed, fresh, False))


def test_the_phrases_that_are_heard_first_are_the_take(studio, with_voice, tmp_path: Path):
    """What streams while it is spoken and what is kept to download are the same samples."""
    views = spoken(studio, with_voice)
    heard = []
    for number, view in enumerate(view for view in views if isinstance(view.live, bytes)):
        chunk = tmp_path / f"{number}.wav"
        chunk.write_bytes(view.live)
        heard.append(samples(chunk))
    assert len(heard) >= 1
    assert np.array_equal(np.concatenate(heard), samples(with_voice.takes[0].audio))


def test_a_take_has_scores_a_record_and_its_seed_written_back(studio, with_voice):
    views = spoken(studio, with_voice, fresh=True)
    take = with_voice.takes[0]
    assert views[0].seed == take.seed
    record = json.loads(Path(views[-1].record_file).read_text(encoding="utf-8"))
    assert record["settings"] == {"text": TEXT, "language": "en-us", "speed": 1.0, "seed": take.seed}
    assert record["voice"]["id"] == with_voice.voice.id
    assert "of 100" in views[-1].scores
    assert views[-1].takes["value"] == take.number


def test_a_new_seed_each_time_is_new(studio, with_voice):
    spoken(studio, with_voice, "Yes.", fresh=True)
    spoken(studio, with_voice, "Yes.", fresh=True)
    first, second = with_voice.takes
    assert first.seed != second.seed


def test_the_same_seed_says_it_the_same_way(studio, with_voice):
    spoken(studio, with_voice, "Yes, it is.")
    spoken(studio, with_voice, "Yes, it is.")
    first, second = with_voice.takes
    assert np.array_equal(samples(first.audio), samples(second.audio))


def test_a_take_can_be_shown_and_its_settings_put_back(studio, with_voice):
    spoken(studio, with_voice, "One.", seed=1)
    spoken(studio, with_voice, "Two.", seed=2)
    shown = choose_take(studio, EN, with_voice, 1)
    assert shown.player == str(with_voice.take(1).audio)
    assert repeat_take(studio, EN, with_voice, 1) == ("One.", "en-us", 1.0, 1, False)


def test_another_visitor_has_no_such_take(studio, with_voice):
    spoken(studio, with_voice, "One.")
    assert choose_take(studio, EN, Session(), 1).player == SKIP
    assert repeat_take(studio, EN, Session(), 1).text == SKIP


def test_stopping_keeps_what_was_spoken(studio, with_voice):
    long = " ".join(f"This is sentence number {n}, and it is not the last one of them." for n in range(1, 15))
    total = len(studio.preview_text(long, "en-us"))
    assert total > 2
    chunks = 0
    for view in speak(studio, EN, with_voice, long, "en-us", 1.0, 0, False, False):
        if isinstance(view.live, bytes):
            chunks += 1
            stop_speaking(studio, EN, with_voice)
    assert chunks == 1
    assert len(with_voice.takes[0].text) < len(long)


def test_without_a_voice_the_page_says_what_to_do_first(studio):
    with pytest.raises(gr.Error, match="Learn one"):
        next(speak(studio, EN, Session(), TEXT, "en-us", 1.0, 0, True, False))


def test_nothing_to_say_is_refused_before_anything_is_spoken(studio, with_voice):
    with pytest.raises(TextEmptyError):
        next(speak(studio, EN, with_voice, "  ", "en-us", 1.0, 0, True, False))
    assert with_voice.takes == ()


def test_a_text_is_shown_as_it_will_be_read(studio):
    counted, read = read_text(studio, EN, Session(), "It costs $3.50.", "en-us")
    assert "15 of" in counted
    assert "three dollars" in read.lower()


def test_the_count_warns_before_the_limit_and_says_when_it_is_passed(studio):
    limit = studio.settings.max_text_chars
    near, _ = read_text(studio, EN, Session(), "a " * (limit // 2 - 10), "en-us")
    over, instead = read_text(studio, EN, Session(), "a " * limit, "en-us")
    assert "vc-warn" in near and "close to the limit" in near
    assert "vc-warn" in over and "at most" in instead


def test_an_empty_box_explains_itself(studio):
    counted, read = read_text(studio, EN, Session(), "", "en-us")
    assert "0 of" in counted and "written out" in read


def test_a_disclosure_is_spoken_first_and_written_down(studio, with_voice):
    list(speak(studio, EN, with_voice, "Yes, it is.", "en-us", 1.0, 0, False, True))
    take = with_voice.takes[0]
    assert take.text == "This voice is synthetic. Yes, it is."
    assert "synthetic" in take.scores.words.heard.lower()
