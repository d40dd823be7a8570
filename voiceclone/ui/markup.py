"""HTML fragments the tabs show. Everything that came from a visitor is escaped here."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

from voiceclone.cloning import CloneEvent
from voiceclone.consent.challenge import Challenge
from voiceclone.consent.receipt import Receipt
from voiceclone.evaluate.intelligibility import WordMark
from voiceclone.evaluate.report import Scores
from voiceclone.hub.weights import WeightStatus
from voiceclone.library import SavedVoice
from voiceclone.listen.reference import Reference
from voiceclone.provenance.manifest import ALTERED, HERE
from voiceclone.provenance.verdict import Verdict
from voiceclone.provenance.watermark import THRESHOLD, Detection
from voiceclone.text.phrase import Phrase
from voiceclone.ui.words import Words
from voiceclone.voices.voice import Voice

NEAR_LIMIT = 0.9
"""Share of the longest text from which on the count warns."""

SHORTENED = 1.5
"""A recording this much longer than what is kept of it was cut, not just trimmed."""

MOSTLY = 0.5
"""Share of a recording that has to be marked before the page says, without reserve, that it is."""

LOW_LIKENESS = 60
"""Out of 100; under this the page says what mostly helps."""

NATURALNESS = ((4.2, "high"), (3.6, "good"), (3.0, "fair"), (-math.inf, "low"))
"""Least predicted mean opinion score (1 to 5) of each word for it. Real recordings reach 3.4 to 4.7."""

_TEMPLATE_SIGNS = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;"})


def esc(text: object) -> str:
    """Return text that can stand in HTML: also its braces, which Gradio's templates would read."""
    return html.escape(str(text), quote=True).translate(_TEMPLATE_SIGNS)


def paragraph(text: str, css: str = "") -> str:
    """Return one escaped paragraph."""
    return f'<p class="{css}">{esc(text)}</p>' if css else f"<p>{esc(text)}</p>"


def reference_report(reference: Reference, words: Words) -> str:
    """Return the grade of a reference, its facts, and one advice for each fault."""
    report = reference.report
    facts = [words("report.facts", speech=reference.speech_s, rate=report.sample_rate / 1000)]
    if report.snr_db is not None:
        facts.append(words("report.snr", snr=report.snr_db))
    if report.f0_median_hz is not None:
        facts.append(words("report.pitch", f0=report.f0_median_hz))
    kept_s = reference.audio.duration_s
    shortened = ""
    if reference.duration_s > SHORTENED * kept_s:
        shortened = paragraph(words("report.shortened", kept=kept_s, total=reference.duration_s), "vc-quiet")
    advice = [words(f"advice.{fault.kind}") for fault in report.faults] or [words("advice.none")]
    return (
        f'<div class="vc-card vc-report {report.grade}" role="status">'
        f'<p class="vc-name">{esc(words(f"grade.{report.grade}"))}</p>'
        f"{paragraph(' · '.join(facts), 'vc-quiet')}{shortened}"
        f"<ul>{''.join(f'<li>{esc(line)}</li>' for line in advice)}</ul></div>"
    )


def progress(event: CloneEvent, curve: str, words: Words, stopping: bool = False) -> str:
    """Return how far a voice is learned: stage, bar, time left, and the curve below."""
    left = ""
    if event.stage == "preparing":
        stage, share = words("learn.preparing"), 0.0
    elif event.stage == "done":
        best = int(event.losses.get("best_step", event.step))
        key = "learn.done" if event.steps else "learn.done.at_once"
        stage, share = words(key, took=words.duration(event.seconds), step=best), 1.0
    elif not event.steps:
        stage, share = words("learn.at_once"), 0.0
    else:
        stage = words("learn.learning", step=event.step, steps=event.steps)
        share = event.step / event.steps
        if event.seconds_left is not None:
            left = words("learn.left", left=words.duration(event.seconds_left))
    if stopping and event.stage != "done":
        left = words("learn.stopping")
    return (
        f'<div class="vc-card vc-progress"><div class="vc-row"><span role="status">{esc(stage)}</span>'
        f'<span class="vc-quiet">{esc(left)}</span></div>'
        f'<progress max="1" value="{share:.3f}" aria-label="{esc(stage)}"></progress>{curve}</div>'
    )


