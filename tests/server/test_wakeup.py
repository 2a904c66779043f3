"""Wake-up calls."""

import select
import threading

from moof.server.wakeup import Wakeup


def rung(wakeup: Wakeup, seconds: float = 0) -> bool:
    return bool(select.select([wakeup], [], [], seconds)[0])


def test_rings_count_once() -> None:
    with Wakeup() as wakeup:
        assert not rung(wakeup)
        wakeup.signal()
        wakeup.signal()
        assert rung(wakeup)
        wakeup.clear()
        assert not rung(wakeup)
        wakeup.clear()


def test_another_thread_wakes_the_waiter() -> None:
    with Wakeup() as wakeup:
        ringer = threading.Thread(target=wakeup.signal)
        ringer.start()
        assert rung(wakeup, 5)
        ringer.join()


def test_the_waiter_learns_whether_it_was_a_ring() -> None:
    with Wakeup() as wakeup, Wakeup() as other:
        assert wakeup.wait_beside(other.fileno(), 0) == (False, False)
        other.signal()
        assert wakeup.wait_beside(other.fileno(), 5) == (False, True)
        assert rung(other)
        wakeup.signal()
        assert wakeup.wait_beside(other.fileno(), 5) == (True, True)
        assert not wakeup.wait(0)


def test_a_closed_one_may_be_rung() -> None:
    wakeup = Wakeup()
    wakeup.close()
    wakeup.close()
    wakeup.signal()
