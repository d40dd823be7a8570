"""Learning and speaking where a device is lent to another process: the same voice, the same samples."""

import os
import pickle
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from tests.forked import Lender, WorkerError
from voiceclone.cloning import CloneEvent
from voiceclone.consent.receipt import Authority
from voiceclone.engines.base import Preset, SpeakOptions
from voiceclone.errors import CancelledError, OptionError
from voiceclone.lent import LOAD_S, LentDevice, lease_s
from voiceclone.orders import Learning, Speaking
from voiceclone.studio import Studio
from voiceclone.text.reading import Reading

TEXT = "The north wind was strong.\n\nAnd the sun was warm."


@pytest.fixture
def lender() -> Lender:
    return Lender()


@pytest.fixture
def lending(studio, lender) -> Studio:
    """A studio as on ZeroGPU: it has no models of its own, and no device but the one that is lent."""
    settings = replace(studio.settings, zero_gpu=True)
    return Studio(settings, heavy=LentDevice(Studio(settings, device="cpu"), lender))


def built(studio: Studio) -> set[str]:
    return {name for name in vars(studio.services) if name.startswith("_built_")}


@pytest.fixture
def agreed(studio, spoken_reference):
    reference = studio.inspect([spoken_reference])
    authority = Authority("own-voice")
    return reference, studio.attest(reference, name="Nobody", speaker="Nobody", authority=authority)


def test_what_is_spoken_there_is_what_is_spoken_here(studio, lending, lender, stock_voice):
    here = [spoken.audio.samples for spoken in studio.speak(stock_voice, TEXT, seed=7)]
    there = [spoken.audio.samples for spoken in lending.speak(stock_voice, TEXT, seed=7)]
    assert len(there) == len(here) == 2 and all(map(np.array_equal, here, there))
    assert lender.leased == 1 and "_built_speaker" not in built(lending), "nothing was loaded in this process"


class Learner:
    """A studio that learns for as long as nobody stops it, for so many steps at most."""

    MOST = 2000

    def __init__(self, studio: Studio) -> None:
        self.settings, self.registry = studio.settings, studio.registry

    def work(self, order, cancelled):
        step = 0
        while not cancelled() and step < self.MOST:
            step += 1
            yield step
            time.sleep(0.01)


def test_a_stop_reaches_the_other_process(studio, lender, stock_voice):
    """Cancelling is asked here and answered there: an event of threads does not reach the other process."""
    stop = threading.Event()
    device = LentDevice(Learner(studio), lender)
    said = []
    for step in device(Speaking(stock_voice, Reading.of(()), SpeakOptions()), stop.is_set):
        said.append(step)
        if step == 3:
            stop.set()
    assert 3 <= len(said) < Learner.MOST, "the work ends by itself, with the best so far"


def test_what_learning_takes_and_gives_can_be_sent(agreed, stock_voice, spoken_audio):
    reference, receipt = agreed
    order = Learning(reference, receipt, "Good morning.", "en-us", Preset(8, 8), 1, "kokoro")
    event = CloneEvent(8, 8, "done", 1.0, losses={"loss": 0.5}, preview=spoken_audio, voice=stock_voice)
    there, back = pickle.loads(pickle.dumps(order)), pickle.loads(pickle.dumps(event))
    assert (there.receipt, there.preset, there.reference.sha256) == (receipt, Preset(8, 8), reference.sha256)
    assert back.voice.receipt == stock_voice.receipt and back.losses == event.losses
    assert np.array_equal(back.preview.samples, spoken_audio.samples)
    assert all(np.array_equal(back.voice.tensors[name], t) for name, t in stock_voice.tensors.items())


def test_consent_is_checked_before_a_device_is_asked_for(lending, lender, agreed, stock_voice):
    reference, receipt = agreed
    with pytest.raises(OptionError, match="steps"):
        lending.clone(reference, receipt, steps=0)
    lending.clone(reference, receipt)  # a generator that nobody begins
    assert lender.leased == 0


class Failing:
    """A studio whose work fails, after the first report."""

    def __init__(self, studio: Studio, error: Exception) -> None:
        self.settings, self.registry, self._error = studio.settings, studio.registry, error

    def work(self, order, cancelled):
        yield os.getpid()
        raise self._error


@pytest.mark.parametrize(
    ("error", "raised"),
    [(CancelledError(3), CancelledError), (KeyError("x"), WorkerError)],
    ids=["ours", "not"],
)
def test_an_error_of_ours_comes_back_whole(studio, lender, stock_voice, error, raised):
    """The lender tells nothing of an error but its type's name; ours are words for a person to read."""
    device = LentDevice(Failing(studio, error), lender)
    said = device(Speaking(stock_voice, Reading.of(()), SpeakOptions()), lambda: False)
    assert next(said) != os.getpid()
    with pytest.raises(raised, match="step 3" if raised is CancelledError else "KeyError"):
        next(said)


def test_who_hangs_up_gives_the_device_back(studio, lender, stock_voice):
    said = LentDevice(Failing(studio, CancelledError(1)), lender)(
        Speaking(stock_voice, Reading.of(()), SpeakOptions()), lambda: False
    )
    process = next(said)
    said.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_more_work_asks_for_a_longer_lease(studio, agreed, stock_voice):
    reference, receipt = agreed
    presets = [Preset(n, n) for n in (1, 80, 500)]
    learn = [lease_s(Learning(reference, receipt, None, None, p, 0, "kokoro"), "") for p in presets]
    assert learn == sorted(set(learn)) and learn[0] >= LOAD_S
    phrases = studio.preview_text(TEXT, "en-us")
    orders = [Speaking(stock_voice, Reading.of(phrases * n), SpeakOptions()) for n in (1, 20, 400)]
    speak = [lease_s(order, "") for order in orders]
    assert speak == sorted(set(speak)) and speak[0] >= LOAD_S
