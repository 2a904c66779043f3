"""The bounds of a kiosk's time."""

from __future__ import annotations

import pytest

from moof.server.config.kiosk_rules import KioskRules


@pytest.mark.parametrize("minutes", [0.0, -1.0, float("nan"), float("inf"), 1441])
def test_a_kiosk_waits_for_a_while(minutes: float) -> None:
    with pytest.raises(ValueError, match="minutes"):
        KioskRules("Museum", minutes)


def test_minutes_are_seconds() -> None:
    assert KioskRules("Museum", 2.5).idle_seconds == 150
