"""Fixtures that all rooms share: real weights from installed packages, real speech where it is at hand."""

from __future__ import annotations

import os

os.environ.setdefault("HF_HUB_DISABLE_XET", "1")  # read at import; the loopback hub speaks plain LFS
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ["HF_ENDPOINT"] = "http://127.0.0.1:9"  # the discard port: no test reaches the real Hub

SIDE_BY_SIDE = "PYTEST_XDIST_WORKER" in os.environ
if SIDE_BY_SIDE:  # several processes run tests: one thread each, or they push each other off the cores
    os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import hypothesis
import numpy as np
import pytest

from tests.engines.others import with_others
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.consent.receipt import Authority, issue
from voiceclone.engines.base import SpeakOptions
from voiceclone.finetune.dataset import Dataset, Utterance, quantised
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.voices.voice import Learned, Voice

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("untimed")

if TYPE_CHECKING:  # to import it takes torch, which not every test needs
    from voiceclone.engines.kokoro.engine import KokoroEngine

pytest_plugins = ("tests.databases",)

REPOSITORY = Path(__file__).resolve().parent.parent
REFERENCE_TEXT = (
    "The north wind and the sun were arguing one day about which of them was the stronger, "
    "when a traveller came along wrapped in a warm cloak. They agreed that the one who first "
    "made him take his cloak off should be called the winner."
)

LONGEST = (
    "tests/browser/",
    "tests/test_cli",
    "tests/test_studio",
    "tests/test_workshop",
    "tests/finetune/test_run",
    "tests/ui/test_learning",
)
SENTENCES = (
    "The harbour lights went out one by one.",
    "The old man walked slowly down the garden path.",
    "Nobody knew who had written the letter.",
    "A yellow bird was singing in the garden.",
    "We walked along the river until it was dark.",
    "His brother works in a bakery near the church.",
    "The old clock has stopped at half past nine.",
    "Please leave your wet umbrella by the door.",
    "They bought a basket of ripe pears at the market on Saturday.",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the rooms that take longest: side by side, none of them is left for the end."""
    items.sort(key=lambda item: not any(room in item.nodeid for room in LONGEST))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI everything is at hand, so a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line("tests were skipped, and in CI nothing may be skipped", red=True)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for work with no hub in reach, with keys and a voice library of this run's own."""
    threads = 1 if SIDE_BY_SIDE else 0
    return Settings(
        weights="embedded",
        data_dir=tmp_path_factory.mktemp("data"),
        threads=threads,
        hub_timeout_s=30.0,  # the loopback hub shares the machine with whatever else is tested
    )


@pytest.fixture(scope="session")
def weights(settings: Settings) -> WeightStore:
    """The real weights, from installed packages."""
    return WeightStore(settings)


@pytest.fixture(scope="session")
def studio(settings: Settings, weights: WeightStore) -> Studio:
    """One studio for the whole run: its models are loaded once."""
    return Studio(settings, weights)


@pytest.fixture(scope="session")
def kokoro(studio: Studio) -> Iterator[KokoroEngine]:
    """The engine itself, for what no other engine has: its style packs and its network."""
    with studio.services.engine("kokoro").copy() as engine:
        yield cast("KokoroEngine", engine)


@pytest.fixture(scope="session")
def several(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio with more engines to choose from, one of which cannot be used: see `tests.engines.others`."""
    return with_others(studio, tmp_path_factory.mktemp("hub"))


@pytest.fixture
def recite(studio: Studio, stock_voice: Voice, tmp_path: Path) -> Callable[..., Path]:
    """Let a voice read a sentence of consent, without a watermark: as a person would, who is no program."""

    def read_aloud(sentence: str, language: str = "en-us", voice: Voice = stock_voice) -> Path:
        engine = studio.services.engine("kokoro")
        phrases = studio.preview_text(sentence, language)
        audio = Audio.joined(list(engine.speak(voice.tensors, phrases, SpeakOptions())))
        return write_audio(audio, tmp_path / f"recited-{len(list(tmp_path.iterdir()))}.wav")

    return read_aloud


@pytest.fixture(scope="session")
def speech_dir() -> Path:
    """The folder with real speech (LibriSpeech excerpts); skips where it is absent."""
    folder = Path(os.environ.get("VOICECLONE_SPEECH", REPOSITORY.parent / "shared" / "speech"))
    if not (folder / "librispeech-test-other").is_dir():
        pytest.skip(f"no real speech at {folder}; set VOICECLONE_SPEECH to a folder that has it")
    return folder


@pytest.fixture(scope="session")
def stock_voice(studio: Studio, kokoro: KokoroEngine) -> Voice:
    """A voice that belongs to nobody: one of the engine's own, with nothing learned."""
    nobody = np.full(192, 192**-0.5, np.float32)
    return Voice(
        name="Nobody",
        engine="kokoro",
        engine_revision="stock",
        language="en-us",
        receipt=issue(
            studio.services.keys.signing_key(),
            voice_name="Nobody",
            speaker="Nobody",
            clips=["00" * 32],
            authority=Authority("own-voice"),
        ),
        learned=Learned(0, 0, 0.0, 0.0, (), "", 0.0, 0.0),
        tensors=kokoro.stock_voice("jf_gongitsune"),
        embedding=nobody,
        judge_embedding=np.full(256, 256**-0.5, np.float32),
        judge_self_similarity=None,
    )


@pytest.fixture(scope="session")
def spoken_audio(studio: Studio, stock_voice: Voice) -> Audio:
    """About 12 s of clear speech in a voice that belongs to nobody, without a watermark."""
    phrases = studio.preview_text(REFERENCE_TEXT, "en-us")
    engine = studio.services.engine("kokoro")
    return Audio.joined(list(engine.speak(stock_voice.tensors, phrases, SpeakOptions())))


@pytest.fixture(scope="session")
def spoken_reference(spoken_audio: Audio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a WAV file: a reference that anyone may learn from."""
    return write_audio(spoken_audio, tmp_path_factory.mktemp("reference") / "nobody.wav")


@pytest.fixture(scope="session")
def voice_file(
    studio: Studio, stock_voice: Voice, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A voice file that speaks at once, without learning."""
    yield studio.save_voice(stock_voice, tmp_path_factory.mktemp("voice") / "nobody.safetensors")


@pytest.fixture(scope="session")
def dataset(studio: Studio, stock_voice: Voice) -> Dataset:
    """Nine utterances, about 22 s, that belong to nobody: spoken by a stock voice, and transcribed."""
    engine = studio.services.engine("kokoro")

    def spoken(text: str) -> Audio:
        pieces = engine.speak(stock_voice.tensors, studio.preview_text(text, "en-us"), SpeakOptions())
        return quantised(Audio.joined(list(pieces)))

    return Dataset(
        tuple(
            Utterance(f"clips/{number:04}.wav", spoken(text), text, "en-us", "nobody.wav", 0.0)
            for number, text in enumerate(SENTENCES, start=1)
        )
    )
