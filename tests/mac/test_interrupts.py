import threading

from moof.mac.interrupts import Interrupt, Interrupts


class Line:
    """Records the calls of the interrupt controller."""

    def __init__(self) -> None:
        self.level = 0
        self.wakes = 0
        self.interrupts = Interrupts(self.set_level, self.wake)

    def set_level(self, level: int) -> None:
        self.level = level

    def wake(self) -> None:
        self.wakes += 1


def test_nothing_is_pending_at_first() -> None:
    assert Line().interrupts.acknowledge() == (Interrupt(0), 0)


def test_post_asserts_level_1_and_wakes() -> None:
    line = Line()
    line.interrupts.post(Interrupt.ADB)
    assert (line.level, line.wakes) == (1, 1)


def test_acknowledge_clears_flags_and_level() -> None:
    line = Line()
    line.interrupts.post(Interrupt.ADB)
    line.interrupts.post(Interrupt.AUDIO)
    assert line.interrupts.acknowledge() == (Interrupt.ADB | Interrupt.AUDIO, 0)
    assert line.level == 0
    assert line.interrupts.acknowledge() == (Interrupt(0), 0)


def test_ticks_are_counted_until_acknowledged() -> None:
    line = Line()
    line.interrupts.tick(1)
    line.interrupts.tick(3, seconds=1)
    assert line.interrupts.acknowledge() == (Interrupt.TICK | Interrupt.SECOND, 4)


def test_zero_ticks_post_no_interrupt() -> None:
    line = Line()
    line.interrupts.tick(0)
    assert line.wakes == 0


def test_reset_clears_all_state() -> None:
    line = Line()
    line.interrupts.tick(5)
    line.interrupts.clear()
    assert line.interrupts.acknowledge() == (Interrupt(0), 0)


def test_no_tick_is_lost_between_threads() -> None:
    line = Line()
    counted = 0

    def ticking() -> None:
        for _ in range(2000):
            line.interrupts.tick(1)

    threads = [threading.Thread(target=ticking) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        counted += line.interrupts.acknowledge()[1]
    counted += line.interrupts.acknowledge()[1]
    assert counted == 6000


def test_flags_have_basilisk_iis_values() -> None:
    assert [flag.value for flag in Interrupt] == [1, 2, 4, 8, 16, 32, 64, 128]
