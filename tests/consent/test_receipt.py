"""The receipt: what makes one, what it says, and that nothing of it can be changed."""

import datetime as dt
import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceclone import signed
from voiceclone.consent.receipt import (
    BASES,
    KIND,
    MAX_SPEAKER_LENGTH,
    SCOPES,
    Authority,
    Evidence,
    Receipt,
    from_dict,
    issue,
    load_receipt,
    save_receipt,
)
from voiceclone.errors import (
    ConsentMissingError,
    OutputError,
    ReceiptExpiredError,
    ReceiptMismatchError,
    SignatureInvalidError,
    VoiceCloneError,
)
from voiceclone.keys import SigningKey

KEY = SigningKey(bytes(range(32)))
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.timezone.utc)
CLIPS = ("a" * 64, "b" * 64)
EVIDENCE = Evidence(
    challenge_id="0" * 32, language="en-us", sentence="On November 23, 2026, …", transcript="on November …",
    word_error_rate=0.04, similarity=0.71, similarity_threshold=0.4, watermark=0.02, seconds=11.5,
    audio_sha256="c" * 64, audio_kept=False, models={"ecapa": "0.2.4"},
)  # fmt: skip
CONTRACT = Authority("contract", document="No. 7 of 2026-11-01", stated_by="Grace Hopper")


def receipt(**changed: object) -> Receipt:
    given = {"voice_name": "Anna", "speaker": "Anna Smith", "clips": CLIPS, "evidence": EVIDENCE, "now": NOW}
    return issue(KEY, **given | changed)  # type: ignore[arg-type]


VERIFIED = receipt()
ATTESTED = receipt(evidence=None, authority=CONTRACT, scope="commercial", expires="2027-11-23")


@pytest.mark.parametrize("made", [VERIFIED, ATTESTED], ids=["verified", "attested"])
def test_a_receipt_comes_back_from_its_file(tmp_path, made):
    path = save_receipt(made, tmp_path / "anna.receipt.json")
    found = load_receipt(path)
    assert found == made and found.document == made.document and found.key_id == KEY.id
    assert path.read_bytes() == made.to_bytes()
    assert from_dict(json.loads(path.read_bytes())) == made


def test_the_two_kinds_say_how_they_came_about():
    assert VERIFIED.verified and VERIFIED.kind == "verified" and VERIFIED.evidence == EVIDENCE
    assert VERIFIED.sentence == "Anna Smith consented in their own voice on 2026-11-23 (verified)."
    assert not ATTESTED.verified and ATTESTED.kind == "attested" and ATTESTED.authority == CONTRACT
    said = ATTESTED.sentence
    assert all(part in said for part in ("Grace Hopper", "Anna Smith", "contract", "No. 7", "not verified"))
    own = receipt(evidence=None, authority=Authority("own-voice"))
    assert "own voice" in own.sentence and "not verified" in own.sentence


def test_the_clips_are_a_set():
    assert receipt(clips=(*reversed(CLIPS), *CLIPS)).clips == CLIPS


def test_each_receipt_has_ids_of_its_own():
    made = [receipt() for _ in range(50)]
    assert len({r.id for r in made} | {r.voice_id for r in made}) == 100
    assert receipt(voice_id="f" * 32).voice_id == "f" * 32


@pytest.mark.parametrize(
    "changed",
    [{"speaker": ""}, {"speaker": None}, {"speaker": "x" * (MAX_SPEAKER_LENGTH + 1)},
     {"speaker": "Ada\u202eadA"}, {"voice_name": " "}, {"scope": "all"}, {"scope": None},
     {"clips": ()}, {"clips": ("A" * 64,)},
     {"clips": ("a" * 63,)}, {"expires": "soon"}, {"expires": "2026-11-22"}, {"voice_id": "7"},
     {"evidence": None}, {"authority": CONTRACT}, {"evidence": replace(EVIDENCE, similarity=float("nan"))},
     {"evidence": None, "authority": Authority("own-voice"), "scope": "share"}],
)  # fmt: skip
def test_what_is_not_whole_is_not_signed(changed):
    with pytest.raises(ConsentMissingError):
        receipt(**changed)


@pytest.mark.parametrize("basis", [b for b in BASES if b != "own-voice"])
@pytest.mark.parametrize("missing", ["document", "stated_by"])
def test_an_authority_needs_what_shows_it_and_who_states_it(basis, missing):
    whole = {"basis": basis, "document": "letter of 2026-11-01", "stated_by": "Grace Hopper"}
    assert Authority(**whole).basis == basis
    for nothing in ("", "   ", None, "a\u0000b"):
        with pytest.raises(ConsentMissingError):
            Authority(**whole | {missing: nothing})


@pytest.mark.parametrize("basis", ["", "friend", None, "OWN-VOICE"])
def test_only_known_bases_count(basis):
    with pytest.raises(ConsentMissingError):
        Authority(basis, "letter", "Grace Hopper")


