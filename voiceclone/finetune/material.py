"""From whatever a person has recorded to a dataset: read, cut at silences, heard, judged."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from voiceclone.audio.clip import Audio
from voiceclone.audio.level import levelled
from voiceclone.errors import CancelledError, DatasetFormatError, MaterialEmptyError
from voiceclone.evaluate.intelligibility import compare
from voiceclone.finetune.archive import Member, unpack, walk
from voiceclone.finetune.cutting import MAX_S, cuts
from voiceclone.finetune.dataset import SAMPLE_RATE, TABLE, Dataset, Fault, Utterance, quantised, utterance_of
from voiceclone.finetune.judging import is_kept, sound_faults, strangers, text_faults
from voiceclone.finetune.layouts import Entry, read_table
from voiceclone.listen.recognize import Recognizer
from voiceclone.listen.vad import SAMPLE_RATE as VAD_RATE
from voiceclone.listen.vad import Segment, VoiceActivity
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.text.frontend import TextFrontEnd
from voiceclone.text.languages import LANGUAGES, from_whisper, language

MAX_KEPT_S = 1_800.0
"""More speech than half an hour is not trained on: it would be passed over in the time a run has."""
MAX_GIVEN_S = 3_600.0
"""Of recordings together: what comes after is left out."""
HEARD_S = 30.0
"""Of a recording, to find its language."""
DEFAULT_LANGUAGE = "en-us"


@dataclass(frozen=True)
class MaterialEvent:
    """How far it is; the last one carries the dataset."""

    stage: str
    """`reading`, `cutting`, `listening`, `judging` or `done`."""
    done: int
    total: int
    dataset: Dataset | None = None


@dataclass(frozen=True, eq=False)
class _Given:
    """One recording that was given."""

    name: str
    path: Path
    entry: Entry | None


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

        Nothing that was given is left out of it: what is not fit to be trained on is in it, dropped,
        with its faults. Archives and tables are checked before the generator is made.

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
            AudioError: a recording cannot be used (once it is read).
            CancelledError: cancelled.
        """
        if language_key is not None:
            language(language_key)
        labels = list(names) if names else [Path(path).name for path in paths]
        folder = tempfile.TemporaryDirectory(prefix="voiceclone-", ignore_cleanup_errors=True)
        try:
            given = list(_found(paths, labels, Path(folder.name), texts or {}))
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
        given: list[_Given],
        folder: tempfile.TemporaryDirectory,
        language_key: str | None,
        onto: Dataset,
        cancelled: Callable[[], bool],
    ) -> Iterator[MaterialEvent]:
        with folder:
            known = {u.source_sha256 for u in onto.utterances}
            utterances: list[Utterance] = []
            left_s = MAX_GIVEN_S
            number = len(onto.utterances)
            for index, recording in enumerate(given):
                yield MaterialEvent("reading", index, len(given))
                own = recording.entry.own if recording.entry is not None else None
                if own is not None:
                    if own["sha256"] not in {u.audio.sha256 for u in (*onto.utterances, *utterances)}:
                        number += 1
                        utterances.append(_own(own, recording, f"clips/{number:04}.wav"))
                    continue
                audio = self._read(recording.path, recording.name)
                if audio.sha256 in known:
                    continue
                known.add(audio.sha256)
                heard = audio.sliced(0.0, max(0.0, left_s))
                left_s -= audio.duration_s
                yield MaterialEvent("cutting", index, len(given))
                speech = self._speech(heard)
                pieces = _spans(heard, speech, recording) if len(heard.samples) else []
                said = recording.entry.language if recording.entry is not None else None
                spoken_in = language_key or said
                if spoken_in is None:
                    spoken_in = self._language(heard) if pieces else DEFAULT_LANGUAGE
                for done, span in enumerate(pieces):
                    if cancelled():
                        raise CancelledError(number)
                    yield MaterialEvent("listening", done, len(pieces))
                    number += 1
                    name = f"clips/{number:04}.wav"
                    whole = len(pieces) == 1
                    utterances.append(
                        self._utterance(name, heard, span, speech, recording, spoken_in, whole, audio.sha256)
                    )
            yield MaterialEvent("judging", 0, 1)
            everything = self._judged(onto.utterances, utterances)
            yield MaterialEvent("done", len(given), len(given), Dataset(tuple(everything)))

    def _speech(self, audio: Audio) -> tuple[Segment, ...]:
        return self._vad.speech(levelled(audio.resampled(VAD_RATE))) if len(audio.samples) else ()

    def _language(self, audio: Audio) -> str:
        heard = self._recognizer.transcribe(audio.sliced(0.0, HEARD_S))
        found = from_whisper(heard.language)
        return found.key if found else DEFAULT_LANGUAGE

    def _utterance(
        self,
        file_name: str,
        audio: Audio,
        span: Segment,
        speech: Sequence[Segment],
        recording: _Given,
        spoken_in: str,
        whole: bool,
        source_sha256: str,
    ) -> Utterance:
        clip = audio.sliced(span.start_s, span.end_s)
        faults = sound_faults(audio, span, speech)
        entry = recording.entry
        text = entry.text if entry is not None and whole else ""
        if not any(f.kind == "empty" for f in faults):
            heard = self._recognizer.transcribe(clip, LANGUAGES[spoken_in].whisper)
            error_rate = None
            if text:
                error_rate = compare(text, heard.text, lambda t: self._text.words(t, spoken_in)).error_rate
            faults += text_faults(heard, error_rate)
            text = text or heard.text.strip()
        decided = entry.kept if entry is not None and whole else None
        return Utterance(
            file_name=file_name,
            audio=quantised(levelled(clip.resampled(SAMPLE_RATE))),
            text=text,
            language=spoken_in,
            source=recording.name,
            start_s=round(span.start_s, 3),
            faults=tuple(faults),
            kept=is_kept(faults) if decided is None else decided,
            source_sha256=source_sha256,
        )

    def _judged(self, before: Sequence[Utterance], new: Sequence[Utterance]) -> list[Utterance]:
        """Return utterances with what is only seen beside the others: strangers, and what is too much.

        What a person has decided stays: of those that were there before, and of those whose table says it.
        """
        utterances = [*before, *new]
        embedded = [u for u in utterances if not any(f.kind in ("empty", "music") for f in u.faults)]
        found = strangers(
            [self._speaker.embed(u.audio) for u in embedded], [u.audio.duration_s for u in embedded]
        )
        strange = {u.file_name: fault for u, fault in zip(embedded, found, strict=True) if fault is not None}
        # Of those whose table decided, some would be dropped by their faults: they stay.
        fresh = {u.file_name for u in new if is_kept(u.faults)}
        judged = []
        kept_s = 0.0
        for u in utterances:
            faults = [f for f in u.faults if f.kind not in ("other_speaker", "surplus")]
            if u.file_name in strange:
                faults.append(strange[u.file_name])
            kept = u.kept
            if kept and u.file_name in fresh:
                kept = is_kept(faults)
                if kept and kept_s + u.audio.duration_s > MAX_KEPT_S:
                    faults.append(Fault("surplus", round(kept_s)))
                    kept = False
            kept_s += u.audio.duration_s * kept
            judged.append(replace(u, faults=tuple(faults), kept=kept))
        return judged


