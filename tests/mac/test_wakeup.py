import threading

from moof.mac.wakeup import Wakeup


def test_a_set_one_lets_one_wait_pass() -> None:
    wakeup = Wakeup()
    wakeup.set()
    assert wakeup.wait(0)
    assert not wakeup.wait(0)


def test_setting_twice_is_setting_once() -> None:
    wakeup = Wakeup()
    wakeup.set()
    wakeup.set()
    assert wakeup.wait(0)
    assert not wakeup.wait(0)


def test_a_negative_timeout_is_none_left() -> None:
    assert not Wakeup().wait(-1)


def test_another_thread_is_woken() -> None:
    wakeup, woken = Wakeup(), threading.Event()

    def waiter() -> None:
        wakeup.wait()
        woken.set()

    thread = threading.Thread(target=waiter)
    thread.start()
    wakeup.set()
    thread.join()
    assert woken.is_set()