def test_it_covers_its_clips_only():
    VERIFIED.check_covers(CLIPS)
    VERIFIED.check_covers(CLIPS[:1])
    with pytest.raises(ReceiptMismatchError) as caught:
        VERIFIED.check_covers([CLIPS[0], "d" * 64, "e" * 64])
    assert (caught.value.missing, caught.value.given) == (2, 3)


def test_it_holds_through_its_last_day():
    made = receipt(expires="2026-11-24")
    made.check_current(dt.datetime(2026, 11, 24, 23, 59, tzinfo=dt.timezone.utc))
    with pytest.raises(ReceiptExpiredError):
        made.check_current(dt.datetime(2026, 11, 25, tzinfo=dt.timezone.utc))
    VERIFIED.check_current(dt.datetime(2126, 1, 1, tzinfo=dt.timezone.utc))


def test_the_last_day_is_one_of_greenwich():
    """On the 25th at seven in the morning in Shanghai it is still the 24th in Greenwich."""
    made = receipt(expires="2026-11-24")
    shanghai = dt.timezone(dt.timedelta(hours=8))
    made.check_current(dt.datetime(2026, 11, 25, 7, tzinfo=shanghai))
    new_york = dt.timezone(dt.timedelta(hours=-5))
    with pytest.raises(ReceiptExpiredError):
        made.check_current(dt.datetime(2026, 11, 24, 20, tzinfo=new_york))


def test_the_last_day_has_one_form():
    assert receipt(expires="20271123").expires == "2027-11-23"


@given(data=st.data())
@settings(max_examples=200)
def test_a_changed_byte_is_found(tmp_path_factory, data):
    raw = VERIFIED.to_bytes()
    at = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != raw[at]))
    path = tmp_path_factory.getbasetemp() / "changed.json"
    path.write_bytes(raw[:at] + bytes([byte]) + raw[at + 1 :])
    with pytest.raises(SignatureInvalidError):
        load_receipt(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(document=json_values)
def test_data_from_anyone_is_refused_in_words_of_ours(document):
    with pytest.raises(VoiceCloneError):
        from_dict(document)


PAYLOAD = dict(VERIFIED.document.payload)
finite = json_values.filter(lambda value: "nan" not in repr(value) and "inf" not in repr(value))


@given(field=st.sampled_from(sorted(PAYLOAD)), value=finite)
@settings(max_examples=200)
def test_a_signed_field_of_any_kind_is_read_or_refused(field, value):
    """A key of one's own signs anything: what it signed must still be a receipt."""
    document = signed.sign(KIND, PAYLOAD | {field: value}, KEY)
    _read_or_refused(document)


@pytest.mark.parametrize("field", ["issued", "expires"])
@pytest.mark.parametrize("value", [20271123, "", "20271332", ["2027-11-23"], True])
def test_a_day_is_a_text(field, value):
    """The number 20271123 was taken for a day, and the receipt then could not be read."""
    with pytest.raises(ConsentMissingError):
        from_dict(signed.sign(KIND, PAYLOAD | {field: value}, KEY).to_dict())


@given(field=st.sampled_from(sorted(asdict(EVIDENCE))), value=finite)
def test_signed_evidence_of_any_kind_is_read_or_refused(field, value):
    document = signed.sign(KIND, PAYLOAD | {"evidence": asdict(EVIDENCE) | {field: value}}, KEY)
    _read_or_refused(document)


@given(field=st.sampled_from(sorted(asdict(CONTRACT))), value=finite)
def test_a_signed_authority_of_any_kind_is_read_or_refused(field, value):
    authority = asdict(CONTRACT) | {field: value}
    changed = {"evidence": None, "kind": "attested", "authority": authority}
    _read_or_refused(signed.sign(KIND, PAYLOAD | changed, KEY))


def _read_or_refused(document: signed.Signed) -> None:
    try:
        found = from_dict(document.to_dict())
    except VoiceCloneError:
        return
    assert found.sentence and found.scope in SCOPES and found.clips
    found.expired(NOW)
    assert from_dict(json.loads(found.to_bytes())) == found


@pytest.mark.parametrize("field", sorted(PAYLOAD))
def test_a_signed_receipt_without_a_field_is_refused(field):
    short = {name: value for name, value in PAYLOAD.items() if name != field}
    if field in ("expires", "authority"):  # nothing is what they say here
        return
    with pytest.raises(ConsentMissingError):
        from_dict(signed.sign(KIND, short, KEY).to_dict())


def test_a_document_of_another_kind_is_no_receipt():
    with pytest.raises(SignatureInvalidError):
        from_dict(signed.sign("tombstone", PAYLOAD, KEY).to_dict())


def test_a_file_that_is_not_there_is_an_error_of_ours(tmp_path):
    with pytest.raises(SignatureInvalidError):
        load_receipt(tmp_path / "none.json")
    with pytest.raises(OutputError):
        save_receipt(VERIFIED, tmp_path / "none" / "anna.json")
