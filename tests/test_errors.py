"""Every error says what happened, with its facts, and what is accepted or to be done."""

import dataclasses
import inspect
import pickle
import string

import pytest

from voiceclone import errors
from voiceclone.errors import VoiceCloneError

CLASSES = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, VoiceCloneError)]
RAISED = [c for c in CLASSES if dataclasses.is_dataclass(c)]
SAMPLES = {
    "str": "{odd} text", "int": 21, "float": 13.5, "object": ["a", 3], "tuple[str, ...]": ("first", "second"),
}  # fmt: skip
DERIVED_FIELDS = {"choices": "available"}
"""Placeholders that a class fills itself, and from which field."""


def sample(kind: type[VoiceCloneError]) -> VoiceCloneError:
    return kind(*(SAMPLES[field.type] for field in dataclasses.fields(kind)))


def placeholders(kind: type[VoiceCloneError]) -> set[str]:
    names = {name for _, name, _, _ in string.Formatter().parse(kind.template) if name}
    return {DERIVED_FIELDS.get(name, name) for name in names}


def test_classes_without_facts_are_bases():
    bases = set(CLASSES) - set(RAISED)
    assert all(any(issubclass(c, base) for c in RAISED) for base in bases)
    assert len(RAISED) > 20


@pytest.mark.parametrize("kind", RAISED, ids=lambda c: c.__name__)
def test_the_sentence_is_made_of_the_facts(kind):
    fields = {field.name for field in dataclasses.fields(kind)}
    assert placeholders(kind) <= fields, "the template asks for what the class does not have"
    text = str(sample(kind))
    unfilled = text.replace(SAMPLES["str"], "")
    assert "{" not in unfilled and "}" not in unfilled
    assert kind.template != VoiceCloneError.template


@pytest.mark.parametrize("kind", RAISED, ids=lambda c: c.__name__)
def test_the_sentence_ends_as_one(kind):
    """With a full stop, or with the command to run, which a full stop would spoil."""
    text = str(sample(kind)).removesuffix(SAMPLES["str"]).rstrip()
    command = "pip install -r requirements.txt"
    assert text.endswith(command) or text.endswith((".", "?")), text
    assert text[0] in "{'" or text[0].isupper() or text[0].isdigit()
    assert "  " not in text and "\n" not in text and ".." not in text.replace("...", "")


@pytest.mark.parametrize("kind", RAISED, ids=lambda c: c.__name__)
def test_the_sentence_leads_on(kind):
    """Beyond what happened there is a second sentence: what is accepted, or what to do."""
    text = str(sample(kind))
    assert text.count(". ") + text.count("): ") >= 1 or kind in (errors.CancelledError,), text


@pytest.mark.parametrize("kind", RAISED, ids=lambda c: c.__name__)
def test_an_error_crosses_to_another_process(kind):
    """Work may run in another process (as on ZeroGPU Spaces), and its errors come back pickled."""
    error = sample(kind)
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind and str(back) == str(error) and vars(back) == vars(error)
