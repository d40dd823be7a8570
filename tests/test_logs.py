import io
import logging
import threading
import traceback

import pytest

from voiceclone import logs
from voiceclone.logs import HIDDEN, CleanStream, Redactor, clean, secrets_of, trace_of
from voiceclone.settings import Settings

KEY = "5e" * 32


@pytest.fixture
def redact() -> Redactor:
    return Redactor({KEY, "correct horse battery", "short"})


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    trace = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("any", logging.INFO, __file__, 1, message, args, trace)


def shown(record: logging.LogRecord) -> str:
    return logging.Formatter("%(levelname)s %(message)s").format(record)


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


@pytest.mark.parametrize(
    "text",
    [
        f"key={KEY}",
        "the correct horse battery staples",
        "token hf_AbCdEfGhIjKlMnOpQrStUv refused",
        "owner vc_0123456789abcdefABCDEF_-xyz",
        "Authorization: Bearer eyJhbGciOi.J9.x",
        "authorization: bearer opaque-token-1",
        "postgresql://ada:lovelace1815@db.example.org/voices",
    ],
)
def test_secrets_are_hidden(redact: Redactor, text: str):
    hidden = redact(text)
    assert HIDDEN in hidden
    for secret in (KEY, "horse", "AbCdEf", "0123456789abcdef", "eyJ", "opaque-token", "lovelace"):
        assert secret not in hidden


@pytest.mark.parametrize(
    "text", ["hf_hub_download is a function", "http://127.0.0.1:7860/", "voiceclone", "a short word", ""]
)
def test_ordinary_words_stay(redact: Redactor, text: str):
    assert redact(text) == text


def test_the_secrets_are_those_of_the_settings_and_of_variables_named_so():
    settings = Settings(
        master_key="aa" * 32, signing_key="bb" * 32, database_url="postgresql://ada:p%40ssword@db/voices"
    )
    env = {"HF_TOKEN": "t0ken-1", "MY_DB_PASSWORD": "pw-2-long", "AWS_SECRET": "s3cret-3", "PATH": "/usr/bin"}
    assert secrets_of(settings, env) == {
        "aa" * 32, "bb" * 32, "p%40ssword", "p@ssword", "t0ken-1", "pw-2-long", "s3cret-3"
    }  # fmt: skip


def test_arguments_are_cleaned_and_numbers_stay_numbers(redact: Redactor):
    cleaned = clean(record("%s took %.1f s with %s", "a", 1.25, KEY), redact)
    assert shown(cleaned) == f"INFO a took 1.2 s with {HIDDEN}"
    assert cleaned.args == ("a", 1.25, HIDDEN)


def test_a_secret_that_only_shows_in_the_whole_sentence_is_hidden(redact: Redactor):
    assert "opaque-1" not in shown(clean(record("Authorization: Bearer %s", "opaque-1"), redact))
    assert KEY not in shown(clean(record("settings: %s", {"key": KEY}), redact))


def test_a_trace_keeps_places_and_types_and_says_nothing_of_what_was_typed(redact: Redactor):
    error = raised(ValueError("my private diary"), raised(KeyError("a person's name")))
    text = shown(clean(record("it failed", error=error), redact))
    assert "ValueError" in text and "KeyError" in text and "test_logs.py" in text
    assert "diary" not in text and "person" not in text


def test_a_trace_without_end_is_told_once():
    first, second = ValueError("a"), ValueError("b")
    first.__context__, second.__context__ = second, first
    assert trace_of(first).count("Traceback") == 2


def test_every_logger_and_handler_is_covered_also_those_made_later(monkeypatch: pytest.MonkeyPatch):
    """uvicorn gives itself new handlers when it starts, long after a filter on handlers could be set."""
    out, err, factory = io.StringIO(), io.StringIO(), logging.getLogRecordFactory()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    monkeypatch.setenv("CANARY_TOKEN", "tweet-tweet-tweet")
    lines = io.StringIO()
    logger = logging.getLogger("uvicorn.test")
    try:
        logs.keep_secrets(Settings(master_key=KEY))
        logger.addHandler(logging.StreamHandler(lines))
        logger.error("%s and %s", "tweet-tweet-tweet", KEY)
        print("tweet-tweet-tweet", KEY)
    finally:
        logging.setLogRecordFactory(factory)
        logger.handlers.clear()
    assert lines.getvalue() == f"{HIDDEN} and {HIDDEN}\n"
    assert out.getvalue() == f"{HIDDEN} {HIDDEN}\n"


def in_a_thread(work) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_what_the_server_prints_of_an_error_is_where_and_not_what(redact: Redactor):
    out = io.StringIO()
    stream = CleanStream(out, redact)
    diary, another = "my diary: page 1\n\nand page 2", "another: one"

    def work() -> None:
        try:
            try:
                raise ValueError(diary)
            except ValueError as error:
                raise KeyError(another) from error
        except KeyError:
            traceback.print_exc(file=stream)
            stream.write(traceback.format_exc())
        stream.write("done: well\n")

    in_a_thread(work)
    text = out.getvalue()
    assert text.count("ValueError\n") == text.count("KeyError\n") == 2 and "test_logs.py" in text
    assert "my diary" not in text and "page 2" not in text and "another:" not in text
    assert text.endswith("done: well\n")


def test_who_starts_the_program_is_told_what_is_wrong(redact: Redactor):
    out = io.StringIO()
    try:
        raise OSError("the port 7860 is taken")
    except OSError:
        traceback.print_exc(file=CleanStream(out, redact))
    assert "the port 7860 is taken" in out.getvalue()


def test_the_stream_is_otherwise_the_one_it_was(redact: Redactor, tmp_path):
    with open(tmp_path / "out", "w+", encoding="utf-8") as file:
        stream = CleanStream(file, redact)
        assert stream.write("abc") == 3
        stream.writelines(["d\n", f"{KEY}\n"])
        stream.flush()
        assert stream.fileno() == file.fileno() and stream.encoding == "utf-8" and not stream.isatty()
    assert (tmp_path / "out").read_text() == f"abcd\n{HIDDEN}\n"
