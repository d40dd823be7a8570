"""The Dockerfile, read as the builder reads it: docker itself is not needed for that."""

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

import pytest

from spaces_config.assemble import COPIED
from voiceclone.settings import Settings

ROOT = Path(__file__).parents[1]


def instructions() -> list[tuple[str, str]]:
    """Return the instructions: name and the rest, continued lines joined, comments left out."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def given(name: str) -> list[str]:
    return [rest for found, rest in instructions() if found == name]


COPIES = [part for rest in given("COPY") for part in shlex.split(rest)[1:-1]]


def test_every_source_is_there_and_together_they_are_the_app():
    assert all((ROOT / source).exists() for source in COPIES)
    assert set(COPIES) == {"requirements.txt", *COPIED}


def test_it_installs_what_everybody_installs_before_the_app_is_copied():
    order = [rest for name, rest in instructions() if name in ("COPY", "RUN")]
    install = next(i for i, rest in enumerate(order) if "pip install" in rest)
    assert order[install].endswith("-r requirements.txt") and "requirements.txt" in order[install - 1]
    assert "app.py" in order[install + 1], "a changed line of the app does not install everything again"


@pytest.mark.parametrize("source", COPIES)
def test_what_is_copied_is_not_ignored(source):
    ignored = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line and not line.startswith("#") and fnmatch(source, line.removeprefix("!")):
            ignored = not line.startswith("!")
    assert not ignored


def test_nobody_runs_it_as_root():
    names = [name for name, _ in instructions()]
    assert given("USER")[-1] == "voiceclone" and names.index("USER") < names.index("WORKDIR")
    assert "--uid 1000 voiceclone" in given("RUN")[1]


def test_what_it_keeps_is_on_the_volume_and_it_listens_where_it_says():
    env = dict(pair.split("=", 1) for pair in shlex.split(given("ENV")[0]))
    settings = Settings.from_env(env)
    (volume,), (port,) = given("VOLUME"), given("EXPOSE")
    assert all(
        Path(volume) in path.parents for path in (settings.data_dir, settings.cache_dir, Path(env["HF_HOME"]))
    )
    assert str(settings.port) == port and settings.host == "0.0.0.0"
    assert f"127.0.0.1:{port}/" in given("HEALTHCHECK")[0]


def test_it_starts_a_python_that_the_package_takes():
    minor = int(re.fullmatch(r"python:3\.(\d+)-slim", given("FROM")[0])[1])
    least, below = re.search(r'">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text()).groups()
    assert int(least) <= minor < int(below)
    assert given("CMD")[-1] == '["python", "app.py"]'
