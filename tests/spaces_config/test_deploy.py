"""`python -m spaces_config.deploy` at a hub over a real socket: what it does, what it says, and what not."""

import json

import pytest

from spaces_config.assemble import space_files
from spaces_config.deploy import main
from spaces_config.hardware import ZERO_GPU
from tests.hub.server.hub import ADA, BOB, LoopbackHub

CANARY = "c4ab" * 16
SPACE = "ada/voices"


@pytest.fixture
def hub(monkeypatch):
    with LoopbackHub() as server:
        server.be_the_hub(monkeypatch)
        monkeypatch.setenv("HF_TOKEN", ADA)
        yield server


def run(capfd, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    said = capfd.readouterr()
    return code, said.out, said.err


def held(hub: LoopbackHub) -> dict[str, bytes]:
    files = hub.state.spaces[SPACE].head.files
    return {name: blob.read_bytes() for name, blob in files.items() if name != ".gitattributes"}


def test_two_words_make_a_space_and_the_same_words_bring_it_up_to_date(hub, capfd):
    code, out, err = run(capfd, SPACE)
    assert code == 0 and err == "" and f"The Space is made: {hub.endpoint}/spaces/{SPACE} (public)." in out
    assert held(hub) == space_files("cpu-basic")
    code, out, _ = run(capfd, SPACE, "--zero-gpu")
    assert code == 0 and "up to date" in out and "2 files were sent, 0 removed" in out
    assert held(hub) == space_files(ZERO_GPU) and hub.state.spaces[SPACE].hardware == ZERO_GPU
    assert run(capfd, SPACE)[0] == 0
    assert held(hub) == space_files(ZERO_GPU), "what fits other hardware would not start there"


def test_in_json_it_is_one_document_with_the_facts(hub, capfd, monkeypatch):
    monkeypatch.setenv("VOICECLONE_SIGNING_KEY", CANARY)
    arguments = ("--private", "--variable", "VOICECLONE_MAX_VOICES=5", "--secret", "VOICECLONE_SIGNING_KEY")
    code, out, err = run(capfd, SPACE, "--json", *arguments)
    said = json.loads(out)
    assert code == 0 and said["private"] and said["created"] and said["revision"] and err == ""
    assert (said["variables"], said["secrets"]) == (["VOICECLONE_MAX_VOICES"], ["VOICECLONE_SIGNING_KEY"])
    assert hub.state.spaces[SPACE].secrets == {"VOICECLONE_SIGNING_KEY": CANARY}
    assert CANARY not in out and ADA not in out


@pytest.mark.parametrize("fault", ["secrets", "commit/main", "spaces/ada/voices"])
def test_whatever_fails_neither_token_nor_secret_is_said(hub, capfd, monkeypatch, fault):
    monkeypatch.setenv("VOICECLONE_MASTER_KEY", CANARY)
    hub.fail("status", file=fault, status=500)
    code, out, err = run(capfd, SPACE, "--secret", "VOICECLONE_MASTER_KEY", "--json")
    assert code == 2 and json.loads(out)["error"]["type"] == "HubRefusedError"
    assert CANARY not in out + err and ADA not in out + err


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("hf_nobodynobodynobody", "HubUnauthorizedError"),
        (BOB, "HubForbiddenError"),
        ("", "HubTokenMissingError"),
    ],
    ids=["unknown", "foreign", "none"],
)
def test_who_may_not_is_told_and_nothing_is_made(hub, capfd, monkeypatch, tmp_path, token, kind):
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))
    monkeypatch.setenv("HF_TOKEN", token)
    code, out, err = run(capfd, SPACE, "--json")
    assert code == 2 and json.loads(out)["error"]["type"] == kind and not hub.state.spaces
    assert not token or token not in out + err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "OWNER/NAME or --out"),
        ((SPACE, "--out", "here"), "OWNER/NAME or --out"),
        ((SPACE, "--hardware", "abacus"), "cpu-basic"),
        ((SPACE, "--zero-gpu", "--hardware", "t4-small"), "not allowed with"),
        ((SPACE, "--variable", "VOICECLONE_MAX_VOICES"), "NAME=VALUE"),
        ((SPACE, "--variable", "VOICECLONE_MAX_VOICES=many"), "VOICECLONE_MAX_VOICES is many"),
        ((SPACE, "--variable", f"VOICECLONE_MASTER_KEY={CANARY}"), "--secret VOICECLONE_MASTER_KEY"),
        ((SPACE, "--variable", f"VOICECLONE_DATABASE_URL={CANARY}"), "--secret VOICECLONE_DATABASE_URL"),
        ((SPACE, "--secret", "VOICECLONE_NOT_SET_HERE"), "export VOICECLONE_NOT_SET_HERE"),
        (("voices/of/ada",), "owner/name"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_a_wrong_word_is_refused_before_anything_is_made(hub, capfd, arguments, said):
    code, out, err = run(capfd, *arguments)
    assert code == 2 and said in err and out == "" and not hub.state.spaces
    assert CANARY not in err


def test_only_a_folder(hub, capfd, tmp_path):
    code, out, _ = run(capfd, "--out", str(tmp_path / "space"), "--hardware", "t4-small")
    written = {
        p.relative_to(tmp_path / "space").as_posix(): p.read_bytes()
        for p in tmp_path.rglob("*")
        if p.is_file()
    }
    assert code == 0 and written == space_files("t4-small") and str(len(written)) in out
    assert not hub.asked
    assert run(capfd, "--out", str(tmp_path / "space"))[0] == 2
