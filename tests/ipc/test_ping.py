"""Five frames echo a ping, a newer ping replaces it; mouse latency is reported once a second."""

from moof.ipc import MouseLatency, Ping, PingEcho, PingEchoes


def test_nothing_is_echoed_before_a_ping() -> None:
    echoes = PingEchoes()
    assert not echoes.pending
    assert echoes.next_echo(1) is None


def test_five_frames_carry_the_echo() -> None:
    echoes = PingEchoes()
    echoes.received(Ping(9, 100, 200), now_us=300)
    for frame in range(5):
        assert echoes.pending == (frame == 0)
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


def test_mouse_latency_of_a_second_is_reported_as_mean_and_count() -> None:
    latency = MouseLatency(10_000)
    latency.add(10_100, 10_103)
    latency.add(10_200, 10_207)
    assert latency.report(11_000) == (5.0, 2)


def test_no_mouse_latency_is_reported_early_or_without_messages() -> None:
    latency = MouseLatency(0)
    latency.add(100, 101)
    assert latency.report(999) is None
    assert latency.report(1000) == (1.0, 1)
    assert latency.report(2000) is None


def test_mouse_latency_has_a_mean_for_each_second() -> None:
    latency = MouseLatency(0)
    latency.add(1, 101)
    latency.report(1000)
    latency.add(1001, 1003)
    assert latency.report(2000) == (2.0, 1)


def test_mouse_messages_of_other_clocks_are_not_counted() -> None:
    latency = MouseLatency(0)
    latency.add(0, 500)  # unknown
    latency.add(600, 500)  # from the future
    latency.add(1, 100_000)  # from another epoch
    assert latency.report(1000) is None


def test_a_clock_that_is_set_back_begins_another_second_of_mouse_latency() -> None:
    latency = MouseLatency(5_000_000)
    latency.add(5_000_000, 5_000_004)
    assert latency.report(1_000) == (4.0, 1)
    latency.add(1_500, 1_502)
    assert latency.report(2_000) == (2.0, 1)
