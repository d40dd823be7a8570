"""The card of a voice: the README.md of its repository, made of a template in `model_cards/`.

The metadata on top is what the Hub reads (https://huggingface.co/docs/hub/model-cards), the rest is
for people. Whatever a person chose, a name for instance, is escaped in both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template

LIBRARY = "voiceclone"
"""The Hub's name of this program: `library_name` of a card, and the tag to find it by."""
VERIFIED_TAG, ATTESTED_TAG, WITHDRAWN_TAG = "consent-verified", "consent-attested", "consent-withdrawn"
CARD = "README.md"

METRICS: Mapping[str, tuple[str, str]] = {
    "similarity": ("speaker similarity", "0 a stranger, 1 another recording of the speaker"),
    "similarity_cosine": ("cosine of speaker embeddings", "by an encoder that was not trained against"),
    "word_error_rate": ("word error rate", "of what speech recognition hears; 0 is best"),
    "naturalness": ("predicted naturalness", "mean opinion, 1 to 5"),
}
"""What scores are called on a card, and how to read them. Another one goes by its own name."""

USES: Mapping[str, str] = {
    "personal": "personal use by the speaker and whoever learned it",
    "share": "use by others too, but not for sale",
    "commercial": "any use, commercial too",
}
"""What each scope of a consent allows, on a card."""

GATE = "This voice is a person's, who consented to {use}. Say who you are and what you want it for."
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~&$-])")


@dataclass(frozen=True)
class CardFacts:
    """What a card says. Numbers and plain words, so that nothing here has to know what a voice is."""

    repo_id: str
    name: str
    base_model: str
    """Repository of the engine's weights."""
    language: str
    """ISO 639 code."""
    verified: bool
    scope: str
    consent: str
    """The receipt in a sentence."""
    expires: str | None
    receipt_id: str
    receipt_url: str
    voice_id: str
    gated: bool
    sample: bool
    recordings: int = 0
    """How many clips are in the repository; none unless that was asked for."""
    scores: Mapping[str, float] = field(default_factory=dict)
    training: Mapping[str, object] = field(default_factory=dict)
    """What was learned from, and how, in numbers."""


def voice_card(facts: CardFacts) -> str:
    """Return the card of a voice."""
    files_of = ["`voice.safetensors`: the voice, signed", "`receipt.json`: the signed receipt of consent"]
    files_of.append("`config.json`: what the voice needs")
    if facts.sample:
        files_of.append(
            "[sample.wav](sample.wav): the voice speaking, watermarked and with a signed manifest"
        )
    if facts.recordings:
        files_of.append(f"`data/`: the {facts.recordings} recordings it was learned from")
    until = f"until the end of {facts.expires}" if facts.expires else "until it is withdrawn"
    return _filled(
        "voice.md",
        metadata=_metadata(facts),
        name=plain(facts.name),
        base_model=facts.base_model,
        consent=plain(facts.consent),
        kind="verified" if facts.verified else "attested",
        scope=facts.scope,
        use=USES[facts.scope],
        until=until,
        receipt_id=facts.receipt_id,
        receipt_url=facts.receipt_url,
        scores=_scores(facts.scores),
        training=_table(("", ""), ((_words(key), _shown(value)) for key, value in facts.training.items())),
        files="\n".join(f"- {line}" for line in files_of),
        repo_id=facts.repo_id,
    )


def withdrawn_card(repo_id: str, revoked: str, reason: str) -> str:
    """Return the card of a voice whose consent was withdrawn; it says nothing of the speaker."""
    data = {
        "license": "other",
        "license_name": "withdrawn",
        "license_link": "LICENSE",
        "tags": [WITHDRAWN_TAG],
    }
    return _filled(
        "withdrawn.md",
        metadata=_yaml(data),
        repo_id=repo_id,
        revoked=revoked[:10],
        reason=f" The reason given: {plain(reason)}." if reason else "",
    )


def body_of(card: str) -> str:
    """Return a card without its metadata: what people read."""
    found = re.match(r"\ufeff?---\s*\n.*?\n---\s*(\n|$)", card, re.DOTALL)
    return card[found.end() :] if found else card


def plain(text: str) -> str:
    """Return text that Markdown shows as it is, in one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _metadata(facts: CardFacts) -> str:
    from huggingface_hub import EvalResult

    results = [
        EvalResult(
            task_type="text-to-speech",
            task_name="Text to speech",
            dataset_type="held-out-sentences",
            dataset_name="Sentences that the voice was not learned from",
            metric_type=key.replace("_", "-"),
            metric_name=METRICS.get(key, (_words(key), ""))[0],
            metric_value=round(float(value), 4),
        )
        for key, value in facts.scores.items()
    ]
    data: dict[str, object] = {
        "library_name": LIBRARY,
        "pipeline_tag": "text-to-speech",
        "base_model": facts.base_model,
        "base_model_relation": "adapter",
        "language": [facts.language],
        "license": "other",
        "license_name": f"voiceclone-consent-{facts.scope}",
        "license_link": facts.receipt_url,
        "tags": [LIBRARY, VERIFIED_TAG if facts.verified else ATTESTED_TAG, "voice", "text-to-speech"],
        "voice_name": facts.name,
        "model_name": facts.name,
        "eval_results": results or None,
    }
    if not results:
        del data["model_name"]
    if facts.gated:
        data["extra_gated_prompt"] = GATE.format(use=USES[facts.scope])
        data["extra_gated_fields"] = {
            "Name": "text",
            "What the voice is for": "text",
            "I use it only as the consent allows": "checkbox",
        }
    return _yaml(data)


def _yaml(data: Mapping[str, object]) -> str:
    from huggingface_hub import ModelCardData

    return ModelCardData(**data).to_yaml()  # type: ignore[arg-type]


def _scores(scores: Mapping[str, float]) -> str:
    if not scores:
        return "None were measured."
    rows = ((METRICS.get(key, (_words(key), "")), value) for key, value in scores.items())
    table = _table(("", "", ""), ((name, _shown(value), note) for (name, note), value in rows))
    return f"Measured on sentences that the voice was not learned from.\n\n{table}"


def _table(head: tuple[str, ...], rows: object) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]  # type: ignore[attr-defined]
    if not lines:
        return "Nothing is known."
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines])


def _words(key: str) -> str:
    return plain(key.replace("_", " "))


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else plain(str(value))


def _filled(template: str, **words: str) -> str:
    return Template(files("model_cards").joinpath(template).read_text("utf-8")).substitute(words)
