"""Whether an engine can be used here is said without loading it."""

from dataclasses import replace

from voiceclone.engines.availability import FETCH, READY, UNAVAILABLE, availability
from voiceclone.engines.kokoro.spec import KOKORO
from voiceclone.hub.table import File, Weight
from voiceclone.hub.weights import WeightStore
from voiceclone.settings import Settings

ON_HUB = Weight(
    "far", "Far away", "MIT", "somebody/far", "0" * 40, (File("model.safetensors", "", 300_000_000),), ()
)
FAR = replace(KOKORO, name="far", weights=("far",))


def status(mode, tmp_path):
    settings = Settings(weights=mode, cache_dir=tmp_path)
    return WeightStore(settings, hub_cache=tmp_path / "hub", table=(ON_HUB,)).status()


def test_an_engine_whose_weights_are_installed_is_ready(weights):
    assert availability(KOKORO, weights.status()).state == READY


def test_an_engine_whose_weights_are_on_the_hub_says_how_much_is_fetched(tmp_path):
    found = availability(FAR, status("auto", tmp_path))
    assert (found.state, found.fetch_mb) == (FETCH, 300)


def test_an_engine_whose_weights_may_not_be_fetched_says_what_would_let_them(tmp_path):
    found = availability(FAR, status("embedded", tmp_path))
    assert found.state == UNAVAILABLE
    assert "VOICECLONE_WEIGHTS=auto" in found.remedy and "'far'" in found.reason


def test_an_engine_whose_library_is_missing_names_the_command_that_installs_it(tmp_path):
    found = availability(replace(FAR, modules=("no_such_library",)), status("auto", tmp_path))
    assert found.state == UNAVAILABLE
    assert "no_such_library" in found.reason and "pip install" in found.remedy
