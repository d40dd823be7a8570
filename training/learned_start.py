"""Train the learned start: the map from a speaker embedding to the numbers of a voice.

Each step takes crops of different readers, lets the frozen decoder speak them with the numbers that the map
predicts from each reader's embedding, and compares with what was recorded: the losses of
`voiceclone.engines.kokoro.trainee`. The embedding comes from another part of the recording as often as from
the whole, with some noise, so that the map learns the speaker and not the clip. Of the weights a running mean
is kept (B. Polyak, A. Juditsky, 1992), which is what is measured on the held-out readers and shipped.

A run that is started again goes on where it was. Usage:

    python -m training.learned_start WORKFOLDER [--readers N] [--steps N] [--decay N]
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import logging
import time
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from training.readers import Reader, load_readers, prepare, split
from voiceclone.engines.kokoro.convert import load_network, load_packs
from voiceclone.engines.kokoro.losses import MelDistance, at_level
from voiceclone.engines.kokoro.network import Frames, KokoroNetwork
from voiceclone.engines.kokoro.shift import Shift
from voiceclone.engines.kokoro.spec import PROSODY_PACK, SAMPLE_RATE, STYLE_DIM, TIMBRE_ROWS
from voiceclone.engines.kokoro.start import EMBEDDING_SPREAD, TIMBRE_SCALE, LearnedStart
from voiceclone.native import ready_torchaudio
from voiceclone.speaker.encoder import SAMPLE_RATE as ENCODER_RATE
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.studio import Studio

log = logging.getLogger(__name__)

CROP_FRAMES = 48
"""1.2 s: the shortest that the encoder still tells speakers by; more crops teach more than longer ones."""
BATCH = 1
LEARNING_RATE = 5e-4
LEARNING_RATE_BIAS = 2e-3
"""What all readers share is learned faster than what tells them apart."""
WARM_UP = 50
WEIGHT_DECAY = 1e-2
WEIGHT_IDENTITY = 0.7
WEIGHT_OFFSETS = 0.02
MAX_GRADIENT_NORM = 1.0
EMBEDDING_NOISE = 0.02
"""Spread of the noise on each of 192 entries of size 0.07: two halves of a clip differ by as much."""
AVERAGE = 0.99
"""The running mean of the weights reaches back about 100 steps."""
MEASURE_EVERY = 200


class Teacher:
    """The frozen networks, and the losses of crops spoken with predicted numbers."""

    def __init__(self, network: KokoroNetwork, encoder: SpeakerEncoder, studio: Studio) -> None:
        self._network, self._encoder = network, encoder
        self._devices = studio.services.devices
        self._distance = MelDistance().to(network.device)

    def losses(self, start: LearnedStart, batch: Batch, seed: int) -> dict[str, Tensor]:
        """Return the losses of a batch, each `[]`; `loss` is what is minimised."""
        predicted = start(batch.given)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            with self._network.shifted(Shift(predicted.offsets)), self._devices.autocast():
                spoken = self._network.decode(batch.frames, predicted.timbre)
        spoken = spoken[:, : batch.samples.shape[-1]].float()
        spectrum = self._distance(spoken, batch.samples)
        identity = (1 - (self._embedding(spoken) * batch.target).sum(dim=-1)).mean()
        size = predicted.offsets.square().mean()
        loss = spectrum + WEIGHT_IDENTITY * identity + WEIGHT_OFFSETS * size
        return {"loss": loss, "spectrum": spectrum, "identity": identity, "size": size}

    def _embedding(self, spoken: Tensor) -> Tensor:
        from torchaudio.functional import resample

        heard = resample(at_level(spoken), SAMPLE_RATE, ENCODER_RATE)
        return self._encoder.embed_batch(heard, self._devices.autocast())


class Batch:
    """Crops of readers, and whose they are."""

    def __init__(self, crops: list[tuple[Frames, Tensor]], given: np.ndarray, target: np.ndarray) -> None:
        frames = [(f.textual, f.f0, f.energy) for f, _ in crops]
        self.frames = Frames(*(torch.cat(parts) for parts in zip(*frames, strict=True)))
        self.samples = torch.cat([samples for _, samples in crops])
        self.given = torch.from_numpy(given)
        """`[B, 192]`: what the map is given."""
        self.target = torch.from_numpy(target)
        """`[B, 192]`: what the crop is to sound like."""


def draw(readers: list[Reader], random: np.random.Generator, size: int = BATCH) -> Batch:
    """Return crops of readers drawn at random."""
    crops, given, target = [], [], []
    for index in random.choice(len(readers), size, replace=False):
        reader = readers[index]
        crops.append(reader.crop(int(random.integers(reader.n_frames - CROP_FRAMES + 1)), CROP_FRAMES))
        noisy = reader.embeddings[random.integers(3)] + EMBEDDING_NOISE * random.standard_normal(192)
        given.append(noisy / np.linalg.norm(noisy))
        target.append(reader.embeddings[0])
    return Batch(crops, np.stack(given).astype(np.float32), np.stack(target))


def middle(reader: Reader) -> Batch:
    """Return the middle of a held-out reader."""
    own = reader.embeddings[:1]
    return Batch([reader.crop((reader.n_frames - CROP_FRAMES) // 2, CROP_FRAMES)], own, own)


def rate(step: int, steps: int, decay: int) -> float:
    """Return the learning rate's factor: rises, stays, and falls to zero over the last `decay` steps."""
    return min(1.0, (step + 1) / WARM_UP, (steps - step) / decay)


