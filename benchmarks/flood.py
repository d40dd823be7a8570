"""Does the server stand a flood? Many clients at once, each checking that its answers are its own.

Every client asks for a mix of things, with texts, seeds and recordings of its own, as fast as
it is answered. What is counted: answers, clear refusals (the queue is full), and whatever else
happens, of which there must be nothing; another client's answer, of which there must be none;
and the server's memory, which must not grow.

Usage: python -m benchmarks.flood [--seconds N] [--clients N] [--voice FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

import httpx
import psutil

from benchmarks.voices import add_voice_argument, voice_of
from voiceclone.audio.clip import Audio
from voiceclone.audio.write import write_audio
from voiceclone.settings import Settings
from voiceclone.studio import Studio

API = "gradio_api/"
REFUSALS = ("queue is full", "Too many requests", "Queue is full")
"""How a refusal begins, so that everything else is an error."""
SAMPLE_EVERY_S = 0.5
MIX = ("preview_text",) * 5 + ("verify",) * 2 + ("inspect",) + ("speak",) * 2
QUEUE = {
    "VOICECLONE_QUEUE_SIZE": "12",
    "VOICECLONE_QUEUE_PER_VISITOR": "12",
    "VOICECLONE_HEAVY_PER_MINUTE": "1e6",
    "VOICECLONE_REQUESTS_PER_MINUTE": "1e6",
    "VOICECLONE_UPLOADS_PER_MINUTE": "1e6",
    "VOICECLONE_UPLOAD_MB_PER_MINUTE": "1e6",
}
"""All clients come from one address: limits on one visitor are lifted, and the queue is what answers."""


@dataclass
class Report:
    """What came of a flood."""

    answers: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    """Answers that were another client's."""
    memory_mb: list[float] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """Memory of the last third of the time, over that of the first; 0.05 is five percent more."""
        third = max(1, len(self.memory_mb) // 3)
        return mean(self.memory_mb[-third:]) / mean(self.memory_mb[:third]) - 1


class Client:
    """One of many: it knows what it asked for, and so what it has to be told."""

    def __init__(self, number: int, address: str, voice: Path, speech: Audio, report: Report) -> None:
        self.number = number
        self._http = httpx.Client(base_url=address, timeout=600)
        self._random = random.Random(number)
        self._report = report
        self._voice = self._upload("voice.safetensors", voice.read_bytes())
        cut = Audio(speech.samples[: speech.sample_rate * 5 + 800 * number], speech.sample_rate)
        self._duration_s = cut.duration_s
        with tempfile.TemporaryDirectory() as folder:
            self._recording = self._upload(
                "mine.wav", write_audio(cut, Path(folder) / "mine.wav").read_bytes()
            )

    def run(self, over: Callable[[], bool]) -> None:
        """Ask, until it is over."""
        while not over():
            self.ask(self._random.choice(MIX))

    def ask(self, endpoint: str) -> None:
        """Ask for one thing, and check what is answered."""
        data, mine = getattr(self, f"_{endpoint}")()
        try:
            kind, answer = self._call(endpoint, data)
        except (httpx.HTTPError, json.JSONDecodeError) as error:
            self._report.errors.append(f"{endpoint}: {type(error).__name__} {error}")
            return
        if kind == "complete":
            self._report.answers[endpoint] += 1
            if not mine(answer):
                self._report.strays.append(f"{endpoint} of client {self.number}: {answer}")
        elif any(words in str(answer) for words in REFUSALS):
            self._report.refusals[endpoint] += 1
        else:
            self._report.errors.append(f"{endpoint}: {kind} {answer}")

    def _preview_text(self) -> tuple[list[Any], Callable[[Any], bool]]:
        text = f"Client {self.number} wrote this as number {self._random.randrange(10**6)}."
        return [text, "en-us"], lambda answer: answer[0][0]["text"] == text

    def _inspect(self) -> tuple[list[Any], Callable[[Any], bool]]:
        return [self._recording], lambda answer: abs(answer[0]["given_seconds"] - self._duration_s) < 0.02

    def _verify(self) -> tuple[list[Any], Callable[[Any], bool]]:
        return [
            self._recording,
            None,
        ], lambda answer: abs(answer[0]["watermark"]["seconds"] - self._duration_s) < 0.02

    def _speak(self) -> tuple[list[Any], Callable[[Any], bool]]:
        seed = self._random.randrange(2**31)
        asked = {"text": f"I am number {self.number}.", "seed": seed}

        def mine(answer: Any) -> bool:
            made = answer[1]["settings"]
            return {key: made[key] for key in asked} == asked

        return [self._voice, asked["text"], "en-us", 1.0, seed, False], mine

    def _call(self, endpoint: str, data: list[Any]) -> tuple[str, Any]:
        begun = self._http.post(f"{API}call/{endpoint}", json={"data": data})
        if begun.status_code != 200:
            return str(begun.status_code), begun.text
        stream = self._http.get(f"{API}call/{endpoint}/{begun.json()['event_id']}").text
        *_, last = (block for block in stream.split("\n\n") if block.strip())
        kind, _, answer = last.partition("\n")
        return kind.removeprefix("event: "), json.loads(answer.removeprefix("data: "))

    def _upload(self, name: str, content: bytes) -> dict[str, Any]:
        answer = self._http.post(f"{API}upload", files={"files": (name, content)}).raise_for_status()
        return {"path": answer.json()[0], "meta": {"_type": "gradio.FileData"}}


def flood(address: str, pid: int, voice: Path, speech: Audio, *, clients: int, seconds: float) -> Report:
    """Let clients loose on a running server, and return what came of it.

    Args:
        address: where it is served.
        pid: its process, whose memory is watched.
        voice: voice file that speaks.
        speech: recording of which every client sends a piece of another length.
        clients: how many at once.
        seconds: how long, after everything has been asked for once and all models are loaded.
    """
    crowd = [Client(number, address, voice, speech, Report()) for number in range(clients)]
    for endpoint in sorted(set(MIX)):
        crowd[0].ask(endpoint)
    report = Report()
    for client in crowd:
        client._report = report
    ends = time.monotonic() + seconds
    threads = [
        threading.Thread(target=client.run, args=(lambda: time.monotonic() > ends,)) for client in crowd
    ]
    for thread in threads:
        thread.start()
    process = psutil.Process(pid)
    while any(thread.is_alive() for thread in threads):
        report.memory_mb.append(process.memory_info().rss / 1e6)
        time.sleep(SAMPLE_EVERY_S)
    return report


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_voice_argument(parser)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--clients", type=int, default=50)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="voiceclone-flood-") as folder:
        settings = Settings.from_env()
        studio = Studio(settings)
        voice = studio.save_voice(voice_of(args, studio), Path(folder) / "voice.safetensors")
        speech = Audio.joined(
            [piece.audio for piece in studio.speak(studio.load_voice(voice), "Hello. " * 30)]
        )
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        variables = {
            **os.environ,
            **QUEUE,
            "VOICECLONE_PORT": str(port),
            "VOICECLONE_DATA": str(settings.data_dir),
        }
        server = subprocess.Popen([sys.executable, "app.py"], env=variables, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}/"
            _wait_for(address)
            report = flood(address, server.pid, voice, speech, clients=args.clients, seconds=args.seconds)
        finally:
            server.terminate()
            server.wait()
    print(f"\n{args.clients} clients for {args.seconds:.0f} s:\n")
    print("| endpoint | answers | told that the queue is full |\n|---|---|---|")
    for endpoint in sorted(set(MIX)):
        print(f"| {endpoint} | {report.answers[endpoint]} | {report.refusals[endpoint]} |")
    print(
        f"\nOther errors: {len(report.errors)}. Answers of other clients: {len(report.strays)}. "
        f"Memory {min(report.memory_mb):.0f} to {max(report.memory_mb):.0f} MB; last third over first third: "
        f"{report.growth:+.1%}."
    )
    per_minute = report.memory_mb[:: round(60 / SAMPLE_EVERY_S)]
    print(f"At each minute: {', '.join(f'{memory:.0f}' for memory in per_minute)} MB.")
    for line in (report.errors + report.strays)[:10]:
        print(f"- {line[:200]}")
    sys.exit(bool(report.errors or report.strays))


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            httpx.get(address)
            return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit("the app did not start")


if __name__ == "__main__":
    main()
