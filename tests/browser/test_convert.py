"""A recording goes in, and comes out in a voice that is open on the page, in a real browser."""

from pathlib import Path

from tests.browser.test_app import download
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.studio import Studio


def test_a_visitor_converts_a_recording_on_a_phone(
    open_page, studio: Studio, spoken_audio: Audio, voice_file: Path, screenshots: Path, tmp_path: Path
):
    source = write_audio(spoken_audio.sliced(0, 3.0), tmp_path / "source.wav")
    with open_page(390) as watched:
        page = watched.page
        page.get_by_role("tab", name="Open a voice file").click()
        page.locator("#voice-file input[type=file]").set_input_files(voice_file)
        page.locator("#voice-card .vc-card").wait_for()
        page.get_by_role("tab", name="Convert").click()
        page.wait_for_function("document.querySelector('#convert-voice input').value.startsWith('Nobody')")
        page.locator("#convert-source button[aria-label*='pload']").first.click()
        page.locator("#convert-source input[type=file]").set_input_files(source)
        page.locator("#convert-source button[aria-label='Clear']").wait_for()
        page.locator("#convert").click()
        page.locator("#convert-scores .vc-scores").wait_for()
        page.screenshot(path=screenshots / "converted-390.png", full_page=True)
        watched.check()
        audio = download(page, "#download-converted", tmp_path)
        assert studio.verify(audio).manifest.facts.source_sha256 == studio.read(source).sha256

        page.get_by_role("tab", name="Voices").click()
        page.locator("#compare-voices").get_by_label("Nobody (on this page)").check()
        page.locator("#compare-text textarea").fill("Yes.")
        page.locator("#compare").click()
        page.get_by_text("2 to 4 voices").first.wait_for()
        assert watched.overflow() <= 0