class Run:
    """One training run in a folder; every few hundred steps it is kept and measured."""

    def __init__(self, folder: Path, teacher: Teacher, timbre: Tensor, embeddings: Tensor) -> None:
        """Take up the run in a folder, or begin one.

        Args:
            folder: where it is kept.
            teacher: gives the losses.
            timbre: `[128]`, everybody's before the first step.
            embeddings: `[N, 192]`, of the readers: the map looks first at what tells them apart most.
        """
        self.teacher, self.folder = teacher, folder
        torch.manual_seed(0)
        self.start = LearnedStart()
        with torch.no_grad():
            self.start.wide.bias[-STYLE_DIM:] = timbre / TIMBRE_SCALE
            _look_along_principal_components(self.start.narrow, embeddings / EMBEDDING_SPREAD)
        self.mean = copy.deepcopy(self.start)
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [self.start.narrow.weight, self.start.wide.weight], "weight_decay": WEIGHT_DECAY},
                {
                    "params": [self.start.narrow.bias, self.start.wide.bias],
                    "weight_decay": 0.0,
                    "lr": LEARNING_RATE_BIAS,
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

    def train(self, readers: list[Reader], held_out: list[Reader], steps: int, decay: int) -> None:
        """Go on to `steps`, then write the mean of the weights to `start.safetensors`."""
        began = time.monotonic()
        sums: dict[str, float] = {}
        first = self.step
        while self.step < steps:
            random = np.random.default_rng([0, self.step])
            for group, highest in zip(self.optimizer.param_groups, self._highest, strict=True):
                group["lr"] = highest * rate(self.step, steps, decay)
            losses = self.teacher.losses(self.start, draw(readers, random), int(random.integers(2**31)))
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
            found = [self.teacher.losses(self.mean, middle(reader), 0) for reader in readers]
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
    parser.add_argument("--steps", type=int, default=3200)
    parser.add_argument("--decay", type=int, default=1400, help="steps at the end in which the rate falls")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    ready_torchaudio()
    studio = Studio()
    services = studio.services
    device = services.devices.main()
    for name in prepare(studio, args.folder / "readers", args.readers):
        log.info("%s is prepared", name)
    readers, held_out = split(load_readers(args.folder / "readers"))
    log.info("%d readers to learn from, %d held out", len(readers), len(held_out))
    network = load_network(services.weights, device)
    timbre = load_packs(services.weights)[PROSODY_PACK][TIMBRE_ROWS, :STYLE_DIM].mean(axis=0)
    embeddings = torch.from_numpy(np.stack([reader.embeddings[0] for reader in readers]))
    teacher = Teacher(network, services.speaker, studio)
    run = Run(args.folder, teacher, torch.from_numpy(timbre), embeddings)
    run.train(readers, held_out, args.steps, args.decay)
    made = args.folder / "start.safetensors"
    log.info(
        "%s, sha256 %s: put it and its hash into voiceclone/engines/kokoro", made,
        hashlib.sha256(made.read_bytes()).hexdigest(),
    )  # fmt: skip


if __name__ == "__main__":
    main()
