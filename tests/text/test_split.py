"""Phrases: where a text is cut, and that nothing of it is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voiceclone.text.split import FIRST_PHONEMES, LONG_PHONEMES, PAUSES_S, estimated_phonemes, split

STORY = (
    "It was a clear cold day in March, and the bells were ringing seven. Martha Field, her collar turned "
    "up against the rain that blew in from the sea, hurried along the narrow street behind the harbour, "
    "though not quickly enough to keep the water out of her old brown shoes and her thin woollen coat. "
    "Yes. No. The kitchen smelt of fresh bread and of strong black coffee. At one end of the room a "
    "painted map, too large for such a small wall, had been nailed above the stove."
)

fragments = st.lists(
    st.sampled_from(["Dr.", "word", " ", "\n", "\n\n", "。", "，", "好", "今天天气很好", ".", "!", "…", "5",
                     "—", "x" * 90, "e.g.", '"', "”", "😀", ": ", "; "]), max_size=60,
).map("".join)  # fmt: skip


@given(st.one_of(st.text(max_size=300), fragments), st.integers(20, 600))
def test_the_pieces_are_the_text_and_none_is_too_long(text: str, max_phonemes: int) -> None:
    pieces = split(text, max_phonemes=max_phonemes)
    assert "".join(piece.text for piece in pieces) == text.strip()
    for piece in pieces:
        assert estimated_phonemes(piece.text) <= max_phonemes
        # Every piece begins with something to say; the blanks between belong to the one before.
        assert piece.text and not piece.text[0].isspace()
    assert not pieces or pieces[-1].pause_s == 0.0


def test_phrases_end_with_sentences_and_are_neither_tiny_nor_long() -> None:
    texts = [piece.text.strip() for piece in split(STORY)[1:]]  # the first is for starting early
    assert len(texts) > 1
    for text in texts:
        assert text.endswith(".")
        assert 40 <= estimated_phonemes(text) <= 1.2 * LONG_PHONEMES
    # "Yes." and "No." are not phrases of their own.
    assert any("Yes. No. The kitchen" in text for text in texts)


def test_the_first_phrase_of_a_long_text_is_short() -> None:
    first, second = split(STORY)[:2]
    assert first.text == "It was a clear cold day in March, "
    assert len(second.text) > len(first.text)


def test_sentences_are_joined_except_for_the_first_ones() -> None:
    pieces = split("A sentence of some forty sounds stands here. " * 15)
    sentences = [piece.text.count(".") for piece in pieces]
    assert estimated_phonemes(pieces[0].text) <= 1.3 * FIRST_PHONEMES
    assert sentences[0] < min(sentences[1:-1])


def test_a_first_word_alone_is_too_short_to_start_with() -> None:
    text = "So, " + STORY[0].lower() + STORY[1:]
    assert split(text)[0].text.startswith("So, it was a clear")


def test_a_short_text_stays_whole() -> None:
    text = "Yes. I think so, too. See you!"
    assert [piece.text for piece in split(text)] == [text]


def test_abbreviations_and_numbers_end_no_sentence() -> None:
    """With room for one sentence only, every cut is at a sentence's end."""
    text = (
        "Dr. Smith and Mrs. J. K. Jones paid 3.5 million for No. 5 on Elm Road, e.g. yesterday at noon. "
        "The U.S. troops of Gen. Grant came home vs. all odds in approx. 30 days, but nobody saw them."
    )
    texts = [piece.text.strip() for piece in split(text, max_phonemes=170)]
    assert [text.split()[0] for text in texts] == ["Dr.", "The"]


def test_a_sentence_that_is_too_long_is_cut_at_clauses() -> None:
    sentence = ", ".join(
        f"the number {word} came walking slowly down the road" for word in STORY.split()[:20]
    )
    pieces = split(sentence, max_phonemes=300)
    assert len(pieces) > 3
    assert all(piece.text.strip().endswith(",") for piece in pieces[:-1])
    assert all(piece.pause_s == PAUSES_S[","] for piece in pieces[:-1])


def test_without_punctuation_no_word_is_cut_and_no_small_rest_remains() -> None:
    pieces = split("elephant " * 200, max_phonemes=300)
    assert all(set(piece.text.split()) == {"elephant"} for piece in pieces)
    lengths = [estimated_phonemes(piece.text) for piece in pieces[1:]]
    assert min(lengths) > 0.6 * max(lengths)


def test_only_a_word_too_long_alone_is_cut_within_and_evenly() -> None:
    pieces = split("hello " + "a" * 1000 + " world", max_phonemes=300)
    assert pieces[0].text.startswith("hello ") and pieces[-1].text.endswith("a world")
    lengths = [estimated_phonemes(piece.text) for piece in pieces[1:]]
    assert min(lengths) > 0.6 * max(lengths)


def test_chinese_is_cut_between_words() -> None:
    text = "我们一起去公园" * 30
    pieces = split(text, max_phonemes=200)
    assert len(pieces) > 3
    # No piece begins in the middle of 我们, 一起 or 公园.
    assert all(piece.text[0] not in "们起园" for piece in pieces)


def test_a_paragraph_ends_a_phrase_with_a_longer_pause() -> None:
    first, second = split("Chapter one\n\nIt began. It ended.")
    assert (first.text, first.pause_s) == ("Chapter one\n\n", PAUSES_S["paragraph"])
    assert (second.text, second.pause_s) == ("It began. It ended.", 0.0)
    after_full_stop = split("It began.\n \nIt ended.")
    assert [piece.pause_s for piece in after_full_stop] == [PAUSES_S["paragraph"], 0.0]


def test_a_wrapped_line_is_no_boundary_but_a_line_of_verse_is() -> None:
    wrapped = "the cat sat on the mat and looked at all the people who were there\n" * 8
    assert all(piece.pause_s == PAUSES_S["word"] for piece in split(wrapped))
    verse = "Tyger Tyger, burning bright\nIn the forests of the night\n" * 8
    assert all(piece.pause_s == PAUSES_S["line"] for piece in split(verse)[:-1])
