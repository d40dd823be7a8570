"""Saved voices, with real voices and real consent: kept, heard, renamed, exported, ended."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import soundfile
import sqlalchemy as sa

from voiceclone.audio.clip import Audio
from voiceclone.consent.receipt import Authority, issue
from voiceclone.database.tables import PARTS
from voiceclone.errors import (
    QuotaExceededError,
    StoredVoiceDamagedError,
    VoiceNotFoundError,
    VoiceRevokedError,
)
from voiceclone.library import Library
from voiceclone.provenance.watermark import THRESHOLD
from voiceclone.studio import Studio
from voiceclone.voices.owner import Owner, new_capability
from voiceclone.voices.voice import Voice


@pytest.fixture
def library(studio: Studio) -> Library:
    return Library(studio, Owner.from_capability(new_capability()))


@pytest.fixture
def voice(studio: Studio, stock_voice: Voice) -> Voice:
    """A voice of its own receipt, so that a test may end the consent to it."""
    receipt = issue(
        studio.services.keys.signing_key(),
        voice_name="Heron",
        speaker="Nobody",
        clips=stock_voice.learned.reference_sha256 or ["00" * 32],
        authority=Authority("own-voice"),
    )
    return replace(stock_voice, name="Heron", receipt=receipt)


def test_a_kept_voice_is_listed_heard_and_speaks_again(library, voice, studio):
    saved = library.keep(voice)
    assert [entry.id for entry in library.list()] == [voice.id] == [saved.id]
    assert (saved.name, saved.state, saved.speaks) == ("Heron", "current", True)
    samples, rate = soundfile.read(io.BytesIO(library.sample(voice.id)), dtype="float32")
    assert studio.services.watermarker.confidence(Audio(samples, rate)) >= THRESHOLD
    opened = library.open(voice.id)
    assert opened.metadata() == voice.metadata()
    assert next(studio.speak(opened, "Yes.")).audio.duration_s > 0.2


def test_a_name_changes_in_the_list_and_in_the_voice_and_not_in_the_receipt(library, voice):
    library.keep(voice)
    library.rename(voice.id, "  The   grey heron ")
    assert library.list()[0].name == library.open(voice.id).name == "The grey heron"
    assert library.list()[0].receipt.voice_name == "Heron"
    assert library.sample(voice.id) is not None


def test_an_exported_voice_is_the_one_that_was_kept(library, voice, studio, tmp_path):
    library.keep(voice)
    exported = studio.load_voice(library.export(voice.id, tmp_path / "heron.safetensors"))
    assert exported.metadata() == voice.metadata()


def test_a_withdrawn_voice_is_listed_and_silent_until_it_is_deleted(library, voice, tmp_path):
    library.keep(voice)
    library.revoke(voice.id, "no longer")
    assert [(entry.state, entry.speaks) for entry in library.list()] == [("revoked", False)]
    for act in (
        lambda: library.open(voice.id),
        lambda: library.sample(voice.id),
        lambda: library.export(voice.id, tmp_path / "v.safetensors"),
        lambda: library.keep(voice),
    ):
        with pytest.raises(VoiceRevokedError, match="no longer"):
            act()
    library.delete(voice.id)
    assert library.list() == [] and not list(tmp_path.iterdir())


def test_another_owner_has_no_such_voice_whatever_is_tried(library, voice, studio, tmp_path):
    library.keep(voice)
    stranger = Library(studio, Owner.from_capability(new_capability()))
    assert stranger.list() == []
    for act in (
        lambda: stranger.open(voice.id),
        lambda: stranger.sample(voice.id),
        lambda: stranger.rename(voice.id, "Mine"),
        lambda: stranger.export(voice.id, tmp_path / "v.safetensors"),
        lambda: stranger.revoke(voice.id),
        lambda: stranger.delete(voice.id),
    ):
        with pytest.raises(VoiceNotFoundError):
            act()
    assert library.open(voice.id).name == "Heron"


def test_two_owners_may_keep_the_same_voice_and_only_one_delete_is_one(library, voice, studio):
    other = Library(studio, Owner.from_capability(new_capability()))
    library.keep(voice)
    other.keep(voice)
    library.delete(voice.id)
    assert library.list() == [] and other.open(voice.id).name == "Heron"


def test_one_more_voice_than_may_be_kept_is_refused_in_words(settings, weights, voice):
    few = Studio(replace(settings, max_voices=1), weights)
    library = Library(few, Owner.from_capability(new_capability()))
    library.keep(voice)
    receipt = issue(
        few.services.keys.signing_key(), voice_name="Second", speaker="Nobody",
        clips=voice.receipt.clips, authority=Authority("own-voice"),
    )  # fmt: skip
    with pytest.raises(QuotaExceededError, match="at most 1"):
        library.keep(replace(voice, receipt=receipt))
    assert len(library.list()) == 1


def test_nothing_of_a_voice_lies_in_clear_in_the_database(library, voice, settings):
    library.keep(voice)
    raw = (settings.data_dir / "voices.db").read_bytes()
    for secret in (b"Heron", b"Nobody", voice.embedding.tobytes()[:64], b"RIFF", b"voiceclone.provenance"):
        assert secret not in raw


def test_a_voice_changed_in_the_database_is_not_opened(library, voice, studio):
    library.keep(voice)
    this = (PARTS.c.voice_id == voice.id) & (PARTS.c.part == "voice")
    with studio.services.database.writing() as connection:
        sealed = bytearray(connection.execute(sa.select(PARTS.c.sealed).where(this)).scalar_one())
        sealed[len(sealed) // 2] ^= 1
        connection.execute(sa.update(PARTS).where(this).values(sealed=bytes(sealed)))
    with pytest.raises(StoredVoiceDamagedError):
        library.open(voice.id)
