from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from voiceclone.audio.clip import Audio
from voiceclone.hub.weights import WeightStore
from voiceclone.listen.recognize import Recognizer


@pytest.fixture(scope="module")
def recognizer(weights: WeightStore) -> Recognizer:
    return Recognizer(weights.path("whisper-base"), threads=1)


def test_speech_is_understood(recognizer: Recognizer, spoken_audio: Audio) -> None:
    heard = recognizer.transcribe(spoken_audio)
    text = heard.text.lower()
    for word in ("north wind", "sun", "traveller", "cloak", "winner"):
        assert word in text or word.replace("ll", "l") in text, word
    assert heard.language == "en" and heard.language_probability > 0.8


def test_words_come_in_order_with_their_times(recognizer: Recognizer, spoken_audio: Audio) -> None:
    heard = recognizer.transcribe(spoken_audio, "en")
    starts = [word.start_s for word in heard.words]
    assert starts == sorted(starts) and starts[0] >= 0
    assert heard.words[-1].end_s <= spoken_audio.duration_s + 0.1
    assert all(0 <= word.probability <= 1 for word in heard.words)
    assert " ".join(word.text for word in heard.words) == heard.text
    assert heard.language_probability == 1.0


def test_the_same_sound_gives_the_same_text_from_any_thread(
    recognizer: Recognizer, spoken_audio: Audio
) -> None:
    clip = spoken_audio.sliced(0.0, 4.0)
    with ThreadPoolExecutor(3) as pool:
        heard = list(pool.map(recognizer.transcribe, [clip] * 3))
    assert heard[0].text and heard[0] == heard[1] == heard[2]


@pytest.mark.parametrize("sound", ["silence", "noise", "tone", "nothing"])
def test_nothing_is_made_up_where_nobody_speaks(recognizer: Recognizer, sound: str) -> None:
    """Whisper hears "You" in silence and "4-4-4-4-4…" in noise, and is sure of the second."""
    time_s = np.arange(4 * 16_000) / 16_000
    samples = {
        "silence": np.zeros_like(time_s),
        "noise": 0.05 * np.random.default_rng(0).standard_normal(3 * 16_000),
        "tone": 0.3 * np.sin(2 * np.pi * 440 * time_s),
        "nothing": np.zeros(0),
    }[sound]
    heard = recognizer.transcribe(Audio(samples, 16_000))
    assert heard.text == "" and heard.words == ()
