"""The machine's memory, and a container's."""

import pytest

from voiceclone.devices.host import memory_bytes


def test_the_machine_has_memory_and_some_of_it_is_free():
    total, free = memory_bytes()
    assert 0 < free <= total


@pytest.mark.parametrize("said", ["max", "9223372036854771712"])
def test_a_container_without_a_limit_has_the_machine_s(tmp_path, said):
    """Control groups of version 2 say `max`, those of version 1 a number that no machine has."""
    (tmp_path / "limit").write_text(said + "\n")
    assert memory_bytes([tmp_path / "limit", tmp_path / "absent"])[0] == memory_bytes([])[0]


def test_a_container_has_what_it_is_given(tmp_path):
    """A Space of 16 GB runs on a host of many times that."""
    (tmp_path / "memory.max").write_text("50000000\n")
    assert memory_bytes([tmp_path / "memory.max"]) == (50_000_000, 50_000_000)
