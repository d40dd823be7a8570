"""Random numbers of one thread's own."""

import threading

import pytest
import torch

from voiceclone.engines.seeded import Seeded

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    "draw",
    [
        lambda: torch.rand(4),
        lambda: torch.randn(4),
        lambda: torch.rand_like(torch.zeros(4)),
        lambda: torch.randn_like(torch.zeros(4)),
        lambda: torch.randint(9, (4,)),
        lambda: torch.bernoulli(torch.full((9,), 0.5)),
    ],
    ids=["rand", "randn", "rand_like", "randn_like", "randint", "bernoulli"],
)
def test_a_seed_gives_torch_s_own_numbers_and_leaves_torch_s_generator_alone(draw):
    torch.manual_seed(7)
    expected = [draw(), draw()]
    state = torch.random.get_rng_state()
    with Seeded(7, CPU):
        found = [draw(), draw()]
    assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))
    assert torch.equal(torch.random.get_rng_state(), state)


def test_a_generator_that_is_given_is_used():
    with Seeded(7, CPU):
        found = torch.rand(4, generator=torch.Generator().manual_seed(1))
    assert torch.equal(found, torch.rand(4, generator=torch.Generator().manual_seed(1)))


def test_two_threads_that_draw_by_turns_have_each_their_own():
    """With torch's generator the second one's seed began the first one's numbers anew."""
    turn, found = threading.Barrier(2), {}

    def draw(seed):
        with Seeded(seed, CPU):
            numbers = []
            for _ in range(3):
                turn.wait()
                numbers.append(torch.randn(2))
            found[seed] = torch.cat(numbers)

    threads = [threading.Thread(target=draw, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed, numbers in found.items():
        generator = torch.Generator().manual_seed(seed)
        assert torch.equal(numbers, torch.cat([torch.randn(2, generator=generator) for _ in range(3)]))
