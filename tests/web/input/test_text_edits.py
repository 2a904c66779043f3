from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies

Run = Callable[..., Any]
EDITS = """
const { editsBetween } = await load("input/text-edits.js");
return argument.map(([before, after]) => Object.values(editsBetween(before, after)));
"""
PIECES = """
const { piecesOf } = await load("input/text-edits.js");
return piecesOf(...argument);
"""


@pytest.mark.parametrize(
    ("before", "after", "deleted", "inserted"),
    [
        ("", "a", "", "a"),
        ("hel", "hell", "", "l"),
        ("hell", "hel", "l", ""),
        ("teh ", "the ", "eh ", "he "),
        ("a😀", "a", "😀", ""),
        ("same", "same", "", ""),
    ],
)
def test_edits(run: Run, before: str, after: str, deleted: str, inserted: str) -> None:
    assert run(EDITS, [[before, after]]) == [[deleted, inserted]]


TEXTS = strategies.text(strategies.sampled_from("ab é😀"), max_size=8)


@settings(max_examples=1, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(strategies.lists(strategies.tuples(TEXTS, TEXTS), min_size=200, max_size=200))
def test_the_edits_make_one_text_of_the_other(run: Run, pairs: list[tuple[str, str]]) -> None:
    for (before, after), (deleted, inserted) in zip(pairs, run(EDITS, pairs), strict=True):
        assert before.endswith(deleted)
        assert before[: len(before) - len(deleted)] + inserted == after


@pytest.mark.parametrize(
    ("text", "missing", "pieces"),
    [
        ("", "", []),
        ("two words", "", ["two words"]),
        ("a\n\nb", "", ["a", "\n", "\n", "b"]),
        ("a漢b字c", "漢字", ["abc"]),
        ("a longer text with “quotes”", "", ["a longer t", "ext with “", "quotes”"]),
    ],
)
def test_pieces(run: Run, text: str, missing: str, pieces: list[str]) -> None:
    assert run(PIECES, [text, list(missing)]) == pieces
    assert all(len(piece.encode()) <= 32 for piece in pieces)
