from moof.ipc import MouseLatency


def test_a_second_is_reported_as_mean_and_count() -> None:
    latency = MouseLatency(10_000)
    latency.add(10_100, 10_103)
    latency.add(10_200, 10_207)
    assert latency.report(11_000) == (5.0, 2)


def test_nothing_is_reported_early_or_without_messages() -> None:
    latency = MouseLatency(0)
    latency.add(100, 101)
    assert latency.report(999) is None
    assert latency.report(1000) == (1.0, 1)
    assert latency.report(2000) is None


def test_each_second_has_its_own_mean() -> None:
    latency = MouseLatency(0)
    latency.add(1, 101)
    latency.report(1000)
    latency.add(1001, 1003)
    assert latency.report(2000) == (2.0, 1)


def test_messages_of_other_clocks_are_not_counted() -> None:
    latency = MouseLatency(0)
    latency.add(0, 500)  # unknown
    latency.add(600, 500)  # from the future
    latency.add(1, 100_000)  # from another epoch
    assert latency.report(1000) is None


def test_a_clock_that_is_set_back_begins_another_second() -> None:
    latency = MouseLatency(5_000_000)
    latency.add(5_000_000, 5_000_004)
    assert latency.report(1_000) == (4.0, 1)
    latency.add(1_500, 1_502)
    assert latency.report(2_000) == (2.0, 1)
