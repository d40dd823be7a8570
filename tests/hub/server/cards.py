"""What the Hub accepts as the metadata of a card, by its documentation: keys and their types."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

LICENCES = {"apache-2.0", "mit", "cc-by-4.0", "cc-by-nc-4.0", "cc0-1.0", "openrail", "other", "unknown"}
RELATIONS = {"adapter", "finetune", "merge", "quantized"}
TASKS = {"text-to-speech", "text-to-audio", "automatic-speech-recognition", "text-generation"}
FIELDS = {"text", "checkbox", "country", "date_picker", "select"}


def errors_of(content: str, repo_type: str) -> list[str]:
    """Return what is wrong with a card; nothing when it is accepted."""
    found = re.match(r"---\s*\n(.*?)\n---\s*(\n|$)", content, re.DOTALL)
    if found is None:
        return []  # the Hub only warns of a card without metadata
    try:
        data = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        return [f"bad YAML: {error}"]
    if not isinstance(data, dict):
        return ["the metadata is no mapping"]
    rules = SPACE_RULES if repo_type == "space" else RULES
    errors = [f'"{key}" {rule}' for key, (ok, rule) in rules.items() if key in data and not ok(data[key])]
    if repo_type == "space":
        errors += [f'"{key}" is missing' for key in ("sdk",) if key not in data]
        errors += [f'"{key}" is no key of a Space' for key in data if key not in rules]
    if repo_type == "model" and data.get("license") == "other":
        errors += [f'"{key}" is missing' for key in ("license_name", "license_link") if key not in data]
    return errors


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _like(pattern: str) -> Callable[[Any], bool]:
    return lambda value: _text(value) and re.fullmatch(pattern, value) is not None


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _one_or_more(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: check(value) or isinstance(value, list) and bool(value) and all(map(check, value))


def _link(value: Any) -> bool:
    return (
        value in ("LICENSE", "LICENSE.md") or _text(value) and re.match(r"https?://\S+$", value) is not None
    )


def _fields(value: Any) -> bool:
    def ok(entry: Any) -> bool:
        return entry in FIELDS if isinstance(entry, str) else isinstance(entry, dict) and "type" in entry

    return isinstance(value, dict) and all(_text(key) and ok(entry) for key, entry in value.items())


def _metric(value: Any) -> bool:
    return isinstance(value, dict) and _text(value.get("type")) and value.get("value") is not None


def _result(value: Any) -> bool:
    if not isinstance(value, dict) or not {"task", "dataset", "metrics"} <= set(value):
        return False
    task, dataset, metrics = value["task"], value["dataset"], value["metrics"]
    return (
        isinstance(task, dict) and _text(task.get("type"))
        and isinstance(dataset, dict) and _text(dataset.get("type")) and _text(dataset.get("name"))
        and isinstance(metrics, list) and bool(metrics) and all(map(_metric, metrics))
    )  # fmt: skip


def _index(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(m, dict) and _text(m.get("name")) and isinstance(m.get("results"), list)
        and all(map(_result, m["results"])) for m in value
    )  # fmt: skip


RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "license": (lambda v: v in LICENCES, f"must be one of {sorted(LICENCES)}"),
    "license_name": (_like(r"[a-z0-9.-]+"), "must be a lowercase id"),
    "license_link": (_link, "must be LICENSE, LICENSE.md or an address"),
    "language": (_one_or_more(_like("[a-z]{2,3}")), "must be ISO 639 codes"),
    "tags": (_texts, "must be a list of texts"),
    "library_name": (_text, "must be a text"),
    "pipeline_tag": (lambda v: v in TASKS, f"must be one of {sorted(TASKS)}"),
    "base_model": (_one_or_more(_like(r"[\w.-]+/[\w.-]+")), "must be a model's id"),
    "base_model_relation": (lambda v: v in RELATIONS, f"must be one of {sorted(RELATIONS)}"),
    "extra_gated_prompt": (_text, "must be a text"),
    "extra_gated_fields": (_fields, f"must give each field a type: {sorted(FIELDS)}"),
    "model-index": (_index, "must be a list of models with results"),
}  # fmt: skip

COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
SCOPES = {
    "email", "read-repos", "gated-repos", "contribute-repos", "write-repos", "manage-repos", "inference-api",
    "jobs", "webhooks", "write-discussions",
}  # fmt: skip
"""What an application may ask for besides who somebody is."""

SPACE_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "title": (_text, "must be a text"),
    "emoji": (lambda v: _text(v) and not v.isascii(), "must be an emoji"),
    "colorFrom": (lambda v: v in COLOURS, f"must be one of {sorted(COLOURS)}"),
    "colorTo": (lambda v: v in COLOURS, f"must be one of {sorted(COLOURS)}"),
    "short_description": (lambda v: _text(v) and len(v) <= 60, "must have at most 60 characters"),
    "sdk": (lambda v: v in ("gradio", "docker", "static"), "must be gradio, docker or static"),
    "sdk_version": (_like(r"\d+\.\d+\.\d+"), "must be a version"),
    "python_version": (_like(r"3\.\d+(\.\d+)?"), "must be a text: YAML reads 3.10 as 3.1"),
    "app_file": (_text, "must be a path"),
    "suggested_hardware": (_text, "must be a kind of hardware"),
    "models": (lambda v: _texts(v) and all("/" in m for m in v), "must be a list of models' ids"),
    "tags": (_texts, "must be a list of texts"),
    "license": RULES["license"],
    "hf_oauth": (lambda v: isinstance(v, bool), "must be true or false"),
    "hf_oauth_scopes": (lambda v: _texts(v) and set(v) <= SCOPES, f"must be of {sorted(SCOPES)}"),
    "startup_duration_timeout": (_like(r"\d+[mh]"), "must be like 30m or 1h"),
    "preload_from_hub": (_texts, "must be a list of texts"),
}