def voice_card(voice: Voice, language_title: str, engine_title: str, trusted: bool, words: Words) -> str:
    """Return the voice that speaks: its name, the statement of consent, how it came to be."""
    facts = words(
        "voice.facts" if voice.learned.steps else "voice.facts.at_once",
        language=language_title,
        engine=engine_title,
        steps=voice.learned.steps,
        seconds=voice.learned.reference_seconds,
        date=voice.created[:10],
    )
    return (
        f'<div class="vc-card"><p class="vc-name">{esc(voice.name)}</p>'
        f"{paragraph(consent_line(voice.receipt, trusted, words))}{paragraph(facts, 'vc-quiet')}</div>"
    )


def consent_line(receipt: Receipt, trusted: bool, words: Words) -> str:
    """Return by whose word a voice exists, what for, until when, and whether that is this program's word."""
    authority, day = receipt.authority, receipt.issued[:10]
    if authority is None:
        line = words("consent.said.spoken", speaker=receipt.speaker, date=day)
    elif authority.basis == "own-voice":
        line = words("consent.said.own-voice", speaker=receipt.speaker, date=day)
    else:
        line = words(
            "consent.said.authority",
            speaker=receipt.speaker,
            date=day,
            by=authority.stated_by,
            basis=words(f"consent.basis.{authority.basis}"),
            document=authority.document,
        )
    line += " " + words(f"consent.scope.{receipt.scope}.said")
    if receipt.expires is not None:
        line += " " + words("consent.until", date=receipt.expires)
    if not trusted:
        line += " " + words("consent.elsewhere", signer=receipt.key_id)
    return line


def challenge(asked: Challenge, words: Words) -> str:
    """Return the sentence to read aloud, and until when it is good."""
    until = words("consent.until.time", time=f"{asked.deadline:%H:%M} UTC")
    return (
        f'<div class="vc-card" role="status"><p class="vc-quiet">{esc(words("consent.read"))}</p>'
        f'<p class="vc-sentence">{esc(asked.sentence)}</p>{paragraph(until, "vc-quiet")}</div>'
    )


def consent_heard(receipt: Receipt, words: Words) -> str:
    """Return that spoken consent was accepted, with what was measured."""
    evidence = receipt.evidence
    assert evidence is not None
    facts = words(
        "consent.heard.facts",
        similarity=evidence.similarity,
        threshold=evidence.similarity_threshold,
        errors=100 * evidence.word_error_rate,
    )
    return (
        f'<div class="vc-card vc-found" role="status"><p class="vc-name">{esc(words("consent.heard"))}</p>'
        f"{paragraph(consent_line(receipt, True, words))}{paragraph(facts, 'vc-quiet')}</div>"
    )


def saved_voice(voice: SavedVoice, words: Words) -> str:
    """Return one saved voice: its name, its consent, and whether it may still speak."""
    state = paragraph(words(f"saved.state.{voice.state}.info"), "" if voice.speaks else "vc-warn")
    return (
        f'<div class="vc-card"><p class="vc-name">{esc(voice.name)}</p>'
        f"{paragraph(consent_line(voice.receipt, voice.trusted, words))}{state}</div>"
    )


def count(text: str, max_characters: int, words: Words) -> str:
    """Return the number of characters, warning before the limit is met."""
    n = len(text)
    key = "speak.count"
    if n > max_characters:
        key = "speak.count.over"
    elif n > NEAR_LIMIT * max_characters:
        key = "speak.count.near"
    css = "vc-count" if key == "speak.count" else "vc-count vc-warn"
    return paragraph(words(key, characters=n, max=max_characters), css)


def phrases(read: Sequence[Phrase]) -> str:
    """Return how a text will be read: its phrases as a numbered list, written out."""
    return f'<ol class="vc-phrases">{"".join(f"<li>{esc(p.normalized)}</li>" for p in read)}</ol>'


