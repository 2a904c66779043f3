"""How often the picture is looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pacing import Pacing


@given(st.lists(st.floats(0.0, 0.05), min_size=2, max_size=200))
def test_never_more_than_sixty_a_second(waits: list[float]) -> None:
    pacing, now, sent = Pacing(), 100.0, []
    for wait in waits:
        now += max(wait, pacing.delay(now + wait))
        pacing.passed(now)
        sent.append(now)
    for first in range(len(sent)):
        assert len([t for t in sent if sent[first] <= t < sent[first] + 0.5]) <= 32


def test_a_first_frame_goes_out_at_once() -> None:
    assert Pacing().delay(5.0) == 0.0
