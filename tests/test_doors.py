"""Every door, knocked at a few hundred times by two fuzzers; `scripts/fuzz` does so a million times."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doors import DOORS, mutations


@pytest.mark.parametrize("name", DOORS)
def test_spoiled_messages_are_refused_and_nothing_else_happens(name: str) -> None:
    door = DOORS[name]
    with door.knock() as knock:
        for seed in door.seeds:
            knock(seed)
        for data in itertools.islice(mutations(door.seeds, seed=1), 300):
            knock(data)


@pytest.mark.parametrize("name", [name for name in DOORS if name != "http"])
def test_any_bytes_are_refused_and_nothing_else_happens(name: str) -> None:
    door = DOORS[name]
    with door.knock() as knock:

        @settings(deadline=None, max_examples=200)
        @given(st.binary(max_size=200) | st.sampled_from(door.seeds).flatmap(_with_tail))
        def knock_with_anything(data: bytes) -> None:
            knock(data)

        knock_with_anything()


def _with_tail(seed: bytes) -> st.SearchStrategy[bytes]:
    return st.binary(max_size=64).map(lambda tail: seed[: len(seed) - len(tail) % 8] + tail)


def test_the_same_seed_spoils_in_the_same_way() -> None:
    first, second = (list(itertools.islice(mutations((b"abc", b"{}"), 5), 50)) for _ in range(2))
    assert first == second
    assert len(set(first)) > 20
