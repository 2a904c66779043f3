import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.latencysummary import PARTS, LatencySummary, LatencySummaryError

TIMES = dict.fromkeys(PARTS, 1.5)
MESSAGE: dict[str, Any] = {"samples": 3, "clockOffset": -2.5, "median": TIMES, "late": TIMES}


def test_a_pages_figures() -> None:
    assert LatencySummary.read(MESSAGE | {"more": 1}) == LatencySummary(3, -2.5, TIMES, TIMES)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("samples", 0),
        ("samples", True),
        ("samples", 10**9),
        ("clockOffset", None),
        ("clockOffset", math.nan),
        ("median", []),
        ("median", {}),
        ("late", TIMES | {"mac": -1}),
        ("late", TIMES | {"mac": math.inf}),
        ("late", TIMES | {"mac": "1"}),
    ],
)
def test_nonsense_is_named(name: str, value: Any) -> None:
    with pytest.raises(LatencySummaryError, match=name):
        LatencySummary.read(MESSAGE | {name: value})


@given(st.dictionaries(st.sampled_from(list(MESSAGE)), st.recursive(st.none() | st.floats(), st.lists)))
def test_anything_else_is_an_error_of_ours(fields: dict[str, Any]) -> None:
    try:
        LatencySummary.read(fields)
    except LatencySummaryError:
        pass
