import inspect
from types import SimpleNamespace

import gradio as gr
import pytest
from gradio.helpers import special_args

from voiceclone.errors import TextEmptyError
from voiceclone.ui.handler import bound
from voiceclone.ui.session import Session

CHINESE = SimpleNamespace(headers={"accept-language": "zh"})


def echo(studio, words, text: str, language: str | None = None) -> tuple:
    return studio, words.language, text, language


def fail(studio, words, text: str):
    raise TextEmptyError()


def stream(studio, words, text: str):
    yield text
    raise TextEmptyError()


def test_a_handler_gets_the_studio_the_words_and_its_inputs():
    assert bound("studio", echo)("hello", "zh", CHINESE) == ("studio", "zh", "hello", "zh")


def test_gradio_finds_the_request_and_the_inputs():
    """Gradio gives the request to a parameter of that type, and names the API's inputs after the rest."""
    handler = bound("studio", echo)
    inputs, *_ = special_args(handler, ["hello", None], request=CHINESE)
    assert inputs == ["hello", None, CHINESE]
    assert list(inspect.signature(handler).parameters) == ["text", "language", "request"]
    assert inspect.signature(handler).parameters["language"].default is None


def test_errors_leave_as_words():
    with pytest.raises(gr.Error, match="没有要说的文字"):
        bound("studio", fail)("", CHINESE)


def test_errors_after_the_first_yield_leave_as_words_too():
    events = bound("studio", stream)("first", None)
    assert inspect.isgeneratorfunction(bound("studio", stream))
    assert next(events) == "first"
    with pytest.raises(gr.Error, match="no text to speak"):
        next(events)


def test_a_refusal_of_the_page_passes_as_it_is():
    def refuse(studio, words):
        raise gr.Error("not yet")

    with pytest.raises(gr.Error, match="not yet"):
        bound("studio", refuse)(None)


def test_a_visitor_quicker_than_the_page_is_told_to_wait():
    """Who opened *Voices* before the load event had answered was told of an error that nobody expected."""

    def needs(studio, words, session: Session, text: str) -> str:
        return text

    def copes(studio, words, session: Session | None, text: str) -> str:
        return text

    with pytest.raises(gr.Error, match="still being set up"):
        bound("studio", needs)(None, "hello", None)
    assert bound("studio", copes)(None, "hello", None) == "hello"
