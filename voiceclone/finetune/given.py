"""What was given to train on: its recordings, out of files, zips and folders, with what is known of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from voiceclone.errors import AudioNotFoundError, DatasetFormatError
from voiceclone.finetune.archive import Member, unpack, walk
from voiceclone.finetune.dataset import MAX_CLIP_BYTES, TABLE, Utterance, utterance_of
from voiceclone.finetune.layouts import MAX_TABLE_BYTES, Entry, is_ljspeech, read_table


@dataclass(frozen=True, eq=False)
class Given:
    """One recording that was given."""

    name: str
    path: Path
    entry: Entry | None

    @property
    def text(self) -> str:
        """What is said in it, where that is known."""
        return self.entry.text if self.entry is not None else ""

    @property
    def language(self) -> str | None:
        """Key of its language, where that is known."""
        return self.entry.language if self.entry is not None else None

    @property
    def kept(self) -> bool | None:
        """Whether somebody kept or dropped it; None when nobody has looked."""
        return self.entry.kept if self.entry is not None else None

    def own(self) -> Utterance | None:
        """Return the utterance that this program wrote, without a file name; None for other recordings.

        Raises:
            DatasetFormatError: its sound is another than the table is about, or the table was damaged.
        """
        row = self.entry.own if self.entry is not None else None
        if row is None:
            return None
        try:
            if self.path.stat().st_size > MAX_CLIP_BYTES:
                raise ValueError(f"{row['file_name']} is longer than a clip")
            return utterance_of(row, self.path.read_bytes(), "")
        except (KeyError, TypeError, ValueError, OSError, RuntimeError) as error:
            raise DatasetFormatError(TABLE, str(error)) from error


def recordings(
    paths: Sequence[Path | str], labels: Sequence[str], into: Path, texts: Mapping[str, str]
) -> Iterator[Given]:
    """Yield all recordings of what was given, those of archives and folders with what their tables say.

    Args:
        paths: sound files, zips, folders.
        labels: what each is called.
        into: an empty folder, for what comes out of zips.
        texts: what is said in sound files, by those labels, where it is known.

    Raises:
        AudioNotFoundError: there is no file of that name.
        MaterialError: an archive or a table cannot be used; which one says why.
    """
    for number, (given, label) in enumerate(zip(paths, labels, strict=True)):
        path = Path(given)
        if not path.exists():
            raise AudioNotFoundError(str(path))
        if path.is_dir():
            yield from _of_members(walk(path, label))
        elif _is_zip(path):
            own = into / str(number)
            own.mkdir()
            yield from _of_members(unpack(path, own, label))
        else:
            yield Given(label, path, Entry(texts[label]) if label in texts else None)


def _of_members(members: Sequence[Member]) -> Iterator[Given]:
    """Yield the recordings of an archive or a folder, with what its tables say of them.

    Raises:
        DatasetFormatError: a table cannot be read, or names recordings that are not there. Of LJSpeech's,
            which few take whole, one of them is enough.
    """
    there = {_tidy(member) for member in members if not member.is_table}
    entries: dict[str, Entry] = {}
    for table in (m for m in members if m.is_table):
        if table.path.stat().st_size > MAX_TABLE_BYTES:
            raise DatasetFormatError(table.name, f"it has over {MAX_TABLE_BYTES / 1e6:.0f} MB")
        data = table.path.read_bytes()
        beside = PurePosixPath(table.name).parent
        read = {(beside / name).as_posix(): entry for name, entry in read_table(data, table.name).items()}
        missing = [name for name in read if name not in there]
        if missing and (len(missing) == len(read) or not is_ljspeech(data, table.name)):
            raise DatasetFormatError(table.name, f"{missing[0]} is not there, and {len(missing) - 1} others")
        entries |= read
    for member in members:
        if not member.is_table:
            yield Given(member.name, member.path, entries.get(_tidy(member)))


def _tidy(member: Member) -> str:
    return PurePosixPath(member.name).as_posix()


def _is_zip(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False
