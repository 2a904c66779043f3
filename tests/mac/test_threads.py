import threading

import pytest

from moof.mac.threads import BinarySemaphore, MacThread


def test_a_set_one_lets_one_wait_pass() -> None:
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


def test_a_negative_timeout_is_none_left() -> None:
    assert not BinarySemaphore().wait(-1)


def test_another_thread_is_woken() -> None:
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
        super().__init__("waiter", self.note_failure)
        self.failures = 0
        self.name = ""

    def note_failure(self) -> None:
        self.failures += 1

    def run(self) -> None:
        self.name = threading.current_thread().name
        while not self.ending:
            self.wakeup.wait()


class Faulty(Waiter):
    def run(self) -> None:
        raise RuntimeError("broken")


def test_it_has_its_name_and_ends_when_told() -> None:
    thread = Waiter()
    thread.start()
    thread.stop()
    assert (thread.name, thread.failures) == ("waiter", 0)
    assert "waiter" not in [each.name for each in threading.enumerate()]


def test_one_that_never_began_can_be_stopped() -> None:
    Waiter().stop()


def test_a_failure_is_reported_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    thread = Faulty()
    thread.start()
    thread.stop()
    assert thread.failures == 1
    assert "waiter has failed" in caplog.text
