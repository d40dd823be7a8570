"""Any sequence of what two owners can do, beside a dictionary that does the same."""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from voiceclone.errors import QuotaExceededError, VoiceNotFoundError
from voiceclone.voices.owner import Owner, new_capability
from voiceclone.voices.store import VoiceStore

MAX_VOICES, MAX_BYTES = 3, 400
EXAMPLES = {"sqlite": 40, "postgresql": 5}

owners = st.integers(0, 1)
ids = st.sampled_from([f"{number:032x}" for number in range(5)])
cards = st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=3)
data = st.binary(max_size=40) | st.integers(60, 250).map(bytes)


@dataclass
class Kept:
    """What the dictionary keeps of a voice."""

    card: dict
    voice: bytes
    sample: bytes | None
    clips: list[bytes]

    @property
    def size(self) -> int:
        return sum(map(len, (self.voice, self.sample or b"", *self.clips)))


class TwoOwners(RuleBasedStateMachine):
    """Every rule takes one of the two owners and any of a few ids: its own, the other's, or nobody's."""

    store: VoiceStore

    def __init__(self) -> None:
        super().__init__()
        self.owners = [Owner.from_capability(new_capability()) for _ in range(2)]
        self.kept: list[dict[str, Kept]] = [{}, {}]
        self.logged: list[list[tuple[str, str, str]]] = [[], []]

    def fits(self, who: int, voice_id: str, new: Kept) -> bool:
        after = {**self.kept[who], voice_id: new}
        return len(after) <= MAX_VOICES and sum(kept.size for kept in after.values()) <= MAX_BYTES

    def change(self, who: int, action: str, voice_id: str, new: Kept, *arguments) -> None:
        """Do what may be refused because the library is full."""
        do = getattr(self.store, action)
        if self.fits(who, voice_id, new):
            stored = do(self.owners[who], voice_id, new.card, *arguments)
            assert (stored.id, stored.card, stored.bytes) == (voice_id, new.card, new.size)
            self.kept[who][voice_id] = new
            self.logged[who].append((action, voice_id, "done"))
        else:
            with pytest.raises(QuotaExceededError):
                do(self.owners[who], voice_id, new.card, *arguments)
            self.logged[who].append((action, voice_id, "quota"))

    @rule(
        who=owners,
        voice_id=ids,
        card=cards,
        voice=data,
        sample=st.none() | data,
        clips=st.lists(data, max_size=3),
    )
    def save(self, who, voice_id, card, voice, sample, clips):
        self.change(who, "save", voice_id, Kept(card, voice, sample, clips), voice, sample, clips)

    @rule(who=owners, voice_id=ids, card=cards, voice=data)
    def update(self, who, voice_id, card, voice):
        old = self.kept[who].get(voice_id)
        if old is None:
            with pytest.raises(VoiceNotFoundError):
                self.store.update(self.owners[who], voice_id, card, voice)
        else:
            self.change(who, "update", voice_id, Kept(card, voice, old.sample, old.clips), voice)

    @rule(who=owners, voice_id=ids)
    def delete(self, who, voice_id):
        if self.kept[who].pop(voice_id, None) is None:
            with pytest.raises(VoiceNotFoundError):
                self.store.delete(self.owners[who], voice_id)
        else:
            self.store.delete(self.owners[who], voice_id)
            self.logged[who].append(("delete", voice_id, "done"))

    @rule(who=owners, voice_id=ids)
    def open(self, who, voice_id):
        for what in ("voice", "sample", "clips"):
            ask = getattr(self.store, what)
            if voice_id in self.kept[who]:
                assert ask(self.owners[who], voice_id) == getattr(self.kept[who][voice_id], what)
                self.logged[who].append(("open", voice_id, "done"))
            else:
                with pytest.raises(VoiceNotFoundError):
                    ask(self.owners[who], voice_id)

    @invariant()
    def each_owner_has_their_own(self):
        for owner, kept in zip(self.owners, self.kept, strict=True):
            listed = {voice.id: voice for voice in self.store.list(owner)}
            assert listed.keys() == kept.keys()
            for voice_id, voice in listed.items():
                expected = kept[voice_id]
                assert (voice.card, voice.bytes) == (expected.card, expected.size)
                assert voice.n_clips == len(expected.clips)
                assert voice.has_sample == (expected.sample is not None)

    def teardown(self):
        for owner, logged in zip(self.owners, self.logged, strict=True):
            entries = self.store.audit(owner)
            assert [(entry.action, entry.voice_id, entry.outcome) for entry in entries] == logged
        self.store.verify_audit()


def test_the_store_does_what_a_dictionary_does(database, keyring, backend):
    class Machine(TwoOwners):
        store = VoiceStore(database, keyring, max_voices=MAX_VOICES, max_bytes=MAX_BYTES)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES[backend],
            stateful_step_count=20,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
