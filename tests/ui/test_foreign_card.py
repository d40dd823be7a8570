"""Somebody else's card: read, and nothing of it followed, fetched or run."""

import pytest

from voiceclone.ui.foreign_card import MAX_CHARACTERS, card_html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src="https://evil.example/x.png" onerror="alert(1)">',
        "![](https://evil.example/pixel.png)",
        "[click](javascript:alert(1))",
        "[click](https://evil.example)",
        "<https://evil.example>",
        "# <svg onload=alert(1)>",
        "| <iframe src=x> | b |\n|---|---|",
        "```\n</pre><script>alert(1)</script>\n```",
        "- <a href='javascript:alert(1)'>x</a>",
        "${alert(1)} {{value}} `x`",
        "[a](b)](https://evil.example) ![x](y](javascript:1))",
    ],
)
def test_nothing_of_it_links_loads_or_runs(hostile):
    shown = card_html(hostile)
    tags = {part.split(">")[0].split()[0].strip("/") for part in shown.split("<")[1:]}
    assert tags <= {"div", "p", "h3", "ul", "li", "table", "tr", "td", "pre"}
    assert "href" not in shown.replace("&#x27;", "'").split("&lt;")[0]
    assert "${" not in shown and "{{" not in shown


def test_it_reads_as_it_was_meant():
    shown = card_html(
        "# Heron\n\nA **learned** *voice*,\nsaid \\*so\\*. See [there](https://x.example).\n\n"
        "- one\n- two\n\n| | |\n|---|---|\n| likeness | 0.9 |\n\n```python\na < b\n```"
    )
    assert "<h3>Heron</h3>" in shown
    assert "<p>A learned voice, said *so*. See there.</p>" in shown
    assert "<ul><li>one</li><li>two</li></ul>" in shown
    assert "<tr><td>likeness</td><td>0.9</td></tr>" in shown and "---" not in shown
    assert "<pre>a &lt; b</pre>" in shown


def test_a_card_without_end_is_cut():
    assert len(card_html("word " * MAX_CHARACTERS)) < 2 * MAX_CHARACTERS


@pytest.mark.parametrize("odd", ["", "\n\n", "#", "#x", "|", "```", "-", "1.", "\\"])
def test_whatever_is_half_written_is_text(odd):
    assert card_html(odd).startswith('<div class="vc-foreign">')
