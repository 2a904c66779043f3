import threading

import pytest

from moof.mac.threads import BinarySemaphore, MacThread
from support.recording_listener import RecordingListener


def test_set_lets_one_wait_return() -> None:
    wakeup = BinarySemaphore()
    wakeup.set()
    assert wakeup.wait(0)
    assert not wakeup.wait(0)


def test_setting_twice_is_setting_once() -> None:
    wakeup = BinarySemaphore()
    wakeup.set()
    wakeup.set()
    assert wakeup.wait(0)
    assert not wakeup.wait(0)


def test_negative_timeout_does_not_block() -> None:
    assert not BinarySemaphore().wait(-1)


def test_set_wakes_another_thread() -> None:
    wakeup, woken = BinarySemaphore(), threading.Event()

    def waiter() -> None:
        wakeup.wait()
        woken.set()

    thread = threading.Thread(target=waiter)
    thread.start()
    wakeup.set()
    thread.join()
    assert woken.is_set()


class Waiter(MacThread):
    def __init__(self) -> None:
        self.listener = RecordingListener()
        super().__init__("waiter", self.listener)
        self.name = ""

    def run(self) -> None:
        self.name = threading.current_thread().name
        while not self.ending:
            self.wakeup.wait()


class Faulty(Waiter):
    def run(self) -> None:
        raise RuntimeError("broken")


def test_thread_has_its_name_and_ends_on_stop() -> None:
    thread = Waiter()
    thread.start()
    thread.stop()
    assert (thread.name, thread.listener.failures) == ("waiter", 0)
    assert "waiter" not in [each.name for each in threading.enumerate()]


def test_stop_before_start_does_nothing() -> None:
    Waiter().stop()


def test_exception_is_reported_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    thread = Faulty()
    thread.start()
    thread.stop()
    assert thread.listener.failures == 1
    assert "waiter has failed" in caplog.text
