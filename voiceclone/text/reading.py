"""The phrases of a text, each read when it is first asked for: speaking begins before the end is read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from voiceclone.text.phrase import Phrase
from voiceclone.text.split import Piece


class Reading:
    """Phrases that all have a sound, in order; can be gone through again. Safe to share between threads.

    What has no sound (a line of emoji) stays with its neighbour, so each phrase is given out when the one
    after it is known. Pickled, it is read to its end.
    """

    def __init__(self, pieces: Sequence[Piece], read: Callable[[Piece], Iterable[Phrase]]) -> None:
        """Read nothing yet.

        Args:
            pieces: the text.
            read: returns the phrases of a piece: one, or more if it is longer than was estimated.
        """
        self._lock = threading.Lock()
        self._found: list[Phrase] = []
        self._n_unread = len(pieces)
        self._more = _sounding(phrase for piece in self._counted(pieces) for phrase in read(piece))

    def __iter__(self) -> Iterator[Phrase]:
        index = 0
        while (phrase := self._at(index)) is not None:
            yield phrase
            index += 1

    @property
    def n_expected(self) -> int:
        """How many phrases there are, as far as is known: exactly, once the last has been given out."""
        return len(self._found) + self._n_unread

    def __reduce__(self) -> tuple[Callable[..., Reading], tuple[tuple[Phrase, ...]]]:
        return Reading.of, (tuple(self),)

    @staticmethod
    def of(phrases: Sequence[Phrase]) -> Reading:
        """Return phrases that are read already."""
        reading = Reading((), lambda piece: ())
        reading._found = list(phrases)
        return reading

    def _at(self, index: int) -> Phrase | None:
        with self._lock:
            while index >= len(self._found):
                phrase = next(self._more, None)
                if phrase is None:
                    assert not self._n_unread, "reading failed before: the rest would be left out unseen"
                    return None
                self._found.append(phrase)
            return self._found[index]

    def _counted(self, pieces: Sequence[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            yield piece
            self._n_unread -= 1


def _sounding(phrases: Iterable[Phrase]) -> Iterator[Phrase]:
    """Yield the phrases that have a sound; the text of a silent one goes to the phrase before it."""
    last: Phrase | None = None
    silent = ""
    for phrase in phrases:
        if phrase.phonemes:
            if last is not None:
                yield last
            last, silent = replace(phrase, text=silent + phrase.text), ""
        elif last is not None:
            last = replace(last, text=last.text + phrase.text, pause_s=max(last.pause_s, phrase.pause_s))
        else:
            silent += phrase.text
    if last is not None:
        yield last
