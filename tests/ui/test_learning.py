import re
from pathlib import Path

import gradio as gr
import pytest
import soundfile

from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.errors import ConsentMissingError, NoSpeechError, VoiceFileError
from voiceclone.ui.learning import file_stem, learn, open_voice, stop_learning, take_reference, transcribe
from voiceclone.ui.session import Session
from voiceclone.ui.words import Words

EN = Words("en")


def test_a_reference_is_played_back_drawn_and_graded(studio, spoken_reference: Path):
    session = Session()
    view = take_reference(studio, EN, session, str(spoken_reference))
    assert view.details == gr.update(visible=True)
    assert view.learn_button == gr.update(interactive=True)
    heard, rate = soundfile.read(view.heard)
    given = soundfile.info(spoken_reference)
    assert 3 <= len(heard) / rate <= given.duration + 1
    assert [axes.get_label() for axes in view.figure.axes][:2] == ["waveform", "mel"]
    assert "reference</p>" in view.report and "s of speech" in view.report


def test_the_transcript_is_written_for_the_visitor_to_mend(studio, spoken_reference: Path):
    session = Session()
    take_reference(studio, EN, session, str(spoken_reference))
    text, language = transcribe(studio, EN, session)
    assert len(text["value"].split()) > 8
    assert language in studio.languages


def test_taking_the_recording_away_takes_the_reference_away(studio, spoken_reference: Path):
    session = Session()
    take_reference(studio, EN, session, str(spoken_reference))
    view = take_reference(studio, EN, session, None)
    assert session.reference is None
    assert view.learn_button == gr.update(interactive=False)


def test_a_bad_recording_leaves_no_reference_behind(studio, spoken_reference: Path, tmp_path: Path):
    """Learning must not go on with the recording before, which the page shows no longer."""
    session = Session()
    take_reference(studio, EN, session, str(spoken_reference))
    silent = write_audio(Audio.silence(5, 16_000), tmp_path / "silent.wav")
    with pytest.raises(NoSpeechError):
        take_reference(studio, EN, session, str(silent))
    assert session.reference is None


def test_learning_is_watched_and_ends_with_a_voice_on_disk(learned, studio):
    session, views = learned
    panels = [view.panel["value"] for view in views]
    assert "Preparing" in panels[0] and "Learning: step" in panels[1] and "Learned in" in panels[-1]
    last = views[-1]
    assert last.speak_button == gr.update(interactive=True)
    assert "Heron" in last.card
    assert "consent (not verified). A contract: no. 7. May be shared" in last.card
    saved = studio.load_voice(last.download["value"])
    assert saved.id == session.voice.id
    assert Path(last.download["value"]).name == "Heron.safetensors"


def test_only_the_last_report_says_it_is_learned(learned):
    _, views = learned
    assert ["Learned in" in view.panel["value"] for view in views] == [False] * (len(views) - 1) + [True]


OWN_VOICE = ("Nobody", "own-voice", None, "", "", "personal", "")


@pytest.mark.parametrize(("speaker", "kind"), [("", "own-voice"), ("Nobody", None), ("Nobody", "authority")])
def test_without_consent_nothing_is_learned(learned, studio, speaker, kind):
    session = Session()
    session.reference = learned[0].reference
    with pytest.raises(ConsentMissingError):
        next(
            learn(studio, EN, session, "", "en-us", "Heron", speaker, kind, *OWN_VOICE[2:], "standard", 2, 0)
        )
    assert session.voice is None


def test_without_a_reference_the_page_says_what_to_do_first(studio):
    with pytest.raises(gr.Error, match="Record or upload"):
        next(learn(studio, EN, Session(), "", "en-us", "Heron", *OWN_VOICE, "standard", 2, 0))


def test_stopping_keeps_the_best_voice_so_far(learned, studio):
    session = Session()
    session.reference = learned[0].reference
    for view in learn(studio, EN, session, "", "en-us", "Heron", *OWN_VOICE, "standard", 20, 0):
        if re.search(r'points="[^ "]+ ', view.panel["value"]):  # measured twice: there is a voice to keep
            stop_learning(studio, EN, session)
    assert session.voice is not None and session.voice.learned.steps < 20


def test_a_voice_file_is_ready_to_speak_at_once(learned, studio):
    session = Session()
    view = open_voice(studio, EN, session, learned[1][-1].download["value"])
    assert session.voice.id == learned[0].voice.id
    assert view.speak_button == gr.update(interactive=True)
    assert "Heron" in view.card


def test_what_is_no_voice_leaves_the_voice_before(studio, tmp_path: Path, stock_voice, with_voice):
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"\x00" * 100)
    with pytest.raises(VoiceFileError):
        open_voice(studio, EN, with_voice, str(broken))
    assert with_voice.voice is stock_voice


@pytest.mark.parametrize(
    ("name", "stem"),
    [("Ada, reading", "Ada-reading"), ("../../etc/passwd", "etc-passwd"), ("小林", "小林"), ("...", "voice")],
)
def test_a_voices_name_becomes_a_harmless_file_name(name, stem):
    assert file_stem(name) == stem
