"""Train the learned start: the map from what is heard of a speaker to the numbers of a voice.

Each step takes crops of different readers, lets the frozen decoder speak them with the numbers that the map
predicts from each reader's embedding and average spectrum, and compares with what was recorded: the losses of
`voiceclone.engines.kokoro.trainee`. Every other crop is of a speaker made out of a reader (see
`training.readers`): 217 are few to tell from the 192 numbers of an embedding what a stranger needs. Both
come from another part of the recording as often as from the whole, with some noise, so that the
map learns the speaker and not the clip. Of the weights a running mean is kept (B. Polyak, A. Juditsky,
1992), which is what is measured on the held-out readers and shipped.

A run that is started again goes on where it was. Usage:

    python -m training.learned_start WORKFOLDER [--readers N] [--steps N] [--decay N] [--begin FILE]
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from training.readers import Reader, load_readers, load_varied, prepare, prepare_varied, split
from voiceclone.engines.kokoro.apart import Apart
from voiceclone.engines.kokoro.convert import load_network, load_packs
from voiceclone.engines.kokoro.losses import N_BANDS, MelDistance, at_level, resampled
from voiceclone.engines.kokoro.network import Frames, KokoroNetwork
from voiceclone.engines.kokoro.shift import Shift
from voiceclone.engines.kokoro.spec import PROSODY_PACK, SAMPLE_RATE, STYLE_DIM, TIMBRE_ROWS
from voiceclone.engines.kokoro.start import EMBEDDING_SPREAD, TIMBRE_SCALE, LearnedStart
from voiceclone.engines.seeded import Seeded
from voiceclone.native import ready_torchaudio
from voiceclone.speaker.encoder import EMBEDDING_DIM, SpeakerEncoder
from voiceclone.speaker.encoder import SAMPLE_RATE as ENCODER_RATE
from voiceclone.studio import Studio

log = logging.getLogger(__name__)

CROP_FRAMES = 80
"""2 s, as voices are learned by; of a shorter reader all there is."""
LEARNING_RATE = 5e-4
LEARNING_RATE_SHARED = 2e-3
"""What all readers share is learned faster than what tells them apart."""
LEARNING_RATE_LOW_RANK = 1e-3
LEARNING_RATE_SPECTRUM = 2e-3
WARM_UP = 50
WEIGHT_DECAY = 1e-2
WEIGHT_IDENTITY = 0.7
WEIGHT_OFFSETS = 0.02
MAX_GRADIENT_NORM = 1.0
EMBEDDING_NOISE = 0.02
"""Spread of the noise on each of 192 entries of size 0.07: two halves of a clip differ by as much."""
SPECTRUM_NOISE = 0.1
"""Spread of the noise on each of the 35 logarithms of an average spectrum, which differ by 0.5."""
AVERAGE = 0.99
"""The running mean of the weights reaches back about 100 steps."""
MEASURE_EVERY = 200
ADDED = ("gates.", "low_rank", "usual", "axes", "spectrum.")
"""What a start that was trained before may lack."""


@dataclass(frozen=True)
class Lesson:
    """A crop, and whose it is."""

    frames: Frames
    samples: Tensor
    """`[1, F * 600]`."""
    channel: tuple[Tensor, ...]
    """Of the recording, each `[1, 2, n_mels]`."""
    given: Tensor
    """`[192]`: the embedding that the map is given."""
    spectrum: Tensor
    """`[35]`: the average spectrum that it is given."""
    target: Tensor
    """`[192]`: what the crop is to sound like."""
    seed: int
    """Of the noise in the vocoder's source."""


