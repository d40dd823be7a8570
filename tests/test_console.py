"""What the command line says, and where: on real descriptors and a real terminal."""

import json
import math
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from voiceclone.console import EXITS, Console, own_console
from voiceclone.errors import (
    AudioNotFoundError,
    CancelledError,
    OptionError,
    VoiceCloneError,
    WatermarkUnavailableError,
    WeightsUnavailableError,
)


def chatter() -> None:
    """Print as libraries do: from Python, through the descriptor, and from another program."""
    print("python chatter")
    os.write(1, b"native chatter\n")
    os.write(2, b"native complaint\n")
    subprocess.run(["echo", "foreign chatter"], check=True)


def run_apart(code: str) -> subprocess.CompletedProcess:
    """Run code in a process of its own: a test runner has put its own streams in place of the real ones."""
    imports = "from test_console import chatter; from voiceclone.console import own_console\n"
    paths = os.pathsep.join(map(str, Path(__file__).parents[:2]))
    return subprocess.run(
        [sys.executable, "-c", imports + code],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("quiet", [True, False])
def test_chatter_never_reaches_stdout(as_json, quiet):
    done = run_apart(
        f"with own_console({as_json}, {quiet}) as console:\n"
        "    chatter(); console.result({'ours': 1}, 'ours'); chatter()\n"
        "print('after')"
    )
    ours = json.dumps({"ours": 1}, indent=2) if as_json else "ours"
    assert (done.returncode, done.stdout) == (0, f"{ours}\nafter\n")
    assert done.stderr.count("chatter") == (0 if quiet else 6)


def test_chatter_that_was_kept_aside_comes_before_a_traceback():
    done = run_apart("with own_console(True) as console:\n    chatter(); 1 / 0")
    assert (done.returncode, done.stdout) == (1, "")
    assert "native complaint" in done.stderr and done.stderr.rstrip().endswith("division by zero")


@pytest.mark.parametrize(
    "error, code",
    [
        (KeyboardInterrupt(), 130),
        (CancelledError(3), 130),
        (WeightsUnavailableError("kokoro", "hub", "no answer", "Wait."), 3),
        (WatermarkUnavailableError("not installed"), 3),
        (AudioNotFoundError("a.wav"), 2),
        (VoiceCloneError(), 2),
    ],
)
def test_an_error_s_type_gives_the_exit_code(capfd, error, code):
    with own_console(as_json=False) as console:
        assert console.refuse(error) == code
    said = capfd.readouterr()
    assert said.out == "" and said.err.strip()
    assert any(isinstance(error, kind) for kind, _ in EXITS)


def test_json_holds_what_json_cannot(capfd):
    with own_console(as_json=True) as console:
        console.result({"loud": -math.inf, "path": Path("a"), "pair": (1, math.nan), "name": "caf\udce9"})
    assert json.loads(capfd.readouterr().out) == {
        "loud": None, "path": "a", "pair": [1, None], "name": "caf\udce9",
    }  # fmt: skip


def test_a_refusal_carries_its_facts(capfd):
    with own_console(as_json=True) as console:
        console.refuse(OptionError("speed", math.nan, "0.5 to 2.0"))
    said = capfd.readouterr()
    error = json.loads(said.out)["error"]
    assert error == {
        "type": "OptionError", "message": said.err.rstrip("\n"),
        "option": "speed", "value": None, "accepted": "0.5 to 2.0",
    }  # fmt: skip


def test_words_that_the_encoding_lacks_are_escaped(tmp_path):
    with open(tmp_path / "out", "w", encoding="ascii") as out:
        Console(out, out, as_json=False).result({}, "声 caf\udce9")
    assert (tmp_path / "out").read_text() == "\\u58f0 caf\\udce9\n"


def steps(console: Console, n: int = 100) -> None:
    for step in range(n + 1):
        console.progress(f"step {step} of {n}", step, n)
    console.result({}, "done")


def test_a_terminal_sees_one_line_that_changes():
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as terminal:
        steps(Console(terminal, terminal, as_json=False))
        terminal.flush()
        said = ""
        while "done" not in said:  # one read gives what has arrived, which need not be all
            said += os.read(master, 1 << 16).decode()
    os.close(master)
    assert said.count("\r\x1b[K") == 0 and said.count("\rstep") == 101
    assert said.replace("\r\n", "\n").count("\n") == 2, "one after the line, one after the result"


def test_a_file_gets_about_ten_lines(tmp_path):
    with open(tmp_path / "err", "w") as err:
        steps(Console(err, err, as_json=False))
    lines = (tmp_path / "err").read_text().splitlines()
    assert len(lines) == 12 and lines[0] == "step 0 of 100" and lines[-2:] == ["step 100 of 100", "done"]


def test_json_has_no_progress(tmp_path):
    with open(tmp_path / "err", "w") as err:
        console = Console(err, err, as_json=True)
        console.progress("step 1 of 2", 1, 2)
        console.at_once("Stopping.")
    assert (tmp_path / "err").read_text() == ""
