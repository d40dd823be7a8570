"""Fetching from a hub on a real socket, with the real client, well and ill."""

from dataclasses import replace

import pytest

from tests.hub.server.hub import ADA, BOB
from voiceclone.hub import fetch
from voiceclone.hub.fetch import (
    HubUnavailableError,
    RepoRefusedError,
    cached_files,
    discard,
    fetch_files,
)
from voiceclone.hub.table import weight

ECAPA = weight("ecapa")
MODEL = "embedding_model.ckpt"
PATIENT_S = 30.0
"""Far longer than an answer on loopback takes, however busy the machine."""


def test_all_files_arrive_from_the_pinned_revision(hub, hub_cache):
    assert cached_files(ECAPA, hub_cache) is None
    fetched = fetch_files(ECAPA, timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache)
    assert fetched.keys() == hub.files.keys()
    for name, path in fetched.items():
        assert path.read_bytes() == hub.files[name].read_bytes()
    assert all(f"/resolve/{ECAPA.revision}/" in asked.path for asked in hub.asked)

    before = len(hub.asked)
    assert cached_files(ECAPA, hub_cache) == fetched
    assert fetch_files(ECAPA, timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache) == fetched
    assert hub.count("GET") == len(fetched)
    assert len(hub.asked) <= before + 1, "what is cached is not asked for again, but for one sign of life"

    discard(fetched[MODEL])
    assert cached_files(ECAPA, hub_cache) is None, "a row with a file missing is not cached"
    fetch_files(ECAPA, timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache)
    assert hub.count("GET") == len(fetched) + 1


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_a_refusing_answer_ends_the_attempt_at_once(hub, hub_cache, status):
    hub.fail("status", status=status)
    with pytest.raises(HubUnavailableError, match="could not be used") as caught:
        fetch_files(ECAPA, timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache)
    assert [asked.method for asked in hub.asked] == ["HEAD"]
    about_the_repository = isinstance(caught.value, RepoRefusedError)
    assert about_the_repository == (status in (401, 403, 404))


@pytest.mark.parametrize(("token", "status"), [(None, 401), (BOB, 403)])
def test_a_gate_is_told_from_other_refusals(hub, hub_cache, monkeypatch, token, status):
    """Without a token the Hub says 401 of it, and 403 to whom its owner has not accepted."""
    repo = hub.repo(ECAPA.repo)
    repo.gated = "auto"
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(RepoRefusedError, match=str(status)) as caught:
        fetch_files(ECAPA, timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache)
    assert caught.value.gated and [asked.token for asked in hub.asked] == [token]


def test_whom_the_owner_accepts_is_let_through_the_gate(hub, hub_cache, monkeypatch):
    repo = hub.repo(ECAPA.repo)
    repo.gated, repo.accepted = "auto", {"bob"}
    monkeypatch.setenv("HF_TOKEN", BOB)
    small = replace(ECAPA, hub=ECAPA.hub[:1])
    fetched = fetch_files(small, timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache)
    assert fetched.keys() == {"hyperparams.yaml"}


@pytest.mark.parametrize(("status", "gated"), [(401, True), (403, True), (404, False)])
def test_a_refusal_without_a_reason_is_a_gate_where_one_is_expected(hub, hub_cache, status, gated):
    """A mirror of the Hub may say no more than 401 or 403."""
    hub.fail("status", status=status)
    with pytest.raises(RepoRefusedError) as caught:
        fetch_files(
            replace(ECAPA, gated=True), timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache
        )
    assert caught.value.gated == gated


@pytest.mark.parametrize("token", [None, ADA])
@pytest.mark.parametrize("lost", [{"repo": "speechbrain/elsewhere"}, {"revision": "f" * 40}])
def test_a_repository_that_is_not_there_is_no_gate(hub, hub_cache, monkeypatch, token, lost):
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    row = replace(ECAPA, gated=True, **lost)
    with pytest.raises(RepoRefusedError) as caught:
        fetch_files(row, timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache)
    assert not caught.value.gated


def test_a_closed_port_ends_the_attempt_at_once(refusing_endpoint, hub_cache):
    with pytest.raises(HubUnavailableError, match="could not be used"):
        fetch_files(ECAPA, timeout_s=PATIENT_S, endpoint=refusing_endpoint, cache_dir=hub_cache)


def test_a_hub_that_says_nothing_is_left(hub, hub_cache):
    hub.fail("slow")
    with pytest.raises(HubUnavailableError, match=r"did not answer|could not be used"):
        fetch_files(ECAPA, timeout_s=0.5, endpoint=hub.endpoint, cache_dir=hub_cache)
    assert len(hub.asked) <= 1


def test_a_missing_file_ends_the_attempt(hub, hub_cache):
    del hub.files[MODEL]
    with pytest.raises(RepoRefusedError, match="404"):
        fetch_files(ECAPA, timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache)


def test_a_cut_connection_is_resumed_where_it_broke(hub, hub_cache):
    hub.fail("cut", file=MODEL, times=1)
    fetched = fetch_files(ECAPA, timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache)
    assert fetched[MODEL].read_bytes() == hub.files[MODEL].read_bytes()
    resumed = [asked.range for asked in hub.asked if asked.range]
    assert len(resumed) == 1 and int(resumed[0].removeprefix("bytes=").rstrip("-")) > 0


def test_a_connection_that_is_always_cut_is_given_up(hub, hub_cache):
    hub.fail("cut")
    with pytest.raises(HubUnavailableError):
        fetch_files(ECAPA, timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache)
    assert 1 <= hub.count("GET") <= 6
    assert cached_files(ECAPA, hub_cache) is None


def test_a_download_that_stalls_is_given_up(hub, hub_cache, monkeypatch):
    monkeypatch.setattr(fetch, "STALL_FACTOR", 1 / PATIENT_S)
    hub.fail("stall", file=MODEL)
    with pytest.raises(HubUnavailableError, match="less than 10 MB in 1 s"):
        fetch_files(ECAPA, timeout_s=PATIENT_S, endpoint=hub.endpoint, cache_dir=hub_cache)
    assert cached_files(ECAPA, hub_cache) is None
