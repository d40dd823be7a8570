"""A visitor's way through the app, in a real browser, with the real models."""

from pathlib import Path

import pytest
from jiwer import RemovePunctuation, wer

from voiceclone.studio import Studio

SENTENCE = (
    "The ferry leaves the harbour at seven in the morning, and it comes back late at night with the mail."
)


def words(text: str) -> str:
    return RemovePunctuation()(text.lower()).strip()


def heard(studio: Studio, path: Path) -> str:
    return words(studio.transcribe(studio.inspect([path]), "en-us").text)


def download(page, selector: str, folder: Path) -> Path:
    with page.expect_download() as expected:
        page.locator(selector).click()
    path = folder / expected.value.suggested_filename
    expected.value.save_as(path)
    return path


def speak(page, text: str) -> None:
    page.locator("#text textarea").fill(text)
    page.locator("#how-read").get_by_role("button").first.click()
    page.locator(".vc-phrases li").first.wait_for()
    page.locator("#speak:not([disabled])").click()
    page.locator("#scores .vc-scores").wait_for()


def test_a_visitor_records_learns_speaks_and_downloads(
    open_page, studio: Studio, spoken_reference: Path, screenshots: Path, tmp_path: Path
):
    with open_page(microphone=spoken_reference) as watched:
        page = watched.page
        page.screenshot(path=screenshots / "clone-empty-1280.png", full_page=True)

        page.locator("#reference").get_by_role("button", name="Record", exact=True).click()
        page.wait_for_timeout(8_000)  # the microphone plays the file in real time
        page.locator("#reference").get_by_role("button", name="Stop", exact=True).click()
        page.locator("#reference-report .vc-report").wait_for()
        transcript = page.locator("#transcript textarea")
        page.wait_for_function("document.querySelector('#transcript textarea').value.length > 20")
        assert "wind" in transcript.input_value().lower()

        page.locator("#learn").click()
        page.get_by_text("No voice is learned without consent").first.wait_for()
        page.wait_for_timeout(500)  # the message fades in: only the picture waits for it
        page.screenshot(path=screenshots / "clone-no-consent-1280.png")
        page.locator("#speaker input, #speaker textarea").fill("Nobody")
        page.locator("#voice-name input, #voice-name textarea").fill("Heron")
        page.get_by_label("I have the speaker's consent").check()
        page.locator("#consent-basis input").click()
        page.get_by_role("option", name="A contract").click()
        page.locator("#consent-document input, #consent-document textarea").fill("no. 7")
        page.locator("#consent-stated-by input, #consent-stated-by textarea").fill("Somebody")
        page.screenshot(path=screenshots / "clone-consent-1280.png", full_page=True)
        page.locator("#learn-advanced").get_by_role("button").first.click()
        page.locator("#steps input[type=number]").fill("3")
        page.locator("#steps input[type=number]").press("Tab")
        page.locator("#learn").click()
        page.locator("#learning").get_by_text("Learning: step").wait_for()
        assert page.locator("#stop-learning").is_visible()
        page.screenshot(path=screenshots / "clone-learning-1280.png")
        page.locator("#learning").get_by_text("Learned in").wait_for()
        page.locator("#voice-card").get_by_text("A contract: no. 7").wait_for()

        voice = studio.load_voice(download(page, "#download-voice", tmp_path))
        assert voice.name == "Heron" and voice.learned.steps <= 3
        page.locator("#keep-voice").click()
        page.get_by_role("tab", name="Voices").click()
        page.locator("#saved-card").get_by_text("Ready to speak").wait_for()
        page.get_by_role("tab", name="Clone").click()

        speak(page, SENTENCE)
        page.screenshot(path=screenshots / "clone-spoken-1280.png", full_page=True)
        audio = download(page, "#download-audio", tmp_path)
        assert wer(words(SENTENCE), heard(studio, audio)) <= 0.2
        assert studio.verify(audio).conclusion == "made here"
        watched.check()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light"), (390, "dark")])
def test_a_returning_visitor_opens_a_voice_and_speaks_at_once(
    open_page, studio: Studio, voice_file: Path, screenshots: Path, tmp_path: Path, width: int, scheme: str
):
    with open_page(width, color_scheme=scheme) as watched:
        page = watched.page
        # On a phone too, none hides behind dots.
        for name in ("Clone", "Fine-tune", "Convert", "Voices", "Verify"):
            assert page.get_by_role("tab", name=name).is_visible()
        page.get_by_role("tab", name="Open a voice file").click()
        page.locator("#voice-file input[type=file]").set_input_files(voice_file)
        page.locator("#voice-card .vc-card").wait_for()
        speak(page, SENTENCE)
        page.screenshot(path=screenshots / f"returning-{width}-{scheme}.png", full_page=True)
        watched.check()
        audio = download(page, "#download-audio", tmp_path)
        assert wer(words(SENTENCE), heard(studio, audio)) <= 0.2

        page.get_by_role("tab", name="Verify").click()
        page.locator("#verify-recording input[type=file]").set_input_files(audio)
        page.locator("#verify-answer").get_by_text("The watermark was found.").wait_for()
        page.locator("#verify-answer").get_by_text("This was made here.").wait_for()
        page.screenshot(path=screenshots / f"verify-{width}-{scheme}.png", full_page=True)
        watched.check()


