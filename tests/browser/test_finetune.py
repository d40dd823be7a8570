"""A visitor's way to a fine-tuned voice, and over the Hub, in a real browser; the run itself is too long."""

import functools
from dataclasses import replace
from pathlib import Path

import pytest

from tests.hub.server.hub import ADA, LoopbackHub
from voiceclone.consent.receipt import Authority, issue
from voiceclone.finetune.sentences import sentences
from voiceclone.sharing import Sharing
from voiceclone.studio import Studio
from voiceclone.ui import sharing
from voiceclone.voices.voice import Voice

CLIPS = 7


@pytest.fixture
def hub(monkeypatch):
    with LoopbackHub() as server:
        monkeypatch.setattr(sharing, "Sharing", functools.partial(Sharing, endpoint=server.endpoint))
        yield server


@pytest.fixture
def shared_file(studio: Studio, stock_voice: Voice, tmp_path: Path) -> Path:
    """A voice file with a consent of its own, which allows sharing and can be withdrawn."""
    receipt = issue(
        studio.services.keys.signing_key(), voice_name="Heron", speaker="Nobody", clips=["00" * 32],
        scope="share", authority=Authority("contract", "no. 7", "Somebody"),
    )  # fmt: skip
    voice = replace(stock_voice, name="Heron", receipt=receipt)
    return studio.save_voice(voice, tmp_path / "heron.safetensors")


def field(page, elem_id: str):
    return page.locator(f"#{elem_id} input, #{elem_id} textarea").first


def open_drawer(page, elem_id: str) -> None:
    page.locator(f"#{elem_id}").get_by_role("button").first.click()


def open_tab(page) -> None:
    page.get_by_role("tab", name="Fine-tune").click()
    page.locator("#material-files").wait_for()


def test_clips_are_gathered_reviewed_consented_to_and_found_again(open_page, recite, screenshots: Path):
    clips = [recite(sentence) for sentence in sentences("en-us")[:CLIPS]]
    with open_page(color_scheme="light") as watched:
        page = watched.page

        def look(name: str) -> None:
            """See what the page is now on a desk and on a phone at night."""
            for width, scheme in ((390, "dark"), (1280, "light")):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=screenshots / f"finetune-{name}-{width}-{scheme}.png", full_page=True)
                watched.check()

        open_tab(page)
        look("empty")
        page.locator("#material-files input[type=file]").set_input_files(clips)
        page.locator("#material-status progress").wait_for()
        page.locator("#clips tbody tr").nth(CLIPS - 1).wait_for()

        page.locator("#clips tbody tr").nth(2).click()
        page.locator("#clip-about").get_by_text("Clip 3").wait_for()
        page.keyboard.press("ArrowUp")  # a row is a choice like any other
        page.locator("#clip-about").get_by_text("Clip 2").wait_for()
        field(page, "clip-text").fill("Not <b>what</b> {{was}} heard.")
        page.locator("#clip-save").click()
        page.locator("#clips tbody tr").nth(1).get_by_text("Not <b>what</b> {{was}} heard.").wait_for()
        page.locator("#clips tbody tr").nth(0).click()
        page.locator("#clip-about").get_by_text("Clip 1").wait_for()
        page.locator("#clip-drop").click()
        page.locator("#clips tbody tr").nth(0).get_by_text("left out").wait_for()

        page.locator("#tune-check").click()
        page.locator("#tune-found").get_by_text("There is no consent to these clips yet").wait_for()
        assert page.locator("#tune-start").is_disabled()
        field(page, "tune-speaker").fill("Nobody")
        page.locator("#tune-consent-kind").get_by_label("It is my own voice").check()
        page.locator("#tune-check").click()
        page.locator("#tune-start:not([disabled])").wait_for()
        page.locator("#tune-found").get_by_text("Ready to start").wait_for()
        look("ready")
        page.locator("#clip-restore").click()
        page.locator("#tune-start[disabled]").wait_for()
        page.locator("#tune-found").wait_for(state="hidden")

        watched.reload()
        open_tab(page)
        page.locator("#clips tbody tr").nth(1).get_by_text("Not <b>what</b> {{was}} heard.").wait_for()
        page.locator("#review-forget").click()
        page.locator("#review-confirm").click()
        page.locator("#review").wait_for(state="hidden")
        watched.check()


