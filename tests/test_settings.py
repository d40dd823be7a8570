"""Settings: every variable arrives, and a wrong one is named with what is accepted."""

import dataclasses
import re
from pathlib import Path

import pytest

from voiceclone.errors import OptionError
from voiceclone.settings import WEIGHTS_MODES, Settings

GIVEN = {
    "VOICECLONE_WEIGHTS": ("weights", "embedded", "embedded"),
    "VOICECLONE_CACHE": ("cache_dir", "/data/cache", Path("/data/cache")),
    "VOICECLONE_DATA": ("data_dir", "/data/voices", Path("/data/voices")),
    "VOICECLONE_DATABASE_URL": ("database_url", "sqlite:////data/v.db", "sqlite:////data/v.db"),
    "VOICECLONE_MASTER_KEY": ("master_key", "ab" * 32, "ab" * 32),
    "VOICECLONE_SIGNING_KEY": ("signing_key", "cd" * 32, "cd" * 32),
    "VOICECLONE_LIBRARY_KEY": ("library_key", "vc_" + "x" * 43, "vc_" + "x" * 43),
    "VOICECLONE_CONSENT": ("consent", "verified", "verified"),
    "VOICECLONE_TRUSTED_KEYS": (
        "trusted_keys",
        f"{'ab' * 8}, {'cd' * 8}",
        ("ab" * 8, "cd" * 8),
    ),
    "VOICECLONE_MAX_VOICES": ("max_voices", "3", 3),
    "VOICECLONE_KEEP_DAYS": ("keep_days", "0.5", 0.5),
    "VOICECLONE_MAX_WORKSPACES": ("max_workspaces", "3", 3),
    "VOICECLONE_QUEUE_PER_VISITOR": ("queue_per_visitor", "1", 1),
    "VOICECLONE_HEAVY_PER_MINUTE": ("heavy_per_minute", "7", 7.0),
    "VOICECLONE_REQUESTS_PER_MINUTE": ("requests_per_minute", "8", 8.0),
    "VOICECLONE_UPLOADS_PER_MINUTE": ("uploads_per_minute", "9", 9.0),
    "VOICECLONE_UPLOAD_MB_PER_MINUTE": ("upload_mb_per_minute", "11", 11.0),
    "VOICECLONE_FORWARDED": ("forwarded", "last", "last"),
    "VOICECLONE_FRAMED_BY": ("framed_by", "https://example.org", "https://example.org"),
    "VOICECLONE_HUB_TIMEOUT": ("hub_timeout_s", "2.5", 2.5),
    "VOICECLONE_THREADS": ("threads", "3", 3),
    "VOICECLONE_ENGINE_MEMORY_MB": ("engine_memory_mb", "1500", 1500),
    "VOICECLONE_MAX_UPLOAD_MB": ("max_upload_mb", "12", 12.0),
    "VOICECLONE_MAX_AUDIO_S": ("max_audio_s", "60", 60.0),
    "VOICECLONE_MAX_TEXT_CHARS": ("max_text_chars", "99", 99),
    "VOICECLONE_QUEUE_SIZE": ("queue_size", "4", 4),
    "SPACES_ZERO_GPU": ("zero_gpu", "true", True),
    "VOICECLONE_HOST": ("host", "::1", "::1"),
    "VOICECLONE_PORT": ("port", "8080", 8080),
}


def test_every_field_names_its_variable_and_every_variable_its_field():
    source = Path(__import__("voiceclone.settings").settings.__file__).read_text()
    assert set(re.findall(r"(?:VOICECLONE|SPACES)_[A-Z_]+[A-Z]", source)) == set(GIVEN)
    named = {field for field, _, _ in GIVEN.values()} | {"sign_in"}
    assert named == {f.name for f in dataclasses.fields(Settings)}


