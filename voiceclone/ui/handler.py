"""From plain functions to Gradio handlers: studio and words go in, errors come out as words."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

import gradio as gr

from voiceclone.ui.session import Session
from voiceclone.ui.words import Words, refusal, user_error, words_for

PlaceT = TypeVar("PlaceT")


def bound(place: PlaceT, fn: Callable[..., Any]) -> Callable[..., Any]:
    """Return `fn(place, words, *inputs)` as Gradio calls it: `handler(*inputs, request)`.

    The place is where the work is done: the studio, or the bench of the *Fine-tune* tab.

    Errors leave as words in the visitor's language, also those raised inside a generator
    after it was made. The name, the inputs' names and their types stay, for the API's pages.
    A function whose last parameter is called `request` gets that too. Where a `Session` is taken
    and the page has none yet, for its visitor was quicker than its load event, that is said.
    """
    parameters = list(inspect.signature(fn).parameters.values())[2:]
    asks = bool(parameters) and parameters[-1].name == "request"
    hints = get_type_hints(fn)
    of_session = [index for index, p in enumerate(parameters) if hints.get(p.name) is Session]

    def ready(values: tuple[Any, ...], words: Words) -> tuple[Any, ...]:
        if any(values[index] is None for index in of_session):
            raise refusal("error.page_loading", words)
        return values

    def answer(*inputs: Any) -> Any:
        values, request = inputs if asks else inputs[:-1], inputs[-1]
        words = words_for(request)
        try:
            return fn(place, words, *ready(values, words))
        except gr.Error:
            raise
        except Exception as error:
            raise user_error(error, words) from error

    def stream(*inputs: Any) -> Any:
        values, request = inputs if asks else inputs[:-1], inputs[-1]
        words = words_for(request)
        try:
            yield from fn(place, words, *ready(values, words))
        except gr.Error:
            raise
        except Exception as error:
            raise user_error(error, words) from error

    handler = stream if inspect.isgeneratorfunction(fn) else answer
    parameters = parameters[:-1] if asks else parameters
    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None)
    handler.__signature__ = inspect.Signature([*parameters, request])  # type: ignore[attr-defined]
    handler.__annotations__ = {p.name: hints.get(p.name, Any) for p in parameters} | {"request": gr.Request}
    handler.__name__, handler.__doc__ = fn.__name__, fn.__doc__
    return handler