def _spans(audio: Audio, speech: Sequence[Segment], recording: _Given) -> list[Segment]:
    """Return the utterances of a recording; of one in which nobody speaks, its beginning."""
    if not speech:
        return [Segment(0.0, min(audio.duration_s, MAX_S))]
    has_text = recording.entry is not None and recording.entry.text
    if has_text and audio.duration_s <= MAX_S:
        return [Segment(0.0, audio.duration_s)]
    return cuts(audio, speech)


def _own(row: Mapping, recording: _Given, file_name: str) -> Utterance:
    """Return an utterance as this program wrote it.

    Raises:
        DatasetFormatError: its sound is another than the table is about.
    """
    try:
        return utterance_of(row, recording.path.read_bytes(), file_name)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise DatasetFormatError(TABLE, str(error)) from error


def _found(
    paths: Sequence[Path | str], labels: Sequence[str], into: Path, texts: Mapping[str, str]
) -> Iterator[_Given]:
    """Yield all recordings of what was given, those of archives and folders with what their tables say."""
    for number, (given, label) in enumerate(zip(paths, labels, strict=True)):
        path = Path(given)
        if path.is_dir():
            yield from _of_members(walk(path, label))
        elif _is_zip(path):
            own = into / str(number)
            own.mkdir()
            yield from _of_members(unpack(path, own, label))
        else:
            yield _Given(label, path, Entry(texts[label]) if label in texts else None)


def _of_members(members: Sequence[Member]) -> Iterator[_Given]:
    entries: dict[str, Entry] = {}
    for table in (m for m in members if m.is_table):
        beside = PurePosixPath(table.name).parent
        read = read_table(table.path.read_bytes(), table.name)
        entries |= {(beside / name).as_posix(): entry for name, entry in read.items()}
    for member in members:
        if not member.is_table:
            yield _Given(member.name, member.path, entries.get(PurePosixPath(member.name).as_posix()))


def _is_zip(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False
