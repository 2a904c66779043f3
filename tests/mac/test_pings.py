from moof.ipc import Ping
from moof.mac.pings import SharedPings


def test_a_ping_is_echoed_with_all_times() -> None:
    pings = SharedPings()
    assert not pings.pending
    assert pings.next_echo(1) is None
    pings.received(Ping(7, 10, 20), now_us=30)
    assert pings.pending
    echo = pings.next_echo(now_us=40)
    assert echo is not None
    assert (echo.sequence, echo.t1_browser_ms, echo.t2_server_us, echo.t3_emulator_us, echo.t4_frame_us) == (
        7,
        10,
        20,
        30,
        40,
    )


def test_it_is_echoed_by_five_frames() -> None:
    pings = SharedPings()
    pings.received(Ping(1, 0, 0), 0)
    assert sum(pings.next_echo(frame) is not None for frame in range(20)) == 5
    assert not pings.pending