class Teacher:
    """The frozen networks, and the losses of crops spoken with predicted numbers."""

    def __init__(self, network: KokoroNetwork, encoder: SpeakerEncoder, studio: Studio) -> None:
        self.network, self._encoder = network, encoder
        self._devices = studio.services.devices
        self._distance = MelDistance().to(network.device)

    def losses(self, start: LearnedStart, lessons: Sequence[Lesson]) -> dict[str, Tensor]:
        """Return the mean losses of some crops, each `[]`; `loss` is what is minimised."""
        predicted = start(
            torch.stack([lesson.given for lesson in lessons]),
            torch.stack([lesson.spectrum for lesson in lessons]),
        )
        assert predicted.low_rank is not None
        numbers = (predicted.offsets, predicted.timbre, predicted.low_rank)
        pieces = list(enumerate(lessons))
        if torch.is_grad_enabled():
            values = Apart.apply(self._losses, pieces, *numbers)
        else:
            values = torch.stack([self._losses(piece, *numbers) for piece in pieces]).mean(dim=0)
        return dict(zip(("loss", "spectrum", "identity", "size"), values, strict=True))

    def _losses(
        self, numbered: tuple[int, Lesson], offsets: Tensor, timbre: Tensor, low_rank: Tensor
    ) -> Tensor:
        index, lesson = numbered
        with Seeded(lesson.seed, self.network.device):
            shift = Shift(offsets[index], low_rank[index])
            with self.network.shifted(shift), self._devices.autocast():
                spoken = self.network.decode(lesson.frames, timbre[index : index + 1])
            spoken = spoken[:, : lesson.samples.shape[-1]].float()
            spectrum = self._distance(spoken, lesson.samples, lesson.channel)
            heard = self._distance.through(spoken, lesson.channel)
            identity = (1 - self._embedding(heard) @ lesson.target).mean()
            size = offsets[index].square().mean()
            loss = spectrum + WEIGHT_IDENTITY * identity + WEIGHT_OFFSETS * size
            return torch.stack([loss, spectrum.detach(), identity.detach(), size.detach()])

    def _embedding(self, spoken: Tensor) -> Tensor:
        heard = resampled(at_level(spoken), SAMPLE_RATE, ENCODER_RATE)
        return self._encoder.embed_batch(heard, self._devices.autocast())


def draw(readers: list[Reader], varied: list[Reader], random: np.random.Generator) -> list[Lesson]:
    """Return a crop of a reader drawn at random, and one of a speaker made of a reader if there are any."""
    lessons = []
    for among in (readers, varied or readers):
        reader = among[random.integers(len(among))]
        size = min(CROP_FRAMES, reader.n_frames)
        which = random.integers(3)
        noisy = reader.embeddings[which] + EMBEDDING_NOISE * random.standard_normal(EMBEDDING_DIM)
        spectrum = reader.spectra[which] + SPECTRUM_NOISE * random.standard_normal(N_BANDS)
        first = int(random.integers(reader.n_frames - size + 1))
        seed = int(random.integers(2**31))
        lessons.append(_lesson(reader, first, size, noisy / np.linalg.norm(noisy), spectrum, seed))
    return lessons


