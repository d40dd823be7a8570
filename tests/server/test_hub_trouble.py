"""With a Hub in trouble the app starts as ever, says what is missing, and speaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from tests.hub.server.hub import LoopbackHub
from tests.server.running import running
from voiceclone.engines.registry import REGISTRY
from voiceclone.hub.table import weight


def test_the_app_starts_and_speaks_whatever_is_wrong_with_the_hub(
    tmp_path: Path, voice_file: Path, spoken_reference: Path
):
    """One process with empty caches; the Hub says nothing at first, and fails in other ways later on."""
    on_hub_only = [
        spec.name for spec in REGISTRY.specs if any(not weight(name).package for name in spec.weights)
    ]
    with LoopbackHub() as hub:
        hub.fail("slow")
        variables = {
            "HF_ENDPOINT": hub.endpoint,
            "HF_HOME": str(tmp_path / "hf"),
            "VOICECLONE_CACHE": str(tmp_path / "cache"),
            "VOICECLONE_WEIGHTS": "auto",
            "VOICECLONE_HUB_TIMEOUT": "1",
        }
        with running(tmp_path, **variables) as app:
            assert app.visitor().http.get("/").status_code == 200
            client = Client(app.address, verbose=False, download_files=tmp_path)
            states = {e["name"]: e["state"] for e in client.predict(api_name="/engines")["engines"]}
            assert states["kokoro"] == "ready"
            assert all(states[name] in ("fetch", "unavailable") for name in on_hub_only)
            rows = {row["name"]: row for row in client.predict(api_name="/weights")}
            assert rows["kokoro"]["source"] == rows["whisper-base"]["source"] == "package"
            assert not hub.asked, "nothing is asked of it before it is needed"

            reference = handle_file(spoken_reference)
            hub.fail("status", status=404)
            assert client.predict(reference, api_name="/transcribe")["text"]
            hub.fail("status", status=403)
            speech, record = client.predict(handle_file(voice_file), "Good morning.", api_name="/speak")
            assert Path(speech).exists() and record["audio"]["duration_s"] > 0.5
            assert hub.asked

            rows = {row["name"]: row for row in client.predict(api_name="/weights")}
            for name in ("whisper-base", "kokoro"):
                assert rows[name]["source"] == "package" and rows[name]["note"], "and why not from the Hub"

            hub.fail("cut")
            receipt = client.predict(reference, "Nobody", "own-voice", api_name="/attest")
            for name in on_hub_only:
                with pytest.raises(AppError, match="not available|only to whom|cannot be used"):
                    client.predict(reference, receipt, engine=name, api_name="/clone")
            before = len(hub.asked)
            assert client.predict(handle_file(voice_file), "Yes.", api_name="/speak")
            assert len(hub.asked) == before, "what was found once is not asked for again"
