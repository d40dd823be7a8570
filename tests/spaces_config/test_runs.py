"""The folder of a Space is a whole app: started as a Space starts it, it answers and lists its endpoints."""

import signal
from pathlib import Path

import pytest

from spaces_config.assemble import space_files, write_folder
from spaces_config.hardware import ZERO_GPU
from tests.server.running import running

SIGN_IN = {
    "SYSTEM": "spaces",
    "OAUTH_CLIENT_ID": "8f1c",
    "OAUTH_CLIENT_SECRET": "5eb63bbbe01eeed093cb22bb8f5acdc3",
    "OAUTH_SCOPES": "openid profile contribute-repos",
    "OPENID_PROVIDER_URL": "http://127.0.0.1:9",
}
"""What the Hub gives a Space with `hf_oauth`."""


@pytest.mark.parametrize(
    ("hardware", "variables", "sign_in", "tunes"),
    [("cpu-basic", {}, False, True), (ZERO_GPU, {"SPACES_ZERO_GPU": "true", **SIGN_IN}, True, False)],
    ids=["cpu", "zero-gpu-with-sign-in"],
)
def test_the_folder_is_a_whole_app(tmp_path: Path, hardware, variables, sign_in, tunes):
    write_folder(space_files(hardware), tmp_path / "space")
    with running(tmp_path, tmp_path / "space", SPACE_ID="ada/voices", **variables) as app:
        visitor = app.visitor()
        page = visitor.http.get("/")
        assert page.status_code == 200 and "voiceclone" in page.text, app.printed
        config = visitor.http.get("/config").json()
        endpoints = {entry["api_name"] for entry in config["dependencies"]}
        assert {"inspect", "clone", "speak", "verify", "finetune", "push_voice"} <= endpoints
        parts = {part["props"].get("elem_id"): part for part in config["components"]}
        assert ("sign-in" in parts) is sign_in
        assert parts["tune-check"]["props"]["interactive"] is tunes
        assert app.end(signal.SIGTERM, 60) == 0, app.printed
    # Gradio's thread for the Hub's editor ends so where `spaces`, which the Hub's image has, is missing.
    assert app.printed.count("Traceback") == app.printed.count("required to run hot-reloading in Spaces")
    left = {path.parts[len(tmp_path.parts)] for path in tmp_path.rglob("*") if path.is_file()}
    assert left <= {"space", "data"}
