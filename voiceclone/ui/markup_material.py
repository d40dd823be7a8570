"""HTML of the material of a fine-tune: how far it is prepared, the table of clips, one clip's verdict."""

from __future__ import annotations

from voiceclone.finetune.dataset import Dataset, Utterance
from voiceclone.finetune.material import MaterialEvent
from voiceclone.ui.markup import esc, paragraph
from voiceclone.ui.words import Words

STAGES = ("reading", "cutting", "listening", "judging")
"""In the order in which material passes through them; each is taken for as long as the others."""

TABLE_SCRIPT = """
element.addEventListener('click', (event) => {
  const row = event.target.closest('tr[data-clip]');
  const radio = row && row.querySelector('input');
  if (radio && event.target !== radio && !radio.checked) {
    radio.focus({ preventScroll: true });
    radio.click();
  }
});
element.addEventListener('change', (event) => trigger('select', { clip: event.target.value }));
"""
"""A row is chosen by its radio button, as any list of choices: with the mouse anywhere in the row, with the
arrow keys, and as a screen reader does it."""


def gathering(event: MaterialEvent, words: Words, stopping: bool = False) -> str:
    """Return how far material is prepared: what is done with it, with which clip of how many."""
    if event.stage == "done":
        return ""
    share = STAGES.index(event.stage) / len(STAGES)
    title = words(f"material.stage.{event.stage}")
    count = ""
    if event.total:
        share += event.done / event.total / len(STAGES)
        count = words("material.stage.count", done=event.done, total=event.total)
    if stopping:
        count = words("material.stopping")
    return (
        f'<div class="vc-card vc-progress"><div class="vc-row"><span role="status">{esc(title)}</span>'
        f'<span class="vc-quiet">{esc(count)}</span></div>'
        f'<progress max="1" value="{share:.3f}" aria-label="{esc(title)}"></progress></div>'
    )


def totals(dataset: Dataset, language_title: str, keep_days: float, words: Words) -> str:
    """Return how much there is: minutes kept, clips kept and left out, language, what is doubtful, and
    for how many days it stays."""
    kept, left_out = len(dataset.kept), len(dataset.utterances) - len(dataset.kept)
    facts = words("material.facts", kept=kept, left_out=left_out, language=language_title)
    doubtful = sum(bool(u.faults) for u in dataset.kept)
    lines = [facts]
    if doubtful:
        lines.append(words("material.doubtful", clips=doubtful))
    lines.append(words("material.kept_for", days=keep_days))
    return (
        f'<div class="vc-card" role="status"><p class="vc-name">'
        f"{esc(words('material.kept', length=words.duration(dataset.seconds)))}</p>"
        f"{''.join(paragraph(line, 'vc-quiet') for line in lines)}</div>"
    )


def clip_table(dataset: Dataset, chosen: str | None, words: Words) -> str:
    """Return the table of clips, one chosen: number, seconds, text, verdict. See `TABLE_SCRIPT`."""
    head = "".join(
        f'<th scope="col">{esc(words(f"material.column.{column}"))}</th>'
        for column in ("number", "seconds", "text", "verdict")
    )
    rows = "".join(
        _row(number, utterance, utterance.file_name == chosen, words)
        for number, utterance in enumerate(dataset.utterances, 1)
    )
    caption = esc(words("material.table"))
    return (
        f'<table class="vc-clips"><caption class="vc-unseen">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def clip(number: int, utterance: Utterance, words: Words) -> str:
    """Return everything about one clip but its text: where it comes from, and one advice for each doubt."""
    title = words("material.clip", number=number)
    place = words(
        "material.clip.place",
        seconds=utterance.audio.duration_s,
        source=utterance.source,
        start=words.duration(utterance.start_s),
    )
    state = "" if utterance.kept else paragraph(words("material.clip.left_out"))
    advice = (
        "".join(f"<li>{esc(words(f'fault.{fault.kind}.advice'))}</li>" for fault in utterance.faults)
        or f"<li>{esc(words('fault.none'))}</li>"
    )
    grade = "poor" if utterance.faults else "good"
    return (
        f'<div class="vc-card vc-report {grade}"><p>{esc(title)}</p>{paragraph(place, "vc-quiet")}{state}'
        f"<ul>{advice}</ul></div>"
    )


def once_more(utterance: Utterance, words: Words) -> str:
    """Return why a take cannot be learned from."""
    kinds = [fault.kind for fault in utterance.faults]
    reason = words(f"fault.{kinds[0]}.advice") if kinds else ""
    return paragraph(f"{words('guided.once_more')} {reason}".strip(), "vc-warn")


def sentence(text: str, number: int, total: int, taken: int, seconds: float, words: Words) -> str:
    """Return the sentence to read aloud now, and how many have been read so far."""
    place = words("guided.number", number=number, total=total)
    so_far = words("guided.so_far", taken=taken, length=words.duration(seconds))
    return (
        f'<div class="vc-card">{paragraph(place, "vc-quiet")}'
        f'<p class="vc-sentence vc-large" role="status">{esc(text)}</p>{paragraph(so_far, "vc-quiet")}</div>'
    )


def _row(number: int, utterance: Utterance, chosen: bool, words: Words) -> str:
    verdict = ", ".join(words(f"fault.{fault.kind}") for fault in utterance.faults) or words("material.good")
    css = "vc-doubt" if utterance.faults else "vc-good"
    if not utterance.kept:
        verdict = (
            f"{words('material.left_out')} · {verdict}" if utterance.faults else words("material.left_out")
        )
        css = "vc-out"
    label = esc(words("material.clip", number=number))
    return (
        f'<tr class="{css}" data-clip="{esc(utterance.file_name)}"><th scope="row"><label>'
        f'<input type="radio" name="vc-clip" value="{esc(utterance.file_name)}" aria-label="{label}"'
        f"{' checked' if chosen else ''}>{number}</label></th>"
        f"<td>{utterance.audio.duration_s:.1f} s</td><td>{esc(utterance.text)}</td>"
        f"<td>{esc(verdict)}</td></tr>"
    )
