"""The named endpoints, called over the network as `gradio_client` and plain HTTP call them."""

import json
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from jiwer import wer

from voiceclone.audio.clip import Audio
from voiceclone.audio.inspect import ADVICE
from voiceclone.audio.write import write_audio

TEXT = "The little boat crossed the river before sunrise, and nobody on the other side had heard it come."
ENDPOINTS = {
    "/inspect", "/transcribe", "/preview_text", "/attest", "/challenge", "/consent", "/clone", "/speak",
    "/verify", "/weights", "/engines", "/dataset", "/finetune", "/push_voice", "/pull_voice",
    "/browse_voices", "/withdraw_voice", "/convert", "/compare",
}  # fmt: skip


@pytest.fixture(scope="session")
def spoken(client: Client, voice_file: Path) -> tuple[Path, dict]:
    path, record = client.predict(handle_file(voice_file), TEXT, "en-us", 1.0, 11, api_name="/speak")
    return Path(path), record


@pytest.fixture
def plain_wav(tmp_path: Path) -> Path:
    return write_audio(Audio.silence(5.0, 16_000), tmp_path / "nothing.wav")


def samples(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="int16")[0]


def test_the_endpoints_are_these_and_each_says_what_it_does(client: Client):
    info = client.view_api(return_format="dict", print_info=False)
    assert set(info["named_endpoints"]) == ENDPOINTS
    assert not info["unnamed_endpoints"]
    assert all(endpoint["description"] for endpoint in info["named_endpoints"].values())


def test_inspect_reports_a_clean_reference(client: Client, spoken_reference: Path):
    report = client.predict(handle_file(spoken_reference), api_name="/inspect")
    assert 3.0 <= report["speech_s"] <= report["given_seconds"]
    assert report["used_seconds"] <= 30.0
    assert report["grade"] in ("good", "fair", "poor")
    assert all(fault["advice"] == ADVICE[fault["kind"]] for fault in report["faults"])
    assert 50 < report["f0_median_hz"] < 500


def test_transcribe_hears_words_in_the_language(client: Client, spoken_reference: Path):
    heard = client.predict(handle_file(spoken_reference), None, api_name="/transcribe")
    assert len(heard["text"].split()) > 8
    assert heard["language"].startswith("en")


def test_preview_text_writes_numbers_out(client: Client):
    phrases = client.predict("It costs $3.50. Dr. Smith paid.", "en-us", api_name="/preview_text")
    read = " ".join(phrase["normalized"] for phrase in phrases).lower()
    assert "three dollars" in read and "doctor" in read
    assert all(phrase["phonemes"] for phrase in phrases)


def test_clone_reports_each_step_and_ends_with_the_voice(clone_events, studio, learned_file: Path):
    stages = [event["stage"] for event, _ in clone_events]
    assert stages[0] == "preparing" and stages[-1] == "done"
    assert [path is None for _, path in clone_events] == [True] * (len(clone_events) - 1) + [False]
    steps = [event["step"] for event, _ in clone_events if event["stage"] == "learning"]
    assert steps == sorted(steps) and steps[-1] <= 3
    measured = [event["similarity"] for event, _ in clone_events if event["similarity"] is not None]
    assert measured and all(-1 <= value <= 1 for value in measured)
    voice = studio.load_voice(learned_file)
    assert (voice.name, voice.receipt.speaker, voice.receipt.scope) == ("Heron", "Nobody", "share")
    assert voice.receipt.authority.document == "no. 7" and not voice.receipt.verified
    assert voice.learned.seed == 5
    assert clone_events[-1][0]["voice"]["id"] == voice.id


def test_speak_says_the_words_and_records_how(spoken, studio):
    path, record = spoken
    heard = studio.transcribe(studio.inspect([path]), "en-us").text
    assert wer(TEXT.lower().rstrip("."), heard.lower().strip(" .")) <= 0.25
    assert record["settings"] == {"text": TEXT, "language": "en-us", "speed": 1.0, "seed": 11}
    assert record["voice"]["name"] == "Nobody"
    assert record["weights"] and all(record["weights"].values())
    assert record["audio"]["duration_s"] == pytest.approx(len(samples(path)) / 24_000, abs=0.01)
    json.dumps(record, allow_nan=False)


def test_the_same_request_gives_the_same_samples(client: Client, voice_file: Path, spoken):
    again, record = client.predict(handle_file(voice_file), TEXT, "en-us", 1.0, 11, api_name="/speak")
    assert np.array_equal(samples(Path(again)), samples(spoken[0]))
    assert record["audio"]["sha256"] == spoken[1]["audio"]["sha256"]


def test_a_clone_that_is_cancelled_makes_room_for_the_next_request(
    client, spoken_reference, receipt, voice_file
):
    """Learning and speaking wait for one another: 500 steps nobody waits for must not hold the queue."""
    job = client.submit(
        reference=handle_file(spoken_reference),
        receipt=receipt,
        language="en-us",
        steps=500,
        api_name="/clone",
    )
    for event, _ in job:
        if event["stage"] == "learning":
            break
    job.cancel()
    speech = client.submit(handle_file(voice_file), "Yes, it is.", None, 1.0, 0, api_name="/speak")
    path, record = speech.result(timeout=300)
    assert Path(path).exists() and record["settings"]["text"] == "Yes, it is."


