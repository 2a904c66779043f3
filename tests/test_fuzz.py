"""Every fuzz target, fed a few hundred messages by two fuzzers; `scripts/fuzz` feeds each a million."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.fuzz import TARGETS, mutations


@pytest.mark.parametrize("name", TARGETS)
def test_mutated_messages_raise_only_documented_errors(name: str) -> None:
    target = TARGETS[name]
    with target.open() as feed:
        for seed in target.seeds:
            feed(seed)
        for data in itertools.islice(mutations(target.seeds, seed=1), 300):
            feed(data)


@pytest.mark.parametrize("name", [name for name in TARGETS if name != "http"])
def test_arbitrary_bytes_raise_only_documented_errors(name: str) -> None:
    target = TARGETS[name]
    with target.open() as feed:

        @settings(deadline=None, max_examples=200)
        @given(st.binary(max_size=200) | st.sampled_from(target.seeds).flatmap(_with_tail))
        def feed_anything(data: bytes) -> None:
            feed(data)

        feed_anything()


def _with_tail(seed: bytes) -> st.SearchStrategy[bytes]:
    return st.binary(max_size=64).map(lambda tail: seed[: len(seed) - len(tail) % 8] + tail)


def test_the_same_seed_gives_the_same_mutations() -> None:
    first, second = (list(itertools.islice(mutations((b"abc", b"{}"), 5), 50)) for _ in range(2))
    assert first == second
    assert len(set(first)) > 20
