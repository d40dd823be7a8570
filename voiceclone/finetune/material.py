"""From whatever a person has recorded to a dataset: read, cut at silences, heard, judged."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from voiceclone.audio.clip import Audio
from voiceclone.audio.level import levelled
from voiceclone.errors import CancelledError, MaterialEmptyError, MaterialTooLongError
from voiceclone.evaluate.intelligibility import compare
from voiceclone.finetune.cutting import EDGE_S, MAX_S, cuts
from voiceclone.finetune.dataset import SAMPLE_RATE, Dataset, Fault, Utterance, quantised
from voiceclone.finetune.given import Given, recordings
from voiceclone.finetune.judging import TEXT_ERROR_RATE, is_kept, sound_faults, strangers, text_faults
from voiceclone.finetune.wording import comparable, shared_out
from voiceclone.listen.recognize import Recognizer, Transcript
from voiceclone.listen.vad import SAMPLE_RATE as VAD_RATE
from voiceclone.listen.vad import Segment, VoiceActivity
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.text.frontend import TextFrontEnd
from voiceclone.text.languages import LANGUAGES, from_whisper, language

MAX_KEPT_S = 1_800.0
"""More speech than half an hour is not trained on: it would be passed over in the time a run has."""
MAX_GIVEN_S = 3_600.0
"""Of everything together, what a dataset holds already included: 345 MB of memory."""
QUIET_EDGE_S = 0.5
"""A recording whose text is known stays whole, but for more silence than this at an end."""
HEARD_EDGE_S = 0.1
"""Of silence, before and after what Whisper hears: of 36 clips cut close it had 3.6 % of the words wrong in
place of 4.8."""
DEFAULT_LANGUAGE = "en-us"


@dataclass(frozen=True)
class MaterialEvent:
    """How far it is; the last one carries the dataset."""

    stage: str
    """`reading` (recordings), `cutting` (recordings), `listening` (clips), `judging` or `done`: each stage
    is gone through once, for everything that was given."""
    done: int
    total: int
    dataset: Dataset | None = None


@dataclass(frozen=True, eq=False)
class _Take:
    """The utterances of one recording; until they are heard, without text and language."""

    recording: Given
    utterances: tuple[Utterance, ...]
    is_own: bool = False
    """Whether this program wrote them, and everything is known of them."""


class MaterialPreparer:
    """Makes datasets. Safe between threads as far as its parts are."""

    def __init__(
        self,
        read: Callable[[Path, str], Audio],
        vad: VoiceActivity,
        recognizer: Recognizer,
        speaker: SpeakerEncoder,
        text: TextFrontEnd,
    ) -> None:
        """Keep the parts: `read` opens an untrusted file under a name for errors."""
        self._read, self._vad, self._recognizer = read, vad, recognizer
        self._speaker, self._text = speaker, text

    def prepare(
        self,
        paths: Sequence[Path | str],
        names: Sequence[str] | None = None,
        *,
        texts: Mapping[str, str] | None = None,
        language_key: str | None = None,
        onto: Dataset | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[MaterialEvent]:
        """Make a dataset of recordings of one speaker; yields reports, the last with the dataset.

        No speech that was given is left out of it: what is not fit to be trained on is in it, dropped,
        with its faults. Archives and tables are checked before the generator is made, and every recording
        is read once before the first is cut.

        Args:
            paths: sound files, zips, folders; zips and folders may be datasets, with a table.
            names: what to call them; their own names when None.
            texts: what is said in recordings, by those names, where it is known.
            language_key: of all of it; heard for each recording when None.
            onto: a dataset that it is added to; what is in there already is not added again.
            cancelled: asked between clips.

        Raises:
            MaterialError: an archive or a table cannot be used; which one says why.
            LanguageUnknownError: `language_key` is not in the table.
            AudioNotFoundError: there is no file of that name.
            AudioError: a recording cannot be used (once it is read).
            MaterialTooLongError: over an hour in all (once it is read).
            CancelledError: cancelled.
        """
        if language_key is not None:
            language(language_key)
        labels = list(names) if names else [Path(path).name for path in paths]
        folder = tempfile.TemporaryDirectory(prefix="voiceclone-", ignore_cleanup_errors=True)
        try:
            given = list(recordings(paths, labels, Path(folder.name), texts or {}))
            if not given:
                raise MaterialEmptyError(", ".join(labels) or "what was given")
        except BaseException:
            folder.cleanup()
            raise
        return self._prepare(given, folder, language_key, onto or Dataset(()), cancelled)

    def opened(self, path: Path, name: str | None = None) -> Dataset:
        """Return the dataset in a file: as it is where it was made by this program, else prepared.

        Raises:
            MaterialError, AudioError: it cannot be used.
        """
        *_, last = self.prepare([path], None if name is None else [name])
        assert last.dataset is not None
        return last.dataset

    def _prepare(
        self,
        given: list[Given],
        folder: tempfile.TemporaryDirectory,
        language_key: str | None,
        onto: Dataset,
        cancelled: Callable[[], bool],
    ) -> Iterator[MaterialEvent]:
        with folder:
            takes: list[_Take] = []
            for index, fresh in enumerate(self._fresh(given, onto)):
                yield MaterialEvent("reading", index, len(given))
                if fresh is not None:
                    takes.append(fresh)
                if cancelled():
                    raise CancelledError(index)
            for index, take in enumerate(takes):
                yield MaterialEvent("cutting", index, len(takes))
                if not take.is_own:
                    takes[index] = self._cut(take)
                if cancelled():
                    raise CancelledError(index)
            done = 0
            total = sum(len(take.utterances) for take in takes)
            utterances: list[Utterance] = []
            for take in takes:
                spoken_in, heard = language_key or take.recording.language, dict[int, Transcript]()
                # The longest first: it tells best which language it is.
                for place in sorted(range(len(take.utterances)), key=lambda i: -_length(take, i)):
                    yield MaterialEvent("listening", done, total)
                    if cancelled():
                        raise CancelledError(done)
                    done += 1
                    if not take.is_own and not _is_silent(take.utterances[place]):
                        spoken_in, heard[place] = self._heard(take.utterances[place], spoken_in)
                utterances += take.utterances if take.is_own else self._written(take, spoken_in, heard)
            first = len(onto.utterances) + 1
            named = [
                replace(u, file_name=f"clips/{number:04}.wav")
                for number, u in enumerate(utterances, start=first)
            ]
            everything = [*onto.utterances, *named]
            for index, utterance in enumerate(everything):
                yield MaterialEvent("judging", index, len(everything))
                if cancelled():
                    raise CancelledError(index)
                if utterance.embedding is None and not _is_wordless(utterance):
                    embedding = self._speaker.embed(utterance.audio)
                    everything[index] = replace(utterance, embedding=embedding)
            judged = Dataset(tuple(_judged(everything, {u.file_name for u in named})))
            yield MaterialEvent("done", len(given), len(given), judged)

    def _fresh(self, given: Sequence[Given], onto: Dataset) -> Iterator[_Take | None]:
        """Yield what is to be done with each recording, once it was read; None where it is there already.

        Raises:
            MaterialTooLongError: all together are too long.
        """
        known = {u.source_sha256 for u in onto.utterances} | {u.audio.sha256 for u in onto.utterances}
        read_s, all_s = 0.0, sum(u.audio.duration_s for u in onto.utterances)
        for recording in given:
            own = recording.own()
            audio = own.audio if own is not None else self._read(recording.path, recording.name)
            is_new = audio.sha256 not in known
            known.add(audio.sha256)
            read_s += audio.duration_s
            all_s += audio.duration_s * is_new
            if max(read_s, all_s) > MAX_GIVEN_S:
                raise MaterialTooLongError(recording.name, MAX_GIVEN_S / 60)
            yield _Take(recording, () if own is None else (own,), own is not None) if is_new else None

    def _cut(self, take: _Take) -> _Take:
        """Return the take with its utterances; their texts are those that are known of the whole."""
        audio = self._read(take.recording.path, take.recording.name)
        speech = self._vad.speech(levelled(audio.resampled(VAD_RATE)))
        utterances = []
        for span in _spans(audio, speech, bool(take.recording.text)):
            clip = audio.sliced(span.start_s, span.end_s)
            utterances.append(
                Utterance(
                    file_name="",
                    audio=quantised(levelled(clip.resampled(SAMPLE_RATE))),
                    text="",
                    language=DEFAULT_LANGUAGE,
                    source=take.recording.name,
                    start_s=round(span.start_s, 3),
                    faults=tuple(sound_faults(audio, span, speech)),
                    source_sha256=audio.sha256,
                )
            )
        return replace(take, utterances=tuple(utterances))

    def _heard(self, utterance: Utterance, spoken_in: str | None) -> tuple[str, Transcript]:
        """Return the language of an utterance, and what is said in it."""
        still = Audio.silence(HEARD_EDGE_S, SAMPLE_RATE)
        audio = Audio.joined([still, utterance.audio, still])
        if spoken_in is None:
            heard = self._recognizer.transcribe(audio)
            found = from_whisper(heard.language)
            if found is not None:
                return found.key, heard
        key = spoken_in or DEFAULT_LANGUAGE
        return key, self._recognizer.transcribe(audio, LANGUAGES[key].whisper)

    def _written(
        self, take: _Take, spoken_in: str | None, heard: Mapping[int, Transcript]
    ) -> Iterator[Utterance]:
        """Yield the utterances of a take with their texts, and what is wrong with these."""
        key = spoken_in or DEFAULT_LANGUAGE
        words = comparable(lambda text: self._text.words(text, key), LANGUAGES[key].wetext == "zh")
        known = take.recording.text
        texts = [""] * len(take.utterances)
        if known and len(texts) == 1:
            texts = [known]
        elif known:
            texts = shared_out(known, [heard[i].text if i in heard else "" for i in range(len(texts))], words)
        decided = take.recording.kept
        if decided and len(texts) > 1:
            decided = None  # nobody has looked at these parts of it
        for place, (utterance, text) in enumerate(zip(take.utterances, texts, strict=True)):
            faults = list(utterance.faults)
            if place in heard:
                rate = compare(text, heard[place].text, words).error_rate if known else None
                faults += text_faults(heard[place], rate)
                fits = rate is not None and (len(texts) == 1 or rate <= TEXT_ERROR_RATE)
                text = text if fits else heard[place].text.strip()
            yield replace(
                utterance,
                text=text,
                language=key,
                faults=tuple(faults),
                kept=is_kept(faults) if decided is None else decided,
            )


def _judged(utterances: Sequence[Utterance], new: Collection[str]) -> Iterator[Utterance]:
    """Yield utterances with what is only seen beside the others: strangers, and what is too much.

    What a person has decided stays: of those that were there before, and of those whose table says it.

    Args:
        utterances: with embeddings, where somebody speaks.
        new: names of those that were not there before.
    """
    voices = [(u, u.embedding) for u in utterances if u.embedding is not None]
    found = strangers([voice for _, voice in voices], [u.audio.duration_s for u, _ in voices])
    strange = {u.file_name: fault for (u, _), fault in zip(voices, found, strict=True) if fault is not None}
    # Of those whose table decided, some would be dropped by their faults: they stay.
    fresh = {u.file_name for u in utterances if u.file_name in new and is_kept(u.faults)}
    kept_s = 0.0
    for u in utterances:
        is_stranger = u.file_name in strange
        faults = [f for f in u.faults if f.kind != "other_speaker" or not (u.kept or is_stranger)]
        if is_stranger:
            faults.append(strange[u.file_name])
        kept = u.kept
        if kept and u.file_name in fresh:
            kept = is_kept(faults)
            if kept and kept_s + u.audio.duration_s > MAX_KEPT_S:
                faults.append(Fault("surplus", round(kept_s)))
                kept = False
        kept_s += u.audio.duration_s * kept
        yield replace(u, faults=tuple(faults), kept=kept)


def _spans(audio: Audio, speech: Sequence[Segment], has_text: bool) -> list[Segment]:
    """Return the utterances of a recording; of one in which nobody speaks, its beginning."""
    if not speech:
        return [Segment(0.0, min(audio.duration_s, MAX_S))]
    if has_text:
        first_s, last_s = speech[0].start_s, speech[-1].end_s
        whole = Segment(
            0.0 if first_s <= QUIET_EDGE_S else first_s - EDGE_S,
            audio.duration_s if audio.duration_s - last_s <= QUIET_EDGE_S else last_s + EDGE_S,
        )
        if whole.duration_s <= MAX_S:
            return [whole]
    return cuts(audio, speech)


def _length(take: _Take, place: int) -> float:
    return take.utterances[place].audio.duration_s


def _is_wordless(utterance: Utterance) -> bool:
    return any(fault.kind in ("empty", "music") for fault in utterance.faults)


def _is_silent(utterance: Utterance) -> bool:
    """Whether nobody was heard to speak in it."""
    return any(fault.kind in ("empty", "music") and fault.value is None for fault in utterance.faults)