def test_a_speaker_reads_the_sentence_and_the_consent_is_heard(
    open_page, spoken_reference: Path, recite, screenshots: Path
):
    with open_page() as watched:
        page = watched.page
        page.locator("#reference button[aria-label*='pload']").first.click()
        page.locator("#reference input[type=file]").set_input_files(spoken_reference)
        page.locator("#reference-report .vc-report").wait_for()
        page.locator("#speaker input, #speaker textarea").fill("Nobody")
        page.locator("#voice-name input, #voice-name textarea").fill("Heron")
        page.get_by_label("I am the speaker").check()
        page.locator("#consent-ask").click()
        sentence = page.locator("#consent-sentence .vc-sentence")
        sentence.wait_for()
        page.screenshot(path=screenshots / "consent-sentence-1280.png", full_page=True)
        page.locator("#consent-recording button[aria-label*='pload']").first.click()
        page.locator("#consent-recording input[type=file]").set_input_files(recite(sentence.inner_text()))
        page.locator("#consent-answer").get_by_text("Your consent was heard").wait_for()
        page.screenshot(path=screenshots / "consent-heard-1280.png", full_page=True)
        watched.check()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_saved_voice_is_there_after_a_reload_until_it_is_deleted(
    open_page, voice_file: Path, screenshots: Path, width: int, scheme: str
):
    with open_page(width, color_scheme=scheme) as watched:
        page = watched.page
        page.get_by_role("tab", name="Voices").click()
        page.get_by_text("No voice is saved yet").first.wait_for()
        page.locator("#saved-import input[type=file]").set_input_files(voice_file)
        page.locator("#saved-card").get_by_text("Ready to speak").wait_for()
        page.screenshot(path=screenshots / f"voices-{width}-{scheme}.png", full_page=True)
        watched.reload()
        page.get_by_role("tab", name="Voices").click()
        page.locator("#saved-voices label").first.click()
        page.locator("#saved-use").click()
        page.locator("#voice-card").get_by_text("Nobody").first.wait_for()
        page.get_by_role("tab", name="Voices").click()
        page.locator("#saved-delete").click()
        page.get_by_text("Nothing can bring it back").wait_for()
        page.screenshot(path=screenshots / f"voices-delete-{width}-{scheme}.png", full_page=True)
        page.locator("#saved-confirm").click()
        page.get_by_text("The voice is deleted").wait_for()
        watched.check()


def test_a_recording_that_cannot_be_used_is_said_and_the_one_before_is_gone(
    open_page, spoken_reference: Path, tmp_path: Path
):
    """Its report once stayed on the page, and *Learn* with it, while the reference was gone."""
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"no sound at all" * 50)
    with open_page() as watched:
        page = watched.page
        page.locator("#reference button[aria-label*='pload']").first.click()
        page.locator("#reference input[type=file]").set_input_files(spoken_reference)
        page.locator("#learn:not([disabled])").wait_for()
        page.locator("#reference button[aria-label='Clear']").click()
        page.locator("#learn[disabled]").wait_for()
        page.locator("#reference input[type=file]").set_input_files(spoken_reference)
        page.locator("#reference-report .vc-report").wait_for()
        page.locator("#reference button[aria-label='Clear']").click()
        page.locator("#reference input[type=file]").set_input_files(broken)
        page.get_by_text("is not audio that can be read").wait_for()
        page.locator("#reference-report").wait_for(state="hidden")
        assert page.locator("#learn").is_disabled()


def test_what_a_visitor_types_is_shown_as_they_typed_it(open_page, voice_file: Path):
    """Names and texts are put into HTML, which Gradio reads as a template: neither may run."""
    with open_page() as watched:
        page = watched.page
        page.locator("#text textarea").fill("Braces {{value}} and ${1 + 1} and <b>bold</b> stay.")
        page.locator("#how-read").get_by_role("button").first.click()
        page.locator(".vc-phrases li").first.wait_for()
        assert page.locator(".vc-phrases b").count() == 0
        assert "braces" in page.locator(".vc-phrases").inner_text().lower()
        watched.check()


def test_the_page_speaks_chinese_to_a_chinese_browser(open_page, spoken_reference: Path, screenshots: Path):
    with open_page(390, locale="zh-CN") as watched:
        page = watched.page
        page.get_by_role("tab", name="验证").wait_for()
        page.get_by_text("学习这个声音").wait_for()
        page.locator("#text textarea").fill("今天是 2026 年。")
        page.locator("#count").get_by_text("个字符").wait_for()
        page.locator("#learn-advanced").get_by_role("button").first.click()
        page.locator("#engine-note").get_by_text("可用").first.wait_for()
        page.locator("#engines-drawer").get_by_role("button").first.click()
        page.locator("#engines").get_by_text("声码器").first.wait_for()
        page.screenshot(path=screenshots / "clone-chinese-390.png", full_page=True)
        watched.check()


def test_every_control_has_a_name_and_the_keyboard_reaches_the_text(open_page):
    with open_page() as watched:
        page = watched.page
        unnamed = page.evaluate(
            """() => [...document.querySelectorAll('input, textarea, select, button')]
                .filter(e => e.offsetParent !== null && e.tabIndex >= 0 && e.type !== 'file')
                .filter(e => !(e.labels?.length || e.getAttribute('aria-label') || e.innerText.trim()
                               || e.title || e.getAttribute('aria-labelledby')))
                .map(e => e.outerHTML.slice(0, 120))"""
        )
        assert unnamed == []
        page.locator("#speaker input, #speaker textarea").focus()
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.closest('#text') !== null"):
                break
        else:
            pytest.fail("Tab never reached the text box")
