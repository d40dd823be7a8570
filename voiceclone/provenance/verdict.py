"""What a file is, by both of its layers: the manifest proves, the watermark suggests.

Nothing here ever says that a recording is of a person. A voice from another program carries
neither layer, and a thorough person removes both: to find nothing is to know nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voiceclone.audio.clip import Audio
from voiceclone.provenance.manifest import ALTERED as MANIFEST_ALTERED
from voiceclone.provenance.manifest import ELSEWHERE, HERE, ManifestFound, Manifests
from voiceclone.provenance.watermark import Detection, Watermarker

MADE_HERE = "made here"
SAYS_SO = "says so"
MARKED = "marked"
ALTERED = "altered"
NOTHING = "nothing found"
UNTOLD = "too little to tell"

SENTENCES = {
    MADE_HERE: (
        "This was made here: its manifest is signed by this installation, "
        "and nothing in the file was changed since."
    ),
    SAYS_SO: (
        "The file says that a machine made it: its manifest is whole, but signed by somebody else, "
        "who may call themself anything."
    ),
    MARKED: (
        "It carries the watermark of synthetic speech. Who made it cannot be told: "
        "other programs leave the same mark."
    ),
    ALTERED: (
        "It has a manifest, but file or manifest were changed since it was signed: do not trust what it says."
    ),
    NOTHING: (
        "Neither a manifest nor the watermark was found. This does not prove that it is a recording of a "
        "person: other programs leave no mark, and marks can be removed."
    ),
    UNTOLD: (
        "There is too little sound to tell. Give at least {min_s:.0f} s that is not silent, "
        "or the file as it was saved."
    ),
}
"""Every conclusion in words."""

PROVEN, LIKELY, NONE = "proven", "likely", "none"

MIN_HEARD_S = 1.0
"""Less sound than this is not enough to miss the mark in: half a second can be too little."""


@dataclass(frozen=True)
class Verdict:
    """What was found in a file, and what it comes to."""

    conclusion: str
    """One of `SENTENCES`."""
    sureness: str
    """`proven`: a signature says it; `likely`: the watermark does, at a confidence that at most one unmarked
    recording in a hundred reaches; `none`: nothing speaks for or against."""
    detection: Detection
    manifest: ManifestFound | None

    @property
    def synthetic(self) -> bool | None:
        """Whether a machine made it, at least in part: True, or None where that is not known."""
        says = self.manifest is not None and self.manifest.made_by_machine
        return True if says or self.detection.watermarked else None

    @property
    def sentence(self) -> str:
        """The conclusion in words, with what the watermark says beside a broken manifest."""
        sentence = SENTENCES[self.conclusion].format(min_s=MIN_HEARD_S)
        if self.conclusion == ALTERED and self.detection.watermarked:
            return f"{sentence} It carries the watermark of synthetic speech."
        return sentence

    def to_dict(self) -> dict[str, object]:
        """Return the verdict as plain data."""
        return {
            "conclusion": self.conclusion,
            "sureness": self.sureness,
            "synthetic": self.synthetic,
            "sentence": self.sentence,
            "watermark": {
                "found": self.detection.watermarked,
                "confidence": round(self.detection.confidence, 4),
                "seconds_marked": round(self.detection.seconds_marked, 2),
                "seconds": round(self.detection.seconds, 2),
            },
            "manifest": None if self.manifest is None else self.manifest.to_dict(),
        }


def verify_file(
    path: Path, audio: Audio, watermarker: Watermarker, manifests: Manifests, record: bytes | None = None
) -> Verdict:
    """Return what a file from anyone is.

    Args:
        path: the file, for its manifest.
        audio: what it decodes to, for the watermark.
        watermarker: looks for the mark.
        manifests: reads the manifest; what its keyring signed is `made here`.
        record: a signed record that came with the file, in place of a manifest inside it.

    Raises:
        WatermarkUnavailableError: the watermarker cannot run.
        CertificateError: the installation's certificate cannot be used.
        KeyUnavailableError: the installation's key can be neither read nor made.
    """
    manifest = manifests.read_file(path)
    if record is not None and (manifest is None or manifest.state != HERE):
        manifest = manifests.read_json(record, path)
    return judge(watermarker.scan(audio), manifest)


def judge(detection: Detection, manifest: ManifestFound | None) -> Verdict:
    """Return what the two layers come to together."""
    if manifest is not None and manifest.state == HERE:
        return Verdict(MADE_HERE, PROVEN, detection, manifest)
    if manifest is not None and manifest.state == MANIFEST_ALTERED:
        return Verdict(ALTERED, LIKELY if detection.watermarked else NONE, detection, manifest)
    if manifest is not None and manifest.state == ELSEWHERE and manifest.made_by_machine:
        return Verdict(SAYS_SO, LIKELY, detection, manifest)
    if detection.watermarked:
        return Verdict(MARKED, LIKELY, detection, manifest)
    if detection.seconds < MIN_HEARD_S:
        return Verdict(UNTOLD, NONE, detection, manifest)
    return Verdict(NOTHING, NONE, detection, manifest)