def test_verify_finds_the_mark_in_what_was_spoken_and_not_in_silence(client: Client, spoken, plain_wav: Path):
    marked = client.predict(handle_file(spoken[0]), api_name="/verify")
    assert marked["conclusion"] == "made here" and marked["watermark"]["confidence"] >= 0.95
    assert marked["manifest"]["facts"]["seed"] == 11
    silent = client.predict(handle_file(plain_wav), api_name="/verify")
    assert silent["conclusion"] == "too little to tell" and silent["synthetic"] is None
    record = spoken[1]["provenance"]
    beside = client.predict(handle_file(plain_wav), record, api_name="/verify")
    assert beside["conclusion"] == "altered"


def test_weights_say_where_each_model_comes_from(client: Client):
    rows = client.predict(api_name="/weights")
    assert {"kokoro", "ecapa", "whisper-base", "perth"} <= {row["name"] for row in rows}
    assert all(row["licence"] and row["source"] in ("hub", "package", "missing") for row in rows)
    assert not any("/" in str(row.get("path", "")) for row in rows)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"basis": "maybe"}, "basis"),
        ({"speaker": ""}, "speaker"),
        ({"basis": "contract"}, "what shows the consent"),
        ({"scope": "share"}, "record the sentence"),
        ({"name": "n" * 200}, "80 characters"),
        ({"expires": "2020-01-01"}, "later day"),
    ],
)
def test_a_wrong_statement_of_consent_is_answered_with_what_is_accepted(
    client: Client, spoken_reference: Path, arguments: dict, said: str
):
    wanted = {"speaker": "Nobody", "basis": "own-voice", "name": "Heron"} | arguments
    with pytest.raises(AppError, match=said):
        client.predict(handle_file(spoken_reference), **wanted, api_name="/attest")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [({"steps": 0}, "1 to 500"), ({"language": "xx"}, "en-us"), ({"receipt": None}, "signed document")],
)
def test_a_wrong_argument_of_clone_is_answered_with_what_is_accepted(
    client: Client, spoken_reference: Path, receipt: dict, arguments: dict, said: str
):
    wanted = {"receipt": receipt, "steps": 2} | arguments
    with pytest.raises(AppError, match=said):
        client.predict(handle_file(spoken_reference), **wanted, api_name="/clone")


def test_a_receipt_that_was_changed_teaches_nothing(client: Client, spoken_reference: Path, receipt: dict):
    changed = receipt | {"payload": receipt["payload"] | {"scope": "commercial"}}
    with pytest.raises(AppError, match="cannot be trusted"):
        client.predict(handle_file(spoken_reference), changed, steps=2, api_name="/clone")


def test_a_recording_of_something_else_is_no_consent(client: Client, spoken_reference: Path):
    asked = client.predict(handle_file(spoken_reference), "Nobody", api_name="/challenge")
    assert asked["sentence"].count(",") > 2 and "consent" in asked["sentence"]
    given = (asked["id"], handle_file(spoken_reference), handle_file(spoken_reference))
    with pytest.raises(AppError, match="same as recording 1"):
        client.predict(*given, api_name="/consent")
    with pytest.raises(AppError, match="used"):
        client.predict(*given, api_name="/consent")


def test_a_file_without_speech_is_answered_with_what_to_do(client: Client, plain_wav: Path):
    with pytest.raises(AppError, match="No speech could be heard"):
        client.predict(handle_file(plain_wav), api_name="/inspect")


def test_what_is_no_voice_is_not_spoken_with(client: Client, tmp_path: Path):
    pickle = tmp_path / "voice.safetensors"
    pickle.write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(AppError, match="never opened"):
        client.predict(handle_file(pickle), TEXT, None, 1.0, 0, api_name="/speak")


def test_empty_text_is_answered_with_what_to_do(client: Client, voice_file: Path):
    with pytest.raises(AppError, match="no text to speak"):
        client.predict(handle_file(voice_file), "  ", None, 1.0, 0, api_name="/speak")


@pytest.mark.parametrize("endpoint", ["inspect", "transcribe", "clone", "speak", "verify"])
@pytest.mark.parametrize(
    "file",
    [
        "/etc/passwd",
        {"path": "/etc/passwd"},
        {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
        {"path": "file:///etc/passwd", "meta": {"_type": "gradio.FileData"}},
        {"path": "https://localhost/x.wav", "meta": {"_type": "gradio.FileData"}},
        {"path": "https://example.com/x.wav", "meta": {"_type": "gradio.FileData"}},
        {"path": "https://a", "url": "https://example.com/x.wav", "meta": {"_type": "gradio.FileData"}},
        None,
    ],
    ids=lambda file: json.dumps(file),
)
def test_a_path_or_an_address_instead_of_an_upload_is_never_opened(address: str, endpoint: str, file, opened):
    """Gradio downloads any public address that stands where a file should; here that is closed."""
    rest = {"transcribe": [None], "clone": ["N", "self", "", "", None, 2, 0], "speak": ["Hi.", None, 1.0, 0]}
    url = f"{address}gradio_api/call/{endpoint}"
    event = httpx.post(url, json={"data": [file, *rest.get(endpoint, [])]}).json()["event_id"]
    answer = httpx.get(f"{url}/{event}", timeout=60).text
    assert answer.startswith("event: error"), answer
    assert "root:" not in answer and "Traceback" not in answer
    assert not opened


def test_the_pages_own_handlers_are_not_part_of_the_api(address: str):
    config = httpx.get(f"{address}config").json()
    public = {d["api_name"] for d in config["dependencies"] if d["api_visibility"] == "public"}
    assert public == {name.lstrip("/") for name in ENDPOINTS}


def test_a_file_that_was_not_given_out_is_not_served(address: str):
    for path in ("/etc/passwd", str(Path(__file__).resolve())):
        assert httpx.get(f"{address}gradio_api/file={path}").status_code in (403, 404)
