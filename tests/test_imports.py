"""Imports point one way, and each large library has one door.

Every import counts, also those inside functions.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [
    *sorted((ROOT / "voiceclone").rglob("*.py")),
    *sorted((ROOT / "spaces_config").rglob("*.py")),
    ROOT / "app.py",
]

LEVELS = (
    ("settings", "errors", "native"),
    ("audio", "hub", "devices", "logs", "keys", "signed", "database"),
    ("engines", "voices", "consent", "provenance", "text", "listen", "speaker"),
    ("finetune", "evaluate"),
    ("services", "orders"),
    ("cloning",),
    ("studio",),
    ("library", "sharing", "finetuning", "converting", "comparing", "lent"),
    ("workshop",),
    ("ui", "api", "cli", "console"),
    ("app", "__main__", "spaces_config"),
)
"""A room imports from its own level and those above it in this list, never from below."""

DOORS = {
    "gradio": ("voiceclone/ui/", "app.py"),
    "huggingface_hub": ("voiceclone/hub/",),
    "speechbrain": ("voiceclone/speaker/",),
    "kokoro": ("voiceclone/engines/kokoro/",),
    "spaces": ("app.py",),
}
"""Who may import what."""

LEVEL_OF = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            # "from voiceclone import errors" names a room as much as "import voiceclone.errors"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "voiceclone" else parts[0]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path):
    if path == ROOT / "voiceclone" / "__init__.py":
        assert not [name for name in imports(path) if name.startswith("voiceclone")]
        return
    for name in imports(path):
        if name.startswith("voiceclone.") and (imported := name.split(".")[1]) in LEVEL_OF:
            assert LEVEL_OF[imported] <= LEVEL_OF[room(path)], f"{room(path)} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_each_library_has_one_door(path):
    place = path.relative_to(ROOT).as_posix()
    for name in imports(path):
        doors = DOORS.get(name.split(".")[0])
        assert doors is None or place.startswith(doors), f"{place} imports {name}"


def test_every_room_has_a_level():
    assert {room(path) for path in FILES} - {"__init__"} <= set(LEVEL_OF)


def test_the_command_line_needs_the_app_for_one_command_only():
    """Nothing of `ui` or gradio is loaded to clone or speak: only a function of the door imports it."""
    top = ast.parse((ROOT / "voiceclone" / "cli" / "door.py").read_text()).body
    names = [ast.unparse(node) for node in top if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not [name for name in names if "voiceclone.ui" in name]
