"""Mutates known messages at random, reproducibly."""

from __future__ import annotations

import itertools
import random
import struct
from collections.abc import Iterator

_MAX_CHANGES = 6
_EDGE_VALUES = (0, 1, 2, 3, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutations(seeds: tuple[bytes, ...], seed: int) -> Iterator[bytes]:
    """Yield mutated `seeds` without end; the same for the same `seed`."""
    chance = random.Random(seed)
    for turn in itertools.count():
        data = bytearray(seeds[turn % len(seeds)])
        for _ in range(chance.randrange(_MAX_CHANGES)):
            _mutate(data, chance, seeds)
        yield bytes(data)


def _mutate(data: bytearray, chance: random.Random, seeds: tuple[bytes, ...]) -> None:
    at = chance.randrange(len(data) + 1)
    match chance.randrange(7):
        case 0:
            del data[at : at + 1 + chance.randrange(8)]
        case 1:
            data[at:at] = chance.randbytes(chance.randrange(1, 9))
        case 2 if at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        case 3 if at < len(data):
            data[at] = chance.randrange(256)
        case 4:
            number = struct.pack(chance.choice("<>") + "I", chance.choice(_EDGE_VALUES))
            data[at : at + 4] = number
        case 5:
            data[at:at] = chance.choice(seeds)[: chance.randrange(40)]
        case _:
            data[at:at] = data[: chance.randrange(1, 64)] * chance.randrange(1, 4)
