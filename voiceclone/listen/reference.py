"""From recordings as people make them to a reference: levelled, trimmed, the best 30 s, and 30 s more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voiceclone.audio.clip import Audio
from voiceclone.audio.inspect import Report, inspect
from voiceclone.audio.level import levelled
from voiceclone.errors import AudioTooShortError, NoSpeechError
from voiceclone.listen.stretch import best_stretch, span_s, trimmed, trimmed_s
from voiceclone.listen.vad import SAMPLE_RATE as VAD_RATE
from voiceclone.listen.vad import Segment, VoiceActivity, speech_s

SAMPLE_RATE = 24_000
MAX_S = 30.0
MIN_SPEECH_S = 3.0
MIN_SHARE_S = 3.0
"""A clip that would get less of the budget than this is left out: too little to learn from."""
GAP_S = 0.3
"""Silence between clips that are joined."""
MIN_HEARD_S = 0.5
MIN_SPEECH_FRACTION = 0.05
"""Under these nobody speaks: music reached up to 3 % (60 synthetic pieces, a saxophone, a band),
read speech 60 to 90 %."""
SILENCE_DBFS = -120.0
"""Reported as the peak of digital silence."""


@dataclass(frozen=True, eq=False)
class Reference:
    """What a voice is learned from."""

    clips: tuple[Audio, ...]
    """Mono 24 kHz, levelled, trimmed; together at most 30 s, gaps included."""
    clip_names: tuple[str, ...]
    """Of each of `clips`."""
    rest: tuple[Audio, ...]
    """What is best of what `clips` leave, prepared as they are, at most as long: for who has time for it."""
    names: tuple[str, ...]
    """Of all clips that were given."""
    sha256: tuple[str, ...]
    """Of the decoded sound of all clips that were given, in the order of `names`."""
    left_out: tuple[str, ...]
    """Names of clips of which nothing was taken: no speech, or others filled the budget."""
    speech_s: float
    """Speech in `clips`, pauses left out."""
    duration_s: float
    """Length of everything that was given."""
    report: Report
    """Of the chosen parts as they were recorded, before levelling and trimming hid their faults."""

    @property
    def audio(self) -> Audio:
        """All clips as one, 0.3 s of silence between them."""
        return _with_gaps(self.clips)

    @property
    def rest_audio(self) -> Audio | None:
        """The rest as one, in the same way; None where nothing is left."""
        return _with_gaps(self.rest) if self.rest else None


@dataclass(frozen=True, eq=False)
class _Heard:
    """One given clip, and the speech in it or, later, what is chosen of that."""

    name: str
    audio: Audio
    segments: tuple[Segment, ...]

    @property
    def speech_s(self) -> float:
        return speech_s(self.segments)


def prepare(
    clips: Sequence[tuple[str, Audio]],
    vad: VoiceActivity,
    *,
    max_s: float = MAX_S,
    min_speech_s: float = MIN_SPEECH_S,
) -> Reference:
    """Return the reference made of one or more recordings of one speaker.

    Each clip is trimmed to its speech, long pauses are shortened, and of more than `max_s`
    the best stretch is taken: far above the noise, unclipped, dense with speech, cut in
    pauses only. Several clips share the budget; what a short one leaves goes to the others. Of
    what is then left, before the stretch or after it, the best is the `rest`.

    Args:
        clips: name and sound of each, at least one, any rate.
        vad: finds the speech.
        max_s: seconds that the reference may have, and its rest.
        min_speech_s: seconds of speech that are needed, all clips together.

    Raises:
        NoSpeechError: nobody speaks (silence, noise, music).
        AudioTooShortError: somebody does, for too short a time.
    """
    heard = [_Heard(name, audio, _speech(audio, vad)) for name, audio in clips]
    found_s = sum(h.speech_s for h in heard)
    shares = _shares(heard, max_s)
    chosen = [h for h in shares if h.segments]
    spans = [span_s(h.audio, h.segments) for h in chosen]
    chosen_s = sum(h.speech_s for h in chosen)
    spanned_s = sum(end - start for start, end in spans)
    if found_s < MIN_HEARD_S or chosen_s < MIN_SPEECH_FRACTION * spanned_s:
        peak = max(h.audio.peak for h in heard)
        peak_dbfs = 20 * math.log10(peak) if peak else SILENCE_DBFS
        raise NoSpeechError(sum(h.audio.duration_s for h in heard), max(peak_dbfs, SILENCE_DBFS))
    if found_s < min_speech_s:
        raise AudioTooShortError(found_s, min_speech_s)
    left = [replace(h, segments=_left(h, used)) for h, used in zip(heard, shares, strict=True)]
    return Reference(
        clips=tuple(_finished(h) for h in chosen),
        rest=tuple(_finished(h) for h in _shares(left, max_s) if h.speech_s >= MIN_SHARE_S),
        clip_names=tuple(h.name for h in chosen),
        names=tuple(h.name for h in heard),
        sha256=tuple(h.audio.sha256 for h in heard),
        left_out=tuple(h.name for h in shares if not h.segments),
        speech_s=chosen_s,
        duration_s=sum(h.audio.duration_s for h in heard),
        report=_report(chosen),
    )


def _speech(audio: Audio, vad: VoiceActivity) -> tuple[Segment, ...]:
    """Find speech in the clip brought to one level: the detector misses what is recorded quietly."""
    return vad.speech(levelled(audio.resampled(VAD_RATE))) if len(audio.samples) else ()


def _shares(heard: Sequence[_Heard], max_s: float) -> list[_Heard]:
    """Return the clips, each with the segments chosen of it; none where it is left out.

    The shortest is served first, so that what it does not need goes to the longer ones.
    """
    room = max(1, int((max_s + GAP_S) // (MIN_SHARE_S + GAP_S)))
    by_speech = sorted((i for i, h in enumerate(heard) if h.segments), key=lambda i: -heard[i].speech_s)
    used = sorted(by_speech[:room], key=lambda i: trimmed_s(heard[i].segments))
    left_s = max_s - GAP_S * (len(used) - 1)
    chosen: dict[int, tuple[Segment, ...]] = {}
    for served, i in enumerate(used):
        chosen[i] = best_stretch(heard[i].audio, heard[i].segments, left_s / (len(used) - served))
        left_s -= trimmed_s(chosen[i])
    return [replace(h, segments=chosen.get(i, ())) for i, h in enumerate(heard)]


def _with_gaps(clips: Sequence[Audio]) -> Audio:
    pieces = [clips[0]]
    for clip in clips[1:]:
        pieces += [Audio.silence(GAP_S, SAMPLE_RATE), clip]
    return Audio.joined(pieces)


def _left(heard: _Heard, used: _Heard) -> tuple[Segment, ...]:
    """Return the segments before or after those that are used, whichever have more speech in them."""
    if not used.segments:  # left out, and so nobody has compared who speaks
        return ()
    start_s, end_s = used.segments[0].start_s, used.segments[-1].end_s
    before = tuple(s for s in heard.segments if s.end_s <= start_s)
    after = tuple(s for s in heard.segments if s.start_s >= end_s)
    return max(before, after, key=speech_s)


def _finished(heard: _Heard) -> Audio:
    stretch = trimmed(heard.audio, heard.segments)
    return levelled(stretch.resampled(SAMPLE_RATE))


def _report(chosen: Sequence[_Heard]) -> Report:
    """Inspect what was chosen, as recorded and with its own pauses.

    Several clips are inspected as one, at the highest of their rates; only clipping is
    measured clip by clip, for each has its own ceiling.
    """
    parts = []
    for h in chosen:
        start_s, end_s = span_s(h.audio, h.segments)
        part = h.audio.sliced(start_s, end_s)
        parts.append((part, [(s.start_s - start_s, s.end_s - start_s) for s in h.segments]))
    if len(parts) == 1:
        return inspect(*parts[0])
    rate = max(audio.sample_rate for audio, _ in parts)
    speech: list[tuple[float, float]] = []
    joined: list[Audio] = []
    begin_s = 0.0
    for audio, segments in parts:
        joined.append(audio.resampled(rate))
        speech += [(begin_s + start, begin_s + end) for start, end in segments]
        begin_s += joined[-1].duration_s
    report = inspect(Audio.joined(joined), speech)
    clipped = sum(inspect(audio, ()).clipped_fraction * audio.duration_s for audio, _ in parts)
    return replace(report, clipped_fraction=clipped / sum(audio.duration_s for audio, _ in parts))
