"""Secrets of the installation and words of visitors are put wherever they can get; the log has none."""

import base64
import signal
from pathlib import Path

from tests.server.running import running
from tests.server.served import Visitor, file_data

KEYS = {
    "VOICECLONE_MASTER_KEY": "c0ffee01" * 8,
    "VOICECLONE_SIGNING_KEY": "c0ffee02" * 8,
    "VOICECLONE_LIBRARY_KEY": "c0ffee03" * 8,
}
SECRETS = {
    "HF_TOKEN": "hf_canaryToken00000000000000000000",
    "OTHER_SERVICE_TOKEN": "canary-service-token",
    "CANARY_SECRET": "canary-secret-value",
    "CANARY_API_KEY": "canary-api-key",
    "CANARY_PASSWORD": "canary-password",
}
OWNER = "vc_" + base64.urlsafe_b64encode(b"canary owner of a voice, 32 byte").decode().rstrip("=")
TYPED = "Zebrafinch-47"
"""What a visitor types: in texts, names, file names, headers, and where it does not belong."""


def typed_everywhere(visitor: Visitor) -> None:
    """Use every endpoint and every handler of the page, with the words in every input."""
    info = visitor.get("info").json()["named_endpoints"]
    upload = visitor.upload(f"{TYPED}.wav", f"{TYPED} {OWNER}".encode())
    values = (TYPED, OWNER, f"/home/{TYPED}", {TYPED: [TYPED]}, f"https://{TYPED}:{TYPED}@127.0.0.1/")
    for name, endpoint in info.items():
        for value in values:
            data = [value] * len(endpoint["parameters"])
            for body in (
                data,
                [upload, *data[1:]],
                [file_data(value, orig_name=value), *data[1:]],
                [*data, value],
            ):
                answer = visitor.post(f"call{name}", json={"data": body})
                if answer.status_code == 200:
                    visitor.result(name.lstrip("/"), answer.json()["event_id"])
    for entry in visitor.http.get("config").json()["dependencies"]:
        data = [TYPED] * len(entry["inputs"])
        body = {"data": data, "fn_index": entry["id"], "session_hash": f"{TYPED}{entry['id']}"}
        route = "queue/join" if entry["queue"] else f"run/{entry['api_name']}"
        answer = visitor.post(route, json=body)
        if entry["queue"] and answer.status_code == 200:
            visitor.get("queue/data", params={"session_hash": body["session_hash"]})


def strange_requests(visitor: Visitor) -> None:
    """Ask for what is not there, with secrets in paths, queries, headers and bodies."""
    for path in (
        TYPED,
        f"config?token={OWNER}",
        f"gradio_api/file=/{TYPED}",
        f"gradio_api/call/{TYPED}",
        f"gradio_api/stream/{TYPED}/{TYPED}/x/playlist.m3u8",
        f"gradio_api/queue/data?session_hash={OWNER}",
    ):
        visitor.http.get(path)
        visitor.http.post(path, content=TYPED)
    headers = {"Authorization": f"Bearer {TYPED}", "Cookie": f"session={OWNER}", "X-Token": OWNER}
    visitor.http.get("", headers=headers)
    visitor.post(
        "queue/join", headers=headers, json={"data": [OWNER], "fn_index": TYPED, "session_hash": OWNER}
    )
    visitor.post("upload", headers={"Content-Type": f"multipart/form-data; boundary={TYPED}"}, content=OWNER)
    visitor.post("call/v2/speak", json={"text": TYPED, "voice": OWNER, TYPED: OWNER})


def test_no_canary_is_heard_in_the_log(tmp_path: Path, voice_file: Path):
    with running(tmp_path, **KEYS, **SECRETS, VOICECLONE_REQUESTS_PER_MINUTE="1e6",
                 VOICECLONE_HEAVY_PER_MINUTE="1e6") as app:  # fmt: skip
        visitor = app.visitor()
        typed_everywhere(visitor)
        strange_requests(visitor)
        file = visitor.upload("nobody.safetensors", voice_file.read_bytes())
        visitor.call("speak", file, f"{TYPED}.", "en-us", 99.0, 0, False)
        assert app.end(signal.SIGTERM, 60) == 0
    log = app.printed
    assert "Traceback" in log, "errors were met, and logged"
    for canary in (*KEYS.values(), *SECRETS.values(), OWNER, OWNER[3:], TYPED):
        assert canary not in log, next(line for line in log.splitlines() if canary in line)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(canary.encode() in content for canary in (*SECRETS.values(), OWNER, TYPED)), path
