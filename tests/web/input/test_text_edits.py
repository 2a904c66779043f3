from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies

Run = Callable[..., Any]
EDITS = """
const { editsBetween } = await load("input/text-edits.js");
return argument.map(([before, after]) => Object.values(editsBetween(before, after)));
"""


@pytest.mark.parametrize(
    ("before", "after", "deleted", "inserted"),
    [
        ("", "a", 0, "a"),
        ("hel", "hell", 0, "l"),
        ("hell", "hel", 1, ""),
        ("teh ", "the ", 3, "he "),
        ("a😀", "a", 1, ""),
        ("same", "same", 0, ""),
    ],
)
def test_edits(run: Run, before: str, after: str, deleted: int, inserted: str) -> None:
    assert run(EDITS, [[before, after]]) == [[deleted, inserted]]


TEXTS = strategies.text(strategies.sampled_from("ab é😀"), max_size=8)


@settings(max_examples=1, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(strategies.lists(strategies.tuples(TEXTS, TEXTS), min_size=200, max_size=200))
def test_the_edits_make_one_text_of_the_other(run: Run, pairs: list[tuple[str, str]]) -> None:
    for (before, after), (deleted, inserted) in zip(pairs, run(EDITS, pairs), strict=True):
        assert before[: len(before) - deleted] + inserted == after
