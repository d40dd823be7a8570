"""Frozen settings, read from the environment once, at the door (app.py, cli/)."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from voiceclone.errors import OptionError

WEIGHTS_MODES = ("auto", "hub", "embedded")
CONSENT_MODES = ("stated", "verified")
FORWARDED_MODES = ("none", "last", "public")
MAX_PORT = 65_535


def _default_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "voiceclone"


def _default_data() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "voiceclone"


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _flag(text: str) -> bool:
    return text.lower() in ("1", "t", "true")  # as the package `spaces` reads it


@dataclass(frozen=True)
class Settings:
    """What can be set from outside; every field states its unit and its variable."""

    weights: str = "auto"
    """`VOICECLONE_WEIGHTS`: `auto` (cache, then Hub, then installed package), `hub`, `embedded`."""

    cache_dir: Path = field(default_factory=_default_cache)
    """`VOICECLONE_CACHE`: where converted weights are kept."""

    data_dir: Path = field(default_factory=_default_data)
    """`VOICECLONE_DATA`: where keys and saved voices are kept."""

    database_url: str = field(default="", repr=False)
    """`VOICECLONE_DATABASE_URL`: SQLAlchemy's address of the database; SQLite in `data_dir` when empty."""

    master_key: str = field(default="", repr=False)
    """`VOICECLONE_MASTER_KEY`: 64 hex digits that protect saved voices; a file in `data_dir` when empty."""

    signing_key: str = field(default="", repr=False)
    """`VOICECLONE_SIGNING_KEY`: 64 hex digits that sign receipts; a file in `data_dir` when empty."""

    library_key: str = field(default="", repr=False)
    """`VOICECLONE_LIBRARY_KEY`: whose saved voices the command line sees; a file in `data_dir` when empty."""

    consent: str = "stated"
    """`VOICECLONE_CONSENT`: `stated` accepts a statement of authority, `verified` only spoken consent."""

    trusted_keys: tuple[str, ...] = ()
    """`VOICECLONE_TRUSTED_KEYS`: ids of other installations' signing keys whose receipts count here as
    one's own, with commas between."""

    max_voices: int = 20
    """`VOICECLONE_MAX_VOICES`: voices that one owner may keep."""

    keep_days: float = 7.0
    """`VOICECLONE_KEEP_DAYS`: days that the app keeps clips and training runs nobody comes back to."""

    max_workspaces: int = 100
    """`VOICECLONE_MAX_WORKSPACES`: visitors whose clips and training runs the app keeps at once."""

    hub_timeout_s: float = 5.0
    """`VOICECLONE_HUB_TIMEOUT`: seconds the Hub has to answer before the package is used."""

    threads: int = 0
    """`VOICECLONE_THREADS`: CPU threads for inference and training; 0 means one per core."""

    engine_memory_mb: int = 0
    """`VOICECLONE_ENGINE_MEMORY_MB`: what loaded engines may take on each device, in megabytes; 0 means half
    of the machine's memory, and nine tenths of what is free of an accelerator's."""

    max_upload_mb: float = 50.0
    """`VOICECLONE_MAX_UPLOAD_MB`: largest file that is read, in megabytes."""

    max_audio_s: float = 3600.0
    """`VOICECLONE_MAX_AUDIO_S`: longest recording that is decoded, in seconds."""

    max_text_chars: int = 20_000
    """`VOICECLONE_MAX_TEXT_CHARS`: longest text that is spoken in one go."""

    queue_size: int = 32
    """`VOICECLONE_QUEUE_SIZE`: requests that may wait; one more is told that the queue is full."""

    queue_per_visitor: int = 8
    """`VOICECLONE_QUEUE_PER_VISITOR`: requests of one visitor that may wait to learn or speak."""

    heavy_per_minute: float = 60.0
    """`VOICECLONE_HEAVY_PER_MINUTE`: times that one visitor may learn or speak in a minute."""

    requests_per_minute: float = 1200.0
    """`VOICECLONE_REQUESTS_PER_MINUTE`: requests of one visitor in a minute, all kinds together."""

    uploads_per_minute: float = 120.0
    """`VOICECLONE_UPLOADS_PER_MINUTE`: files that one visitor may upload in a minute."""

    upload_mb_per_minute: float = 1000.0
    """`VOICECLONE_UPLOAD_MB_PER_MINUTE`: megabytes that one visitor may upload in a minute."""

    forwarded: str = "none"
    """`VOICECLONE_FORWARDED`: which address of X-Forwarded-For is the visitor's. `none`: none, nobody
    stands in front; `last`: the last, a reverse proxy writes it; `public`: the last public one, proxies
    behind the first add their own (a Space)."""

    framed_by: str = ""
    """`VOICECLONE_FRAMED_BY`: sites that may show the page inside theirs, with spaces between; the Hub on
    a Space, none elsewhere."""

    zero_gpu: bool = False
    """`SPACES_ZERO_GPU`, which a Space on ZeroGPU hardware sets: a GPU is lent for seconds at a time."""

    sign_in: bool = False
    """Whether visitors may sign in with their account of the Hub: on a Space with `hf_oauth`, which sets
    `OAUTH_CLIENT_ID`. Anywhere else Gradio would sign everybody in as whoever started the server."""

    host: str = "127.0.0.1"
    """`VOICECLONE_HOST` (or Gradio's `GRADIO_SERVER_NAME`): address the app listens on."""

    port: int = 7860
    """`VOICECLONE_PORT` (or Gradio's `GRADIO_SERVER_PORT`): port the app listens on."""

    def __post_init__(self) -> None:
        if self.weights not in WEIGHTS_MODES:
            raise OptionError("VOICECLONE_WEIGHTS", self.weights, ", ".join(WEIGHTS_MODES))
        if self.consent not in CONSENT_MODES:
            raise OptionError("VOICECLONE_CONSENT", self.consent, ", ".join(CONSENT_MODES))
        if self.forwarded not in FORWARDED_MODES:
            raise OptionError("VOICECLONE_FORWARDED", self.forwarded, ", ".join(FORWARDED_MODES))
        if not all(re.fullmatch("[0-9a-f]{16}", key) for key in self.trusted_keys):
            accepted = "16 hex digits each, with commas between"
            raise OptionError("VOICECLONE_TRUSTED_KEYS", ",".join(self.trusted_keys), accepted)
        for name, variable in (
            ("max_voices", "VOICECLONE_MAX_VOICES"),
            ("keep_days", "VOICECLONE_KEEP_DAYS"),
            ("max_workspaces", "VOICECLONE_MAX_WORKSPACES"),
            ("hub_timeout_s", "VOICECLONE_HUB_TIMEOUT"),
            ("max_upload_mb", "VOICECLONE_MAX_UPLOAD_MB"),
            ("max_audio_s", "VOICECLONE_MAX_AUDIO_S"),
            ("max_text_chars", "VOICECLONE_MAX_TEXT_CHARS"),
            ("queue_size", "VOICECLONE_QUEUE_SIZE"),
            ("queue_per_visitor", "VOICECLONE_QUEUE_PER_VISITOR"),
            ("heavy_per_minute", "VOICECLONE_HEAVY_PER_MINUTE"),
            ("requests_per_minute", "VOICECLONE_REQUESTS_PER_MINUTE"),
            ("uploads_per_minute", "VOICECLONE_UPLOADS_PER_MINUTE"),
            ("upload_mb_per_minute", "VOICECLONE_UPLOAD_MB_PER_MINUTE"),
        ):
            if not 0 < getattr(self, name) < math.inf:  # NaN is not either
                raise OptionError(variable, getattr(self, name), "a number above 0")
        if self.threads < 0:
            raise OptionError("VOICECLONE_THREADS", self.threads, "0 (one per core) or more")
        if self.engine_memory_mb < 0:
            accepted = "0 (a share of each device's memory) or more"
            raise OptionError("VOICECLONE_ENGINE_MEMORY_MB", self.engine_memory_mb, accepted)
        if not 0 <= self.port <= MAX_PORT:
            raise OptionError("VOICECLONE_PORT", self.port, f"0 to {MAX_PORT}")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Return the settings that the environment asks for.

        Raises:
            OptionError: a variable holds something that is not accepted.
        """
        env = os.environ if env is None else env
        on_space = bool(env.get("SPACE_ID"))
        values: dict[str, object] = {}
        for names, key, convert in (
            (("VOICECLONE_WEIGHTS",), "weights", str),
            (("VOICECLONE_CACHE",), "cache_dir", Path),
            (("VOICECLONE_DATA",), "data_dir", Path),
            (("VOICECLONE_DATABASE_URL",), "database_url", str),
            (("VOICECLONE_MASTER_KEY",), "master_key", str),
            (("VOICECLONE_SIGNING_KEY",), "signing_key", str),
            (("VOICECLONE_LIBRARY_KEY",), "library_key", str),
            (("VOICECLONE_CONSENT",), "consent", str),
            (("VOICECLONE_TRUSTED_KEYS",), "trusted_keys", _list),
            (("VOICECLONE_MAX_VOICES",), "max_voices", int),
            (("VOICECLONE_KEEP_DAYS",), "keep_days", float),
            (("VOICECLONE_MAX_WORKSPACES",), "max_workspaces", int),
            (("VOICECLONE_HUB_TIMEOUT",), "hub_timeout_s", float),
            (("VOICECLONE_THREADS",), "threads", int),
            (("VOICECLONE_ENGINE_MEMORY_MB",), "engine_memory_mb", int),
            (("VOICECLONE_MAX_UPLOAD_MB",), "max_upload_mb", float),
            (("VOICECLONE_MAX_AUDIO_S",), "max_audio_s", float),
            (("VOICECLONE_MAX_TEXT_CHARS",), "max_text_chars", int),
            (("VOICECLONE_QUEUE_SIZE",), "queue_size", int),
            (("VOICECLONE_QUEUE_PER_VISITOR",), "queue_per_visitor", int),
            (("VOICECLONE_HEAVY_PER_MINUTE",), "heavy_per_minute", float),
            (("VOICECLONE_REQUESTS_PER_MINUTE",), "requests_per_minute", float),
            (("VOICECLONE_UPLOADS_PER_MINUTE",), "uploads_per_minute", float),
            (("VOICECLONE_UPLOAD_MB_PER_MINUTE",), "upload_mb_per_minute", float),
            (("VOICECLONE_FORWARDED",), "forwarded", str),
            (("VOICECLONE_FRAMED_BY",), "framed_by", str),
            (("SPACES_ZERO_GPU",), "zero_gpu", _flag),
            (("VOICECLONE_HOST", "GRADIO_SERVER_NAME"), "host", str),
            (("VOICECLONE_PORT", "GRADIO_SERVER_PORT"), "port", int),
        ):
            name = next((n for n in names if env.get(n)), None)
            if name is None:
                continue
            try:
                values[key] = convert(env[name])
            except ValueError as error:
                raise OptionError(name, env[name], f"a value of type {convert.__name__}") from error
        if on_space:
            values.setdefault("host", "0.0.0.0")
            values.setdefault("consent", "verified")
            values.setdefault("forwarded", "public")
            values.setdefault("framed_by", "https://huggingface.co")
            in_place = ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL")
            # Gradio tells a Space by SYSTEM, and signs its cookies with the secret.
            values["sign_in"] = env.get("SYSTEM") == "spaces" and all(env.get(name) for name in in_place)
        return cls(**values)  # type: ignore[arg-type]
