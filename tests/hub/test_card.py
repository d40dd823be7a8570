"""The card: valid to the Hub, legible to people, and nobody's name can break out of it."""

import re
from dataclasses import replace

import pytest
import yaml
from huggingface_hub import HfApi, ModelCard

from tests.hub.server.cards import errors_of
from tests.hub.server.hub import ADA, LoopbackHub
from voiceclone.consent.receipt import SCOPES
from voiceclone.hub.card import USES, CardFacts, body_of, plain, voice_card, withdrawn_card

FACTS = CardFacts(
    repo_id="ada/heron", name="Heron", base_model="hexgrad/Kokoro-82M", language="en", verified=True,
    scope="share", consent="Ada consented in their own voice on 2026-11-23 (verified).", expires="2027-11-23",
    receipt_id="ab" * 16, receipt_url="https://huggingface.co/ada/heron/blob/main/receipt.json",
    voice_id="cd" * 16, gated=True, sample=True, recordings=12,
    scores={"similarity": 0.91234, "word_error_rate": 0.02, "naturalness": 4.2, "of_my_own": 1.0},
    training={"clips": 24, "seconds": 118.5, "steps": 600, "device": "2 CPU cores"},
)  # fmt: skip


def metadata(card: str) -> dict:
    return yaml.safe_load(re.match(r"---\n(.*?)\n---\n", card, re.DOTALL)[1])


def test_the_metadata_says_what_the_hub_shows():
    data = metadata(voice_card(FACTS))
    assert data["library_name"] == "voiceclone" and data["pipeline_tag"] == "text-to-speech"
    assert data["base_model"] == "hexgrad/Kokoro-82M" and data["language"] == ["en"]
    assert data["license"] == "other" and data["license_name"] == "voiceclone-consent-share"
    assert {"voiceclone", "consent-verified"} <= set(data["tags"]) and "consent-attested" not in data["tags"]
    assert data["extra_gated_prompt"] and set(data["extra_gated_fields"].values()) == {"text", "checkbox"}
    metrics = {m["type"]: m["value"] for m in data["model-index"][0]["results"][0]["metrics"]}
    assert metrics == {"similarity": 0.9123, "word-error-rate": 0.02, "naturalness": 4.2, "of-my-own": 1.0}


def test_what_is_not_so_is_not_said():
    card = voice_card(
        replace(FACTS, verified=False, gated=False, sample=False, recordings=0, scores={}, expires=None)
    )
    data = metadata(card)
    assert "consent-attested" in data["tags"] and "consent-verified" not in data["tags"]
    assert not {"extra_gated_prompt", "extra_gated_fields", "model-index"} & set(data)
    assert "sample.wav" not in card and "`data/`" not in card and "None were measured" in card
    assert "until it is withdrawn" in card


def test_people_read_scores_training_consent_use_and_withdrawal():
    text = body_of(voice_card(FACTS))
    for said in (
        "| speaker similarity | 0.9123 |", "| device | 2 CPU cores |", "| clips | 24 |", "2027-11-23",
        'pull("ada/heron")', "speak --voice ada/heron", "withdraw ada/heron", "12 recordings", USES["share"],
    ):  # fmt: skip
        assert said in text, said
    assert "$" not in text and "---\n" not in text.splitlines()[0]


def test_every_scope_has_its_words():
    assert set(USES) == set(SCOPES)


@pytest.mark.parametrize(
    "name", ["---\nlicense: mit", "<script>x</script>", "[a](http://b)", "$scores ${x}", "#: '\""]
)
def test_a_name_stays_a_name(name):
    card = voice_card(replace(FACTS, name=name, consent=name))
    data = metadata(card)
    assert data["license"] == "other" and data["voice_name"] == name
    body = body_of(card)
    assert f"# {plain(name)}\n" in body
    assert not re.search(r"(?<!\\)<script|(?<!\\)\]\(http://b", body), "it is escaped"


@pytest.mark.parametrize(
    "card", [voice_card(FACTS), withdrawn_card("ada/heron", "2026-11-23T12:00:00+00:00", "*")]
)
def test_the_hub_accepts_it_and_it_reads_as_it_was_written(card):
    with LoopbackHub() as hub:
        HfApi(hub.endpoint, token=ADA)._validate_yaml(card)
    assert errors_of(card, "model") == []
    assert ModelCard(card).text.strip() == body_of(card).strip()


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"tags": "voiceclone"}, "tags"),
        ({"license": "made-up"}, "license"),
        ({"language": "English"}, "language"),
        ({"license_link": "receipt.json"}, "license_link"),
        ({"model-index": [{"name": "x"}]}, "model-index"),
        ({"pipeline_tag": "speaking"}, "pipeline_tag"),
        ({"extra_gated_fields": {"Name": "words"}}, "extra_gated_fields"),
    ],
    ids=lambda value: str(value)[:24],
)  # fmt: skip
def test_the_loopback_hub_would_notice(change, key):
    data = metadata(voice_card(FACTS)) | change
    assert any(f'"{key}"' in error for error in errors_of(f"---\n{yaml.safe_dump(data)}\n---\n", "model"))
    with LoopbackHub() as hub, pytest.raises(ValueError, match=key):
        HfApi(hub.endpoint, token=ADA)._validate_yaml(f"---\n{yaml.safe_dump(data)}\n---\n")


def test_a_withdrawn_card_says_when_and_why_and_names_nobody():
    text = body_of(withdrawn_card("ada/heron", "2026-11-23T12:00:00+00:00", "moved on"))
    assert "2026-11-23" in text and "moved on" in text and "Heron" not in text
