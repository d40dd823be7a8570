"""Signed documents: whatever was changed, it shows."""

import json
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from voiceclone.errors import SignatureInvalidError
from voiceclone.keys import SigningKey
from voiceclone.signed import MAX_BYTES, Signed, canonical, from_bytes, from_dict, sign

KEY = SigningKey(bytes(range(32)))
texts = st.text(max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
payloads = st.dictionaries(texts, values, max_size=5)
PAYLOAD = {"speaker": "Zoë 李", "seconds": 7.25, "clips": ["a", "b"], "until": None, "kept": False}
DOCUMENT = sign("receipt", PAYLOAD, KEY)


@given(payload=payloads)
def test_a_document_comes_back(payload):
    document = sign("receipt", payload, KEY)
    assert from_bytes("receipt", document.to_bytes()) == document == from_dict("receipt", document.to_dict())
    assert from_bytes("receipt", document.to_bytes()).payload == payload
    assert document.key_id == KEY.id


@given(payload=payloads)
def test_the_same_data_is_the_same_bytes(payload):
    turned = dict(reversed(list(payload.items())))
    assert canonical(payload) == canonical(turned) == canonical(json.loads(canonical(payload)))


@given(data=st.data())
def test_a_changed_byte_is_found(data):
    raw = DOCUMENT.to_bytes()
    at = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != raw[at]))
    with pytest.raises(SignatureInvalidError):
        from_bytes("receipt", raw[:at] + bytes([byte]) + raw[at + 1 :])


@given(data=st.data())
def test_a_lost_or_added_byte_is_found(data):
    raw = DOCUMENT.to_bytes()
    at = data.draw(st.integers(0, len(raw) - 1))
    added = bytes([data.draw(st.integers(0, 255))])
    for changed in (raw[:at] + raw[at + 1 :], raw[:at] + added + raw[at:], raw + added):
        with pytest.raises(SignatureInvalidError):
            from_bytes("receipt", changed)


@given(name=st.sampled_from(sorted(PAYLOAD)), value=values)
def test_a_changed_value_is_found(name, value):
    assume(canonical(value) != canonical(PAYLOAD[name]))
    document = DOCUMENT.to_dict()
    document["payload"] = PAYLOAD | {name: value}
    with pytest.raises(SignatureInvalidError):
        from_dict("receipt", document)


def test_a_document_is_of_one_kind():
    with pytest.raises(SignatureInvalidError) as caught:
        from_bytes("tombstone", DOCUMENT.to_bytes())
    assert caught.value.document == "tombstone"


def test_a_kind_cannot_run_into_the_contents():
    """The kind ends with a line break, which no canonical JSON begins with."""
    with pytest.raises(SignatureInvalidError):
        Signed("receip", DOCUMENT.payload, DOCUMENT.public_key, DOCUMENT.signature)


def test_another_key_does_not_take_it_over():
    other = SigningKey(bytes(32))
    with pytest.raises(SignatureInvalidError):
        from_dict("receipt", DOCUMENT.to_dict() | {"public_key": other.public.hex()})


@given(
    data=values
    | st.binary(max_size=20)
    | st.dictionaries(st.sampled_from(("payload", "public_key", "signature")), values | payloads)
)
def test_plain_data_from_anyone_is_refused_in_words_of_ours(data):
    with pytest.raises(SignatureInvalidError):
        from_dict("receipt", data)


@given(raw=st.binary(max_size=60) | values.map(canonical))
def test_bytes_from_anyone_are_refused_in_words_of_ours(raw):
    with pytest.raises(SignatureInvalidError):
        from_bytes("receipt", raw)


@pytest.mark.parametrize(
    "raw",
    [b"[" * 100_000, b'{"a":' * 50_000, b"1" * 10_000, b"1e999", b"NaN", b"\xef\xbb\xbf{}", b'"\\ud800"',
     b" " * (MAX_BYTES + 1)],
    ids=["lists", "mappings", "digits", "infinity", "nan", "byte order mark", "half a character", "too much"],
)  # fmt: skip
def test_hostile_json_is_refused(raw):
    with pytest.raises(SignatureInvalidError):
        from_bytes("receipt", raw)


@pytest.mark.parametrize("hidden", [b'{"payload":{},"payload":', b'{ "payload":', b'{"payload" :'])
def test_the_same_contents_written_otherwise_are_refused(hidden):
    """A name given twice would be read differently by different programs."""
    raw = DOCUMENT.to_bytes()
    with pytest.raises(SignatureInvalidError):
        from_bytes("receipt", raw.replace(b'{"payload":', hidden, 1))


@pytest.mark.parametrize("field", ["public_key", "signature"])
@pytest.mark.parametrize(
    "change", [str.upper, lambda t: " " + t, lambda t: t[:-2], lambda t: t + "00", lambda t: 7]
)
def test_hex_has_one_form(field, change):
    document = DOCUMENT.to_dict()
    with pytest.raises(SignatureInvalidError):
        from_dict("receipt", document | {field: change(document[field])})


@pytest.mark.parametrize("value", [math.nan, math.inf, {1, 2}, b"bytes"])
def test_what_json_cannot_say_is_not_signed(value):
    with pytest.raises(SignatureInvalidError):
        sign("receipt", {"value": value}, KEY)
