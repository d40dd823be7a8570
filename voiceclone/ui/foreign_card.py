"""A voice's card as HTML. It is somebody else's Markdown: nothing of it links, loads or runs.

Only headings, paragraphs, lists, tables and code are known. Everything else stays text: no address
can be followed, no image is fetched, and HTML is shown as it is written.
"""

from __future__ import annotations

import re

from voiceclone.ui.markup import esc

MAX_CHARACTERS = 20_000
LOWEST = 6
"""Level of the lowest heading there is."""
BELOW = 2
"""Levels by which its headings are lowered, to stand under the page's own."""

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s+(.*)")
_RULE = re.compile(r"\|?[\s:|-]*-[\s:|-]*\|?")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKS = re.compile(r"(?<!\\)(\*\*|__|`)")
_EMPHASIS = re.compile(r"(?<![\w\\*])\*(?=\S)([^*]+)(?<=\S)\*(?![\w*])")
_CELL = re.compile(r"(?<!\\)\|")


def card_html(markdown: str) -> str:
    """Return a card that can stand in the page."""
    parts: list[str] = []
    lines = markdown[:MAX_CHARACTERS].splitlines()
    while lines:
        line = lines[0].strip()
        if not line:
            lines.pop(0)
        elif line.startswith(("```", "~~~")):
            parts.append(_code(lines))
        elif heading := _HEADING.fullmatch(line):
            level = min(len(heading[1]) + BELOW, LOWEST)
            parts.append(f"<h{level}>{_inline(heading[2])}</h{level}>")
            lines.pop(0)
        elif _ITEM.fullmatch(line):
            items = [_ITEM.fullmatch(found)[1] for found in _while(lines, _ITEM.fullmatch)]  # type: ignore[index]
            parts.append(f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</ul>")
        elif line.startswith("|"):
            parts.append(_table(_while(lines, lambda found: found.startswith("|"))))
        else:
            taken = _while(lines, _is_plain) or [lines.pop(0).strip()]
            parts.append(f"<p>{_inline(' '.join(taken))}</p>")
    return f'<div class="vc-foreign">{"".join(parts)}</div>'


def _while(lines: list[str], fits: object) -> list[str]:
    """Take lines off the front for as long as they fit."""
    taken = []
    while lines and fits(lines[0].strip()):  # type: ignore[operator]
        taken.append(lines.pop(0).strip())
    return taken


def _is_plain(line: str) -> bool:
    return bool(line) and not (
        line.startswith(("```", "~~~", "|")) or _HEADING.fullmatch(line) or _ITEM.fullmatch(line)
    )


def _code(lines: list[str]) -> str:
    fence, code = lines.pop(0).strip()[:3], []
    while lines and not lines[0].strip().startswith(fence):
        code.append(lines.pop(0))
    if lines:
        lines.pop(0)
    return f"<pre>{esc(chr(10).join(code))}</pre>"


def _table(rows: list[str]) -> str:
    cells = [
        [cell.strip() for cell in _CELL.split(row.strip("|"))] for row in rows if not _RULE.fullmatch(row)
    ]
    filled = [row for row in cells if any(row)]
    body = "".join(f"<tr>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}</tr>" for row in filled)
    return f'<div class="vc-scroll"><table>{body}</table></div>'


def _inline(text: str) -> str:
    """Return text without its marks: of a link its words, of an image what it shows in words."""
    for pattern in (_IMAGE, _LINK):
        text = pattern.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\1", _MARKS.sub("", text))
    return esc(_ESCAPED.sub(r"\1", text))
