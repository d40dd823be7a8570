"""What a Space is made of: the app, a card that the Hub accepts, and requirements that agree with ours."""

import importlib.metadata
import re
import subprocess

import pytest
import yaml

from spaces_config.assemble import ROOT, pinned, space_files, write_folder
from spaces_config.hardware import CPU, GPU, ZERO, ZERO_GPU, kind_of
from tests.hub.server.cards import errors_of
from voiceclone.errors import OutputError
from voiceclone.hub.space import hardware_names
from voiceclone.hub.table import WEIGHTS

HARDWARE = ("cpu-basic", "t4-small", ZERO_GPU)


@pytest.fixture(scope="module", params=HARDWARE)
def files(request) -> dict[str, bytes]:
    return space_files(request.param)


def header(files: dict[str, bytes]) -> dict:
    return yaml.safe_load(files["README.md"].decode().split("---\n")[1])


def lines(files: dict[str, bytes]) -> set[str]:
    text = files["requirements.txt"].decode()
    return {line.split("#")[0].strip() for line in text.splitlines() if line.split("#")[0].strip()}


def test_the_hub_accepts_its_card(files):
    assert errors_of(files["README.md"].decode(), "space") == []
    assert header(files)["app_file"] in files


def test_the_gradio_that_the_hub_installs_is_the_one_that_is_pinned(files):
    assert header(files)["sdk_version"] == pinned("gradio") == importlib.metadata.version("gradio")
    assert f"gradio=={pinned('gradio')}" in lines(files)


def test_visitors_are_asked_for_no_more_than_sharing_needs(files):
    assert header(files)["hf_oauth"] is True and header(files)["hf_oauth_scopes"] == ["contribute-repos"]


def test_its_python_is_one_that_the_package_takes(files):
    wanted = re.search(r'requires-python = ">=3.(\d+),<3.(\d+)"', (ROOT / "pyproject.toml").read_text())
    least, below = map(int, wanted.groups())
    assert least <= int(header(files)["python_version"].split(".")[1]) < below


def test_the_weights_that_are_fetched_beforehand_are_those_of_the_table(files):
    fetched = dict(entry.split(" ", 1) for entry in header(files)["preload_from_hub"])
    shared = [weight for weight in WEIGHTS if weight.repo is not None]
    for weight in shared:
        if weight.package:
            names, revision = fetched[weight.repo].split(" ")
            assert revision == weight.revision
            assert names.split(",") == [file.hub_path or file.name for file in weight.hub]
    assert set(fetched) == {weight.repo for weight in shared if weight.package}
    assert header(files)["models"] == [weight.repo for weight in shared]


def test_nothing_is_in_it_that_is_not_in_the_repository_or_made_for_it(files):
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    made = {"README.md", "packages.txt", "requirements.txt"}
    assert set(files) - made == {
        name
        for name in tracked
        if name in ("app.py", "LICENSE") or name.startswith(("voiceclone/", "model_cards/"))
    }
    assert not [name for name in files if "test" in name or "cache" in name or name.endswith(".pyc")]


def test_only_where_a_gpu_is_lent_other_packages_are_installed():
    ours = (ROOT / "requirements.txt").read_bytes()
    assert space_files("cpu-basic")["requirements.txt"] == space_files("t4-small")["requirements.txt"] == ours
    plain, lent = lines(space_files("cpu-basic")), lines(space_files(ZERO_GPU))
    assert {line.partition("==")[0] for line in plain ^ lent} == {"torch", "spaces"}
    torch = next(line for line in lent if line.startswith("torch=="))
    assert tuple(map(int, torch.partition("==")[2].split("."))) <= (2, 11, 0)
    assert len([line for line in lent if line.startswith("torch==")]) == 1


def test_every_hardware_of_the_hub_is_of_a_kind():
    kinds = {name: kind_of(name) for name in hardware_names()}
    assert kinds["cpu-basic"] is kinds["cpu-upgrade"] is CPU and kinds["t4-small"] is kinds["a100x8"] is GPU
    assert [name for name, kind in kinds.items() if kind is ZERO] == [ZERO_GPU]


def test_packages_of_the_system_are_plain_names(files):
    """The Hub gives every word of the file to apt-get: a comment would be a package."""
    assert all(
        re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", line) for line in files["packages.txt"].decode().splitlines()
    )


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="not empty"):
        write_folder({"app.py": b""}, tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_folder({"app.py": b""}, tmp_path / "file" / "below")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "mine.txt"]
