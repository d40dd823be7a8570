import pytest

from voiceclone.errors import LibraryKeyError
from voiceclone.voices.owner import Owner, new_capability


def test_who_has_the_key_is_the_owner():
    capability = new_capability()
    assert Owner.from_capability(capability) == Owner.from_capability(capability)
    assert Owner.from_capability(capability) != Owner.from_capability(new_capability())


def test_a_new_key_has_256_random_bits():
    made = {new_capability() for _ in range(100)}
    assert len(made) == 100
    assert all(len(text.removeprefix("vc_")) * 6 >= 256 for text in made)


def test_nothing_leads_from_the_owner_back_to_the_key():
    capability = new_capability()
    owner = Owner.from_capability(capability)
    assert capability not in repr(owner) and capability[3:] not in str(vars(owner))
    assert len(bytes.fromhex(owner.key)) == 32


def test_keys_accounts_and_secrets_are_never_one_owner():
    capability = new_capability()
    owners = [
        Owner.from_capability(capability),
        Owner.from_subject("capability", capability),
        Owner.from_subject("huggingface", "1"),
        Owner.from_subject("huggingfac", "e1"),
        Owner.from_secret(b"huggingface"),
        Owner.from_secret(b"huggingface1"),
    ]
    assert len(set(owners)) == len(owners)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vc_",
        "vc_" + "a" * 42,
        "vc_" + "a" * 44,
        "vx_" + "a" * 43,
        "vc_" + "a" * 42 + "/",
        "vc_" + "a" * 43 + "\n",
    ],
)
def test_what_is_no_key_is_refused_and_not_repeated(text):
    with pytest.raises(LibraryKeyError) as caught:
        Owner.from_capability(text)
    assert caught.value.characters == len(text)
    assert "a" * 42 not in str(caught.value)
