import threading
from collections.abc import Iterator

import pytest

from moof.mac.interrupts import Interrupt, Interrupts
from moof.mac.ticker import Ticker


class Guest:
    """Takes interrupts; `ticked` is set once there was a tick."""

    def __init__(self) -> None:
        self.ticked = threading.Event()
        self.interrupts = Interrupts(lambda level: None, self.take)

    def take(self) -> None:
        if self.interrupts.acknowledge()[0] & Interrupt.TICK:
            self.ticked.set()


@pytest.fixture
def guest() -> Guest:
    return Guest()


@pytest.fixture
def ticker(guest: Guest) -> Iterator[Ticker]:
    made = Ticker(guest.interrupts, lambda: None)
    made.start()
    yield made
    made.stop()


def test_it_ticks_only_while_running(guest: Guest, ticker: Ticker) -> None:
    assert not guest.ticked.wait(0.05)
    ticker.set_running(True)
    assert guest.ticked.wait(5)


def test_it_stands_still_again(guest: Guest, ticker: Ticker) -> None:
    ticker.set_running(True)
    assert guest.ticked.wait(5)
    ticker.set_running(False)
    # A tick that was on its way when the switch fell may still come: only then is it quiet.
    while guest.ticked.wait(0.1):
        guest.ticked.clear()
    assert not guest.ticked.is_set()
