"""Where copies go, on tables of devices that are not here."""

import pytest

from voiceclone.devices.inventory import Device
from voiceclone.devices.placement import Need, place, rooms
from voiceclone.errors import EngineTooLargeError

CPU = Device("cpu", "CPU, 8 threads", 32_000, 20_000)
MPS = Device("mps", "MPS", 16_000, 9_000)


def gpu(index, free_mb=22_000, total_mb=24_000, kind="cuda", bfloat16=True):
    return Device(f"{kind}:{index}", f"GPU {index}", total_mb, free_mb, bfloat16)


def placed(need, *table, taken=None, bound_mb=0):
    return place(need, rooms(table, taken or {}, bound_mb))


def where(placements):
    return [list(placement.shares) for placement in placements]


SMALL = Need("small", 700)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([CPU], [["cpu"]]),
        ([gpu(0), CPU], [["cuda:0"]]),
        ([gpu(0), gpu(1), CPU], [["cuda:0"], ["cuda:1"]]),
        ([*(gpu(i) for i in range(8)), CPU], [[f"cuda:{i}"] for i in range(8)]),
        ([gpu(0, kind="xpu"), gpu(1, kind="xpu"), CPU], [["xpu:0"], ["xpu:1"]]),
        ([MPS, CPU], [["mps"]]),
    ],
    ids=["no GPU", "one", "two", "eight", "XPU", "MPS"],
)
def test_a_copy_goes_to_every_accelerator_and_else_to_the_cpu(table, expected):
    placements = placed(SMALL, *table)
    assert where(placements) == expected
    assert all(sum(p.shares.values()) == 700 and not p.spread for p in placements)
    assert [p.title for p in placements] == [d.title for d in table[: len(expected)]]


def test_of_accelerators_of_mixed_sizes_those_take_it_that_it_fits_on():
    table = [gpu(0, free_mb=4_000), gpu(1, free_mb=16_000), gpu(2, free_mb=10_000), CPU]
    assert where(placed(Need("large", 9_000), *table)) == [["cuda:1"], ["cuda:2"]]


def test_a_tenth_of_what_is_free_on_an_accelerator_stays_free():
    assert where(placed(Need("large", 9_000), gpu(0, free_mb=10_000), CPU)) == [["cuda:0"]]
    assert where(placed(Need("large", 9_001), gpu(0, free_mb=10_000), CPU)) == [["cpu"]]


def test_what_engines_themselves_take_can_be_had_again():
    table = [gpu(0, free_mb=4_000), CPU]
    assert where(placed(Need("large", 9_000), *table, taken={"cuda:0": 6_000})) == [["cuda:0"]]


def test_what_fits_on_one_is_spread_over_none():
    need = Need("large", 9_000, spreads=True)
    assert where(placed(need, gpu(0, free_mb=8_000), gpu(1, free_mb=12_000), CPU)) == [["cuda:1"]]


def test_a_model_too_large_for_one_is_spread_over_as_few_as_hold_it():
    need = Need("huge", 15_000, spreads=True)
    (placement,) = placed(need, gpu(0, free_mb=6_000), gpu(1, free_mb=11_000), gpu(2, free_mb=12_000), CPU)
    assert placement.spread and placement.shares == {"cuda:1": 8_701, "cuda:2": 10_800}
    assert placement.title == "GPU 1 + GPU 2"


def test_its_input_goes_to_the_lowest_number_where_accelerate_begins():
    (placement,) = placed(Need("huge", 25_000, spreads=True), gpu(0, free_mb=15_000), gpu(1), CPU)
    assert list(placement.shares) == ["cuda:0", "cuda:1"] and placement.device == "cuda:0"


def test_a_model_that_cannot_be_spread_goes_to_the_cpu():
    assert where(placed(Need("huge", 15_000), gpu(0, 10_000), gpu(1, 10_000), CPU)) == [["cpu"]]


def test_the_two_kinds_of_a_machine_are_not_mixed_in_one_model():
    table = [gpu(0, 10_000), gpu(0, 10_000, kind="xpu"), CPU]
    assert where(placed(Need("huge", 15_000, spreads=True), *table)) == [["cpu"]]


@pytest.mark.parametrize(
    ("table", "largest_mb", "device"),
    [
        ([CPU], 16_000, "CPU, 8 threads"),
        ([gpu(0), CPU], 19_800, "GPU 0"),
        ([gpu(0, 4_000), gpu(1, 8_000), CPU], 16_000, "CPU, 8 threads"),
        ([MPS, CPU], 8_000, "MPS"),
    ],
)
def test_what_fits_nowhere_is_refused_with_what_there_is(table, largest_mb, device):
    with pytest.raises(EngineTooLargeError) as raised:
        placed(Need("colossal", 40_000, spreads=True), *table)
    error = raised.value
    assert (error.engine, error.needed_mb) == ("colossal", 40_000)
    assert (error.largest_mb, error.device) == (largest_mb, device)
    assert f"needs 40000 MB of memory; accepted: at most {largest_mb} MB, on {device}" in str(error)


def test_an_accelerator_that_shares_the_machine_s_memory_leaves_none_to_the_cpu():
    assert [room.device.name for room in rooms([MPS, CPU], {})] == ["mps"]
    with pytest.raises(EngineTooLargeError):
        placed(Need("large", 9_000), MPS, CPU)


def test_a_bound_holds_on_every_device_and_never_gives_more_than_there_is():
    assert [room.mb for room in rooms([gpu(0), gpu(1, 1_000), CPU], {}, bound_mb=2_000)] == [
        2_000,
        900,
        2_000,
    ]


@pytest.mark.parametrize(
    ("device", "dtype", "mb"),
    [
        (CPU, "float32", 701),
        (MPS, "float32", 701),
        (gpu(0), "bfloat16", 351),
        (gpu(0, bfloat16=False), "float16", 351),
        (gpu(0, kind="xpu"), "bfloat16", 351),
    ],
)
def test_numbers_of_16_bits_are_for_accelerators_and_engines_that_allow_it(device, dtype, mb):
    (placement,) = placed(Need("any", 701, half=True), device)
    assert (placement.dtype, placement.shares[device.name]) == (dtype, mb)
    (placement,) = placed(Need("any", 701), device)
    assert (placement.dtype, placement.shares[device.name]) == ("float32", 701)
