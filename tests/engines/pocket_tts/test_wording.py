"""Texts are given as the model was trained on them."""

import pytest

from voiceclone.engines.pocket_tts.wording import as_trained


@pytest.mark.parametrize(
    ("text", "trained"),
    [
        ("hello there", "Hello there."),
        ("  Two\n lines,  many   spaces. ", "Two lines, many spaces."),
        ("It’s ‘fine’", "It's 'fine'."),
        ("Is it? Yes!", "Is it? Yes!"),
        ("a list: one, two,", "A list: one, two."),
        ("and then —", "And then."),
        ('he said "go"', 'He said "go".'),
        ('"Go on," ', '"Go on."'),
        ('She said "Stop!"', 'She said "Stop!"'),
        ("Really?, he asked", "Really? he asked."),
        ("1 2 3", "1 2 3."),
    ],
)
def test_a_text_is_one_line_with_a_capital_and_an_end(text, trained):
    assert as_trained(text) == trained
    assert as_trained(trained) == trained, "twice is as good as once"