def test_a_sentence_is_shown_large_and_the_take_of_it_becomes_a_clip(open_page, recite, screenshots: Path):
    first, second = sentences("en-us")[:2]
    with open_page(390) as watched:
        page = watched.page
        open_tab(page)
        page.get_by_role("tab", name="Read sentences").click()
        page.locator("#guided-sentence").get_by_text(first).wait_for()
        page.screenshot(path=screenshots / "finetune-guided-390.png", full_page=True)
        page.locator("#guided-take button[aria-label*='pload']").first.click()
        page.locator("#guided-take input[type=file]").set_input_files(recite(first))
        page.locator("#guided-take audio, #guided-take .waveform-container").first.wait_for(state="attached")
        page.locator("#guided-next").click()
        page.locator("#guided-sentence").get_by_text(second).wait_for()
        page.locator("#guided-sentence").get_by_text("1 read so far").wait_for()
        page.locator("#clips tbody tr").get_by_text(first).wait_for()
        watched.check()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_voice_is_shared_found_used_and_withdrawn(
    open_page, hub, shared_file: Path, screenshots: Path, width: int, scheme: str
):
    with open_page(width, color_scheme=scheme) as watched:
        page = watched.page
        page.get_by_role("tab", name="Voices").click()
        page.locator("#saved-import input[type=file]").set_input_files(shared_file)
        page.locator("#saved-card").get_by_text("Ready to speak").wait_for()
        open_drawer(page, "saved-share")
        page.locator("#saved-share-allowed").get_by_text("sharing, not selling").wait_for()
        field(page, "saved-share-token").fill(ADA)
        page.locator("#saved-share-who").click()
        page.locator("#saved-share-status").get_by_text("You are ada").wait_for()
        page.locator("#saved-share-visibility").get_by_label("Public").check()
        page.locator("#saved-share-push").click()
        page.locator("#saved-share-status").get_by_text("It is on the Hub").wait_for()
        assert page.locator("#saved-share-status a").get_attribute("href") == f"{hub.endpoint}/ada/heron"
        assert field(page, "saved-share-token").input_value() == ""
        page.screenshot(path=screenshots / f"share-{width}-{scheme}.png", full_page=True)

        page.get_by_role("tab", name="Clone").click()
        page.get_by_role("tab", name="Open a voice file").click()
        field(page, "pull-ref").fill("ada/egret")
        page.locator("#pull-look").click()
        page.get_by_text("There is no 'ada/egret' on the Hub").first.wait_for()
        open_drawer(page, "browse")
        page.locator("#browse-search").click()
        page.locator("#browse-found").get_by_label("ada/heron").check()
        page.locator("#pull-card").get_by_text("Ready to speak").wait_for()
        assert field(page, "pull-ref").input_value() == "ada/heron"
        page.locator("#pull-card summary").click()
        page.locator("#pull-card h3").first.wait_for()
        page.screenshot(path=screenshots / f"pull-{width}-{scheme}.png", full_page=True)
        page.locator("#pull-use").click()
        page.locator("#voice-card").get_by_text("Heron").first.wait_for()

        page.get_by_role("tab", name="Voices").click()
        open_drawer(page, "withdraw")
        field(page, "withdraw-token").fill(ADA)
        field(page, "withdraw-repo").fill("ada/heron")
        page.locator("#withdraw").get_by_label("It is deleted").check()
        page.locator("#withdraw-ask").click()
        page.locator("#withdraw-question").get_by_text("ada/heron for good").wait_for()
        page.locator("#withdraw-confirm").click()
        page.locator("#withdraw-status").get_by_text("ada/heron is withdrawn").wait_for()
        assert "ada/heron" not in hub.state.repos
        watched.check()
