"""A statement of consent exists whole or not at all."""

import datetime as dt

import pytest

from voiceclone.consent.statement import KINDS, MAX_SPEAKER_LENGTH, ConsentStatement
from voiceclone.errors import ConsentMissingError

TODAY = dt.date.today()


@pytest.mark.parametrize("kind", KINDS)
def test_a_statement_comes_back_from_plain_data(kind):
    statement = ConsentStatement.today("Ada Lovelace", kind)
    assert statement.date == TODAY.isoformat()
    assert ConsentStatement.from_dict(statement.to_dict()) == statement


def test_the_sentence_says_who_when_and_by_whose_word():
    own = ConsentStatement("Ada", "self", "2026-11-23").sentence
    authorised = ConsentStatement("Ada", "authorised", "2026-11-23").sentence
    assert all("Ada" in s and "2026-11-23" in s for s in (own, authorised))
    assert "authorised" in authorised and "authorised" not in own


@pytest.mark.parametrize("given, kept", [("  Ada \n Lovelace ", "Ada Lovelace"), ("李 明", "李 明")])
def test_spaces_in_the_name_are_tidied(given, kept):
    assert ConsentStatement.today(given, "self").speaker == kept


@pytest.mark.parametrize(
    "speaker", ["", "  ", None, 7, ["Ada"], "x" * (MAX_SPEAKER_LENGTH + 1), "Ada\u202eadA"]
)
def test_without_a_name_there_is_none(speaker):
    """`None` was once kept as a speaker called "None"."""
    with pytest.raises(ConsentMissingError, match="name"):
        ConsentStatement(speaker, "self", TODAY.isoformat())
    with pytest.raises(ConsentMissingError, match="name"):
        ConsentStatement.from_dict({"speaker": speaker, "kind": "self", "date": TODAY.isoformat()})


@pytest.mark.parametrize("kind", ["", "other", "SELF", None, True])
def test_only_the_two_kinds_count(kind):
    with pytest.raises(ConsentMissingError, match="self or authorised"):
        ConsentStatement("Ada", kind, TODAY.isoformat())


@pytest.mark.parametrize(
    "date", ["", "yesterday", "23.11.2026", "2026-02-30", None, (TODAY + dt.timedelta(days=2)).isoformat()]
)
def test_only_a_day_that_has_come_counts(date):
    with pytest.raises(ConsentMissingError, match="date"):
        ConsentStatement("Ada", "self", date)


def test_a_day_ahead_counts_where_the_clock_is_ahead():
    """The browser's day may be tomorrow's here: east of us it already is."""
    ConsentStatement("Ada", "self", (TODAY + dt.timedelta(days=1)).isoformat())


@pytest.mark.parametrize(
    "data", [None, "yes", [], {}, {"speaker": "Ada"}, {"speaker": "Ada", "kind": "self"}]
)
def test_data_that_is_not_whole_is_refused(data):
    with pytest.raises(ConsentMissingError):
        ConsentStatement.from_dict(data)
