"""What the documents show of the API is run as it stands, and describes every endpoint there is."""

from __future__ import annotations

import functools
import re
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client

from tests.conftest import REPOSITORY
from tests.hub.server.hub import ADA, LoopbackHub
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.finetune.dataset import Dataset, Utterance
from voiceclone.studio import Studio

API, README = REPOSITORY / "docs" / "api.md", REPOSITORY / "README.md"
ADDRESS = "http://127.0.0.1:7860"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
ENDPOINT = re.compile(r"^### (/\w+)\n", re.MULTILINE)


def blocks(document: Path, section: str = "") -> list[str]:
    """Return the Python blocks of a document or one of its sections, each on the lines it has there."""
    text = document.read_text("utf-8")
    start, end = 0, len(text)
    if section:
        start = text.index(f"\n## {section}\n")
        end = text.index("\n## ", start + 1)
    return ["\n" * text.count("\n", 0, b.start(1)) + b[1] for b in BLOCK.finditer(text, start, end)]


def run(document: Path, block: str, namespace: dict[str, Any], **other: str) -> None:
    """Run one block with some of its words replaced; an error names the document's line."""
    for words, instead in other.items():
        assert words in block, f"{document.name} no longer says {words}"
        block = block.replace(words, instead)
    exec(compile(block, document, "exec"), namespace)


@pytest.fixture
def here(tmp_path: Path, spoken_reference: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of somebody who has the recordings that the examples begin with."""
    shutil.copy(spoken_reference, tmp_path / "me.wav")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch):
    with LoopbackHub() as server:
        server.be_the_hub(monkeypatch)
        monkeypatch.setenv("HF_TOKEN", ADA)
        yield server


def cut_up(audio: Audio) -> Dataset:
    """Return 24 s of clips."""
    clips = [audio.sliced(start, start + 3.0) for start in range(8)]
    return Dataset(
        tuple(
            Utterance(f"clips/{number:04}.wav", clip, f"Sentence {number}.", "en-us", "me.wav", 0.0)
            for number, clip in enumerate(clips, start=1)
        )
    )


def test_every_endpoint_is_described_and_shown_in_its_own_section(client: Client):
    served = set(client.view_api(return_format="dict", print_info=False)["named_endpoints"])
    described = ENDPOINT.split(API.read_text("utf-8"))
    sections = dict(zip(described[1::2], described[2::2], strict=True))
    assert set(sections) == served
    for endpoint, section in sections.items():
        assert any(f'api_name="{endpoint}"' in block for block in BLOCK.findall(section)), endpoint


def test_the_examples_of_the_api_run_from_the_top_down(
    address: str, here: Path, hub: LoopbackHub, spoken_audio: Audio, recite, monkeypatch: pytest.MonkeyPatch
):
    # The client gives the server five seconds to take a job back; a machine that trains may need more.
    monkeypatch.setattr("httpx.post", functools.partial(httpx.post, timeout=120))
    (here / "clips.zip").write_bytes(cut_up(spoken_audio).zipped())
    write_audio(spoken_audio.sliced(0, 3.0), here / "message.wav")
    namespace: dict[str, Any] = {}
    for block in blocks(API):
        other = {ADDRESS: address} if ADDRESS in block else {}
        if 'api_name="/clone"' in block:
            other['preset="standard"'] = "steps=1"
        run(API, block, namespace, **other)
        if 'api_name="/challenge"' in block:
            shutil.copy(recite(namespace["asked"]["sentence"]), here / "reading.wav")
    assert namespace["report"]["stage"] == "preparing", "the last is of the training that was cancelled"
    assert namespace["heard_receipt"]["payload"]["evidence"]
    assert namespace["verdict"]["conclusion"] == "made here"
    assert namespace["known"]["state"] == "current"
    assert {engine["name"] for engine in namespace["here"]["engines"]} >= {"kokoro"}


def test_the_readmes_example_of_another_program_runs(address: str, here: Path):
    namespace: dict[str, Any] = {}
    (block,) = blocks(README, "From another program")
    run(README, block, namespace, **{ADDRESS: address, "me, receipt,": "me, receipt, steps=1,"})
    assert Path(namespace["speech"]).exists() and namespace["record"]["scores"]


def test_the_readmes_example_in_python_runs(studio: Studio, here: Path):
    namespace: dict[str, Any] = {"shared": studio}
    (block,) = blocks(README, "From Python")
    run(
        README,
        block,
        namespace,
        **{"Studio()": "shared", "reference, receipt)": "reference, receipt, steps=1)"},
    )
    assert (here / "morning.wav").stat().st_size > 10_000
