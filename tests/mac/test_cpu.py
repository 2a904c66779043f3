import threading
from collections.abc import Iterator

import pytest

from moof.mac import cpu as cpu_module
from moof.mac.cpu import Cpu, Interrupt, Interrupts
from moof.mac.memory import GuestMemory
from moof.mac.musashi import A7, D0, PC, CpuError
from moof.mac.threads import BinarySemaphore

CODE = 0x1000
LONG_SLICE = 2_000_000_000


@pytest.fixture
def cpu(memory: GuestMemory) -> Iterator[Cpu]:
    processor = Cpu(memory)
    yield processor
    processor.close()


def boot(cpu: Cpu, memory: GuestMemory, code: str) -> None:
    """Start hexadecimal `code`, with a level-1 handler at 0x2000 that executes EMUL_OP 0x7101."""
    memory.write32(0, 0x8000)
    memory.write32(4, CODE)
    memory.write32(0x64, 0x2000)
    memory.write_bytes(CODE, bytes.fromhex(code))
    memory.write_bytes(0x2000, bytes.fromhex("7101 4e73"))
    cpu.reset()
    cpu.run(1)  # used up by the reset


def test_reset_loads_stack_pointer_and_entry_from_the_vectors(cpu: Cpu, memory: GuestMemory) -> None:
    boot(cpu, memory, "4e71 4e71")
    cpu.reset()
    assert (cpu.registers[A7], cpu.registers[PC]) == (0x8000, CODE)


def test_run_returns_the_opcode_of_an_emul_op(cpu: Cpu, memory: GuestMemory) -> None:
    boot(cpu, memory, "7012 71ff 4e71")  # moveq #$12,d0; EMUL_OP
    assert cpu.run(1000) == 0x71FF
    assert (cpu.registers[D0], cpu.registers[PC]) == (0x12, CODE + 4)


def test_emul_op_is_reported_once(cpu: Cpu, memory: GuestMemory) -> None:
    boot(cpu, memory, "7100 4e72 2000")  # EMUL_OP; stop #$2000
    assert cpu.run(1000) == 0x7100
    assert cpu.run(1000) is None
    assert cpu.run(1000) is None


def test_moveq_is_not_an_emul_op(cpu: Cpu, memory: GuestMemory) -> None:
    boot(cpu, memory, "7041 60fe")  # moveq #$41,d0; bra.s *
    assert cpu.run(1000) is None
    assert cpu.registers[D0] == 0x41


def test_stop_waits_for_an_interrupt(cpu: Cpu, memory: GuestMemory) -> None:
    boot(cpu, memory, "4e72 2000 60fa")  # stop #$2000; bra.s back
    assert cpu.run(1000) is None
    assert cpu.stopped
    cpu.interrupt(1)
    assert cpu.run(1000) == 0x7101
    assert not cpu.stopped
    assert cpu.run(1000) is None
    assert cpu.stopped


def test_an_interrupt_is_taken_once(cpu: Cpu, memory: GuestMemory) -> None:
    boot(cpu, memory, "4e72 2000 60fa")
    cpu.run(1000)
    cpu.interrupt(1)
    assert [cpu.run(1000) for _ in range(3)] == [0x7101, None, None]


def test_interrupt_level_can_be_cleared(cpu: Cpu, memory: GuestMemory) -> None:
    boot(cpu, memory, "4e72 2000 60fa")
    cpu.run(1000)
    cpu.interrupt(1)
    cpu.interrupt(0)
    assert cpu.run(1000) is None


def test_a_masked_interrupt_waits(cpu: Cpu, memory: GuestMemory) -> None:
    boot(cpu, memory, "4e71 46fc 2000 60fe")  # nop; move #$2000,sr; bra.s *
    cpu.interrupt(1)
    assert cpu.run(1000) == 0x7101
    assert memory.read32(cpu.registers[A7] + 2) >= CODE + 6


def run_interrupted(cpu: Cpu, memory: GuestMemory) -> int | None:
    """Run a loop that is to be interrupted; return what ended its slice."""
    boot(cpu, memory, "46fc 2000 4e71 60fc")  # move #$2000,sr; nop; bra.s to the nop
    return cpu.run(1000) or cpu.run(LONG_SLICE)


def test_an_interrupt_from_another_thread_ends_the_slice(cpu: Cpu, memory: GuestMemory) -> None:
    over = threading.Event()

    def interrupt_repeatedly() -> None:
        # A single one may be lost (see Cpu.interrupt); this slice would then last for seconds.
        while not over.wait(0.001):
            cpu.interrupt(1)

    thread = threading.Thread(target=interrupt_repeatedly)
    thread.start()
    try:
        # One that is posted before the slice begins is taken by it: the handler's EMUL_OP ends it then.
        outcomes = [run_interrupted(cpu, memory)]
        while outcomes[-1] == 0x7101 and len(outcomes) < 1000:
            outcomes.append(run_interrupted(cpu, memory))
        assert outcomes[-1] is None
    finally:
        over.set()
        thread.join()
    assert cpu.run(1000) == 0x7101  # with no interrupt that could end this slice, too


def test_accesses_beyond_the_map_are_ignored(cpu: Cpu, memory: GuestMemory) -> None:
    boot(cpu, memory, "2039 f0000000 23c0 f0000000 7102")  # move.l $f0000000,d0 and back; EMUL_OP
    assert cpu.run(1000) == 0x7102
    assert cpu.registers[D0] == 0


def test_second_cpu_in_a_process_raises_cpu_error(cpu: Cpu, memory: GuestMemory) -> None:
    with pytest.raises(CpuError, match="start another process"):
        Cpu(memory)


def test_cpu_can_be_created_after_close(memory: GuestMemory) -> None:
    Cpu(memory).close()
    Cpu(memory).close()


def test_failed_check_releases_the_core(memory: GuestMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(core: object) -> None:
        raise CpuError("a stranger")

    with monkeypatch.context() as patch:
        patch.setattr(cpu_module, "check_layout", refuse)
        with pytest.raises(CpuError, match="a stranger"):
            Cpu(memory)
    Cpu(memory).close()


class Line(Cpu):
    """A CPU without a core, which records its interrupt level, and its interrupt controller."""

    def __init__(self) -> None:
        self.level = 0
        self.wake = BinarySemaphore()
        self.interrupts = Interrupts(self, self.wake)

    def interrupt(self, level: int) -> None:
        self.level = level


def test_nothing_is_pending_at_first() -> None:
    assert Line().interrupts.acknowledge() == (Interrupt(0), 0)


def test_post_asserts_level_1_and_wakes() -> None:
    line = Line()
    line.interrupts.post(Interrupt.ADB)
    assert line.level == 1
    assert line.wake.wait(0)


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
    assert not line.wake.wait(0)


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
    assert [flag.value for flag in Interrupt] == [1, 2, 4, 8, 16, 32, 64, 128, 256]  # the last is Moof's own
