"""The lower right of the *Clone* tab: a text, the voice that speaks it, and the takes."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr
from gradio.processing_utils import ffmpeg_installed

from voiceclone.studio import MAX_SPEED, MIN_SPEED, Studio
from voiceclone.ui import speaking
from voiceclone.ui.components import Player
from voiceclone.ui.endpoints import HEAVY
from voiceclone.ui.handler import bound
from voiceclone.ui.layout import WAVEFORM, download, heading, language_choice, lead
from voiceclone.ui.tabs.consent import BUSY, QUIET
from voiceclone.ui.words import I18N


@dataclass(frozen=True)
class SpeechPart:
    """The controls."""

    text: gr.Textbox
    count: gr.HTML
    read: gr.HTML
    language: gr.Dropdown
    speed: gr.Slider
    seed: gr.Number
    fresh: gr.Checkbox
    disclose: gr.Checkbox
    speak_button: gr.Button
    stop_button: gr.Button
    status: gr.HTML
    live_box: gr.Column
    live: gr.Audio
    takes_box: gr.Column
    player: gr.Audio
    scores: gr.HTML
    again_button: gr.Button
    audio_file: gr.DownloadButton
    record_file: gr.DownloadButton
    takes: gr.Radio
    repeat_button: gr.Button


def build_speech(studio: Studio) -> SpeechPart:
    """Build the controls."""
    heading("speak.title")
    text = gr.Textbox(
        label=I18N("speak.text"), placeholder=I18N("speak.text.placeholder"), lines=5, elem_id="text"
    )
    count = gr.HTML(elem_id="count")
    with gr.Accordion(I18N("speak.read"), open=False, elem_id="how-read"):
        read = gr.HTML(I18N("speak.read.empty"))
    with gr.Accordion(I18N("speak.settings"), open=False, elem_id="speak-settings"):
        language = language_choice(studio, "speak.language", "text-language")
        speed = gr.Slider(
            MIN_SPEED, MAX_SPEED, 1.0, step=0.05, label=I18N("speak.speed"), info=I18N("speak.speed.info")
        )
        fresh = gr.Checkbox(True, label=I18N("speak.fresh"))
        disclose = gr.Checkbox(
            False, label=I18N("speak.disclose"), info=I18N("speak.disclose.info"), elem_id="disclose"
        )
        seed = gr.Number(
            0, label=I18N("speak.seed"), info=I18N("speak.seed.info"), precision=0, minimum=0, elem_id="seed"
        )
    speak_button = gr.Button(I18N("speak.button"), variant="primary", interactive=False, elem_id="speak")
    stop_button = gr.Button(I18N("speak.stop"), visible=False, elem_id="stop-speaking")
    status = gr.HTML(elem_id="speak-status")
    streams = ffmpeg_installed()
    with gr.Column(visible=False, elem_classes="vc-column") as live_box:
        if not streams:
            lead("speak.no_stream")
        live = gr.Audio(
            label=I18N("speak.live"),
            interactive=False,
            streaming=streams,
            autoplay=True,
            visible=streams,
            buttons=[],
            elem_id="live",
        )
    with gr.Column(visible=False, elem_classes="vc-column", elem_id="takes-box") as takes_box:
        heading("take.title")
        player = Player(
            label=I18N("take.audio"),
            interactive=False,
            buttons=[],
            waveform_options=WAVEFORM,
            elem_id="take",
        )
        scores = gr.HTML(elem_id="scores")
        with gr.Row(elem_classes="vc-buttons"):
            again_button = gr.Button(I18N("speak.again"), size="sm", elem_id="again")
            audio_file = download("take.download", "download-audio", size="sm")
            record_file = download("take.record", "download-record", size="sm")
        takes = gr.Radio([], label=I18N("take.list"), elem_id="takes", elem_classes="vc-takes")
        repeat_button = gr.Button(I18N("take.repeat"), size="sm", elem_id="repeat")
    return SpeechPart(
        text, count, read, language, speed, seed, fresh, disclose, speak_button, stop_button, status,
        live_box, live, takes_box, player, scores, again_button, audio_file, record_file, takes,
        repeat_button,
    )  # fmt: skip


def wire_speech(studio: Studio, session: gr.State, voice_card: gr.HTML, speech: SpeechPart) -> None:
    """Let the controls do what they say; `voice_card` shows the voice that speaks."""
    gr.on(
        [speech.text.change, speech.language.change, voice_card.change],
        bound(studio, speaking.read_text),
        [session, speech.text, speech.language],
        [speech.count, speech.read],
        trigger_mode="always_last",
        **QUIET,
    )
    outputs = [
        speech.status,
        speech.live,
        speech.live_box,
        speech.stop_button,
        speech.seed,
        speech.takes_box,
        speech.takes,
        speech.player,
        speech.scores,
        speech.audio_file,
        speech.record_file,
    ]
    for button, fresh in ((speech.speak_button, speech.fresh), (speech.again_button, gr.State(True))):
        spoken = button.click(
            bound(studio, speaking.speak),
            [session, speech.text, speech.language, speech.speed, speech.seed, fresh, speech.disclose],
            outputs,
            show_progress_on=speech.status,
            **BUSY,
            **HEAVY,
        )
        spoken.failure(
            bound(studio, speaking.clear_status), None, [speech.stop_button, speech.status], **QUIET
        )
    speech.stop_button.click(bound(studio, speaking.stop_speaking), session, None, queue=False, **QUIET)
    speech.takes.input(
        bound(studio, speaking.choose_take),
        [session, speech.takes],
        [speech.player, speech.scores, speech.audio_file, speech.record_file],
        **QUIET,
    )
    speech.repeat_button.click(
        bound(studio, speaking.repeat_take),
        [session, speech.takes],
        [speech.text, speech.language, speech.speed, speech.seed, speech.fresh],
        **QUIET,
    )
