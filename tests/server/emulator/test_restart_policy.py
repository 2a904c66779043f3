from moof.ipc import EXIT_STATUS_RESTART as RESTART
from moof.process import EXIT_STATUS_CANNOT_RUN
from moof.server.emulator.restart_policy import SHUT_DOWN, RestartPolicy

CRASH = -11


def test_mac_that_was_shut_down_stays_off() -> None:
    assert RestartPolicy().after_exit(SHUT_DOWN, started=0.0, now=100.0, ready=0.1) is None


def test_mac_that_asks_for_a_restart_is_restarted_at_once() -> None:
    assert RestartPolicy().after_exit(RESTART, started=0.0, now=5.0, ready=0.1) == 0.0


def test_emulator_that_never_is_ready_gets_longer_delays_and_is_given_up() -> None:
    policy = RestartPolicy()
    delays = [policy.after_exit(1, started=0.0, now=0.5, ready=None) for _ in range(8)]
    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, None]
    assert policy.given_up
    policy.reset()
    assert not policy.given_up
    assert policy.after_exit(1, started=0.0, now=0.5, ready=None) == 0.1


def test_crashes_of_a_ready_emulator_do_not_count_up_to_a_rate() -> None:
    policy = RestartPolicy()
    delays = [policy.after_exit(CRASH, started=float(t), now=t + 0.5, ready=t + 0.1) for t in range(31)]
    assert set(delays) == {0.1}
    delays = [policy.after_exit(CRASH, started=31.0, now=31.0 + t / 100, ready=31.0) for t in range(20)]
    assert policy.given_up
    assert policy.after_exit(CRASH, started=0.0, now=100.0, ready=0.1) == 0.1
    assert not policy.given_up


def test_restarts_in_a_row_are_delayed() -> None:
    policy = RestartPolicy(crash_burst=1)
    delays = [policy.after_exit(RESTART, started=0.0, now=0.2, ready=0.1) for _ in range(4)]
    assert delays == [0.1, 0.2, 0.4, 0.8]
    assert policy.after_exit(RESTART, started=0.0, now=2.0, ready=0.1) == 0.0
    assert policy.after_exit(1, started=0.0, now=2.0, ready=None) == 0.1


def test_emulator_that_ends_itself_as_soon_as_it_is_ready_is_given_up() -> None:
    policy = RestartPolicy()
    delays = [policy.after_exit(1, started=0.0, now=0.5, ready=0.2) for _ in range(8)]
    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, None]
    assert RestartPolicy().after_exit(1, started=0.0, now=60.0, ready=0.2) == 0.1


def test_emulator_that_cannot_run_is_not_tried_again() -> None:
    policy = RestartPolicy()
    assert policy.after_exit(EXIT_STATUS_CANNOT_RUN, started=0.0, now=60.0, ready=0.2) is None
    assert policy.given_up
    policy.reset()
    assert not policy.given_up


def test_restart_that_an_emulator_asks_for_before_it_is_ready_counts_as_a_crash() -> None:
    policy = RestartPolicy()
    for _ in range(7):
        assert policy.after_exit(RESTART, started=0.0, now=60.0, ready=None) is not None
    assert policy.after_exit(RESTART, started=0.0, now=60.0, ready=None) is None
    assert policy.given_up