def verdict(found: Verdict, words: Words) -> str:
    """Return what both layers of a recording say, the one that proves first."""
    manifest = found.manifest
    if manifest is None:
        return detection(found.detection, words) + paragraph(words("verify.no_manifest"), "vc-quiet")
    css = {HERE: "vc-found", ALTERED: "vc-altered"}.get(manifest.state, "")
    facts = ""
    if manifest.facts is not None:
        facts = paragraph(
            words(
                "verify.manifest.facts",
                program=manifest.facts.program,
                time=manifest.facts.created,
                voice=manifest.facts.voice_id[:8],
                consent=words(f"verify.consent.{manifest.facts.consent}")
                if manifest.facts.consent in ("verified", "attested")
                else manifest.facts.consent,
                seed=manifest.facts.seed,
            ),
            "vc-quiet",
        )
        if source := manifest.facts.source_sha256:
            facts = paragraph(words("verify.converted", source=source[:8])) + facts
    title, info = words(f"verify.{manifest.state}"), words(f"verify.{manifest.state}.info")
    return (
        f'<div class="vc-card {css}" role="status"><p class="vc-name">{esc(title)}</p>'
        f"{paragraph(info)}{facts}</div>" + detection(found.detection, words)
    )


def detection(found: Detection, words: Words) -> str:
    """Return what the watermark says: a claim when it is there, and none when it is not."""
    # Rounded down: a signal just under the threshold must not read as if it had met it.
    facts = {
        "percent": math.floor(100 * found.confidence),
        "threshold": 100 * THRESHOLD,
        "marked": found.seconds_marked,
        "total": found.seconds,
    }
    key, css = "verify.none", ""
    if found.watermarked and found.fraction_marked >= MOSTLY:
        key, css = "verify.found", "vc-found"
    elif found.watermarked:
        key = "verify.part"
    return (
        f'<div class="vc-card {css}" role="status"><p class="vc-name">{esc(words(key))}</p>'
        f"{paragraph(words(key + '.info', **facts))}</div>"
    )


def weights_list(rows: Sequence[WeightStatus], words: Words) -> str:
    """Return which weights are in use, and where they came from."""
    items = "".join(
        f'<li><p>{esc(row.title)}</p><p class="vc-quiet">{esc(words(f"weights.{row.source}"))} '
        f"<code>{esc(row.revision)}</code> · {esc(row.licence)}</p></li>"
        for row in rows
    )
    return f'<ul class="vc-weights">{items}</ul>'


def scores(measured: Scores, words: Words) -> str:
    """Return three scores with what they mean, the text with missed words marked, and what to try next."""
    likeness = round(min(max(measured.similarity_percent, 0.0), 100.0))
    understood = 100 * max(0.0, 1.0 - measured.words.error_rate)
    missed = measured.words.missed
    grade = next(key for least, key in NATURALNESS if measured.naturalness >= least)
    rows = (
        ("similarity", words("score.similarity.value", score=likeness), words("score.similarity.info")),
        (
            "words",
            words("score.words.some", percent=understood) if missed else words("score.words.all"),
            words("score.words.info"),
        ),
        (
            "naturalness",
            words(f"score.naturalness.{grade}"),
            words("score.naturalness.info", mos=measured.naturalness),
        ),
    )
    cells = "".join(
        f'<div><dt>{esc(words(f"score.{key}"))}</dt><dd class="vc-value">{esc(value)}</dd>'
        f'<dd class="vc-quiet vc-info">{esc(info)}</dd></div>'
        for key, value, info in rows
    )
    advice = []
    if likeness < LOW_LIKENESS:
        advice.append(words("score.advice.similarity"))
    if missed:
        advice.append(words("score.advice.words"))
    text = "".join(_word(mark, words) for mark in measured.words.asked)
    return (
        f'<div class="vc-card"><dl class="vc-scores">{cells}</dl>'
        f'<p class="vc-text">{text}</p>{"".join(paragraph(line, "vc-quiet") for line in advice)}</div>'
    )


def _word(mark: WordMark, words: Words) -> str:
    if mark.ok:
        return esc(mark.text)
    text = mark.text.strip()
    before, after = mark.text.split(text, 1) if text else (mark.text, "")
    return f'{before}<mark title="{esc(words("score.missed"))}">{esc(text)}</mark>{after}'
