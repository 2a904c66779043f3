"""The modes by name, and the bounds of a turn."""

from __future__ import annotations

import pytest

from moof.server.config.floor_rules import FloorMode, FloorRules, parse_floor_mode


@pytest.mark.parametrize("minutes", [0.0, -1.0, float("nan"), float("inf"), 1441])
def test_a_turn_has_a_length(minutes: float) -> None:
    with pytest.raises(ValueError, match="minutes"):
        FloorRules(FloorMode.QUEUE, minutes)


def test_modes_have_names() -> None:
    assert [parse_floor_mode(name) for name in ("free", "request", "queue")] == list(FloorMode)
    with pytest.raises(ValueError, match="'mine' is none of free, request, queue"):
        parse_floor_mode("mine")
