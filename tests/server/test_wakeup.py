"""Wake-ups of a waiting thread."""

import select
import threading

from moof.server.wakeup import Wakeup


def signaled(wakeup: Wakeup, seconds: float = 0) -> bool:
    return bool(select.select([wakeup], [], [], seconds)[0])


def test_signals_between_waits_count_as_one() -> None:
    with Wakeup() as wakeup:
        assert not signaled(wakeup)
        wakeup.signal()
        wakeup.signal()
        assert signaled(wakeup)
        wakeup.clear()
        assert not signaled(wakeup)
        wakeup.clear()


def test_signal_from_another_thread_wakes_the_waiting_one() -> None:
    with Wakeup() as wakeup:
        signaler = threading.Thread(target=wakeup.signal)
        signaler.start()
        assert signaled(wakeup, 30)
        signaler.join()


def test_wait_beside_distinguishes_signal_and_descriptor() -> None:
    with Wakeup() as wakeup, Wakeup() as other:
        assert wakeup.wait_beside(other.fileno(), 0) == (False, False)
        other.signal()
        assert wakeup.wait_beside(other.fileno(), 5) == (False, True)
        assert signaled(other)
        wakeup.signal()
        assert wakeup.wait_beside(other.fileno(), 5) == (True, True)
        assert not wakeup.wait(0)


def test_each_wait_is_for_the_descriptor_that_it_names() -> None:
    with Wakeup() as wakeup, Wakeup() as first, Wakeup() as second:
        first.signal()
        assert wakeup.wait_beside(first.fileno(), 5) == (False, True)
        assert wakeup.wait_beside(second.fileno(), 0) == (False, False)
        assert wakeup.wait_beside(None, 0) == (False, False)
        assert wakeup.wait_beside(first.fileno(), 5) == (False, True)
        second.signal()
        assert wakeup.wait_beside(second.fileno(), 5) == (False, True)


def test_signaling_a_closed_wakeup_does_nothing() -> None:
    wakeup = Wakeup()
    wakeup.close()
    wakeup.close()
    wakeup.signal()
