import pytest

from moof.server.rtp.congestion import PACE, Pacer


def test_a_usual_picture_goes_at_once() -> None:
    pacer = Pacer()
    assert [pacer.pause(1200, 7e6, 1.0) for _ in range(4)] == [0.0] * 4


def test_a_key_frame_is_spread_to_a_multiple_of_the_bandwidth() -> None:
    pacer, now, size = Pacer(), 10.0, 1200
    for _ in range(50):
        now += pacer.pause(size, 1e6, now)
    assert now - 10.0 == pytest.approx(50 * size * 8 / (PACE * 1e6), abs=0.005)


def test_time_that_passed_is_not_saved_up() -> None:
    pacer = Pacer()
    pacer.pause(1200, 1e6, 0.0)
    pauses = [pacer.pause(1200, 1e6, 60.0) for _ in range(20)]
    assert pauses[0] == 0.0
    assert pauses[-1] == pytest.approx(20 * 1200 * 8 / (PACE * 1e6))