def middle(reader: Reader) -> Lesson:
    """Return the middle of a held-out reader."""
    size = min(CROP_FRAMES, reader.n_frames)
    return _lesson(reader, (reader.n_frames - size) // 2, size, reader.embeddings[0], reader.spectra[0], 0)


def _lesson(
    reader: Reader, first: int, n_frames: int, given: np.ndarray, spectrum: np.ndarray, seed: int
) -> Lesson:
    frames, samples = reader.crop(first, n_frames)
    channel = tuple(bands[None] for bands in reader.channel)
    target = torch.from_numpy(reader.embeddings[0])
    heard = [torch.from_numpy(what.astype(np.float32)) for what in (given, spectrum)]
    return Lesson(frames, samples, channel, *heard, target, seed)


def rate(step: int, steps: int, decay: int) -> float:
    """Return the learning rate's factor: rises, stays, and falls to zero over the last `decay` steps."""
    return min(1.0, (step + 1) / WARM_UP, (steps - step) / decay)


class Run:
    """One training run in a folder; every few hundred steps it is kept and measured."""

    def __init__(
        self,
        folder: Path,
        teacher: Teacher,
        timbre: Tensor,
        readers: Sequence[Reader],
        begin: Path | None = None,
    ) -> None:
        """Take up the run in a folder, or begin one.

        Args:
            folder: where it is kept.
            teacher: gives the losses.
            timbre: `[128]`, everybody's before the first step.
            readers: to learn from: the map looks first at what tells them apart most.
            begin: a start that was trained before, to go on from; what it lacks begins as it is built.
        """
        self.teacher, self.folder = teacher, folder
        torch.manual_seed(0)
        self.start = LearnedStart(teacher.network.shifts)
        with torch.no_grad():
            self.start.wide.bias[-STYLE_DIM:] = timbre / TIMBRE_SCALE
            embeddings, spectra = (
                torch.from_numpy(np.stack(whole))
                for whole in zip(*((r.embeddings[0], r.spectra[0]) for r in readers), strict=True)
            )
            _look_along_principal_components(self.start.narrow, embeddings / EMBEDDING_SPREAD)
            self.start.look_at(spectra)
        if begin is not None:
            lacking, unknown = self.start.load_state_dict(load_file(begin), strict=False)
            if unknown or any(not name.startswith(ADDED) for name in lacking):
                raise SystemExit(f"{begin} is not a start: it lacks {lacking} and has {unknown} besides.")
        self.mean = LearnedStart(teacher.network.shifts)
        self.mean.load_state_dict(self.start.state_dict())
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [self.start.narrow.weight, self.start.wide.weight], "weight_decay": WEIGHT_DECAY},
                {
                    "params": [self.start.narrow.bias, self.start.wide.bias, *self.start.gates.parameters()],
                    "weight_decay": 0.0,
                    "lr": LEARNING_RATE_SHARED,
                },
                {"params": [self.start.low_rank], "lr": LEARNING_RATE_LOW_RANK},
                {
                    "params": [self.start.spectrum.weight],
                    "weight_decay": WEIGHT_DECAY,
                    "lr": LEARNING_RATE_SPECTRUM,
                },
            ],
            lr=LEARNING_RATE,
        )
        self._highest = [group["lr"] for group in self.optimizer.param_groups]
        self.step = 0
        if self._kept.exists():
            self._load()

    @property
    def _kept(self) -> Path:
        return self.folder / "run.safetensors"

    def train(
        self, readers: list[Reader], varied: list[Reader], held_out: list[Reader], steps: int, decay: int
    ) -> None:
        """Go on to `steps`, then write the mean of the weights to `start.safetensors`."""
        began = time.monotonic()
        sums: dict[str, float] = {}
        first = self.step
        while self.step < steps:
            random = np.random.default_rng([0, self.step])
            for group, highest in zip(self.optimizer.param_groups, self._highest, strict=True):
                group["lr"] = highest * rate(self.step, steps, decay)
            losses = self.teacher.losses(self.start, draw(readers, varied, random))
            self.optimizer.zero_grad(set_to_none=True)
            losses["loss"].backward()
            torch.nn.utils.clip_grad_norm_(self.start.parameters(), MAX_GRADIENT_NORM)
            self.optimizer.step()
            self.step += 1
            with torch.no_grad():
                for kept, now in zip(self.mean.parameters(), self.start.parameters(), strict=True):
                    kept.lerp_(now, 1 - min(AVERAGE, self.step / (self.step + 10)))
            for name, loss in losses.items():
                sums[name] = sums.get(name, 0.0) + float(loss.detach())
            if self.step % MEASURE_EVERY == 0 or self.step == steps:
                self._keep()
                done = self.step - first
                n = (self.step - 1) % MEASURE_EVERY + 1
                means = {name: round(total / min(n, done), 4) for name, total in sums.items()}
                log.info(
                    "step %d, %.2f s a step: %s; held out: %s", self.step, (time.monotonic() - began) / done,
                    means, self.measure(held_out),
                )  # fmt: skip
                sums = {}

    def measure(self, readers: list[Reader]) -> dict[str, float]:
        """Return the mean losses of the mean weights over held-out readers."""
        with torch.no_grad():
            found = [self.teacher.losses(self.mean, [middle(reader)]) for reader in readers]
        return {k: round(float(np.mean([float(f[k]) for f in found])), 4) for k in ("spectrum", "identity")}

    def _keep(self) -> None:
        """Write everything that a later start needs, whole or not at all."""
        tensors = {f"start.{k}": v for k, v in self.start.state_dict().items()}
        tensors |= {f"mean.{k}": v for k, v in self.mean.state_dict().items()}
        for name, parameter in self.start.named_parameters():
            moments = self.optimizer.state[parameter]
            tensors |= {f"{m}.{name}": moments[m] for m in ("exp_avg", "exp_avg_sq")}
        unfinished = self._kept.with_suffix(".part")
        save_file(tensors, unfinished, metadata={"step": str(self.step)})
        unfinished.replace(self._kept)
        halves = {k: v.half() for k, v in self.mean.state_dict().items()}
        save_file(halves, self.folder / "start.safetensors", metadata={"step": str(self.step)})

    def _load(self) -> None:
        with safe_open(self._kept, "pt") as kept:
            self.step = int(kept.metadata()["step"])
            tensors = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118
        for module, prefix in ((self.start, "start."), (self.mean, "mean.")):
            module.load_state_dict(
                {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
            )
        for name, parameter in self.start.named_parameters():
            self.optimizer.state[parameter] = {
                "step": torch.tensor(float(self.step)),
                "exp_avg": tensors[f"exp_avg.{name}"],
                "exp_avg_sq": tensors[f"exp_avg_sq.{name}"],
            }


def _look_along_principal_components(narrow: nn.Linear, embeddings: Tensor) -> None:
    """Let a layer begin with the directions in which embeddings `[N, 192]` differ most."""
    centre = embeddings.mean(dim=0)
    _, spread, directions = torch.linalg.svd(embeddings - centre, full_matrices=False)
    n = min(len(directions) - 1, narrow.out_features)
    first = spread[0] / len(embeddings) ** 0.5
    narrow.weight[:n] = directions[:n] / first
    narrow.bias.copy_(-narrow.weight @ centre)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where readers and the run are kept")
    parser.add_argument("--readers", type=int, help="only the first so many; all when left out")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--decay", type=int, default=2000, help="steps at the end in which the rate falls")
    parser.add_argument("--begin", type=Path, help="a start that was trained before, to go on from")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    ready_torchaudio()
    studio = Studio()
    services = studio.services
    device = services.devices.main()
    for name in prepare(studio, args.folder / "readers", args.readers):
        log.info("%s is prepared", name)
    readers, held_out = split(load_readers(args.folder / "readers"))
    for name in prepare_varied(studio, args.folder / "readers", readers):
        log.info("%s is prepared", name)
    varied = load_varied(args.folder / "readers")
    log.info(
        "%d readers to learn from, %d made of them, %d held out", len(readers), len(varied), len(held_out)
    )
    network = load_network(services.weights, device)
    timbre = load_packs(services.weights)[PROSODY_PACK][TIMBRE_ROWS, :STYLE_DIM].mean(axis=0)
    teacher = Teacher(network, services.speaker, studio)
    run = Run(args.folder, teacher, torch.from_numpy(timbre), readers, args.begin)
    run.train(readers, varied, held_out, args.steps, args.decay)
    made = args.folder / "start.safetensors"
    log.info(
        "%s, sha256 %s: put it and its hash into voiceclone/engines/kokoro", made,
        hashlib.sha256(made.read_bytes()).hexdigest(),
    )  # fmt: skip


if __name__ == "__main__":
    main()
