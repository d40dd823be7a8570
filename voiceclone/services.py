"""What the studio works with, each part built when it is first needed, once, and shared."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar, cast

from voiceclone.audio.clip import Audio
from voiceclone.audio.read import read_audio
from voiceclone.consent.ledger import ConsentLedger
from voiceclone.consent.verification import Verifier
from voiceclone.database.connection import Database, open_database
from voiceclone.devices import Devices
from voiceclone.devices.placement import Placement
from voiceclone.engines.base import ConvertingEngine, Engine, EngineSpec, TrainableEngine
from voiceclone.engines.pool import EnginePool
from voiceclone.engines.pooled import PooledEngine
from voiceclone.engines.registry import REGISTRY, Registry
from voiceclone.errors import EngineCannotError
from voiceclone.evaluate.report import Judge
from voiceclone.finetune.material import MaterialPreparer
from voiceclone.finetune.workspaces import Workspaces
from voiceclone.hub.weights import WeightStore
from voiceclone.keys import Keyring
from voiceclone.listen.recognize import Recognizer
from voiceclone.listen.vad import VoiceActivity
from voiceclone.provenance.manifest import Manifests
from voiceclone.provenance.watermark import Watermarker
from voiceclone.settings import Settings
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.text.frontend import TextFrontEnd
from voiceclone.voices.owner import Owner
from voiceclone.voices.store import VoiceStore

T = TypeVar("T")


class _Service(Generic[T]):
    """A property that is built when first asked for: once, however many threads ask."""

    def __init__(self, build: Callable[[Services], T]) -> None:
        self._build = build
        self._name = f"_built_{build.__name__}"

    def __get__(self, services: Services, owner: type[Services]) -> T:
        built = services.__dict__
        if self._name not in built:
            with services._lock:
                if self._name not in built:
                    built[self._name] = self._build(services)
        return built[self._name]


class Services:
    """Everything heavy. Safe between threads; nothing that a request brings is kept here."""

    def __init__(
        self,
        settings: Settings,
        weights: WeightStore,
        registry: Registry = REGISTRY,
        device: str | None = None,
    ) -> None:
        self.settings = settings
        self.weights = weights
        self.registry = registry
        self._device = device
        self._encoders: dict[str, SpeakerEncoder] = {}
        self._lock = threading.RLock()

    @_Service
    def devices(self) -> Devices:
        """The devices of this machine; on ZeroGPU the GPU is not this process's, unless it was lent to it."""
        return Devices(self.settings.threads, self._device or ("cpu" if self.settings.zero_gpu else None))

    @_Service
    def keys(self) -> Keyring:
        """The secrets of this installation."""
        settings = self.settings
        return Keyring(settings.data_dir, signing=settings.signing_key, master=settings.master_key)

    @_Service
    def database(self) -> Database:
        """Where challenges, withdrawals and saved voices are kept."""
        return open_database(self.settings)

    @_Service
    def ledger(self) -> ConsentLedger:
        """What was asked, used up and withdrawn."""
        return ConsentLedger(self.database)

    @_Service
    def store(self) -> VoiceStore:
        """The saved voices, encrypted."""
        return VoiceStore(self.database, self.keys, max_voices=self.settings.max_voices)

    @_Service
    def material(self) -> MaterialPreparer:
        """Recordings to datasets."""
        return MaterialPreparer(self._read, self.vad, self.recognizer, self.speaker, self.text)

    def _read(self, path: Path, name: str) -> Audio:
        settings = self.settings
        return read_audio(path, max_mb=settings.max_upload_mb, max_seconds=settings.max_audio_s, name=name)

    @_Service
    def workspaces(self) -> Workspaces:
        """What visitors train on, sealed."""
        settings = self.settings
        return Workspaces(
            settings.data_dir / "workspaces",
            self.keys,
            keep_days=settings.keep_days,
            max_workspaces=settings.max_workspaces,
        )

    @_Service
    def local_owner(self) -> Owner:
        """Whoever may read the key files of this installation."""
        return Owner.from_secret(self.keys.secret("library"))

    @_Service
    def consent_verifier(self) -> Verifier:
        """Checks spoken consent."""
        models = {name: self.weights.resolve(name).revision for name in ("whisper-base", "ecapa", "perth")}
        return Verifier(self.recognizer, self.speaker, self.watermarker, self.vad, self.text.words, models)

    @_Service
    def text(self) -> TextFrontEnd:
        """Text to phrases."""
        return TextFrontEnd()

    @_Service
    def vad(self) -> VoiceActivity:
        """Voice activity."""
        return VoiceActivity(self.weights.file("silero-vad"))

    @_Service
    def recognizer(self) -> Recognizer:
        """Speech recognition."""
        return Recognizer(self.weights.path("whisper-base"), self.devices.threads)

    @_Service
    def speaker(self) -> SpeakerEncoder:
        """The encoder that learning is driven by."""
        return SpeakerEncoder(self.weights.path("ecapa"), self.devices)

    @_Service
    def watermarker(self) -> Watermarker:
        """The mark in everything that is spoken."""
        return Watermarker()

    @_Service
    def manifests(self) -> Manifests:
        """The signed manifest in every file that is written."""
        return Manifests(self.keys)

    @_Service
    def judge(self) -> Judge:
        """The scores."""
        return Judge(self.weights.file("dvector"), self.recognizer, self.text)

    @_Service
    def pool(self) -> EnginePool:
        """The engines that are loaded."""
        bound_mb = self.settings.engine_memory_mb
        return EnginePool(self._load, self._revisions, self.devices.table, bound_mb)

    def engine(self, name: str) -> PooledEngine:
        """Return an engine, loaded: on as many devices as there are requests for it, while there is room.

        Raises:
            EngineUnknownError: listing the known ones.
            EngineTooLargeError, EngineMemoryBusyError: there is no room for it.
            WeightsError: its weights cannot be had.
        """
        engine = PooledEngine(self.registry.spec(name), self.pool)
        with engine.copy():
            return engine

    def _load(self, spec: EngineSpec, placement: Placement) -> Engine:
        self._revisions(spec)  # a download keeps nobody waiting who needs another part
        with self._lock:
            devices = self.devices.at(placement)
            return self.registry.row(spec.name).build(self.weights, self._encoder(devices), devices)

    def _encoder(self, devices: Devices) -> SpeakerEncoder:
        """Return the encoder on an engine's own device: gradients flow from one to the other."""
        here = str(devices.main())
        if here == str(self.devices.main()):
            return self.speaker
        if here not in self._encoders:
            self._encoders[here] = SpeakerEncoder(self.weights.path("ecapa"), devices)
        return self._encoders[here]

    def _revisions(self, spec: EngineSpec) -> dict[str, str]:
        return {name: self.weights.resolve(name).revision for name in spec.weights}

    def trainable_spec(self, name: str) -> EngineSpec:
        """Return what is known of an engine that can be fine-tuned, without loading it.

        Raises:
            EngineUnknownError, EngineCannotError: listing those that there are, or that can.
        """
        return self._able(name, "be fine-tuned", lambda spec: spec.fine_tunes)

    def trainable_engine(self, name: str) -> TrainableEngine:
        """Return an engine that can be fine-tuned, loaded; as `trainable_spec`."""
        self.trainable_spec(name)
        return cast(TrainableEngine, self.engine(name))

    def converting_engine(self, name: str) -> ConvertingEngine:
        """Return an engine that can convert speech, loaded; as `trainable_spec`."""
        self._able(name, "convert speech", lambda spec: spec.converts)
        return cast(ConvertingEngine, self.engine(name))

    def _able(self, name: str, task: str, can: Callable[[EngineSpec], bool]) -> EngineSpec:
        spec = self.registry.spec(name)
        if not can(spec):
            able = tuple(spec.name for spec in self.registry.specs if can(spec))
            raise EngineCannotError(name, task, able)
        return spec