@pytest.mark.parametrize("variable", GIVEN)
def test_a_variable_arrives(variable):
    field, text, value = GIVEN[variable]
    settings = Settings.from_env({variable: text})
    assert getattr(settings, field) == value != getattr(Settings(), field)
    assert dataclasses.replace(settings, **{field: getattr(Settings(), field)}) == Settings()


def test_nothing_set_gives_the_defaults():
    assert Settings.from_env({}) == Settings() == Settings.from_env(dict.fromkeys(GIVEN, ""))
    assert Settings().weights in WEIGHTS_MODES


def test_no_secret_is_shown_by_its_repr():
    secrets = {name: given for name, (_, given, _) in GIVEN.items() if name.endswith(("KEY", "URL"))}
    shown = repr(Settings.from_env(secrets))
    assert not [given for given in secrets.values() if given in shown]


def test_on_a_public_space_consent_must_be_heard():
    assert Settings.from_env({"SPACE_ID": "me/voices"}).consent == "verified"
    assert Settings.from_env({"SPACE_ID": "me/voices", "VOICECLONE_CONSENT": "stated"}).consent == "stated"


def test_visitors_sign_in_on_a_space_that_has_all_it_takes_and_nowhere_else():
    """Off a Space, Gradio's button signs whoever presses it in as the account of this machine."""
    oauth = ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL")
    space = {"SPACE_ID": "me/voices", "SYSTEM": "spaces", **dict.fromkeys(oauth, "given")}
    assert Settings.from_env(space).sign_in
    assert not any(Settings.from_env(space | {missing: ""}).sign_in for missing in space)


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().threads = 2


@pytest.mark.parametrize("variable, text", [
    ("VOICECLONE_WEIGHTS", "offline"),
    ("VOICECLONE_HUB_TIMEOUT", "soon"),
    ("VOICECLONE_HUB_TIMEOUT", "0"),
    ("VOICECLONE_HUB_TIMEOUT", "nan"),
    ("VOICECLONE_CONSENT", "yes"),
    ("VOICECLONE_TRUSTED_KEYS", "me"),
    ("VOICECLONE_MAX_VOICES", "0"),
    ("VOICECLONE_THREADS", "two"),
    ("VOICECLONE_THREADS", "-1"),
    ("VOICECLONE_ENGINE_MEMORY_MB", "half"),
    ("VOICECLONE_ENGINE_MEMORY_MB", "-1"),
    ("VOICECLONE_MAX_UPLOAD_MB", "-5"),
    ("VOICECLONE_MAX_AUDIO_S", "0"),
    ("VOICECLONE_MAX_TEXT_CHARS", "1.5"),
    ("VOICECLONE_QUEUE_SIZE", "0"),
    ("VOICECLONE_PORT", "http"),
    ("VOICECLONE_PORT", "65536"),
])  # fmt: skip
def test_a_wrong_value_is_named_with_what_is_accepted(variable, text):
    with pytest.raises(OptionError) as caught:
        Settings.from_env({variable: text})
    assert caught.value.option == variable
    assert str(caught.value.value) in (text, str(float(text)) if text[-1].isdigit() else text)
    assert caught.value.accepted


def test_the_program_s_own_variables_come_before_gradio_s():
    both = {"GRADIO_SERVER_NAME": "1.2.3.4", "GRADIO_SERVER_PORT": "1"}
    assert (Settings.from_env(both).host, Settings.from_env(both).port) == ("1.2.3.4", 1)
    ours = Settings.from_env(both | {"VOICECLONE_HOST": "::1", "VOICECLONE_PORT": "2"})
    assert (ours.host, ours.port) == ("::1", 2)


def test_only_a_space_listens_to_everyone_unasked():
    assert Settings.from_env({}).host == "127.0.0.1"
    assert Settings.from_env({"SPACE_ID": "ada/voiceclone"}).host == "0.0.0.0"
    assert Settings.from_env({"SPACE_ID": "ada/voiceclone", "VOICECLONE_HOST": "::1"}).host == "::1"
