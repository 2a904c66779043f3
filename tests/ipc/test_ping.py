"""Five frames echo a ping; a newer ping replaces it."""

from moof.ipc import Ping, PingEcho, PingEchoes


def test_nothing_is_echoed_before_a_ping() -> None:
    echoes = PingEchoes()
    assert not echoes.pending
    assert echoes.next_echo(1) is None


def test_five_frames_carry_the_echo() -> None:
    echoes = PingEchoes()
    echoes.received(Ping(9, 100, 200), now_us=300)
    for frame in range(5):
        assert echoes.pending
        assert echoes.next_echo(400 + frame) == PingEcho(9, 100, 200, 300, 400 + frame)
    assert not echoes.pending
    assert echoes.next_echo(500) is None


def test_a_newer_ping_starts_its_own_five() -> None:
    echoes = PingEchoes()
    echoes.received(Ping(1, 0, 0), now_us=10)
    echoes.next_echo(11)
    echoes.received(Ping(2, 0, 0), now_us=12)
    carried = [echo.sequence for now in range(13, 20) if (echo := echoes.next_echo(now))]
    assert carried == [2] * 5


def test_ping_is_dropped_when_its_server_disconnects() -> None:
    echoes = PingEchoes()
    echoes.received(Ping(1, 0, 0), now_us=10)
    echoes.forget()
    assert not echoes.pending
    assert echoes.next_echo(11) is None
