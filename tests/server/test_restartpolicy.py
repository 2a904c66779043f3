from moof.ipc import EXIT_STATUS_RESTART as RESTART
from moof.server.restartpolicy import SHUT_DOWN, RestartPolicy

CRASH = -11


def test_a_mac_that_was_shut_down_stays_off() -> None:
    assert RestartPolicy().after_exit(SHUT_DOWN, started=0.0, now=100.0) is None


def test_a_mac_that_asks_for_it_is_restarted_at_once() -> None:
    assert RestartPolicy().after_exit(RESTART, started=0.0, now=5.0) == 0.0


def test_crashes_in_a_row_wait_ever_longer() -> None:
    policy = RestartPolicy()
    delays = [policy.after_exit(CRASH, started=float(t), now=t + 0.5) for t in range(10)]
    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0, 10.0]


def test_a_healthy_minute_forgives() -> None:
    policy = RestartPolicy()
    for _ in range(5):
        policy.after_exit(1, started=0.0, now=1.0)
    assert policy.after_exit(1, started=0.0, now=59.0) == 3.2
    assert policy.after_exit(1, started=0.0, now=60.0) == 0.1


def test_restarts_in_a_row_do_not_spin() -> None:
    policy = RestartPolicy()
    delays = [policy.after_exit(RESTART, started=0.0, now=0.2) for _ in range(3)]
    assert delays == [0.1, 0.2, 0.4]
    assert policy.after_exit(RESTART, started=0.0, now=2.0) == 0.0
    assert policy.after_exit(CRASH, started=0.0, now=2.0) == 0.1
